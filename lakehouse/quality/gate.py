"""The gates between the layers: evaluate every rule, set bad rows aside, and stop a run that must not go on."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from lakehouse.errors import LakehouseError
from lakehouse.quality import frames, quarantine
from lakehouse.quality.scan import Finding, findings
from lakehouse.quality.suite import Rule, Suite, load


class GateFailed(LakehouseError):
    """A rule that guards the release does not hold; `gate` is where, `quarantined` the rows set aside by table."""

    def __init__(self, report: str, gate: str = "") -> None:
        super().__init__(report)
        self.gate = gate
        self.quarantined: dict[str, int] = {}


@dataclass(frozen=True)
class Result:
    """What a gate found of one rule."""

    gate: str
    table_name: str
    rule: Rule
    finding: Finding
    seconds: float  # of the table's scan, shared evenly by its rules

    @property
    def failed_share(self) -> float:
        return self.finding.failed / self.finding.checked if self.finding.checked else 0.0

    @property
    def success(self) -> bool:
        """Whether the share of good rows reaches the rule's `mostly`; an error is no success."""
        checked, failed = self.finding.checked, self.finding.failed
        return self.finding.error is None and (checked == 0 or (checked - failed) / checked >= self.rule.mostly)

    @property
    def message(self) -> str:
        """One line for a person: where, which rule, how much of it."""
        found = self.finding
        if found.error is not None:
            what = f"could not be evaluated: {found.error}"
        elif found.observed:
            what = found.observed
        else:
            what = (
                f"{found.failed:,} of {found.checked:,} rows ({self.failed_share:.1%}) are bad, "
                f"{self.rule.tolerated_share:.1%} tolerated"
            )
        return f"{self.table_name}: {self.rule.label}: {what}"


@dataclass(frozen=True)
class GateReport:
    """The results of a gate, and the rows that it set aside."""

    gate: str
    run_id: str
    results: list[Result]
    quarantine: pl.DataFrame

    @property
    def breaches(self) -> list[Result]:
        """Rules that hold the release back."""
        return [result for result in self.results if not result.success and result.rule.severity == "critical"]

    @property
    def warnings(self) -> list[Result]:
        return [result for result in self.results if not result.success and result.rule.severity == "warning"]

    def results_frame(self) -> pl.DataFrame:
        """The results as rows of mdm.quality_result."""
        rows = [
            {
                "run_id": self.run_id,
                "gate": result.gate,
                "table_name": result.table_name,
                "rule_id": result.rule.id,
                "expectation_type": result.rule.type,
                "column_name": ", ".join(result.rule.columns) or None,
                "dimension": result.rule.dimension,
                "severity": result.rule.severity,
                "checked": result.finding.checked,
                "failed": result.finding.failed,
                "failed_share": result.failed_share,
                "tolerated_share": result.rule.tolerated_share,
                "success": result.success,
                "error": result.finding.error,
                "seconds": result.seconds,
            }
            for result in self.results
        ]
        return pl.DataFrame(rows, schema=frames.RESULT)


def run(
    con: duckdb.DuckDBPyConnection,
    gate: str,
    tables: Collection[str] | None = None,
    *,
    run_id: str = "",
    layer: str | None = None,
) -> GateReport:
    """Evaluate a gate's rules, of all its tables or of some; bad data raise nothing, see enforce()."""
    suites = [
        suite
        for suite in load(gate)
        if (tables is None or suite.table in tables) and (layer is None or suite.layer == layer)
    ]
    return evaluate(con, gate, suites, run_id=run_id)


def evaluate(con: duckdb.DuckDBPyConnection, gate: str, suites: Iterable[Suite], *, run_id: str = "") -> GateReport:
    """Evaluate the rules of some suites, one scan a table, and one more where rows are to be set aside."""
    cursor = con.cursor()
    known = columns_of(cursor)
    results: list[Result] = []
    aside = [frames.QUARANTINE.to_frame()]
    for suite in suites:
        if suite.optional and suite.table not in known:
            continue
        columns = known.get(suite.table, {})
        started = time.perf_counter()
        found = findings(cursor, suite, columns)
        broken = [rule for rule in suite.rules if rule.quarantine and found[rule.id].failed]
        if broken:
            aside.append(quarantine.rows(cursor, suite, columns, broken))
        seconds = (time.perf_counter() - started) / max(len(suite.rules), 1)
        results += [Result(gate, suite.table, rule, found[rule.id], seconds) for rule in suite.rules]
    return GateReport(gate, run_id, results, pl.concat(aside))


def enforce(report: GateReport, more: Sequence[str] = ()) -> None:
    """Raise GateFailed with every breach, one line each; `more` are those that the caller found."""
    lines = [*(breach.message for breach in report.breaches), *more]
    if lines:
        raise GateFailed("\n".join([f"Quality gate {report.gate} failed:", *lines]), report.gate)


def columns_of(cursor: duckdb.DuckDBPyConnection) -> Mapping[str, dict[str, str]]:
    """The columns of every table and view and their types, by layer.table."""
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, type_ in cursor.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns "
        "order by table_schema, table_name, ordinal_position"
    ).fetchall():
        found.setdefault(f"{schema}.{table}", {})[column] = type_
    return found
