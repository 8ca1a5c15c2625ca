"""How an answer of the chat is shown: its standing, its figure, its chart, and where all of it comes from."""

import html
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from ui import cards, charts, format, wording
from ui.kpi import Kpi, card_html
from ui.sentence import bold

STANDING: Mapping[str, tuple[str, str]] = {
    "verified": ("Verified", "Computed by the same query as the app's own pages"),
    "generated": ("Not verified", "Computed by SQL that the model wrote for this question"),
    "clarify": ("Asked back", "The question may mean several things"),
    "decline": ("Declined", "Not answered rather than guessed"),
    "failed": ("No answer", "The ask ended before there was an answer"),
}
CHART_HEIGHT = 260


@dataclass(frozen=True)
class Shown:
    """SQL that was run: enough to run it again."""

    name: str
    sql: str
    params: Mapping[str, Any]
    tables: Sequence[str]
    rows: int


def opening(standing: str, sentence: str, author: str) -> None:
    """The badge and the sentence."""
    label, why = STANDING[standing]
    st.html(
        f'<div class="mdm-answer"><div class="mdm-badges">'
        f'<span class="mdm-standing mdm-is-{standing}" title="{html.escape(why)}">{html.escape(label)}</span>'
        f'<span class="mdm-author">{html.escape(author)}</span></div>'
        f"<p>{bold(sentence)}</p></div>"
    )


def figure(kpi: Kpi) -> None:
    st.html(card_html(kpi))


def drawn(frame: pl.DataFrame | None, options: Mapping[str, Any]) -> go.Figure | None:
    """The chart that a catalogue entry describes; none where there is nothing to draw."""
    if frame is None or frame.is_empty() or not options:
        return None
    given = {name: tuple(v) if isinstance(v, list) else v for name, v in options.items() if name not in META}
    labelled = given.get("label") or given.get("x")
    if labelled == "country":
        frame = frame.with_columns(pl.col("country").replace(format.COUNTRY))
    return getattr(charts, options["kind"])(frame, **given)


META = frozenset({"kind", "query"})


def guessed(frame: pl.DataFrame) -> Mapping[str, Any]:
    """A chart for rows that no catalogue knows: one name or day, one number."""
    names = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    days = [name for name, dtype in frame.schema.items() if dtype.is_temporal()]
    numbers = [name for name, dtype in frame.schema.items() if dtype.is_numeric()]
    if len(frame) < 2 or not numbers:
        return {}
    if days:
        return {"kind": "lines", "x": days[0], "y": {numbers[0]: numbers[0].replace("_", " ")}}
    return {"kind": "ranked", "label": names[0], "value": numbers[0]} if len(names) == 1 else {}


def chart(drawing: go.Figure, key: str, alt: str) -> None:
    st.plotly_chart(drawing, theme=None, height=CHART_HEIGHT, config=cards.CONFIG, key=key, alt=alt)


def table(frame: pl.DataFrame, headings: Mapping[str, str], key: str, alt: str, numbers: Collection[str] = ()) -> None:
    shown, config = wording.table(frame, headings, numbers)
    st.dataframe(
        wording.columns.arrow(shown),
        hide_index=True,
        lazy=False,
        height=min(36 + 32 * max(len(shown), 1), 324),
        row_height=32,
        column_config=config,
        key=key,
        alt=alt,
        placeholder="–",
    )


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Period, conditions, rows, release and tables in one line that wraps."""
    cells = "".join(f"<span><i>{html.escape(name)}</i>{html.escape(value)}</span>" for name, value in pairs)
    st.html(f'<div class="mdm-provenance">{cells}</div>')


def sources(shown: Sequence[Shown], key: str) -> None:
    """The SQL with its parameters, made when it is asked for."""
    with st.popover("SQL", icon=":material/code:", type="tertiary", key=key, on_change="rerun") as opened:
        pass
    if not opened.open:
        return
    with opened:
        for one in shown:
            reads = html.escape(", ".join(one.tables) or "no table")
            size = f"{one.rows:,} {'row' if one.rows == 1 else 'rows'}"
            st.html(f'<p class="mdm-note"><b>{html.escape(one.name)}</b><br>Reads {reads} · {size}</p>')
            if one.params:
                given = "\n".join(f"-- ${name} = {_literal(value)}" for name, value in one.params.items())
                st.code(given, language="sql")
            st.code(one.sql, language="sql", height=300)


def rows(frame: pl.DataFrame, name: str, key: str) -> None:
    """The rows as a file."""
    flat = frame.select(column for column, dtype in frame.schema.items() if not isinstance(dtype, pl.List))
    st.download_button(
        "CSV",
        lambda: flat.write_csv(include_bom=True).encode(),
        file_name=f"{cards.slug(name)[:60]}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=key,
    )


def days_of(span: tuple[date, date] | None) -> str:
    """Half-open days as people write them."""
    if span is None:
        return format.DASH
    return f"{format.day(span[0])} – {format.day(date.fromordinal(span[1].toordinal() - 1))}"


def _literal(value: Any) -> str:
    return "null" if value is None else repr(str(value))
