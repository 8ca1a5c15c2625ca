"""A conversation with the lakehouse so far, and how each ask goes on record."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from agents.ask.answers import Answer, Choice
from agents.ask.words import Conditions
from agents.audit import Audit, digest, input_columns
from agents.errors import OutOfScript
from agents.questions import Question
from lakehouse.storage import Store

AGENT = "ask_lakehouse"
TOOL = "verified_question"


@dataclass(frozen=True)
class Talk:
    """What a follow-up leans on."""

    id: str = field(default_factory=lambda: f"ask-{uuid.uuid4().hex[:12]}")
    turn: int = 0
    question: Question | None = None
    conditions: Conditions = field(default_factory=Conditions)
    choices: Sequence[Choice] = ()
    messages: Sequence[Mapping[str, Any]] = ()  # with a model

    def after(self, answer: Answer) -> "Talk":
        """The conversation with one more answer; what was not answered leaves the subject as it was."""
        found = replace(self, turn=self.turn + 1, choices=answer.choices, messages=answer.messages or self.messages)
        if answer.kind == "answer" and answer.question:
            return replace(found, question=answer.question, conditions=answer.conditions)
        return found


def record(store: Store, talk: Talk, answer: Answer) -> None:
    """Put an ask on record before its answer is given. Raises AuditFailed where that is not possible."""
    audit = Audit(store, talk.id, AGENT, answer.author)
    turn = talk.turn + 1
    for source in answer.sources:
        given = {"question": answer.asked, "query": source.query, "params": dict(source.params), "role": answer.role}
        rows = answer.frame.write_json() if answer.frame is not None else ""
        audit.note(
            "result",
            turn,
            tool=TOOL,
            access="read",
            result_hash=digest(rows),
            result_size=len(rows),
            is_error=False,
            seconds=answer.seconds,
            **input_columns(given),
        )
    status = {"answer": "answered", "clarify": "asked back", "decline": "declined"}.get(answer.kind, answer.kind)
    given = {"question": answer.asked, "role": answer.role}
    audit.note("end", turn, status=status, is_error=False, seconds=answer.seconds, **input_columns(given))
    audit.flush()


def unplayed(_: str) -> NoReturn:
    """The script of the chat: without a model the desk answers, so nothing is ever played."""
    raise OutOfScript("Without a model the chat answers verified questions; see agents.ask.desk")
