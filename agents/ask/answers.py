"""What an ask gives: an answer with all that is needed to check it, a question back, or a reason why not."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl

from agents.ask.words import Conditions
from agents.questions import Question

Kind = Literal["answer", "clarify", "decline", "failed"]
Write = Callable[[Any, str], str]
_BLANK = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True)
class Choice:
    """One way to understand a question; choosing it asks exactly that."""

    label: str
    question_id: str
    conditions: Conditions = field(default_factory=Conditions)


@dataclass(frozen=True)
class Source:
    """Where rows came from: enough to run it again."""

    query: str  # the name of one of the app's queries; empty for SQL that a model wrote
    sql: str
    params: Mapping[str, Any]
    tables: Sequence[str]
    rows: int


@dataclass(frozen=True)
class Answer:
    """`text` may hold {column:unit}, which `sentence` fills from `row`. Only answers have a frame and sources."""

    kind: Kind
    text: str
    asked: str
    author: str
    release_id: int
    as_of: date
    role: str
    question: Question | None = None
    conditions: Conditions = field(default_factory=Conditions)
    span: tuple[date, date] | None = None
    compared: tuple[date, date] | None = None
    row: Mapping[str, Any] = field(default_factory=dict)
    frame: pl.DataFrame | None = None
    course: pl.DataFrame | None = None
    sources: Sequence[Source] = ()
    choices: Sequence[Choice] = ()
    seconds: float = 0.0
    tokens: int = 0
    messages: Sequence[Mapping[str, Any]] = ()  # of a model, for its next turn

    @property
    def is_verified(self) -> bool:
        """Whether every row behind it came from a query of the app's own."""
        return self.kind == "answer" and bool(self.sources) and all(source.query for source in self.sources)

    def sentence(self, write: Write | None = None) -> str:
        """The text with the figures of the leading row, written by `write(value, unit)`."""
        put = write or _as_it_is
        return _BLANK.sub(lambda found: put(self.row.get(found.group(1)), found.group(2) or ""), self.text)


def _as_it_is(value: Any, unit: str) -> str:
    return "none" if value is None else str(value)
