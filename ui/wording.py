"""Values by the name of their unit, and columns of a table by what they hold."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from ui import columns, format

WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "money": format.money,
    "count": format.count,
    "share": format.percent,
    "share2": lambda value: format.percent(value, 2),
    "score": format.score,
    "score0": lambda value: format.score(value, 0),
    "points": lambda value: format.score(None if value is None else 100 * value, 0),
    "signed": lambda value: format.score(value) if value is None or value <= 0 else f"+{format.score(value)}",
    "times": lambda value: format.DASH if value is None else f"{format.score(value, 1)}×",
    "days": format.days,
    "hours": format.hours,
    "ms": format.milliseconds,
    "months": lambda value: format.DASH if value is None else f"{format.score(value, 1)} months",
    "day": lambda value: format.day(value.date() if isinstance(value, datetime) else value),
    "month": format.month,
    "country": format.country,
}
SHARES = ("share", "_rate", "margin", "growth", "precision", "realisation", "retention", "survival", "accuracy")
SHARES_WHOLE = frozenset(
    [
        "csat",
        "before",
        "after",
        "gained",
        "confirmed_share",
        "session_cvr",
        "predicted",
        "observed",
        "sla_met",
        "churn_rate",
    ]
)
MONEY = ("revenue", "profit", "amount", "value", "recurring", "loss_", "given_away", "flagged", "weighted", "actual")
MONEY_WHOLE = frozenset(["forecast", "lifetime_value", "revenue_at_risk"])


def write(value: Any, unit: str = "") -> str:
    """A value as its unit is written; without one, text as it is and numbers as counts."""
    if unit in WRITTEN:
        return WRITTEN[unit](value)
    if value is None:
        return format.DASH
    if isinstance(value, date):
        return format.day(value)
    return str(value) if isinstance(value, str) else format.count(value)


def table(
    frame: pl.DataFrame, headings: Mapping[str, str], numbers: Collection[str] = ()
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The named columns (all, where none are), shares as percents, each with its heading and its format."""
    plain = [name for name, dtype in frame.schema.items() if not isinstance(dtype, pl.List)]
    shown = frame.select([name for name in headings if name in frame.columns] or plain)
    config: dict[str, Any] = {}
    as_percents = []
    for name, dtype in shown.schema.items():
        label = headings.get(name) or name.replace("_", " ").capitalize()
        if not dtype.is_numeric():
            is_time = isinstance(dtype, pl.Datetime)
            made = columns.moment(label) if is_time else columns.day(label) if dtype == pl.Date else label
        elif name in numbers:
            made = columns.number(label, decimals=0 if dtype.is_integer() else 1)
        elif _is_share(name, shown[name]):
            as_percents.append(name)
            made = columns.share(label, decimals=1)
        elif dtype.is_decimal() or name.startswith(MONEY) or name in MONEY_WHOLE:
            made = columns.amount(label)
        else:
            made = columns.number(label, decimals=0 if dtype.is_integer() else 2)
        config[name] = made
    if "country" in shown.columns:
        shown = shown.with_columns(pl.col("country").replace(format.COUNTRY))
    return columns.percents(shown, *as_percents), config


def _is_share(name: str, values: pl.Series) -> bool:
    return name in SHARES_WHOLE or (values.dtype.is_float() and any(part in name for part in SHARES))
