"""Both engines over the same tables, compared rule by rule."""

from collections.abc import Iterable
from typing import Any

import duckdb

from lakehouse.quality import expectations, gate
from lakehouse.quality.gate import GateReport, Result
from lakehouse.quality.suite import Suite


def both(con: duckdb.DuckDBPyConnection, name: str, suites: Iterable[Suite]) -> tuple[GateReport, GateReport]:
    """The reports of the built-in gate and of Great Expectations."""
    suites = tuple(suites)
    return gate.evaluate(con, name, suites), expectations.evaluate(con, name, suites, expectations.context())


def verdict(result: Result) -> tuple[Any, ...]:
    """What both engines must say of a rule; the words of an error are each engine's own."""
    found = result.finding
    return result.table_name, result.rule.id, result.success, found.failed, found.checked, found.error is not None


def differences(ours: GateReport, theirs: GateReport) -> list[str]:
    return [
        f"{verdict(mine)}: built in {mine.message}; Great Expectations {other.message}"
        for mine, other in zip(ours.results, theirs.results, strict=True)
        if verdict(mine) != verdict(other)
    ]
