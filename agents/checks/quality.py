"""Quality suites: understood, passed by the release, and sharp enough to catch faults put into a copy of it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from agents.checks import Artefact
from lakehouse.errors import LakehouseError
from lakehouse.quality import gate
from lakehouse.quality.suite import GATES, Rule, Suite, parse
from lakehouse.release import Release
from lakehouse.storage import Store

FOLDER = "quality"
COPIED_ROWS = 500


def suites(workspace: Path) -> list[tuple[Path, Suite | str]]:
    """Every suite's file with the suite, or with what is wrong with it."""
    found: list[tuple[Path, Suite | str]] = []
    for path in sorted((workspace / FOLDER).rglob("*.json")):
        try:
            if path.parent.name not in GATES:
                raise LakehouseError(f"{path.parent.name} is no gate; expected one of {', '.join(GATES)}")
            found.append((path, parse(path.parent.name, path.stem, path.read_text(encoding="utf-8"))))
        except LakehouseError as error:
            found.append((path, str(error)))
    return found


def check(workspace: Path, store: Store, release: Release) -> list[Artefact]:
    """One row a suite."""
    found = []
    with store.connect(release.tables) as con, duckdb.connect() as copy:
        for path, suite in suites(workspace):
            name = str(path.relative_to(workspace))
            if isinstance(suite, str):
                found.append(Artefact(name, "quality", False, suite))
                continue
            report = gate.evaluate(con, suite.gate, [suite])
            failed = [result.message for result in report.results if not result.success]
            missed = [] if failed else missed_faults(con, copy, suite)
            sharp = f"{len(suite.rules) - len(missed)} of {len(suite.rules)} injected faults caught"
            detail = "; ".join(failed) or sharp + (f", missed: {', '.join(missed)}" if missed else "")
            found.append(Artefact(name, "quality", not failed and not missed, detail))
    return found


def missed_faults(con: duckdb.DuckDBPyConnection, copy: duckdb.DuckDBPyConnection, suite: Suite) -> list[str]:
    """The rules that hold, for our own engine, although their own fault was put in."""
    return missed(con, copy, suite, suite.rules, _verdict)


def _verdict(con: duckdb.DuckDBPyConnection, suite: Suite) -> bool:
    [result] = gate.evaluate(con, suite.gate, [suite]).results
    return result.success


def missed(
    con: duckdb.DuckDBPyConnection,
    copy: duckdb.DuckDBPyConnection,
    suite: Suite,
    rules: Sequence[Rule],
    verdict: Callable[[duckdb.DuckDBPyConnection, Suite], bool],
) -> list[str]:
    """Those of the rules that an engine lets hold although their own fault was put into a copy of the table."""
    layer = suite.table.partition(".")[0]
    rows = con.execute(f"select * from {suite.table} limit {COPIED_ROWS}").to_arrow_table()
    copy.execute(f"create schema if not exists {layer}")
    copy.register("rows_in", rows)
    found = []
    for rule in rules:
        copy.execute(f"create or replace table {suite.table} as {_faulty(rule, suite.table)}")
        alone = Suite(suite.gate, suite.table, suite.key, (rule,), suite.derived)
        if verdict(copy, alone):
            found.append(rule.id)
    copy.unregister("rows_in")
    copy.execute(f"drop table {suite.table}")
    return found


def _faulty(rule: Rule, table: str) -> str:
    """A SELECT that breaks the rule in every row."""
    column = f'"{rule.columns[0]}"' if rule.columns else ""
    if rule.type == "expect_table_row_count_to_be_between":
        return "from rows_in where false"
    if rule.type.startswith("expect_table_columns"):
        return "select *, 1 as column_that_nobody_declared from rows_in"
    if "unique" in rule.type:
        return "from rows_in union all from rows_in"
    if rule.type == "expect_column_values_to_not_be_null":
        return f"select * replace (null as {column}) from rows_in"
    if rule.type == "expect_column_values_to_be_between":
        beyond = rule.kwargs["max_value"]
        return f"select * replace (cast('{beyond}' as double) * 10 + 1000 as {column}) from rows_in"
    return f"select * replace ('~ a value that breaks {rule.type} ~' as {column}) from rows_in"
