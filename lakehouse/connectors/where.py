"""Conditions for RFC_READ_TABLE, in lines that its OPTIONS can hold."""

from collections.abc import Iterator

from lakehouse.connectors.errors import SourceError

LINE_WIDTH = 71  # RFC_DB_OPT has 72, and the last must stay blank to keep two lines apart


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def where_lines(condition: str) -> list[str]:
    """A condition in lines of at most 71 characters, broken at spaces and never inside a literal."""
    lines: list[str] = []
    for token in _tokens(condition):
        if len(token) > LINE_WIDTH:
            raise SourceError(f"{token} is longer than a WHERE line of RFC_READ_TABLE ({LINE_WIDTH} characters)")
        if lines and len(lines[-1]) + 1 + len(token) <= LINE_WIDTH:
            lines[-1] += f" {token}"
        else:
            lines.append(token)
    return lines


def _tokens(condition: str) -> Iterator[str]:
    start, quoted = 0, False
    for position, character in enumerate(condition):
        if character == "'":
            quoted = not quoted
        elif character == " " and not quoted:
            if position > start:
                yield condition[start:position]
            start = position + 1
    if start < len(condition):
        yield condition[start:]
