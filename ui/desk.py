"""The steward's desk: two records and the one they would become, and what else an approval would change."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from lakehouse import session
from ui import side_by_side
from ui.blocks import Fact
from ui.cards import note, nothing_here
from ui.format import count, money
from ui.side_by_side import Line

RULES = {
    "most_trusted": "most trusted",
    "most_recent": "most recent",
    "oldest": "earliest",
    "longest": "longest",
    "steward_override": "set by a steward",
}
LABELS = {
    "full_name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "street": "Street",
    "postal_code": "Postal code",
    "city": "City",
    "country": "Country",
    "segment": "Segment",
    "industry": "Industry",
    "tax_id": "VAT id",
    "is_churned": "Contract ended",
    "created_date": "Customer since",
}
FIELDS = {**LABELS, "source_records": "Records", "source_systems": "Systems", "match_score": "Weakest link"}
Looked = session.Preview | str | None


def records(rows: pl.DataFrame, pair: Mapping[str, Any], looked: Looked) -> None:
    """The two records of a pair, attribute by attribute, and the merged record with the origin of every value."""
    survivors: dict[str, Mapping[str, Any]] = {}
    if isinstance(looked, session.Preview):
        together = looked.attributes.filter("is_survivor")
        if together["customer_uid"].n_unique() == 1:
            survivors = {row["attribute"]: row for row in together.to_dicts()}
    lines = [
        Line(row["label"], row["record_a"], row["record_b"], row["agreement"], *_survivor(survivors, row, pair))
        for row in rows.to_dicts()
    ]
    heads = f"A · {pair['record_a']}", f"B · {pair['record_b']}"
    side_by_side.table(lines, heads, "If approved: one golden record" if survivors else "")
    if isinstance(looked, str):
        note(looked)


def _survivor(
    survivors: Mapping[str, Mapping[str, Any]], row: Mapping[str, Any], pair: Mapping[str, Any]
) -> tuple[str | None, str]:
    """The value that would survive, and which record it comes from by which rule."""
    found = survivors.get(row["attribute"])
    if found is None:
        return None, ""
    origin = {pair["record_a"]: "A", pair["record_b"]: "B"}.get(found["record_id"])
    origin = origin or str(found["record_id"]).partition(":")[0]
    return found["value"], f"{origin}, {RULES.get(found['rule'], found['rule'])}"


def consequences(looked: Looked) -> list[Fact]:
    """What an approval would change, as small figures."""
    if not isinstance(looked, session.Preview):
        return []
    before, after = looked.golden_customers
    waiting, left = looked.open_reviews
    facts = [
        Fact("Golden customers", f"{count(before)} → {count(after)}", "of all sources"),
        Fact("Pairs that wait", f"{count(waiting)} → {count(left)}", "in the queue"),
    ]
    for row in looked.moved.to_dicts():
        worth = money(row["revenue"]) if row["revenue"] else "would move" if row["rows"] else "none moves"
        facts.append(Fact(row["what"].capitalize(), count(row["rows"]), worth))
    return facts


def outcome(looked: Looked) -> None:
    """Which customer stays, which is retired into it, and which pages show it."""
    if not isinstance(looked, session.Preview):
        note(looked or "On the newest release this shows what an approval would change.")
        return
    stays = looked.after.to_dicts()
    kept = {row["customer_uid"] for row in stays}
    gone = [row for row in looked.before.to_dicts() if row["customer_uid"] not in kept]
    if len(stays) == 1 and gone:
        names = ", ".join(f"{row['full_name']} ({row['customer_uid']})" for row in gone)
        note(
            f"{names} is retired and leads on to {stays[0]['full_name']} ({stays[0]['customer_uid']}), which then has "
            f"{stays[0]['source_records']} source records. Customer 360 and Revenue count one customer fewer, a new "
            "version opens in the customer's history, and the decision stands in the audit trail."
        )


def before_and_after(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
    """The customers that a decision touched, before and after it."""
    was, became = (found["customers"] if found else [] for found in (before, after))
    if was == became:
        note("The customers stayed as they were; the decision holds in every later run.")
    lines = []
    seen = {row["customer_uid"]: row for row in became}
    for row in was:
        now = seen.get(row["customer_uid"])
        title = f"{row['full_name']} · {row['customer_uid']}"
        if now is None:
            lines.append(Line("Retired", title, None, "missing"))
            continue
        lines.append(Line("Customer", title, f"{now['full_name']} · {now['customer_uid']}", "same"))
        lines += side_by_side.changed(row, now, FIELDS)
    lines += [
        Line("New", None, f"{row['full_name']} · {row['customer_uid']}", "missing")
        for row in became
        if row["customer_uid"] not in {old["customer_uid"] for old in was}
    ]
    if lines:
        side_by_side.table(lines, ("Before", "After"))
    else:
        nothing_here("This decision touched no customer.")
