"""Recorded conversations: turns kept by what was asked, and replayed without a network."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agents.errors import NotRecorded
from agents.models import ModelClient, Reply, Request, Usage
from lakehouse.connectors.redaction import redact


class Recording:
    """Passes each request on to a model and keeps its reply."""

    def __init__(self, inner: ModelClient, path: Path) -> None:
        self._inner = inner
        self._path = path

    @property
    def name(self) -> str:
        return self._inner.name

    def reply(self, request: Request) -> Reply:
        found = self._inner.reply(request)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        turn = {"key": key(self._inner.name, request), "model": self._inner.name, "reply": asdict(found)}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(redact(json.dumps(turn, ensure_ascii=False)) + "\n")
        return found


class Replay:
    """Answers from a recording alone; a turn that was never recorded is an error, not a request."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NotRecorded(f"No recording at {path}; record one with MDM_RECORD=1 and a key")
        turns = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        self._path = path
        self._replies = {turn["key"]: turn["reply"] for turn in turns}
        self._model = str(turns[0]["model"]) if turns else "nothing"

    @property
    def name(self) -> str:
        return f"recorded conversation with {self._model}"

    def reply(self, request: Request) -> Reply:
        found = self._replies.get(key(self._model, request))
        if found is None:
            raise NotRecorded(
                f"{self._path} holds no reply to turn {len(request.messages)} of this conversation: the instructions, "
                "tools, data or messages changed since; record it anew with MDM_RECORD=1"
            )
        return Reply(found["content"], found["stop_reason"], Usage(**found["usage"]), found["model"])


# Of a tool's result: what differs from one machine or run to the next and tells nothing.
VOLATILE = frozenset({"network", "seconds", "backend"})


def key(model: str, request: Request) -> str:
    """What a reply depends on, as a digest: without the ids of calls, the marks for the cache, and what is volatile."""
    content = {"model": model, "system": request.system, "tools": request.tools, "messages": request.messages}
    return hashlib.sha256(json.dumps(_stable(content, {}), sort_keys=True, default=str).encode()).hexdigest()


def _stable(value: Any, ids: dict[str, str]) -> Any:
    """The value with each tool call's id replaced by its place in the conversation."""
    if isinstance(value, Mapping):
        kept = {name: part for name, part in value.items() if name != "cache_control"}
        if kept.get("type") == "tool_use":
            kept["id"] = ids.setdefault(str(kept["id"]), f"call-{len(ids) + 1}")
        elif kept.get("type") == "tool_result":
            kept["tool_use_id"] = ids.get(str(kept["tool_use_id"]), "unknown")
            kept["content"] = _lasting(kept.get("content"))
        return {name: _stable(part, ids) for name, part in kept.items()}
    if isinstance(value, list | tuple):
        return [_stable(part, ids) for part in value]
    return value


def _lasting(content: Any) -> Any:
    """A tool's result without what is volatile; text that is no JSON stays as it is."""
    try:
        return _without(json.loads(content))
    except (TypeError, ValueError):
        return content


def _without(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without(part) for name, part in value.items() if name not in VOLATILE}
    return [_without(part) for part in value] if isinstance(value, list) else value
