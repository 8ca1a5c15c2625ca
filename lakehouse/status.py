"""What the lakehouse holds: its tables with rows, versions and retention, its releases, its gates' results."""

from typing import Any

import polars as pl

from lakehouse import catalog
from lakehouse.release import Release
from lakehouse.storage import Store

USUAL = "as usual"
SMALL_SHARE = 0.5  # of a table's usual rows, as in the suite of silver.arrival


def tables(store: Store, release: Release) -> pl.DataFrame:
    """One row a table of a release: layer, table, rows, version, retention_days, partition_by, files, megabytes.

    The logs that are kept beside the releases are there too, at their newest version.
    """
    rows = []
    beside = {name: store.version(name) for name in catalog.BESIDE_RELEASES if store.exists(name)}
    versions = {**release.tables, **beside}
    con = store.connect(versions)
    try:
        for name, version in sorted(
            versions.items(), key=lambda item: (catalog.LAYERS.index(item[0].split(".")[0]), item)
        ):
            entry = catalog.table(name)
            [(count,)] = con.sql(f"select count(*) from {name}").fetchall()
            actions = pl.DataFrame(store.delta(name, version).get_add_actions(flatten=True))
            rows.append(
                {
                    "layer": entry.layer,
                    "table": entry.name,
                    "rows": count,
                    "version": version,
                    "retention_days": entry.retention_days,
                    "partition_by": ", ".join(entry.partition_by) or None,
                    "files": len(actions),
                    "megabytes": round(float(actions["size_bytes"].sum()) / 1e6, 2) if len(actions) else 0.0,
                }
            )
    finally:
        con.close()
    return pl.DataFrame(rows, schema_overrides={"retention_days": pl.Int64, "partition_by": pl.String})


def arrivals(store: Store, release: Release) -> pl.DataFrame:
    """The newest delivery to every bronze table beside what is usual: rows, share, hours since, and its state."""
    if "silver.arrival" not in release.tables:
        return pl.DataFrame()
    newest = store.read("silver.arrival", release.tables["silver.arrival"]).filter("is_newest")
    is_small = pl.col("volume_share") <= SMALL_SHARE
    return newest.select(
        "table_name",
        "batch_id",
        "arrived_at",
        "rows",
        "usual_rows",
        "volume_share",
        "hours_since_arrival",
        pl.when(pl.col("is_overdue"))
        .then(pl.lit("overdue"))
        .when(is_small)
        .then(pl.lit("half its usual rows or fewer"))
        .otherwise(pl.lit(USUAL))
        .alias("state"),
    ).sort("table_name")


def steps(store: Store, release: Release) -> pl.DataFrame:
    """The steps of the run that built a release: rows, seconds, the process's peak memory, and what is usual.

    Usual is the median of the earlier runs that had the step; null where there are none.
    """
    logged = store.read("mdm.run_step", release.tables["mdm.run_step"])
    earlier = logged.filter(pl.col("run_id") != release.run_id).group_by("step")
    usual = earlier.agg(pl.median("rows").alias("usual_rows"), pl.median("seconds").alias("usual_seconds"))
    found = logged.filter(pl.col("run_id") == release.run_id).join(usual, on="step", how="left")
    return found.sort("step_order").select(
        "step_order",
        "step",
        "rows",
        "usual_rows",
        pl.col("seconds").round(3),
        pl.col("usual_seconds").round(3),
        pl.col("peak_memory_mb").round(),
    )


def run_in_words(found: pl.DataFrame, release: Release) -> str:
    """One line on the run of a release: how long, what took longest, and how much memory."""
    slowest = ", ".join(
        f"{row['step']} {row['seconds']:.2f} s" for row in found.sort("seconds", descending=True).head(3).to_dicts()
    )
    memory = max(found["peak_memory_mb"].to_list(), default=0.0)
    return f"{release.run_id}: {len(found)} steps, the slowest {slowest}; peak memory {memory:,.0f} MB."


def releases(store: Store) -> pl.DataFrame:
    """One row a release, newest first."""
    rows = [_summary(release) for release in reversed(store.releases())]
    return pl.DataFrame(rows) if rows else pl.DataFrame(schema={"release_id": pl.Int64})


def _summary(release: Release) -> dict[str, Any]:
    gates = release.gates.values()
    return {
        "release_id": release.release_id,
        "published_at": release.published_at,
        "as_of_date": release.as_of_date,
        "seconds": round(release.seconds, 2),
        "tables": len(release.tables),
        "rules": sum(tally["rules"] for tally in gates),
        "failed_rules": sum(tally["failed_rules"] for tally in gates),
        "quarantined_rows": sum(tally["quarantined_rows"] for tally in gates),
        "note": release.note,
    }


def gates(store: Store, release: Release) -> pl.DataFrame:
    """Every rule of every gate in the run that built a release."""
    results = store.read("mdm.quality_result", release.tables["mdm.quality_result"])
    return results.filter(pl.col("run_id") == release.run_id).drop("run_id").sort("gate", "table_name", "rule_id")
