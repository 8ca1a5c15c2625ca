"""Golden records of a linkage: one per cluster, each value the one that most of its records agree on."""

import polars as pl

from lakehouse.mdm.linkage.cleaning import plain
from lakehouse.mdm.linkage.settings import Settings

PLACE = ("address", "postcode", "city", "country")  # survives together: never one record's street in another's town


def records(table: pl.DataFrame, clusters: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """One row per cluster: cluster_id, how many records it has, every mapped column, and the source of its place.

    A value survives that most records agree on in plain letters; then the longest, then that of the lowest id.
    """
    owned = table.rename({settings.id: "id"}) if settings.id != "id" else table
    owned = owned.join(clusters, on="id", how="left", maintain_order="left")
    sizes = owned.group_by("cluster_id", maintain_order=True).agg(pl.len().alias("source_records"))
    several = owned.join(sizes.filter(pl.col("source_records") > 1), on="cluster_id", how="semi")
    alone = owned.join(several.select("id"), on="id", how="anti")
    columns = [column for _, column in settings.fields]
    place = [column for name, column in settings.fields if name in PLACE]
    merged = several.select("cluster_id").unique(maintain_order=True)
    for column in columns:
        if column not in place:
            merged = merged.join(_most_agreed(several, column), on="cluster_id", how="left")
    if place:
        merged = merged.join(_best_place(several, place), on="cluster_id", how="left")
    both = pl.concat([alone.select("cluster_id", *columns), merged.select("cluster_id", *columns)])
    return sizes.join(both, on="cluster_id", how="left").sort("cluster_id")


def _most_agreed(several: pl.DataFrame, column: str) -> pl.DataFrame:
    values = several.select("cluster_id", "id", column).drop_nulls(column)
    values = values.with_columns(plain(values[column].cast(pl.String)).alias("_plain"))
    counted = values.with_columns(
        pl.len().over("cluster_id", "_plain").alias("_agree"),
        pl.col(column).cast(pl.String).str.len_chars().alias("_length"),
    )
    best = counted.sort("cluster_id", "_agree", "_length", "id", descending=[False, True, True, False])
    return best.group_by("cluster_id", maintain_order=True).agg(pl.col(column).first())


def _best_place(several: pl.DataFrame, place: list[str]) -> pl.DataFrame:
    filled = pl.sum_horizontal(pl.col(column).is_not_null().cast(pl.Int32) for column in place)
    keyed = several.select("cluster_id", "id", *place, filled.alias("_filled")).filter(pl.col("_filled") > 0)
    joined = pl.concat_str([pl.col(column).cast(pl.String).fill_null("") for column in place], separator=" ")
    keyed = keyed.with_columns(joined.alias("_place"))
    keyed = keyed.with_columns(plain(keyed["_place"]).alias("_plain"))
    keyed = keyed.with_columns(pl.len().over("cluster_id", "_plain").alias("_agree"))
    best = keyed.sort("cluster_id", "_filled", "_agree", "id", descending=[False, True, True, False])
    return best.group_by("cluster_id", maintain_order=True).agg(pl.col(column).first() for column in place)
