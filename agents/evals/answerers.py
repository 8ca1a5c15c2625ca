"""Who is asked: the chat as it is, with Claude where there is a key, with verified questions where there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from agents.ask.answers import Answer
from agents.ask.desk import Desk
from agents.ask.talk import Talk, unplayed
from agents.choice import choose
from agents.models import ModelClient
from agents.scripted import NAME
from agents.settings import Settings


@dataclass(frozen=True)
class Said:
    """An answer as it is scored."""

    kind: str  # answer, clarify, decline, failed
    text: str
    sql: str
    claims: Sequence[Sequence[Sequence[Any]]]  # result sets; each is what the answer says in one form
    is_valid_sql: bool | None  # None where no SQL was called for
    tokens: int
    seconds: float


PERCENT = frozenset({"share", "share2", "points"})  # units of shares that people read in percent

Answerer = Callable[[str], Said]


def answerer(desk: Desk, settings: Settings) -> tuple[str, str, Answerer]:
    """The model's name, why it is that one, and a function that asks it, each time in a new conversation."""
    choice = choose(settings, "ask_lakehouse", unplayed)
    if choice.model.name == NAME:
        return NAME, choice.reason, lambda text: said(desk.ask(text, Talk()))
    return choice.model.name, choice.reason, lambda text: said(_claude(desk, text, choice.model))


def _claude(desk: Desk, text: str, model: ModelClient) -> Answer:
    from agents.ask import claude

    return claude.ask(desk, text, Talk(), model)


def said(answer: Answer) -> Said:
    """What an answer claims: the figure of a question that has one, else its table and the row it speaks of."""
    claims: list[list[Sequence[Any]]] = []
    question = answer.question
    if answer.kind == "answer" and question and question.value:
        claims = [[[_written(answer.row.get(question.value), question.unit)]]]
    elif answer.kind == "answer":
        claims = [list(answer.frame.rows())] if answer.frame is not None else []
        claims += [[list(answer.row.values())]] if question and question.top else []
    sql = answer.sources[-1].sql if answer.sources else ""
    is_valid = bool(answer.sources) if answer.kind in ("answer", "failed") else None
    return Said(answer.kind, answer.sentence(), sql, claims, is_valid, answer.tokens, answer.seconds)


def _written(value: Any, unit: str) -> Any:
    """A figure as a person reads it."""
    return 100.0 * value if unit in PERCENT and isinstance(value, float) else value
