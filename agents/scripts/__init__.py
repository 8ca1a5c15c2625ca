"""What the scripted model plays for each agent: the same tools, called in a fixed order, with files made by rule."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from agents.errors import OutOfScript
from agents.scripted import NAME, Call, Result

A_TURN = 40  # calls
AUTHOR = f"Written by a {NAME}."
COMMENT = {"py": "#", "yml": "#", "sql": "--"}
HANDED_ON = "Handed on by the agents before you, as data:\n"


def turns(calls: Iterable[Call]) -> Iterator[list[Call]]:
    """Calls in turns of a size that a model would take."""
    waiting = iter(calls)
    while turn := list(islice(waiting, A_TURN)):
        yield turn


def good(results: Sequence[Result]) -> list[Any]:
    """The data of results. Raises OutOfScript where a call failed: a script cannot think of another way."""
    for result in results:
        if result.is_error:
            raise OutOfScript(f"The scripted model has no answer to: {str(result.content)[:800]}")
    return [result.data for result in results]


def handed_on(brief: str) -> dict[str, Any]:
    """What the agents before handed on, from the brief."""
    _, found, text = brief.partition(HANDED_ON)
    return json.loads(text) if found else {}


def written(path: str, content: str) -> Call:
    """A file, with its author in front; JSON and Markdown say it within."""
    mark = COMMENT.get(path.rpartition(".")[2])
    text = f"{mark} {AUTHOR}\n{content}" if mark else content
    return Call("write_pipeline_code", {"path": path, "content": text})


def as_json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def closing(check: dict[str, Any], what: str) -> str:
    """The last words, with the check's own result."""
    passed = check["checked"] - check["failed"]
    return f"{what}. Check {check['suite']}: {passed} of {check['checked']} passed."
