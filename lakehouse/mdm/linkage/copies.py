"""Records that are there many times over, letter by letter: a few are linked, the others follow the first of them."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from lakehouse.mdm.linkage.linkage import Linkage
from lakehouse.mdm.linkage.settings import Settings

MOST = 10  # copies that are linked as records of their own
MOST_BARE = 100  # the same of records with hardly any field filled, which need not be the same
BARE = 2  # fields


def set_aside(
    table: pl.DataFrame, settings: Settings, decided: Sequence[tuple[object, object]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records to link, and the copies beyond so many: their id, and those of the first two that are alike."""
    columns = [column for _, column in settings.fields]
    if settings.source is not None:
        columns.append(settings.source)
    named = {one for pair in decided for one in pair}
    hashed = table.select(pl.col(settings.id).alias("id"), pl.struct(columns).hash().alias("copy"))
    filled = table.select(
        pl.sum_horizontal(pl.col(c).is_not_null().cast(pl.Int32) for _, c in settings.fields)
    ).to_series()
    hashed = hashed.with_columns(pl.when(filled <= BARE).then(MOST_BARE).otherwise(MOST).alias("most"))
    many = hashed.group_by("copy", "most").len().filter(pl.col("len") > pl.col("most"))
    none = hashed.head(0).select("id", pl.col("id").alias("first"), pl.col("id").alias("second"))
    if many.is_empty():
        return table, none
    counted = hashed.with_columns(
        pl.int_range(pl.len()).over("copy").alias("number"),
        pl.col("id").first().over("copy").alias("first"),
        pl.col("id").get(1, null_on_oob=True).over("copy").alias("second"),
    )
    beyond = pl.col("number") >= pl.col("most")
    if named:
        beyond &= ~pl.col("id").is_in(pl.Series(list(named)).cast(hashed["id"].dtype, strict=False).implode())
    far = counted.select(beyond).to_series()
    return table.filter(~far), counted.filter(far).select("id", "first", "second")


def rejoined(linkage: Linkage, table: pl.DataFrame, aside: pl.DataFrame) -> Linkage:
    """The linkage of all records: each copy in the cluster of the first one, with its pair, where two copies match."""
    if aside.is_empty():
        return linkage
    clusters, pairs = linkage.clusters, linkage.pairs
    of_two = pairs.select("id_a", "id_b", pl.int_range(pl.len()).alias("row"))
    turned = of_two.select(pl.col("id_b").alias("id_a"), pl.col("id_a").alias("id_b"), "row")
    either = pl.concat([of_two, turned])
    found = aside.join(
        either, left_on=["first", "second"], right_on=["id_a", "id_b"], how="left", maintain_order="left"
    )
    cluster_of = clusters.rename({"id": "first"})
    matched = found.join(cluster_of, on="first", how="left", maintain_order="left").join(
        clusters.rename({"id": "second", "cluster_id": "cluster_of_second"}),
        on="second",
        how="left",
        maintain_order="left",
    )
    together = (pl.col("cluster_id") == pl.col("cluster_of_second")).fill_null(False)
    placed = matched.select("id", pl.when(together).then("cluster_id").otherwise("id").alias("cluster_id"))
    recorded = found.drop_nulls("row")
    rows = pairs[recorded["row"]].with_columns(
        pl.min_horizontal(recorded["first"], recorded["id"]).alias("id_a"),
        pl.max_horizontal(recorded["first"], recorded["id"]).alias("id_b"),
    )
    every = pl.concat([clusters, placed])
    order = table.select(pl.col(linkage.settings.id).alias("id"))
    every = order.join(every, on="id", how="left", maintain_order="left")
    report = linkage.report
    sizes = every.group_by("cluster_id").len()["len"]
    report.records, report.clusters = len(table), len(sizes)
    report.duplicates, report.largest_cluster = len(table) - len(sizes), int(sizes.max() or 0)  # type: ignore[arg-type]
    report.recorded_pairs += len(rows)
    for tier, count in rows["tier"].value_counts().iter_rows():
        report.tiers[tier] += count
    report.notes.append(
        f"{len(aside):,} records are further copies of records that are there more than {MOST} times: "
        f"each is paired with the first of them only"
    )
    ordered = pl.concat([pairs, rows]).sort("match_score", "id_a", "id_b", descending=[True, False, False])
    return replace(linkage, records=table, pairs=ordered, clusters=every)
