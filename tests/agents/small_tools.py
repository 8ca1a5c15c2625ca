"""Three tools that do little, and say what was done."""

import time
from typing import Any

from agents.errors import ToolError
from agents.tools.tool import Access, Tool


class Small:
    """`done` keeps what the writing tools did."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def tools(self) -> list[Tool]:
        number = {"number": {"type": "integer"}}
        note = {"note": {"type": "string"}}
        return [
            Tool("double", "Doubles a number.", number, ("number",), self._double, timeout_seconds=0.3),
            Tool("note", "Keeps a note.", note, ("note",), self._note, access=Access.WRITE),
            Tool("burn", "Burns it all.", note, ("note",), self._burn, access=Access.DESTRUCTIVE, plan=self._plan),
        ]

    def _double(self, given: Any) -> dict[str, Any]:
        if given["number"] == 13:
            raise ToolError("13 is not doubled; try another number")
        if given["number"] == 99:
            time.sleep(1)
        return {"doubled": 2 * given["number"]}

    def _note(self, given: Any) -> dict[str, Any]:
        self.done.append(f"note {given['note']}")
        return {"kept": given["note"]}

    def _burn(self, given: Any) -> dict[str, Any]:
        self.done.append(f"burn {given['note']}")
        return {"burnt": given["note"]}

    def _plan(self, given: Any) -> dict[str, Any]:
        return {"would_burn": given["note"]}
