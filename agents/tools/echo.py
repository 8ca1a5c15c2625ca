"""Whether a call only repeats what came in as data: then whoever wrote the data asked for it, and not the task."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST = 400  # texts that are kept of one result, the longest ones
LEAST = 12  # characters that a text needs to hold a call


class Heard:
    """The texts that tools returned in the course of a run."""

    def __init__(self) -> None:
        self._texts: set[str] = set()

    def keep(self, data: Any) -> None:
        texts = [text for text in _texts(data) if len(text) >= LEAST]
        self._texts.update(sorted(texts, key=len, reverse=True)[:LONGEST])

    def holds(self, given: Mapping[str, Any]) -> bool:
        """Whether every text of a call stands in one and the same text that came in."""
        words = [text for name, value in given.items() if name != "action" for text in _texts(value)]
        return bool(words) and any(all(_within(word, text) for word in words) for text in self._texts)


def _within(word: str, text: str) -> bool:
    """As it is, or as JSON writes it."""
    return word in text or word.strip() in text or json.dumps(word, ensure_ascii=False)[1:-1] in text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
