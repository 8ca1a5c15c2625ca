"""The questions, grade by grade, each with the SQL whose result is the right answer."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "questions"
GRADES: Mapping[str, str] = {
    "one_table": "One table",
    "join": "Joins",
    "history": "History and as-of",
    "metric": "Metrics with a trap",
    "talk": "To be asked back or declined",
}
KINDS = ("answer", "clarify", "decline")


@dataclass(frozen=True)
class Gold:
    """`kind` is what an answer must be; only an `answer` has SQL. `trap` says what is easily counted wrongly."""

    id: str
    grade: str
    ask: str
    kind: str = "answer"
    sql: str = ""
    trap: str = ""


@cache
def load() -> tuple[Gold, ...]:
    """Every question, in the order of the grades. Raises ValueError for one that is not whole, or twice there."""
    found = [
        Gold(grade=grade, **entry)
        for grade in GRADES
        for entry in tomllib.loads((FOLDER / f"{grade}.toml").read_text(encoding="utf-8"))["question"]
    ]
    seen: set[str] = set()
    for one in found:
        if one.kind not in KINDS or (one.kind == "answer") != bool(one.sql) or f"{one.grade}/{one.id}" in seen:
            raise ValueError(f"evaluation question {one.grade}/{one.id} is not whole, or is there twice")
        seen.add(f"{one.grade}/{one.id}")
    return tuple(found)
