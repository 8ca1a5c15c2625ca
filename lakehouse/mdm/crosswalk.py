"""Which source record belongs to which customer, by which link, and where retired uids lead."""

from collections.abc import Collection, Iterable, Sequence

import polars as pl

from lakehouse.mdm import clustering, uid
from lakehouse.mdm.clustering import Forest
from lakehouse.mdm.stewardship import Constraint

SINGLE = "SINGLE"  # the record that founded its customer hangs on no other

REDIRECT: dict[str, pl.DataType] = {
    "retired_uid": pl.String(),
    "customer_uid": pl.String(),
    "retired_at": pl.Datetime("us"),
}


def crosswalk(records: pl.DataFrame, customers: Forest, party: Sequence[int]) -> pl.DataFrame:
    """Each source record once: its party, its customer, and the link by which it hangs on the founding record."""
    ids = records["record_id"].to_list()
    roots = customers.roots()
    uids = {root: uid.customer_uid(ids[root]) for root in set(roots)}
    hanging = clustering.hang(customers)
    links = [hanging.get(row) for row in range(len(ids))]
    return records.select(
        "record_id",
        "source_system",
        "source_id",
        pl.Series("party_id", [ids[row] for row in party], dtype=pl.String),
        pl.Series("customer_uid", [uids[root] for root in roots], dtype=pl.String),
        pl.Series("link_rule", [link.rule if link else SINGLE for link in links], dtype=pl.String),
        pl.Series("link_score", [link.score if link else None for link in links], dtype=pl.Float64),
    )


def weakest_link(records: pl.DataFrame, customers: Forest) -> pl.DataFrame:
    """Rows `customer_uid, match_score` for the customers with more than one record."""
    ids = records["record_id"]
    rows = [(uid.customer_uid(ids[root]), score) for root, score in clustering.weakest(customers).items()]
    return pl.DataFrame(rows, schema={"customer_uid": pl.String, "match_score": pl.Float64}, orient="row")


def redirects(
    records: pl.DataFrame,
    current: pl.DataFrame,
    earlier: Iterable[Forest],
    minted: Collection[str],
    approvals: Sequence[Constraint],
) -> pl.DataFrame:
    """Where the uids lead that were minted once and live no longer.

    They are those of the `earlier` partitions of the same records, and `minted` ones that earlier runs published.
    """
    live = dict(current.select("record_id", "customer_uid").iter_rows())
    ids = records["record_id"].to_list()
    founders = {ids[root] for forest in earlier for root in set(forest.roots())}
    if minted:
        founders.update(record for record in ids if uid.customer_uid(record) in minted)
    found = uid.retired(founders, live)
    retired_at = {live[c.record_a]: c.decided_at for c in reversed(approvals) if c.record_a in live}
    rows = [(old, now, retired_at.get(now)) for old, now in found.items()]
    newest = current.join(records.select("record_id", "first_seen_at"), on="record_id")
    newest = newest.group_by("customer_uid").agg(pl.col("first_seen_at").max())
    return (
        pl.DataFrame(rows, schema=REDIRECT, orient="row")
        .join(newest, on="customer_uid", how="left", maintain_order="left")
        .with_columns(pl.coalesce("retired_at", pl.col("first_seen_at").cast(pl.Datetime("us"))).alias("retired_at"))
        .drop("first_seen_at")
    )
