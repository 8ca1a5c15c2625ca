"""The scripted model: a deterministic policy that drives the same loop and tools where there is no Claude."""

import hashlib
import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.models import Block, Message, Reply, Request

NAME = "scripted model, not Claude"


@dataclass(frozen=True)
class Call:
    """A tool that the script asks for."""

    tool: str
    input: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What came back of a call."""

    content: Any
    is_error: bool

    @property
    def data(self) -> Any:
        """The tool's result within its envelope."""
        return self.content["data"] if isinstance(self.content, dict) and "data" in self.content else self.content


# A script yields the calls of a turn, is sent their results, and returns its closing words.
Script = Callable[[str], Generator[Sequence[Call], list[Result], str]]


class Scripted:
    """Plays a script against the conversation so far: the history alone decides the next turn."""

    def __init__(self, script: Script) -> None:
        self._script = script

    @property
    def name(self) -> str:
        return NAME

    def reply(self, request: Request) -> Reply:
        script = self._script(_text(request.messages[0]))
        try:
            calls = next(script)
            for message in request.messages[1:]:
                if found := _results(message):
                    calls = script.send(found)
        except StopIteration as finished:
            return Reply([{"type": "text", "text": str(finished.value)}], "end_turn", model=NAME)
        turn = len(request.messages)
        return Reply([_tool_use(call, turn, place) for place, call in enumerate(calls)], "tool_use", model=NAME)


def _tool_use(call: Call, turn: int, place: int) -> Block:
    text = json.dumps([turn, place, call.tool, call.input], sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"type": "tool_use", "id": f"toolu_{digest[:20]}", "name": call.tool, "input": call.input}


def _text(message: Message) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(b["text"] for b in content if b["type"] == "text")


def _results(message: Message) -> list[Result]:
    if message["role"] != "user" or isinstance(message["content"], str):
        return []
    found = []
    for block in message["content"]:
        if block["type"] == "tool_result":
            try:
                content = json.loads(block["content"])
            except ValueError:
                content = block["content"]
            found.append(Result(content, bool(block.get("is_error"))))
    return found
