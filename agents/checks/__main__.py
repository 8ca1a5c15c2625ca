"""python -m agents.checks SUITE WORKSPACE: the findings as JSON."""

import importlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from agents.checks import Artefact
from lakehouse import catalog
from lakehouse.storage import Store

# Imported when it is run: each check needs other parts of the lakehouse.
MODULES: Mapping[str, str] = {
    "jobs": "jobs",
    "quality": "quality",
    "great_expectations": "great_expectations",
    "match": "match",
    "dbt": "models",
    "state_machine": "state_machines",
    "documents": "documents",
}


def main(suite: str, workspace: str) -> None:
    store = Store(catalog.root())
    release = store.release(int(os.environ["MDM_RELEASE"]) if "MDM_RELEASE" in os.environ else None)
    check = importlib.import_module(f"agents.checks.{MODULES[suite]}").check
    found: list[Artefact] = check(Path(workspace), store, release)
    print(json.dumps([asdict(artefact) for artefact in found], ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
