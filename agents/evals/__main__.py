"""python -m agents.evals: ask every question, evaluate the artefacts, print the scoreboard and write docs/evals.md."""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from agents import orchestrator, settings
from agents.ask import desk as desks
from agents.evals import DOCS, answerers, artefacts, asking, catalogue, report
from agents.scripted import NAME
from agents.tools.workbench import Workbench
from lakehouse import catalog
from lakehouse.errors import LakehouseError

SCRIPTED = """No model was asked: without a key the chat answers verified questions by their likeness and declines the
rest. The score says how far that goes, and nothing of Claude."""


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 where everything could be measured, whatever the score."""
    parser = argparse.ArgumentParser(prog="python -m agents.evals", description=__doc__)
    parser.add_argument("--lakehouse", default=None, help="location of the lakehouse (default: LAKEHOUSE_URI)")
    parser.add_argument("--workspace", type=Path, help="artefacts that are there already; made anew without it")
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of evals.md and evals.json")
    given = parser.parse_args(arguments)
    try:
        board = measure(given.lakehouse or catalog.root(), given.workspace)
    except (LakehouseError, ValueError) as error:
        print(f"error: {error}")
        return 2
    report.write(board, given.out)
    for grade in board["grades"]:
        print(f"{grade['title']:<30} {grade['right']:>3} of {grade['questions']:>3} right, {grade['seconds']:>6.1f} s")
    for one in board["artefacts"]:
        print(f"{one['name']:<36} {'passed' if one['passed'] else 'FAILED'}  {one['detail']}")
    total = board["total"]
    print(f"{board['model']}: {total['right']} of {total['questions']} right, {total['wrong_answers']} wrong answers")
    return 0


def measure(uri: str, workspace: Path | None) -> dict[str, Any]:
    """The whole scoreboard."""
    begun = time.monotonic()
    desk = desks.opened(uri)
    try:
        model, reason, ask = answerers.answerer(desk, settings.load())
        bench = Workbench(desk.store, Path(), role=desk.role, release_id=desk.release.release_id)
        scores = asking.all_scores(catalogue.load(), bench.snapshot, ask)
    finally:
        desk.close()
    made = _made(uri, workspace)
    return {
        "model": model,
        "scripted": model == NAME,
        "note": " ".join(SCRIPTED.split()) if model == NAME else f"Asked as {reason}.",
        "release_id": desk.release.release_id,
        "as_of": str(desk.as_of),
        "seconds": round(time.monotonic() - begun, 1),
        "total": asking.total(scores),
        "grades": asking.grades(scores),
        "questions": asking.as_rows(scores),
        "artefacts_by": made["written_by"],
        "artefacts": artefacts.evaluate(made),
    }


def _made(uri: str, workspace: Path | None) -> dict[str, Any]:
    if workspace is not None:
        return artefacts.load(workspace)
    with tempfile.TemporaryDirectory(prefix="mdm-evals-") as folder:
        orchestrator.main(["--workspace", folder, "--lakehouse", uri])
        return artefacts.load(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
