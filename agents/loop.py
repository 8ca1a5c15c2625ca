"""The agent loop: stateless, bounded, observable. It ends with an answer, or with the reason why there is none."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.audit import Audit, digest, input_columns
from agents.errors import ModelUnavailable, NotRecorded, OutOfScript
from agents.models import Block, Message, ModelClient, Reply, Request, Usage
from agents.tools.tool import Access
from agents.tools.toolbox import Answer, Toolbox

LARGEST_REPLY = 64_000  # tokens; what a truncated reply is asked for again with, at most


@dataclass(frozen=True)
class Budget:
    """What a run may spend; every limit ends it in an orderly way."""

    iterations: int = 25
    tool_calls: int = 300
    tokens: int = 2_000_000
    seconds: float = 900.0


@dataclass(frozen=True)
class Outcome:
    """How a run ended. Only `answered` is a success; `reason` tells a person what else it was."""

    status: str  # answered, refused, truncated, context_full, budget_spent, model_failed
    text: str
    reason: str
    messages: Sequence[Message]
    iterations: int
    tool_calls: int
    usage: Usage
    seconds: float
    plans: Sequence[str] = ()  # calls that wait for a person's approval

    @property
    def is_answered(self) -> bool:
        return self.status == "answered"


@dataclass
class _Run:
    messages: list[Message]
    iterations: int = 0
    tool_calls: int = 0
    usage: Usage = field(default_factory=Usage)
    refused_calls: int = 0
    plans: list[str] = field(default_factory=list)
    text: str = ""


MODEL_FAULTS = (ModelUnavailable, NotRecorded, OutOfScript)
ENDS: Mapping[str, tuple[str, str]] = {
    "end_turn": ("answered", ""),
    "stop_sequence": ("answered", ""),
    "refusal": ("refused", "the model refused to go on"),
    "model_context_window_exceeded": ("context_full", "the conversation no longer fits the model's context window"),
}


class Loop:
    """Runs one agent: the model is passed in, so the same loop drives Claude, a recording and a script."""

    def __init__(
        self,
        model: ModelClient,
        toolbox: Toolbox,
        audit: Audit,
        *,
        instructions: str,
        budget: Budget | None = None,
        max_tokens: int = 16_000,
        clock: Callable[[], float] = time.monotonic,
        on_call: Callable[[str, Answer], None] | None = None,
    ) -> None:
        self._model = model
        self._toolbox = toolbox
        self._audit = audit
        self._instructions = instructions
        self._budget = budget or Budget()
        self._max_tokens = max_tokens
        self._clock = clock
        self._on_call = on_call

    def run(self, question: str, history: Sequence[Message] = ()) -> Outcome:
        """Go on until the model answers or a limit is reached; every event is on record when this returns."""
        started = self._clock()
        run = _Run(continued(history, question))
        try:
            status, reason = self._turns(run, started)
        except MODEL_FAULTS as error:
            status, reason = "model_failed", str(error)
        self._audit.note("end", run.iterations, status=status, is_error=status != "answered", error=reason or None)
        self._audit.flush()
        seconds = self._clock() - started
        return Outcome(
            status,
            run.text,
            reason,
            run.messages,
            run.iterations,
            run.tool_calls,
            run.usage,
            seconds,
            tuple(run.plans),
        )

    def _turns(self, run: _Run, started: float) -> tuple[str, str]:
        max_tokens = self._max_tokens
        while True:
            if spent := self._spent(run, started):
                return "budget_spent", spent
            reply = self._ask(run, max_tokens)
            if reply.stop_reason == "max_tokens":
                # What was cut off may hold half a call, which must neither run nor stay in the conversation.
                if max_tokens >= LARGEST_REPLY:
                    run.text = reply.text
                    return "truncated", f"a reply was cut off at {max_tokens:,} tokens"
                max_tokens = min(2 * max_tokens, LARGEST_REPLY)
                continue
            if not reply.content and reply.stop_reason == "end_turn":
                return "answered", ""
            if reply.content:
                run.messages.append({"role": "assistant", "content": [dict(block) for block in reply.content]})
            run.text = reply.text or run.text
            if reply.calls and reply.stop_reason in ("tool_use", "pause_turn", "end_turn"):
                run.messages.append({"role": "user", "content": self._answers(run, reply, started)})
            elif reply.stop_reason == "pause_turn":
                continue
            elif reply.stop_reason in ENDS:
                self._close(run, reply)
                return ENDS[reply.stop_reason]
            else:
                return "model_failed", f"the model stopped for a reason that is not known here: {reply.stop_reason!r}"

    def _ask(self, run: _Run, max_tokens: int) -> Reply:
        run.iterations += 1
        asked = self._clock()
        request = Request(self._instructions, tuple(run.messages), self._toolbox.specs(), max_tokens)
        reply = self._model.reply(request)
        run.usage += reply.usage
        self._audit.note(
            "reply",
            run.iterations,
            status=reply.stop_reason,
            seconds=self._clock() - asked,
            input_tokens=reply.usage.input_tokens,
            output_tokens=reply.usage.output_tokens,
            cache_read_tokens=reply.usage.cache_read_tokens,
            cache_write_tokens=reply.usage.cache_write_tokens,
        )
        return reply

    def _answers(self, run: _Run, reply: Reply, started: float) -> list[Block]:
        """A result for every call of the turn, in one message; changes are on record before they are made."""
        changes = [c for c in reply.calls if self._toolbox.access_of(c["name"], c["input"]) > Access.READ]
        for call in changes:
            access = self._toolbox.access_of(call["name"], call["input"])
            self._audit.note("intent", run.iterations, access=access.label, **_call_columns(call))
        if changes:
            self._audit.flush()
        results = [self._answer(run, call, started) for call in reply.calls]
        self._audit.flush()
        return results

    def _answer(self, run: _Run, call: Block, started: float) -> Block:
        begun = self._clock()
        left = self._budget.seconds - (begun - started)
        if run.tool_calls >= self._budget.tool_calls or left <= 0:
            what = "tool calls" if left > 0 else "seconds"
            run.refused_calls += 1
            answer = Answer(f"Not called: the budget of {what} for this run is spent.", is_error=True)
        else:
            run.tool_calls += 1
            answer = self._toolbox.call(call["name"], call["input"], left)
        if answer.plan_id and answer.plan_id not in run.plans:
            run.plans.append(answer.plan_id)
        self._audit.note(
            "result",
            run.iterations,
            access=answer.access.label,
            result_hash=digest(answer.text),
            result_size=len(answer.text),
            is_error=answer.is_error,
            error=answer.text[:1000] if answer.is_error else None,
            seconds=self._clock() - begun,
            approver=answer.approver,
            **_call_columns(call),
        )
        if self._on_call:
            self._on_call(call["name"], answer)
        result = {"type": "tool_result", "tool_use_id": call["id"], "content": answer.text}
        return result | ({"is_error": True} if answer.is_error else {})

    def _spent(self, run: _Run, started: float) -> str:
        seconds = self._clock() - started
        spent: dict[str, tuple[float, float]] = {
            "iterations": (run.iterations, self._budget.iterations),
            "tokens": (run.usage.total, self._budget.tokens),
            "seconds": (seconds, self._budget.seconds),
        }
        if run.refused_calls:
            spent["tool calls"] = (run.tool_calls, self._budget.tool_calls)
        over = [f"{used:,.0f} of {limit:,.0f} {what}" for what, (used, limit) in spent.items() if used >= limit]
        return f"no answer yet, but the budget is spent: {', '.join(over)}" if over else ""

    def _close(self, run: _Run, reply: Reply) -> None:
        """Calls in a turn that ends the run are answered too: a conversation with open calls cannot be continued."""
        if reply.calls:
            closed = [
                {
                    "type": "tool_result",
                    "tool_use_id": c["id"],
                    "content": "Not called: the run ended.",
                    "is_error": True,
                }
                for c in reply.calls
            ]
            run.messages.append({"role": "user", "content": closed})


def continued(history: Sequence[Message], question: str) -> list[Message]:
    """The history with a question behind it; roles alternate, also where a run ended with results of tools."""
    if not history or history[-1]["role"] != "user":
        return [*history, {"role": "user", "content": question}]
    last = history[-1]["content"]
    blocks = [{"type": "text", "text": last}] if isinstance(last, str) else list(last)
    return [*history[:-1], {"role": "user", "content": [*blocks, {"type": "text", "text": question}]}]


def _call_columns(call: Mapping[str, Any]) -> dict[str, Any]:
    return {"tool": call["name"], "tool_use_id": call["id"], **input_columns(call["input"])}
