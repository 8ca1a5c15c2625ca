"""The generated suites in Great Expectations itself; where it is not installed, that is what each row says."""

from pathlib import Path

import duckdb

from agents.checks import Artefact, quality
from lakehouse.quality import expectations
from lakehouse.quality.suite import Rule, Suite
from lakehouse.release import Release
from lakehouse.storage import Store


def check(workspace: Path, store: Store, release: Release) -> list[Artefact]:
    """One row a suite: its expectations hold on the release, and one of each type catches a fault put into a copy."""
    found = []
    try:
        gx = expectations.context()
    except expectations.NotInstalled as error:
        return [
            Artefact(str(path.relative_to(workspace)), "great_expectations", False, str(error))
            for path, _ in quality.suites(workspace)
        ]
    with store.connect(release.tables) as con, duckdb.connect() as copy:
        for path, suite in quality.suites(workspace):
            name = str(path.relative_to(workspace))
            if isinstance(suite, str):
                found.append(Artefact(name, "great_expectations", False, suite))
                continue
            report = expectations.evaluate(con, suite.gate, [suite], gx)
            failed = [result.message for result in report.results if not result.success]
            chosen = one_of_each_type(suite)
            missed = quality.missed(con, copy, suite, chosen, _verdict)
            detail = "; ".join(failed) or (
                f"{len(report.results)} expectations hold; {len(chosen) - len(missed)} of {len(chosen)} faults caught"
            )
            found.append(Artefact(name, "great_expectations", not failed and not missed, detail))
    return found


def one_of_each_type(suite: Suite) -> list[Rule]:
    """Great Expectations takes its time: the engines agree rule by rule, so one fault of each type tells enough."""
    return list({rule.type: rule for rule in suite.rules}.values())


def _verdict(con: duckdb.DuckDBPyConnection, suite: Suite) -> bool:
    [result] = expectations.evaluate(con, suite.gate, [suite], expectations.context()).results
    return result.success
