"""One scan of a table that answers all its rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from lakehouse.quality.checks import Check, Facts, RowCheck, TableCheck, UniqueCheck, compile_rule, quoted
from lakehouse.quality.suite import Rule, Suite


@dataclass(frozen=True)
class Finding:
    """What the scan found of one rule."""

    checked: int = 0
    failed: int = 0
    observed: str = ""  # what is wrong with the table as a whole
    error: str | None = None  # why the rule could not be evaluated


def relation(suite: Suite) -> str:
    """The table with the columns that only its rules need."""
    table = ".".join(map(quoted, suite.table.split(".")))
    if not suite.derived:
        return table
    derived = ", ".join(f"({sql}) as {quoted(name)}" for name, sql in suite.derived.items())
    return f"(select *, {derived} from {table})"


def findings(cursor: duckdb.DuckDBPyConnection, suite: Suite, columns: Mapping[str, str]) -> dict[str, Finding]:
    """What was found, by the rule's id. A rule that cannot be evaluated is an error and harms no other rule."""
    if not columns:
        return {rule.id: Finding(error=f"there is no table {suite.table}") for rule in suite.rules}
    found: dict[str, Finding] = {}
    checks: dict[str, Check] = {}
    for rule in suite.rules:
        try:
            checks[rule.id] = compile_rule(rule)
        except KeyError as error:
            found[rule.id] = Finding(error=f"{rule.type} needs or lacks {error}")
            continue
        missing = [c for c in rule.columns if c not in columns and c not in suite.derived]
        if missing and not _is_about_schema(checks[rule.id]):
            found[rule.id] = Finding(error=f"there is no column {', '.join(missing)} in {suite.table}")
            del checks[rule.id]
    try:
        return found | _scan(cursor, relation(suite), columns, checks)
    except duckdb.Error:
        alone = {rule.id: _alone(cursor, suite, columns, rule, checks[rule.id]) for rule in _of(suite, checks)}
        return found | alone


def _of(suite: Suite, checks: Mapping[str, Check]) -> list[Rule]:
    return [rule for rule in suite.rules if rule.id in checks]


def _is_about_schema(check: Check) -> bool:
    return isinstance(check, TableCheck) and check.aggregate is None


def _alone(
    cursor: duckdb.DuckDBPyConnection, suite: Suite, columns: Mapping[str, str], rule: Rule, check: Check
) -> Finding:
    """One rule by itself, with no derived column but its own, so that a fault stays with the rule that has it."""
    own = {name: sql for name, sql in suite.derived.items() if name in rule.columns}
    narrowed = Suite(suite.gate, suite.table, suite.key, (rule,), own)
    try:
        return _scan(cursor, relation(narrowed), columns, {rule.id: check})[rule.id]
    except duckdb.Error as error:
        return Finding(error=str(error).partition("\n")[0])


def _scan(
    cursor: duckdb.DuckDBPyConnection, rows: str, columns: Mapping[str, str], checks: Mapping[str, Check]
) -> dict[str, Finding]:
    wanted = {"count(*)": 0}  # SQL of each aggregate, and its place in the answer

    def place(sql: str) -> int:
        return wanted.setdefault(sql, len(wanted))

    places = {rule_id: [place(sql) for sql in _aggregates(check)] for rule_id, check in checks.items()}
    [answer] = cursor.execute(f"select {', '.join(wanted)} from {rows} as rows").fetchall()
    total = answer[0]
    found = {}
    for rule_id, check in checks.items():
        values = [answer[at] for at in places[rule_id]]
        if isinstance(check, TableCheck):
            observed = check.judge(Facts(columns, total, values[0] if values else None))
            found[rule_id] = Finding(1, int(bool(observed)), observed)
        elif isinstance(check, UniqueCheck):
            checked, extra = values
            found[rule_id] = Finding(checked, _copies(cursor, rows, check) if extra else 0)
        else:
            checked, failed = values
            found[rule_id] = Finding(checked, failed)
    return found


def _aggregates(check: Check) -> Sequence[str]:
    match check:
        case RowCheck(checked, broken):
            return _count(checked), f"count(*) filter (where {broken})"
        case UniqueCheck(checked, columns):
            distinct = f"count(distinct {_together(columns)}) filter (where {checked})"
            return _count(checked), f"{_count(checked)} - {distinct}"
        case TableCheck(_, aggregate):
            return [aggregate] if aggregate else []


def _count(checked: str) -> str:
    return "count(*)" if checked == "true" else f"count(*) filter (where {checked})"


def _together(columns: Sequence[str]) -> str:
    named = ", ".join(map(quoted, columns))
    return f"({named})" if len(columns) > 1 else named


def _copies(cursor: duckdb.DuckDBPyConnection, rows: str, check: UniqueCheck) -> int:
    """All rows that share their values with another one, first copies too, as Great Expectations counts them."""
    keys = ", ".join(map(quoted, check.columns))
    [(failed,)] = cursor.execute(
        f"select sum(n) from (select count(*) as n from {rows} as rows where {check.checked} "
        f"group by {keys} having count(*) > 1)"
    ).fetchall()
    return int(failed)
