"""A frame as an HTML table, its cells written as st.dataframe writes them by the same column configuration."""

import html
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from ui import format

MOST_ROWS = 15
_PRINTF = re.compile(r"%\.?\d*[df]")


def table(frame: pl.DataFrame, columns: Mapping[str, Any] | None, most: int = MOST_ROWS) -> str:
    """The first rows of the frame; all of its columns, or those that are configured."""
    shown = {name: configured for name, configured in (columns or {}).items() if name in frame.columns}
    names = list(shown) or frame.columns
    right = {name: frame.schema[name].is_numeric() for name in names}
    head = "".join(f"<th{_align(right[name])}>{html.escape(_label(name, shown.get(name)))}</th>" for name in names)
    writers = {name: _writer(shown.get(name)) for name in names}
    rows = "".join(
        "<tr>" + "".join(f"<td{_align(right[name])}>{html.escape(writers[name](row[name]))}</td>" for name in names)
        + "</tr>"
        for row in frame.head(most).iter_rows(named=True)
    )  # fmt: skip
    left = len(frame) - most
    rest = f'<p class="mdm-note">The first {most} of {format.count(len(frame))} rows.</p>' if left > 0 else ""
    return f'<table class="r-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{rest}'


def _align(is_right: bool) -> str:
    return ' class="r-number"' if is_right else ""


def _label(name: str, configured: Any) -> str:
    if isinstance(configured, str):
        return configured
    return str((configured or {}).get("label") or name.replace("_", " ").capitalize())


def _writer(configured: Any) -> Callable[[Any], str]:
    """How a column writes its cells."""
    kind = {} if configured is None or isinstance(configured, str) else configured.get("type_config") or {}
    pattern = kind.get("format")

    def write(value: Any) -> str:
        match value:
            case None:
                return format.DASH
            case bool():
                return "Yes" if value else "No"
            case datetime():
                return format.moment(value)
            case date():
                return format.day(value)
            case int() | float() | Decimal():
                return _number(value, pattern)
            case list():
                return ", ".join(str(part) for part in value)
            case _:
                return str(value)

    return write


def _number(value: float | Decimal, pattern: str | None) -> str:
    if pattern == "compact":
        return format.compact(value)
    if pattern and _PRINTF.search(pattern):
        return pattern % value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
