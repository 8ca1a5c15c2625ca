"""Corporate groups: customers that stewards kept apart as companies of one group, and the parent of each group."""

from typing import Any

import polars as pl

from lakehouse.mdm import stewardship

RELATED = "related"  # the value of a rejection that tells of a sister company
SCHEMA = {"customer_uid": pl.String, "parent_uid": pl.String, "group_size": pl.Int32}


def groups(decisions: pl.DataFrame, crosswalk: pl.DataFrame, golden: pl.DataFrame) -> pl.DataFrame:
    """One row per customer of a group; the parent is the oldest customer of the group, and its own parent.

    A group is what rejections as related companies connect; those that were undone, or decided otherwise since, do not.
    """
    seats = dict(crosswalk.select("record_id", "customer_uid").iter_rows())
    group: dict[str, set[str]] = {}
    for a, b in _sisters(decisions):
        one, other = seats.get(a), seats.get(b)
        if one and other and one != other:
            joined = group.get(one, {one}) | group.get(other, {other})
            group.update(dict.fromkeys(joined, joined))
    created = dict(golden.select("customer_uid", "created_date").iter_rows())
    rows = [
        (member, min(members, key=lambda uid: (created.get(uid) is None, created.get(uid), uid)), len(members))
        for member, members in sorted(group.items())
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _sisters(decisions: pl.DataFrame) -> list[tuple[str, str]]:
    """The pairs whose newest decision in force says: another company of the same group."""
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in stewardship.in_force(decisions):
        if row["verdict"] in (*stewardship.LINKING, *stewardship.SEPARATING):
            newest.setdefault((min(row["record_a"], row["record_b"]), max(row["record_a"], row["record_b"])), row)
    return sorted(pair for pair, row in newest.items() if row["verdict"] == "reject" and row["value"] == RELATED)
