"""The generated suites in Great Expectations itself; where it is not installed, that is what each row says."""

from pathlib import Path

from agents.checks import Artefact, quality
from lakehouse.quality import expectations
from lakehouse.release import Release
from lakehouse.storage import Store


def check(workspace: Path, store: Store, release: Release) -> list[Artefact]:
    """One row a suite."""
    found = []
    try:
        gx = expectations.context()
    except expectations.NotInstalled as error:
        return [
            Artefact(str(path.relative_to(workspace)), "great_expectations", False, str(error))
            for path, _ in quality.suites(workspace)
        ]
    with store.connect(release.tables) as con:
        for path, suite in quality.suites(workspace):
            name = str(path.relative_to(workspace))
            if isinstance(suite, str):
                found.append(Artefact(name, "great_expectations", False, suite))
                continue
            report = expectations.evaluate(con, suite.gate, [suite], gx)
            failed = [result.message for result in report.results if not result.success]
            detail = "; ".join(failed) or f"{len(report.results)} expectations hold"
            found.append(Artefact(name, "great_expectations", not failed, detail))
    return found
