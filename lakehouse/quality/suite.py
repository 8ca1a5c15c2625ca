"""Suites: the quality rules of a table at a gate, read from files in the Great Expectations schema."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lakehouse.errors import LakehouseError

FOLDER = Path(__file__).parent / "suites"
GATES = ("bronze_to_silver", "silver_to_mdm", "mdm_to_gold")
DIMENSIONS = frozenset({"completeness", "validity", "uniqueness", "consistency", "timeliness", "accuracy"})
SEVERITIES = frozenset({"critical", "warning"})  # critical stops the release, warning shows
COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list")


class SuiteInvalid(LakehouseError):
    """A suite's file says something that the gate does not understand."""


@dataclass(frozen=True)
class Rule:
    """One expectation: what holds for a table or for each of its rows."""

    id: str
    type: str
    kwargs: Mapping[str, Any]
    severity: str
    dimension: str
    quarantine: bool = False  # rows that break it are set aside, with the reason
    reference: str | None = None  # layer.table.column whose values are the allowed set

    @property
    def label(self) -> str:
        """The rule in words: its id without underscores."""
        return self.id.replace("_", " ")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values the rule looks at."""
        named: list[str] = []
        for argument in COLUMN_ARGUMENTS:
            found = self.kwargs.get(argument, ())
            named += [found] if isinstance(found, str) else found
        return tuple(named)

    @property
    def mostly(self) -> float:
        return float(self.kwargs.get("mostly", 1.0))

    @property
    def tolerated_share(self) -> float:
        return round(1 - self.mostly, 9)


@dataclass(frozen=True)
class Suite:
    """The rules of one table at one gate."""

    gate: str
    table: str
    key: tuple[str, ...]  # the columns that name a row to a person
    rules: tuple[Rule, ...]
    derived: Mapping[str, str] = field(default_factory=dict)  # columns that only the rules need, as SQL
    newest_by: str | None = None  # the column that orders the rows of a key for its model, beside their arrival
    optional: bool = False  # a table that may not be there yet; where it is, its rules hold

    @property
    def layer(self) -> str:
        return self.table.partition(".")[0]


@cache
def load(gate: str) -> tuple[Suite, ...]:
    """The suites of a gate, by table. Raises SuiteInvalid, naming the file and all that is wrong with it."""
    if gate not in GATES:
        raise ValueError(f"No gate {gate!r}. Available: {', '.join(GATES)}")
    return tuple(parse(gate, path.stem, path.read_text()) for path in sorted((FOLDER / gate).glob("*.json")))


def parse(gate: str, table: str, text: str) -> Suite:
    """A suite from its file's text."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise SuiteInvalid(f"{gate}/{table}.json is no JSON: {error}") from error
    meta = content.get("meta", {})
    rules = tuple(_rule(expectation) for expectation in content.get("expectations", ()))
    problems = [f"{rule.id or rule.type}: {problem}" for rule in rules for problem in _problems(rule)]
    ids = [rule.id for rule in rules]
    problems += [f"{double}: the id is used twice" for double in sorted({i for i in ids if ids.count(i) > 1})]
    if not meta.get("allow_empty") and not any(_wants_rows(rule) for rule in rules):
        problems.append("no rule wants a row; add expect_table_row_count_to_be_between or meta.allow_empty")
    if not meta.get("key"):
        problems.append("meta.key is missing: the columns that name a row")
    if problems:
        raise SuiteInvalid(f"{gate}/{table}.json: {'; '.join(problems)}")
    derived, optional = dict(meta.get("derived", {})), bool(meta.get("optional", False))
    return Suite(gate, table, tuple(meta["key"]), rules, derived, meta.get("newest_by"), optional)


def _rule(expectation: Mapping[str, Any]) -> Rule:
    meta = expectation.get("meta", {})
    return Rule(
        id=meta.get("id", ""),
        type=expectation.get("type", ""),
        kwargs=expectation.get("kwargs", {}),
        severity=expectation.get("severity", ""),
        dimension=meta.get("dimension", ""),
        quarantine=bool(meta.get("quarantine", False)),
        reference=meta.get("reference"),
    )


def _problems(rule: Rule) -> list[str]:
    found = []
    if not rule.id:
        found.append("meta.id is missing")
    if rule.severity not in SEVERITIES:
        found.append(f"severity is {rule.severity!r}, expected one of {', '.join(sorted(SEVERITIES))}")
    if rule.dimension not in DIMENSIONS:
        found.append(f"meta.dimension is {rule.dimension!r}, expected one of {', '.join(sorted(DIMENSIONS))}")
    if not 0 < rule.mostly <= 1:
        found.append(f"mostly is {rule.mostly}, expected a share above 0 and up to 1")
    if rule.reference is not None and rule.reference.count(".") != 2:
        found.append(f"meta.reference is {rule.reference!r}, expected layer.table.column")
    return found


def _wants_rows(rule: Rule) -> bool:
    return rule.type == "expect_table_row_count_to_be_between" and (rule.kwargs.get("min_value") or 0) >= 1
