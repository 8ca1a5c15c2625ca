"""What the six agents made, evaluated: faults caught, clean data passed, builds green."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agents.results import JSON_FILE

CAUGHT = re.compile(r"(\d+) of (\d+) (?:injected )?faults caught")
Row = Mapping[str, Any]


def load(workspace: Path) -> dict[str, Any]:
    """The list of artefacts of a workspace. Raises ValueError where there is none."""
    try:
        found: dict[str, Any] = json.loads((workspace / JSON_FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(
            f"{workspace} holds no {JSON_FILE}; run: python -m agents.orchestrator --workspace {workspace}"
        ) from error
    return found


def evaluate(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a measure: its name, whether it passed, and the figures."""
    rows: Sequence[Row] = content["artefacts"]
    found = []
    for name, check, say in MEASURES:
        mine = [row for row in rows if row["check"] == check]
        if mine:
            passed = sum(bool(row["passed"]) for row in mine)
            found.append({"name": name, "passed": passed == len(mine), "detail": say(mine)})
    return found


def _counted(what: str) -> Callable[[Sequence[Row]], str]:
    return lambda rows: f"{sum(bool(row['passed']) for row in rows)} of {len(rows)} {what}"


def _faults(rows: Sequence[Row]) -> str:
    """Faults over all suites, and suites that pass on the release as it is."""
    found = [(int(m[1]), int(m[2])) for row in rows if (m := CAUGHT.search(row["detail"]))]
    caught, put_in = (sum(pair[place] for pair in found) for place in (0, 1))
    clean = sum(bool(CAUGHT.search(row["detail"])) for row in rows)
    return f"{caught:,} of {put_in:,} injected faults caught; {clean} of {len(rows)} suites pass on clean data"


def _match(rows: Sequence[Row]) -> str:
    measured = json.loads(rows[-1]["detail"])
    return (
        f"precision {measured['precision']}, recall {measured['recall']}, F1 {measured['f1']} at a threshold of "
        f"{measured['auto_merge_at']}"
    )


def _last(rows: Sequence[Row]) -> str:
    return str(rows[-1]["detail"])


MEASURES: Sequence[tuple[str, str, Callable[[Sequence[Row]], str]]] = (
    ("Extraction jobs", "job", _counted("jobs compile and say the keys and columns of the source's dictionary")),
    ("Quality suites, built-in engine", "quality", _faults),
    ("Quality suites, Great Expectations", "great_expectations", _faults),
    ("Match configuration", "match", _match),
    ("Star-schema models", "dbt", _counted("models build, hold their tests and reconcile")),
    ("dbt build", "dbt build", _last),
    ("State machine", "state_machine", _last),
    ("Documents", "documents", _counted("documents are whole; the dictionary names every table and column")),
)
