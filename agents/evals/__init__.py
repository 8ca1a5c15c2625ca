"""Evaluation: questions with gold SQL and artefacts with faults put in, scored for whatever model answers."""

import json
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs"
JSON_FILE = "evals.json"
TEXT_FILE = "evals.md"


def load(folder: Path = DOCS) -> dict[str, Any] | None:
    """The last scoreboard; None where none was written, or none that can be read."""
    try:
        found: dict[str, Any] = json.loads((folder / JSON_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if {"questions", "grades", "artefacts"} <= found.keys() else None
