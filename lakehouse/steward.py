"""What a steward does: decide under the writer's lock and publish what follows, or look first at what would follow."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from lakehouse import decisions, pipeline
from lakehouse.decisions import DecisionRefused, Pending, State
from lakehouse.mdm import matching, rules
from lakehouse.release import Release
from lakehouse.storage import Store

WAIT_SECONDS = 30.0  # for another steward's decision, or a build
FACTS = {  # silver table: what a person calls its rows
    "silver.sales_order": "orders",
    "silver.interaction": "interactions",
    "silver.deal": "deals",
    "silver.web_event": "web events",
    "silver.fraud_alert": "fraud alerts",
}


@dataclass(frozen=True)
class Decided:
    """A decision on record, and the release that shows what it changed."""

    decision_id: str
    release: Release
    seconds: float


@dataclass(frozen=True)
class Preview:
    """What a decision would change; nothing was written.

    `before` and `after` are the golden records it touches, `attributes` every candidate value behind those after it,
    `moved` the rows and the revenue of facts that would belong to another customer.
    """

    before: pl.DataFrame
    after: pl.DataFrame
    attributes: pl.DataFrame
    moved: pl.DataFrame  # what, rows, revenue
    golden_customers: tuple[int, int]  # before and after
    open_reviews: tuple[int, int]


Proposal = Callable[[State], Pending]


def record(store: Store, propose: Proposal, *, wait_seconds: float = WAIT_SECONDS) -> Decided:
    """Record a decision and publish its release; DecisionRefused, GateFailed or Locked leave nothing behind."""
    started = time.perf_counter()
    with store.writer("a steward's decision", wait_seconds=wait_seconds):
        pending = propose(state(store))
        release = pipeline.build_locked(store, note=pending.note, pending=pending)
    return Decided(pending.rows[0]["decision_id"], release, time.perf_counter() - started)


def deciding(pair_id: str, verdict: str, reason: str, who: str, *, related: bool = False) -> Proposal:
    return lambda now: decisions.pair(now, pair_id, verdict, reason, who, related=related)


def unmerging(records: Sequence[str], reason: str, who: str) -> Proposal:
    return lambda now: decisions.unmerge(now, records, reason, who)


def overriding(customer_uid: str, attribute: str, value: str, reason: str, who: str) -> Proposal:
    return lambda now: decisions.override(now, customer_uid, attribute, value, reason, who)


def undoing(decision_id: str, reason: str, who: str) -> Proposal:
    return lambda now: decisions.undo(now, decision_id, reason, who)


def state(store: Store) -> State:
    """The newest release and every decision on record, published or not."""
    tables = store.latest().tables
    names = ("mdm.match_pair", "mdm.crosswalk", "mdm.golden_customer")
    pairs, crosswalk, golden = (store.read(name, tables[name]) for name in names)
    return State(pairs, crosswalk, golden, store.read(LOG))


LOG = "mdm.steward_decision"


def preview(store: Store, propose: Proposal) -> Preview:
    """What a decision would change in the newest release; raises DecisionRefused as the decision itself would."""
    now = state(store)
    pending = propose(now)
    release = store.latest()
    names = ("silver.customer", "mdm.golden_snapshot", *FACTS)
    con = store.connect({name: release.tables[name] for name in names})
    try:
        log = pl.concat([now.decisions, pending.frame(release.as_of_date)])
        [minted] = con.sql("select list(distinct customer_uid) from mdm.golden_snapshot").fetchall()[0]
        found = matching.run(con.sql("from silver.customer").pl(), log, rules=rules.CUSTOMER, minted=set(minted))
        pending.settled(release.as_of_date, found.crosswalk, found.golden_customer)
        touched = _touched(pending, now.crosswalk, found.crosswalk)
        is_touched = pl.col("customer_uid").is_in(sorted(touched))
        return Preview(
            before=now.golden.filter(is_touched),
            after=found.golden_customer.filter(is_touched),
            attributes=found.golden_attribute.filter(is_touched),
            moved=_moved(con, now.crosswalk, found.crosswalk),
            golden_customers=(len(now.golden), len(found.golden_customer)),
            open_reviews=(_open(now.pairs), _open(found.match_pair)),
        )
    finally:
        con.close()


def _touched(pending: Pending, before: pl.DataFrame, after: pl.DataFrame) -> set[str]:
    held = pl.col("record_id").is_in(list(pending.records))
    moved = before.join(after, on=["record_id", "customer_uid"], how="anti")["record_id"]
    moving = pl.col("record_id").is_in(moved.to_list())
    found = [frame.filter(held | moving)["customer_uid"] for frame in (before, after)]
    return {*pending.uids, *found[0], *found[1]}


def _moved(con: Any, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The fact rows whose source record would belong to another customer, by kind, and the revenue of the orders."""
    records = before.join(after, on=["record_id", "customer_uid"], how="anti")["record_id"].to_list()
    rows = []
    for table, what in FACTS.items():
        revenue = "coalesce(sum(line_total), 0)::double" if what == "orders" else "null::double"
        sql = f"select count(*), {revenue} from {table} where customer_record_id in (select unnest($records))"
        [(count, money)] = con.sql(sql, params={"records": records}).fetchall() if records else [(0, None)]
        rows.append({"what": what, "rows": count, "revenue": money})
    return pl.DataFrame(rows, schema={"what": pl.String, "rows": pl.Int64, "revenue": pl.Float64})


def _open(pairs: pl.DataFrame) -> int:
    return pairs.filter(pl.col("steward_status") == "Pending").height


__all__ = [
    "Decided",
    "DecisionRefused",
    "Preview",
    "deciding",
    "overriding",
    "preview",
    "record",
    "state",
    "undoing",
    "unmerging",
]  # fmt: skip
