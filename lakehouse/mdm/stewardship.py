"""What the log of steward decisions comes to: which records must or must not be one customer, which values are set."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

LINKING, SEPARATING = ("approve",), ("reject", "unmerge")
VERDICTS = (*LINKING, *SEPARATING, "override", "undo", "skip")  # a skip is on record and settles nothing


@dataclass(frozen=True)
class Constraint:
    """A standing verdict on two records."""

    record_a: str
    record_b: str
    is_link: bool
    decided_at: datetime


@dataclass(frozen=True)
class Override:
    """A value that a steward set for an attribute of a customer."""

    customer_uid: str
    attribute: str
    value: str | None
    decision_id: str


@dataclass(frozen=True)
class Standing:
    """The decisions in force, newest first; `separated` are all pairs ever kept apart, in force or undone."""

    constraints: tuple[Constraint, ...] = ()
    overrides: tuple[Override, ...] = ()
    separated: tuple[Constraint, ...] = ()


def standing(decisions: pl.DataFrame) -> Standing:
    """The newest decision on a pair, or on a customer's attribute, is in force, unless it was undone.

    An undo names the decision that it reverses in `value`; without one it reverses the newest decision on the same
    pair or attribute that is still in force.
    """
    log = _newest_first(decisions)
    for row in log:
        _check(row)
    constraints: dict[Any, Constraint] = {}
    overrides: dict[Any, Override] = {}
    for row in _in_force(log):
        if row["verdict"] == "skip":
            continue
        if row["verdict"] == "override":
            chosen = Override(row["customer_uid"], row["attribute"], row["value"], row["decision_id"])
            overrides.setdefault(_subject(row), chosen)
        else:
            constraints.setdefault(_subject(row), _constraint(row))
    separated = tuple(_constraint(row) for row in log if row["verdict"] in SEPARATING)
    return Standing(tuple(constraints.values()), tuple(overrides.values()), separated)


def in_force(decisions: pl.DataFrame) -> list[dict[str, Any]]:
    """The decisions that nobody undid, newest first, skips among them."""
    return _in_force(_newest_first(decisions))


def _newest_first(decisions: pl.DataFrame) -> list[dict[str, Any]]:
    return decisions.sort("decided_at", "decision_id", descending=True).to_dicts()


def _in_force(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The decisions that nobody undid, newest first."""
    undone: set[str] = set()
    for number, row in enumerate(log):
        if row["verdict"] != "undo" or row["decision_id"] in undone:
            continue
        earlier = [old for old in log[number + 1 :] if old["decision_id"] not in undone]
        if row["value"]:
            undone.update(old["decision_id"] for old in earlier if old["decision_id"] == row["value"])
        else:
            settled = (old for old in earlier if old["verdict"] not in ("undo", "skip"))
            same = (old for old in settled if _subject(old) == _subject(row))
            undone.update(old["decision_id"] for old in list(same)[:1])
    return [row for row in log if row["verdict"] != "undo" and row["decision_id"] not in undone]


def _subject(row: dict[str, Any]) -> tuple[str | None, ...]:
    """What a decision is about: a pair of records, or an attribute of a customer."""
    if row["record_a"] and row["record_b"]:
        return tuple(sorted((row["record_a"], row["record_b"])))
    return row["customer_uid"], row["attribute"]


def _constraint(row: dict[str, Any]) -> Constraint:
    a, b = sorted((row["record_a"], row["record_b"]))
    return Constraint(a, b, row["verdict"] in LINKING, row["decided_at"])


def _check(row: dict[str, Any]) -> None:
    where = f"mdm.steward_decision {row['decision_id']}"
    if row["verdict"] not in VERDICTS:
        raise ValueError(f"{where}: no verdict '{row['verdict']}', available: {', '.join(VERDICTS)}")
    if row["verdict"] in (*LINKING, *SEPARATING):
        if not row["record_a"] or not row["record_b"] or row["record_a"] == row["record_b"]:
            found = f"{row['record_a']} and {row['record_b']}"
            raise ValueError(
                f"{where}: {row['verdict']} needs two different records in record_a and record_b, got {found}"
            )
    elif row["verdict"] == "override" and not (row["customer_uid"] and row["attribute"]):
        raise ValueError(f"{where}: override needs customer_uid and attribute")
