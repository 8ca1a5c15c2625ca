"""Periods as people say them, counted from the as-of date and never from today."""

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
SHORT = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name and name != "May"}
WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: number for number, word in enumerate(WORDS, start=1)}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
MONTH = rf"(?:{'|'.join([*MONTHS, *SHORT])})"
NUMBER = rf"(?:\d+|{'|'.join(WORDS)})"
YEAR = r"(?:20\d\d)"
LAST = r"(?:last|past|previous|prior|trailing|recent)"
THIS = r"(?:this|current)"


@dataclass(frozen=True)
class Period:
    """Half-open days with their name; the period before it is so many months or days earlier, or its own length."""

    key: str
    label: str
    start: date
    end: date
    months: int | None = None
    days: int | None = None


def default(as_of: date) -> Period:
    return _back("month", 12, as_of)


def before(period: Period, first_day: date, *, year: bool = False) -> tuple[date, date] | None:
    """The days to compare with; None where the calendar does not reach back that far."""
    months = 12 if year else period.months
    if months is None:
        length = timedelta(days=period.days) if period.days else period.end - period.start
        start, end = period.start - length, period.end - length
    else:
        start, end = add_months(period.start, -months), _shift_end(period, months)
    return (start, end) if start >= first_day else None


def find(text: str, as_of: date, first_day: date) -> tuple[Period | None, str]:
    """The period that a text in lower case names, and the text without it."""
    for pattern, make in PATTERNS:
        if found := re.search(pattern, text):
            period = make(found.groups(), as_of, first_day)
            if period is not None:
                return period, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _shift_end(period: Period, months: int) -> date:
    """The last day moves, unless the period is one of whole months."""
    if period.start.day == 1 and period.end.day == 1:
        return add_months(period.end, -months)
    return add_months(period.end - DAY, -months) + DAY


def _back(unit: str, number: int, as_of: date) -> Period:
    """The last so many days, weeks, months, quarters or years up to the as-of date."""
    end = as_of + DAY
    label = f"last {number} {unit}s"
    if unit in ("day", "week"):
        days = number * (7 if unit == "week" else 1)
        return Period(f"{days}d", label, end - timedelta(days=days), end)
    months = number * {"month": 1, "quarter": 3, "year": 12}[unit]
    return Period(f"{months}m", label, add_months(end, -months), end, months)


