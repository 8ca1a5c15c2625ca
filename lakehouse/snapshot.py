"""Golden snapshots: the states of each golden customer, one row for every day on which it was new, different or gone.

A day has two states: 0 is what its extracts made of the customers, 1 what the stewards' decisions of the day made of
them. Both are functions of bronze and of the decisions, so a rebuild replays the same history.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

AS_LOADED, AS_DECIDED = 0, 1
MOMENT = ("snapshot_date", "sequence")


def states(golden: pl.DataFrame, crosswalk: pl.DataFrame) -> pl.DataFrame:
    """The golden customers, each with the ids of its source records, '+'-joined."""
    held = (
        crosswalk.sort("record_id")
        .group_by("customer_uid", maintain_order=True)
        .agg(pl.col("record_id").str.join("+").alias("record_ids"))
    )
    return golden.join(held, on="customer_uid", how="left", maintain_order="left")


def extend(earlier: pl.DataFrame, current: pl.DataFrame, snapshot_date: date, sequence: int) -> pl.DataFrame:
    """The snapshots so far, and the rows of the customers that differ from their last one, or are no more.

    A moment that is taken again replaces its own rows, so that building twice gives the same snapshots.
    """
    moment = pl.struct(MOMENT)
    now = pl.struct(pl.lit(snapshot_date).alias(MOMENT[0]), pl.lit(sequence, dtype=pl.Int32).alias(MOMENT[1]))
    is_before = (pl.col(MOMENT[0]) < snapshot_date) | (
        (pl.col(MOMENT[0]) == snapshot_date) & (pl.col(MOMENT[1]) < sequence)
    )
    kept = earlier.filter(is_before)
    last = kept.sort(moment).group_by("customer_uid", maintain_order=True).last()
    living = last.filter(~pl.col("is_retired")).select(current.columns)
    changed = current.join(living, on=current.columns, how="anti", nulls_equal=True)
    gone = living.join(current, on="customer_uid", how="anti")
    rows = [
        frame.select(now.struct.unnest(), pl.lit(is_retired).alias("is_retired"), *current.columns)
        for frame, is_retired in ((changed, False), (gone, True))
    ]
    return pl.concat([kept, *rows], how="vertical_relaxed").sort("customer_uid", *MOMENT)


def lost(snapshots: pl.DataFrame, crosswalk: pl.DataFrame, known: Sequence[str]) -> pl.DataFrame:
    """Redirects of uids whose founding record is gone: they lead where the first of their other records went.

    `known` are the uids that live or have a redirect already.
    """
    ended = (
        snapshots.sort(MOMENT)
        .group_by("customer_uid", maintain_order=True)
        .last()
        .filter(pl.col("is_retired") & ~pl.col("customer_uid").is_in(list(known)))
    )
    return (
        ended.select(
            pl.col("customer_uid").alias("retired_uid"),
            pl.col("record_ids").str.split("+").alias("record_id"),
            pl.col("snapshot_date").cast(pl.Datetime("us")).alias("retired_at"),
        )
        .explode("record_id")
        .join(crosswalk.select("record_id", "customer_uid"), on="record_id")
        .sort("retired_uid", "record_id")
        .group_by("retired_uid", maintain_order=True)
        .first()
        .select("retired_uid", "customer_uid", "retired_at")
    )
