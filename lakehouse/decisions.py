"""Steward decisions as rows of mdm.steward_decision: what may be decided now, and what a decision changes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from lakehouse import hierarchy, schemas
from lakehouse.errors import LakehouseError
from lakehouse.mdm import stewardship, survivorship, uid
from lakehouse.release import dumps

VERDICTS = ("approve", "reject", "skip")
COLUMNS = tuple(schemas.MDM["mdm.steward_decision"])


class DecisionRefused(LakehouseError):
    """A decision that cannot be taken as things stand; the text says why."""


@dataclass(frozen=True)
class State:
    """What a steward decides upon: the mdm tables of the newest release, and every decision so far."""

    pairs: pl.DataFrame
    crosswalk: pl.DataFrame
    golden: pl.DataFrame
    decisions: pl.DataFrame


@dataclass(frozen=True)
class Pending:
    """A decision about to be recorded; a run fills in what it changes before it is appended."""

    rows: tuple[dict[str, Any], ...]
    records: tuple[str, ...]  # whose customers it touches
    uids: tuple[str, ...] = ()  # customers that it touches by name
    note: str = ""

    def frame(self, as_of_date: date) -> pl.DataFrame:
        """The rows of mdm.steward_decision; `after` is still open."""
        types = {name: _POLARS.get(type_, pl.String) for name, type_ in schemas.MDM["mdm.steward_decision"].items()}
        rows = [{**row, "as_of_date": as_of_date} for row in self.rows]
        return pl.DataFrame(rows, schema=types, orient="row")

    def settled(self, as_of_date: date, crosswalk: pl.DataFrame, golden: pl.DataFrame) -> pl.DataFrame:
        """The rows with what came of them; DecisionRefused where it is not what the steward asked for."""
        now = dict(crosswalk.select("record_id", "customer_uid").iter_rows())
        for row in self.rows:
            together = now.get(row["record_a"]) == now.get(row["record_b"])
            if row["verdict"] in stewardship.LINKING and not together:
                raise DecisionRefused(f"{_pair(row)} cannot become one customer: an earlier decision keeps them apart")
            if row["verdict"] in stewardship.SEPARATING and together:
                raise DecisionRefused(
                    f"{_pair(row)} stay one customer: another approved pair joins them; undo that decision first"
                )
        after = shown(self.records, self.uids, crosswalk, golden)
        return self.frame(as_of_date).with_columns(pl.lit(after).alias("after"))


_POLARS: dict[str, Any] = {"TIMESTAMP": pl.Datetime("us"), "DATE": pl.Date}


def pair(state: State, pair_id: str, verdict: str, reason: str, who: str, *, related: bool = False) -> Pending:
    """Approve, reject or skip a pair; `related` tells that a rejected pair is two companies of one group."""
    if verdict not in VERDICTS:
        raise DecisionRefused(f"No verdict {verdict!r} on a pair; available: {', '.join(VERDICTS)}")
    found = state.pairs.filter(pl.col("pair_id") == pair_id)
    if found.is_empty():
        raise DecisionRefused(f"No pair {pair_id} in the newest release; it may have been decided or changed since")
    row = found.row(0, named=True)
    records = (row["record_a"], row["record_b"])
    standing = standing_on(state.decisions, records)
    if standing is not None:
        raise DecisionRefused(
            f"{pair_id} was decided already: {standing['verdict']} by {standing['decided_by']} at "
            f"{standing['decided_at']:%Y-%m-%d %H:%M:%S} ({standing['reason']}); undo {standing['decision_id']} first"
        )
    if verdict != "skip" and row["steward_status"] not in ("Pending", "None", "Auto-approved"):
        raise DecisionRefused(f"{pair_id} needs no verdict any more: other decisions have made it {_status(row)}")
    value = hierarchy.RELATED if related and verdict == "reject" else None
    rows = [{"verdict": verdict, "pair_id": pair_id, "record_a": records[0], "record_b": records[1], "value": value}]
    return _pending(state, rows, records, (), reason, who, f"{verdict} {pair_id}")


def unmerge(state: State, records: Sequence[str], reason: str, who: str) -> Pending:
    """Take records out of their golden customer: they stay together, and apart from all that remain in it."""
    seats = dict(state.crosswalk.select("record_id", "customer_uid").iter_rows())
    unknown = [record for record in records if record not in seats]
    if unknown or not records:
        raise DecisionRefused(f"No source record {', '.join(unknown) or 'was named'} in the newest release")
    customers = {seats[record] for record in records}
    if len(customers) > 1:
        raise DecisionRefused(f"{', '.join(records)} belong to {len(customers)} customers; unmerge one at a time")
    [customer] = customers
    rest = sorted(record for record, seat in seats.items() if seat == customer and record not in records)
    if not rest:
        raise DecisionRefused(f"{', '.join(records)}: all records of {customer}, nothing would remain to part from")
    rows = [
        {"verdict": "unmerge", "record_a": min(a, b), "record_b": max(a, b), "customer_uid": customer}
        for a in sorted(set(records))
        for b in rest
    ]
    note = f"unmerge {', '.join(sorted(set(records)))} from {customer}"
    return _pending(state, rows, (*records, *rest), (), reason, who, note)


def override(state: State, customer_uid: str, attribute: str, value: str, reason: str, who: str) -> Pending:
    """Set the value of an attribute of a golden customer."""
    if attribute not in survivorship.ATTRIBUTES:
        available = ", ".join(survivorship.ATTRIBUTES)
        raise DecisionRefused(f"No attribute {attribute!r} to override; available: {available}")
    if not value.strip():
        raise DecisionRefused(f"The new value of {attribute} is missing")
    if attribute == "created_date" and _date(value) is None:
        raise DecisionRefused(f"created_date must be a day as 2026-01-31, but is {value!r}")
    if attribute == "is_churned" and value.lower() not in ("true", "false"):
        raise DecisionRefused(f"is_churned must be true or false, but is {value!r}")
    if customer_uid not in state.golden["customer_uid"].to_list():
        raise DecisionRefused(f"No golden customer {customer_uid} in the newest release; it may have been merged away")
    rows = [{"verdict": "override", "customer_uid": customer_uid, "attribute": attribute, "value": value.strip()}]
    return _pending(state, rows, (), (customer_uid,), reason, who, f"override {attribute} of {customer_uid}")


def undo(state: State, decision_id: str, reason: str, who: str) -> Pending:
    """Reverse a decision, with all the rows that it was recorded in."""
    whole = decision_id.partition("/")[0]
    held = state.decisions.filter(pl.col("decision_id").str.split("/").list.first() == whole)
    if held.is_empty():
        raise DecisionRefused(f"No decision {decision_id} to undo")
    old = held.sort("decision_id").to_dicts()
    if old[0]["verdict"] == "undo":
        raise DecisionRefused(f"{whole} is itself an undo; take the decision anew instead")
    reversed_by = state.decisions.filter((pl.col("verdict") == "undo") & pl.col("value").is_in([old[0]["decision_id"]]))
    if len(reversed_by):
        by = reversed_by.row(0, named=True)
        raise DecisionRefused(f"{whole} was undone already, by {by['decided_by']} at {by['decided_at']:%Y-%m-%d %H:%M}")
    kept = ("pair_id", "record_a", "record_b", "customer_uid", "attribute")
    rows = [{"verdict": "undo", "value": row["decision_id"], **{name: row[name] for name in kept}} for row in old]
    records = {row[side] for row in old for side in ("record_a", "record_b") if row[side]}
    uids = {row["customer_uid"] for row in old if row["attribute"]}
    return _pending(state, rows, sorted(records), sorted(uids), reason, who, f"undo {old[0]['verdict']} {whole}")


def standing_on(decisions: pl.DataFrame, records: Collection[str]) -> dict[str, Any] | None:
    """The decision in force on a pair of records, if there is one."""
    about = decisions.filter(pl.col("record_a").is_in(list(records)) & pl.col("record_b").is_in(list(records)))
    in_force = [row for row in stewardship.in_force(about) if row["verdict"] != "skip"]
    return in_force[0] if in_force else None


def shown(records: Iterable[str], uids: Iterable[str], crosswalk: pl.DataFrame, golden: pl.DataFrame) -> str:
    """The golden customers of some records, and those named, as JSON for the audit trail."""
    touched = crosswalk.filter(pl.col("record_id").is_in(list(records)))
    wanted = {*touched["customer_uid"], *uids}
    members = crosswalk.filter(pl.col("customer_uid").is_in(list(wanted)))
    held = members.sort("record_id").group_by("customer_uid").agg(pl.col("record_id").alias("record_ids"))
    rows = golden.filter(pl.col("customer_uid").is_in(list(wanted))).join(held, on="customer_uid", how="left")
    return dumps({"customers": rows.sort("customer_uid").to_dicts()})


def _pending(
    state: State,
    rows: Sequence[dict[str, Any]],
    records: Iterable[str],
    uids: Iterable[str],
    reason: str,
    who: str,
    note: str,
) -> Pending:
    missing = [name for name, text in (("reason", reason), ("name of the steward", who)) if not text.strip()]
    if missing:
        raise DecisionRefused(f"A decision needs a {' and a '.join(missing)}; the audit trail keeps both")
    decided_at = _later_than_all(state.decisions)
    subject = dumps([decided_at, who, [*rows]])
    whole = "D-" + uid.digest(subject)
    before = shown(records := tuple(records), uids := tuple(uids), state.crosswalk, state.golden)
    common = {
        "decided_at": decided_at,
        "decided_by": who.strip(),
        "reason": reason.strip(),
        "before": before,
    }
    numbered = [
        {**dict.fromkeys(COLUMNS), **row, **common, "decision_id": whole if n == 0 else f"{whole}/{n + 1}"}
        for n, row in enumerate(rows)
    ]
    return Pending(tuple(numbered), records, uids, f"{note} by {who.strip()}")


def _later_than_all(decisions: pl.DataFrame) -> datetime:
    """Now, or just after the newest decision where the clock went backwards: the newest decision is in force."""
    now = datetime.now(UTC).replace(tzinfo=None)
    newest: Any = decisions["decided_at"].max()
    return now if newest is None else max(now, newest + timedelta(microseconds=1))


def _pair(row: dict[str, Any]) -> str:
    return f"{row['record_a']} and {row['record_b']}"


def _status(row: dict[str, Any]) -> str:
    return str(row["steward_status"]).lower()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
