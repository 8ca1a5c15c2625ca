"""Golden snapshots: the states of each golden customer, one row for every day on which it was new or different."""

from datetime import date

import polars as pl


def extend(earlier: pl.DataFrame, golden: pl.DataFrame, snapshot_date: date) -> pl.DataFrame:
    """The snapshots of earlier days, and today's rows of the customers that differ from their last snapshot.

    A day that is built again replaces its own rows, so that building twice gives the same snapshots.
    """
    kept = earlier.filter(pl.col("snapshot_date") < snapshot_date)
    columns = golden.columns
    last = kept.sort("snapshot_date").group_by("customer_uid", maintain_order=True).last().select(columns)
    changed = golden.join(last, on=columns, how="anti", nulls_equal=True)
    today = changed.select(pl.lit(snapshot_date).alias("snapshot_date"), *columns)
    return pl.concat([kept, today], how="vertical_relaxed").sort("customer_uid", "snapshot_date")
