"""Numbers and dates as people read them. A missing value is a dash."""

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any, SupportsFloat

DASH = "–"
MINUS = "\N{MINUS SIGN}"
_STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))

COUNTRY = {
    "US": "United States",
    "GB": "United Kingdom",
    "JP": "Japan",
    "DE": "Germany",
    "FR": "France",
    "SG": "Singapore",
    "AU": "Australia",
    "IN": "India",
    "BR": "Brazil",
    "CA": "Canada",
}


def number(value: Any) -> float | None:
    """A float, or None where there is no finite number."""
    # The common kinds first: to ask whether a value can become a float takes twenty times as long.
    if value is None or not isinstance(value, float | int | Decimal | SupportsFloat):
        return None
    found = float(value)
    return found if math.isfinite(found) else None


def money(value: Any, *, cents: bool = False) -> str:
    """$27.56M; with cents, the full amount: $1,234.50."""
    found = number(value)
    if found is None:
        return DASH
    text = f"{abs(found):,.2f}" if cents else _short(abs(found))
    return f"{_sign(found, text)}${text}"


def compact(value: Any) -> str:
    """40.0k, 1.25M; whole numbers below a thousand."""
    found = number(value)
    return DASH if found is None else f"{_sign(found, text := _short(abs(found)))}{text}"


def count(value: Any) -> str:
    found = number(value)
    return DASH if found is None else f"{_sign(found, text := f'{abs(found):,.0f}')}{text}"


def percent(share: Any, decimals: int = 1) -> str:
    """A share from 0 to 1 as 12.3%."""
    found = number(share)
    return DASH if found is None else f"{_sign(found, text := f'{abs(found) * 100:,.{decimals}f}')}{text}%"


def signed(change: Any) -> str:
    """A ratio as +8.4%; changes of a thousand percent and more as a factor."""
    found = number(change)
    if found is None:
        return DASH
    if found >= 10:
        return f"×{found + 1:,.0f}"
    return f"{_plus(found, text := f'{abs(found) * 100:,.1f}')}{text}%"


def points(difference: Any) -> str:
    """A difference of two shares as +0.4 pp."""
    found = number(difference)
    return DASH if found is None else f"{_plus(found, text := f'{abs(found) * 100:,.1f}')}{text} pp"


def signed_count(difference: Any) -> str:
    found = number(difference)
    return DASH if found is None else f"{_plus(found, text := f'{abs(found):,.0f}')}{text}"


def signed_score(difference: Any, decimals: int = 1) -> str:
    found = number(difference)
    return DASH if found is None else f"{_plus(found, text := f'{abs(found):.{decimals}f}')}{text}"


def signed_money(difference: Any) -> str:
    found = number(difference)
    return DASH if found is None else f"{_plus(found, text := _short(abs(found)))}${text}"


def change(now: Any, before: Any) -> float | None:
    """Growth over `before` as a ratio; None where there is nothing to compare with."""
    new, old = number(now), number(before)
    return None if new is None or not old else new / old - 1


def difference(now: Any, before: Any) -> float | None:
    new, old = number(now), number(before)
    return None if new is None or old is None else new - old


def score(value: Any, decimals: int = 2) -> str:
    found = number(value)
    return DASH if found is None else f"{_sign(found, text := f'{abs(found):.{decimals}f}')}{text}"


def days(value: Any) -> str:
    found = number(value)
    return (
        DASH if found is None else f"{_sign(found, text := f'{abs(found):,.0f}')}{text} day{'' if text == '1' else 's'}"
    )


def time_left(hours: Any) -> str:
    """Hours until something is due, as people say it: 16 h left, 59 days late."""
    found = number(hours)
    if found is None:
        return DASH
    size = abs(found)
    amount = f"{size:,.0f} h" if size < 48 else f"{size / 24:,.0f} days"
    return f"{amount} {'left' if found >= 0 else 'late'}"


def hours(value: Any) -> str:
    found = number(value)
    return DASH if found is None else f"{_sign(found, text := f'{abs(found):,.1f}')}{text} h"


def milliseconds(value: Any) -> str:
    found = number(value)
    return DASH if found is None else f"{found:,.0f} ms"


def day(value: date | None) -> str:
    """31 Jan 2026."""
    return DASH if value is None else f"{value.day} {value:%b %Y}"


def month(value: date | None) -> str:
    return DASH if value is None else f"{value:%b %Y}"


def moment(value: datetime | None) -> str:
    """31 Jan 2026, 14:05."""
    return DASH if value is None else f"{day(value)}, {value:%H:%M}"


def country(code: str | None) -> str:
    """The name of an ISO country code; an unknown code stays as it is."""
    return DASH if code is None else COUNTRY.get(code, code)


def _short(size: float) -> str:
    """In full below ten thousand, then with a unit; 999,999 reads 1.00M and not 1000k."""
    if size < 9_999.5:
        return f"{size:,.0f}" if size >= 100 or size == int(size) else f"{size:,.2f}"
    step, unit = next((step, unit) for step, unit in _STEPS if size >= step * 0.9995)
    scaled = size / step
    decimals = 0 if scaled >= 99.95 else 1 if unit == "k" else 2
    return f"{scaled:.{decimals}f}{unit}"


def _sign(value: float, text: str) -> str:
    return MINUS if value < 0 and _is_visible(text) else ""


def _plus(value: float, text: str) -> str:
    return "" if not _is_visible(text) else MINUS if value < 0 else "+"


def _is_visible(text: str) -> bool:
    """Whether any digit but zero is left after rounding: no '−0.0%'."""
    return any(digit in "123456789" for digit in text)
