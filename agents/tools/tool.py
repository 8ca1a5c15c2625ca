"""What a tool is: a name, a description, a schema, a function, and the class of what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

Input = Mapping[str, Any]


class Access(IntEnum):
    """What a call may change; a box of tools that allows one class allows those below it."""

    READ = 1
    WRITE = 2  # adds or replaces files of the workspace, can be repeated
    DESTRUCTIVE = 3  # changes tables or costs money: a person approves each call

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Tool:
    """`access` is a class, or for a tool with an action, the class of each of its actions.

    `plan` says what a destructive call would do, without doing it.
    """

    name: str
    description: str
    properties: Mapping[str, Any]
    required: tuple[str, ...]
    run: Callable[[Input], Any]
    access: Access | Mapping[str, Access] = Access.READ
    plan: Callable[[Input], Any] | None = None
    timeout_seconds: float = 60.0
    result_limit: int = 24_000  # characters

    def access_of(self, given: Input) -> Access:
        if isinstance(self.access, Access):
            return self.access
        return self.access.get(str(given.get("action")), Access.DESTRUCTIVE)

    def offered(self, allowed: Access) -> bool:
        return self.lowest <= allowed

    @property
    def lowest(self) -> Access:
        return self.access if isinstance(self.access, Access) else min(self.access.values())

    @property
    def highest(self) -> Access:
        return self.access if isinstance(self.access, Access) else max(self.access.values())

    def spec(self, allowed: Access) -> dict[str, Any]:
        """The tool as the model sees it: actions above the allowed class are not there to be tried."""
        properties = dict(self.properties)
        if not isinstance(self.access, Access):
            actions = [name for name, access in self.access.items() if access <= allowed]
            properties["action"] = {**properties["action"], "enum": actions}
        if allowed >= Access.DESTRUCTIVE and self.highest == Access.DESTRUCTIVE:
            properties["approval_token"] = {
                "type": "string",
                "description": "From a person who approved the plan of exactly this call; leave out to get the plan.",
            }
        schema = {
            "type": "object",
            "properties": properties,
            "required": list(self.required),
            "additionalProperties": False,
        }
        return {"name": self.name, "description": self.description, "input_schema": schema}
