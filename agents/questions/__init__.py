"""The verified questions, each answered by a query of the app's own, and what is ambiguous or not known."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
REST = "other"  # the file with what no page answers


@dataclass(frozen=True)
class Question:
    """`says` is the answer's sentence: {column:unit} is filled from the row that leads, `top` or `row` tell which."""

    id: str
    page: str
    ask: str
    query: str
    says: str
    also: tuple[str, ...] = ()
    value: str = ""  # the column of the one figure; none: a chart or a table answers
    unit: str = ""
    before: str = ""  # the column of the figure in the period compared with
    label: str = ""
    good: str = "up"
    row: Mapping[str, Any] = field(default_factory=dict)  # the row of the query that answers, by its values
    top: str = ""  # the column whose largest value leads; none: the first row
    fixed: Mapping[str, Any] = field(default_factory=dict)  # parameters that the page sets by widgets
    spans: tuple[str, ...] = ()  # periods that the query has of itself
    chart: Mapping[str, Any] = field(default_factory=dict)  # `kind` is a builder of the charts, the rest its options
    course: Mapping[str, Any] = field(default_factory=dict)  # the figure over time: a second query and its chart
    columns: Mapping[str, str] = field(default_factory=dict)  # of the table, with their headings
    numbers: tuple[str, ...] = ()  # columns that are plain numbers, whatever their names sound like

    @property
    def phrases(self) -> tuple[str, ...]:
        return (self.ask, *self.also)

    @property
    def is_of_customer(self) -> bool:
        return "{customer}" in self.ask


@dataclass(frozen=True)
class Ambiguous:
    """Words that may mean several things."""

    phrases: tuple[str, ...]
    ask: str
    choices: Mapping[str, str]  # what a choice says, and the question that it stands for


@dataclass(frozen=True)
class Outside:
    """What the lakehouse does not know or do, why, and the questions that come nearest."""

    phrases: tuple[str, ...]
    because: str
    instead: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    questions: tuple[Question, ...]
    ambiguous: tuple[Ambiguous, ...]
    outside: tuple[Outside, ...]
    synonyms: Mapping[str, str]

    def by_id(self, wanted: str) -> Question:
        for question in self.questions:
            if question.id == wanted:
                return question
        raise KeyError(f"No verified question {wanted!r}")

    def of_page(self, page: str) -> list[Question]:
        return [question for question in self.questions if question.page == page]


@cache
def load() -> Catalogue:
    """All of it, page by page in the order of the app; a second use of an id is an error."""
    rest = _read(REST)
    pages = rest["pages"]
    found = [Question(page=page, **_frozen(entry)) for page in pages for entry in _read(page)["question"]]
    ids = [question.id for question in found]
    if twice := {one for one in ids if ids.count(one) > 1}:
        raise ValueError(f"verified questions with one id: {', '.join(sorted(twice))}")
    return Catalogue(
        tuple(found),
        tuple(Ambiguous(tuple(e["phrases"]), e["ask"], e["choices"]) for e in rest["ambiguous"]),
        tuple(Outside(tuple(e["phrases"]), e["because"], tuple(e["instead"])) for e in rest["outside"]),
        rest["synonyms"],
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