def _whole(unit: str, as_of: date, back: int) -> Period:
    """The calendar week, month, quarter or year so many before the as-of date's; the current one ends with that day."""
    if unit == "week":
        start = as_of - timedelta(days=as_of.weekday() + 7 * back)
        end = start + timedelta(days=7)
        return Period(
            "wtd" if not back else "last_week", f"week of {_day(start)}", start, min(end, as_of + DAY), days=7
        )
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = date(as_of.year, (as_of.month - 1) // size * size + 1, 1)
    start = add_months(first, -back * size)
    end = min(add_months(start, size), as_of + DAY)
    key = {"month": "mtd", "quarter": "qtd", "year": "ytd"}[unit] if not back else f"{unit}:{start}"
    return Period(key, _label(unit, start, to_date=not back), start, end, size)


def _label(unit: str, start: date, *, to_date: bool) -> str:
    if to_date:
        return f"{unit} to date"
    if unit == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    return f"{start:%B %Y}" if unit == "month" else str(start.year)


def _calendar(unit: str, start: date, as_of: date) -> Period:
    """A named month, quarter or year; one that is not over ends with the as-of date."""
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    end = add_months(start, size)
    is_open = start <= as_of < end - DAY
    label = _label(unit, start, to_date=False) + (" to date" if is_open else "")
    return Period(f"{unit}:{start}", label, start, as_of + DAY if is_open else end, size)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _number(text: str) -> int:
    return NUMBERS.get(text) or int(text)


def _month(text: str) -> int:
    return MONTHS.get(text) or SHORT[text]


def _newest(month: int, as_of: date) -> int:
    """The year of the newest such month that has begun."""
    return as_of.year if month <= as_of.month else as_of.year - 1


def _span(start: date, end: date, label: str) -> Period | None:
    return Period(f"{start}..{end}", label, start, end) if start < end else None


Parts = Sequence[str]
Make = Callable[[Parts, date, date], Period | None]


def _all(_: Parts, as_of: date, first_day: date) -> Period:
    return Period("all", "all time", first_day, as_of + DAY)


def _on(parts: Parts, as_of: date, _: date) -> Period | None:
    """One day, written as 2026-01-15."""
    try:
        day = date.fromisoformat(parts[0])
    except ValueError:
        return None
    return Period(f"day:{day}", _day(day), day, day + DAY)


def _since(parts: Parts, as_of: date, _: date) -> Period | None:
    start = date(int(parts[1]), _month(parts[0]) if parts[0] else 1, 1)
    return _span(start, as_of + DAY, f"since {start:%B %Y}")


def _between(parts: Parts, as_of: date, _: date) -> Period | None:
    """From one month to another, both included."""
    last_year = int(parts[3])
    start = date(int(parts[1] or last_year), _month(parts[0]), 1)
    end = min(add_months(date(last_year, _month(parts[2]), 1), 1), as_of + DAY)
    return _span(start, end, f"{start:%b %Y} to {end - DAY:%b %Y}")


def _quarter(parts: Parts, as_of: date, _: date) -> Period:
    number = ORDINALS.get(parts[0]) or int(parts[0])
    month = 3 * number - 2
    return _calendar("quarter", date(int(parts[1]) if parts[1] else _newest(month, as_of), month, 1), as_of)


def _named_month(parts: Parts, as_of: date, _: date) -> Period:
    month = _month(parts[0])
    return _calendar("month", date(int(parts[1]) if parts[1] else _newest(month, as_of), month, 1), as_of)


UNIT = "(day|week|month|quarter|year)"
PATTERNS: tuple[tuple[str, Make], ...] = (
    (r"\b(?:all[- ]time|of all time|ever|since (?:the )?(?:beginning|start|records? beg[ai]n))\b", _all),
    (r"\b(?:on )?(\d{4}-\d\d-\d\d)\b", _on),
    (rf"\b(?:from|between) ({MONTH})(?: ({YEAR}))? (?:to|until|till|and|through) ({MONTH}) ({YEAR})\b", _between),
    (rf"\bsince (?:({MONTH}) )?({YEAR})\b", _since),
    (rf"\b(?:in |during |over |for |of )?(?:the )?{LAST} ({NUMBER}) {UNIT}s?\b",
     lambda p, d, _: _back(p[1], _number(p[0]), d)),
    (rf"\b(?:in |during |over |for |of )?(?:the )?{LAST} {UNIT}\b",
     lambda p, d, _: _back("day", 1, d) if p[0] == "day" else _whole(p[0], d, 1)),
    (rf"\b(?:in |during |over |for |of )?(?:the )?{THIS} (?:calendar )?{UNIT}(?: (?:so far|to date))?\b",
     lambda p, d, _: _whole(p[0], d, 0)),
    (r"\b(week|month|quarter|year)[- ]to[- ]date\b", lambda p, d, _: _whole(p[0], d, 0)),
    (r"\b([wmqy])td\b",
     lambda p, d, _: _whole({"w": "week", "m": "month", "q": "quarter", "y": "year"}[p[0]], d, 0)),
    (rf"\b(?:in |during |for |of )?(?:the )?q([1-4])(?:[ /-]?(?:of )?({YEAR}))?\b", _quarter),
    (rf"\b(?:in |during |for |of )?(?:the )?({'|'.join(ORDINALS)}) quarter(?: (?:of )?({YEAR}))?\b", _quarter),
    (rf"\b(?:in |during |for |of )?({MONTH}) ({YEAR})\b", _named_month),
    (rf"\b(?:in|during) ({MONTH})()\b", _named_month),
    (rf"\b(?:in |during |for |of )?({YEAR})\b", lambda p, d, _: _calendar("year", date(int(p[0]), 1, 1), d)),
    (r"\btoday\b()", lambda p, d, _: Period("today", "the as-of day", d, d + DAY)),
    (r"\byesterday\b()", lambda p, d, _: Period("yesterday", _day(d - DAY), d - DAY, d)),
)  # fmt: skip
