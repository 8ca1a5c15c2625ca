"""The OPTIONS of RFC_READ_TABLE as a filter: the small part of ABAP's dynamic WHERE that extractions use."""

import re
from collections.abc import Callable, Mapping, Sequence

Row = Mapping[str, str]
Predicate = Callable[[Row], bool]

TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(\()|(\))|(,)|([^\s(),']+))")
COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
WORDS = {"EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}


class NotValid(Exception):
    """The condition is not one that ABAP would accept."""


def predicate(lines: Sequence[str], columns: frozenset[str]) -> Predicate:
    """The filter that the lines of OPTIONS describe; no lines keep every row.

    A line is 72 characters wide, so that lines of 71 or fewer are apart by a blank and fuller ones are not.
    """
    text = "".join(line.ljust(72) for line in lines)
    if not text.strip():
        return lambda row: True
    parser = _Parser(_tokens(text), columns)
    found = parser.either()
    if parser.rest():
        raise NotValid(f"unexpected {parser.rest()[0]!r}")
    return found


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    while text[position:].strip():
        match = TOKEN.match(text, position)
        if not match:
            raise NotValid("a literal is not closed")
        token, position = match.group().strip(), match.end()
        if match.group(5) and position < len(text) and text[position] == "'":
            raise NotValid(f"no space between {token!r} and the literal")
        tokens.append(token)
    return tokens


class _Parser:
    def __init__(self, tokens: list[str], columns: frozenset[str]) -> None:
        self._tokens = tokens
        self._columns = columns

    def rest(self) -> list[str]:
        return self._tokens

    def either(self) -> Predicate:
        parts = [self._all()]
        while self._accept("OR"):
            parts.append(self._all())
        return lambda row: any(part(row) for part in parts)

    def _all(self) -> Predicate:
        parts = [self._one()]
        while self._accept("AND"):
            parts.append(self._one())
        return lambda row: all(part(row) for part in parts)

    def _one(self) -> Predicate:
        if self._accept("NOT"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._accept("("):
            inner = self.either()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Predicate:
        column = self._next()
        if column not in self._columns:
            raise NotValid(f"{column!r} is no column")
        operator = self._next().upper()
        operator = WORDS.get(operator, operator)
        if operator == "IN":
            values = self._list()
            return lambda row: row[column] in values
        if operator == "BETWEEN":
            low = self._literal()
            self._expect("AND")
            high = self._literal()
            return lambda row: low <= row[column] <= high
        value = self._literal()
        if operator == "LIKE":
            pattern = re.compile("".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in value), re.DOTALL)
            return lambda row: pattern.fullmatch(row[column]) is not None
        if operator not in COMPARE:
            raise NotValid(f"{operator!r} is no operator")
        return lambda row: COMPARE[operator](row[column], value)

    def _list(self) -> frozenset[str]:
        self._expect("(")
        values = [self._literal()]
        while self._accept(","):
            values.append(self._literal())
        self._expect(")")
        return frozenset(values)

    def _literal(self) -> str:
        token = self._next()
        if not (len(token) >= 2 and token.startswith("'") and token.endswith("'")):
            raise NotValid(f"{token!r} is no literal")
        return token[1:-1].replace("''", "'").rstrip()

    def _next(self) -> str:
        if not self._tokens:
            raise NotValid("the condition ends too early")
        return self._tokens.pop(0)

    def _accept(self, word: str) -> bool:
        if self._tokens and self._tokens[0].upper() == word:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise NotValid(f"{word} is missing")
