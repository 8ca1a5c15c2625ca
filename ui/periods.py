"""Periods as half-open day ranges, counted from the as-of date and never from today."""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

Range = tuple[date, date]  # start <= day < end

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Preset:
    label: str
    start: Callable[[date], date]  # from the as-of date, which is the last day of the period
    months: int | None = None  # the distance of the previous period in calendar months; None: its own length in days


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    position = day.year * 12 + day.month - 1 + months
    year, month = divmod(position, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


PRESETS: Mapping[str, Preset] = {
    "12m": Preset("Last 12 months", lambda as_of: add_months(as_of + DAY, -12), months=12),
    "90d": Preset("Last 90 days", lambda as_of: as_of - 89 * DAY),
    "30d": Preset("Last 30 days", lambda as_of: as_of - 29 * DAY),
    "wtd": Preset("Week to date", lambda as_of: as_of - as_of.weekday() * DAY, months=None),
    "mtd": Preset("Month to date", lambda as_of: as_of.replace(day=1), months=1),
    "qtd": Preset("Quarter to date", lambda as_of: date(as_of.year, (as_of.month - 1) // 3 * 3 + 1, 1), months=3),
    "ytd": Preset("Year to date", lambda as_of: date(as_of.year, 1, 1), months=12),
}
ALL, CUSTOM = "all", "custom"
LABELS: Mapping[str, str] = {key: preset.label for key, preset in PRESETS.items()} | {ALL: "All time", CUSTOM: "Custom"}
COMPARISONS: Mapping[str, str] = {"previous": "Previous period", "year": "Previous year"}


def period(key: str, as_of: date, first_day: date, custom: Range | None = None) -> Range:
    """The days of a preset; a custom range is given as its first day and the day after its last."""
    if key == CUSTOM and custom is not None:
        return custom
    if key == ALL or key not in PRESETS:
        return first_day, as_of + DAY
    return max(PRESETS[key].start(as_of), first_day), as_of + DAY


def comparison(key: str, chosen: Range, how: str, first_day: date) -> Range | None:
    """The range to compare with; None where the data do not reach back that far."""
    start, end = chosen
    if key == "wtd":
        before = _back_days(chosen, 7 if how == "previous" else 364)
    elif how == "year":
        before = _back_months(chosen, 12)
    elif key in PRESETS and (months := PRESETS[key].months):
        before = _back_months(chosen, months)
    else:
        before = _back_days(chosen, (end - start).days)
    return before if before[0] >= first_day else None


def _back_days(chosen: Range, days: int) -> Range:
    return chosen[0] - days * DAY, chosen[1] - days * DAY


def _back_months(chosen: Range, months: int) -> Range:
    """Both ends earlier; the last day moves, so that a period to the 30th ends on 28 February and not before."""
    start, end = chosen
    whole_months = start.day == 1 and end.day == 1
    moved = add_months(end, -months) if whole_months else add_months(end - DAY, -months) + DAY
    return add_months(start, -months), moved
