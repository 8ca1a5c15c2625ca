"""The part of SOQL that an extraction uses: SELECT fields FROM object WHERE comparisons joined by AND."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

Row = dict[str, str | None]

QUERY = re.compile(
    r"^\s*SELECT\s+(?P<fields>.+?)\s+FROM\s+(?P<object>\w+)(?:\s+WHERE\s+(?P<where>.+?))?\s*$", re.I | re.S
)
COMPARISON = re.compile(r"^(?P<field>[\w.]+)\s*(?P<operator>>=|<=|=|>|<)\s*(?P<value>'[^']*'|\S+)$")
ANY_OF = re.compile(r"^(?P<field>[\w.]+)\s+IN\s*\((?P<values>.+)\)$", re.I)
INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$")


class Malformed(Exception):
    """Salesforce would answer 400; `code` is its errorCode."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Query:
    object: str
    fields: Sequence[str]
    keep: Callable[[Row], bool]


def parse(text: str, schema: dict[str, frozenset[str]]) -> Query:
    """The query, checked against the fields of each object."""
    match = QUERY.match(text)
    if not match:
        raise Malformed("MALFORMED_QUERY", "unexpected token")
    name = match["object"]
    if name not in schema:
        raise Malformed("INVALID_TYPE", f"sObject type '{name}' is not supported.")
    fields = [field.strip() for field in match["fields"].split(",")]
    conditions = [_condition(part.strip()) for part in re.split(r"\s+AND\s+", match["where"])] if match["where"] else []
    for field in [*fields, *(field for field, _ in conditions)]:
        if field not in schema[name]:
            raise Malformed("INVALID_FIELD", f"No such column '{field}' on entity '{name}'.")
    return Query(name, fields, lambda row: all(keep(row.get(field)) for field, keep in conditions))


def _condition(text: str) -> tuple[str, Callable[[str | None], bool]]:
    listed = ANY_OF.match(text)
    if listed:
        values = frozenset(_literal(value) for value in listed["values"].split(","))
        return listed["field"], lambda value: value in values
    match = COMPARISON.match(text)
    if not match:
        raise Malformed("MALFORMED_QUERY", f"unexpected token: '{text}'")
    if INSTANT.match(match["value"]):
        bound = datetime.fromisoformat(match["value"])
        return match[
            "field"
        ], lambda value: _compares(match["operator"], datetime.fromisoformat(value), bound) if value else False
    wanted = _literal(match["value"])
    if match["operator"] != "=":
        raise Malformed("INVALID_OPERATOR", f"operator {match['operator']} is for dates and numbers")
    return match["field"], lambda value: value == wanted


def _literal(text: str) -> str:
    text = text.strip()
    if text in ("true", "false"):
        return text
    if not (len(text) >= 2 and text.startswith("'") and text.endswith("'")):
        raise Malformed("MALFORMED_QUERY", f"unexpected token: '{text}'")
    return text[1:-1]


def _compares(operator: str, value: datetime, bound: datetime) -> bool:
    return {">=": value >= bound, "<=": value <= bound, ">": value > bound, "<": value < bound, "=": value == bound}[
        operator
    ]
