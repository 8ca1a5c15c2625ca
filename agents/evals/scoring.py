"""Result-set equality: the same rows in any order, numbers within a tolerance, further columns allowed."""

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

RELATIVE = 1e-3  # a figure that was rounded to three digits is the same figure
ABSOLUTE = 0.006

Rows = Sequence[Sequence[Any]]


def equal(gold: Rows, found: Rows) -> bool:
    """Whether some columns of `found`, in some order, hold exactly the rows of `gold`."""
    if len(gold) != len(found) or not gold:
        return False
    wanted = [[_plain(value) for value in column] for column in zip(*gold, strict=True)]
    offered = [[_plain(value) for value in column] for column in zip(*found, strict=True)]
    candidates = [[place for place, column in enumerate(offered) if _alike(want, column)] for want in wanted]
    target = _sorted(zip(*wanted, strict=True))
    for places in _choices(candidates):
        if all(
            _same(a, b)
            for left, right in zip(
                target, _sorted(zip(*(offered[place] for place in places), strict=True)), strict=True
            )
            for a, b in zip(left, right, strict=True)
        ):
            return True
    return False


def _choices(candidates: Sequence[Sequence[int]], taken: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """One column for each wanted one, none of them twice."""
    if len(taken) == len(candidates):
        yield taken
        return
    for place in candidates[len(taken)]:
        if place not in taken:
            yield from _choices(candidates, (*taken, place))


def _alike(left: Sequence[Any], right: Sequence[Any]) -> bool:
    """Whether two columns hold the same values, in any order."""
    return all(_same(a, b) for a, b in zip(sorted(left, key=_key), sorted(right, key=_key), strict=True))


def _sorted(rows: Any) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: tuple(_key(value) for value in row))


def _key(value: Any) -> tuple[int, float, str]:
    """Text before numbers; a number by four digits, so that rounding does not change the order of rows."""
    if isinstance(value, float):
        return (1, float(f"{value:.4g}"), "")
    return (0, 0.0, "" if value is None else value)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return bool(left == right)


def _plain(value: Any) -> Any:
    """A value as it is compared: numbers as floats, dates as text without a time of midnight."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float | Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat().removesuffix("T00:00:00")
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value).strip()
