"""White cards: a title, a line that gives unit and period, a chart or table, and a menu with the data behind it."""

import html
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from ui import card_menu, cross_filter, data, paper, presenter, report_table
from ui.charts.figure import enlarged
from ui.charts.house import HEIGHT
from ui.columns import arrow as as_arrow
from ui.slugs import anchor, slug

NOTHING = "Nothing in this period."
MOST_ROWS = 60  # that one reads without a grid
# The outlines of maps come from the static folder; charts neither zoom nor show a toolbar.
CONFIG = {
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "topojsonURL": "app/static/topojson/",  # relative, so that it also holds below another base path
}

# What Streamlit sets by itself once a chart stands where a click selects: said before, it need not be drawn again.
SELECTABLE = {"clickmode": "event+select", "dragmode": "pan"}


class Card:
    """What a card's block draws with: the rows of its query, a chart or a table of them."""

    def __init__(self, panel: paper.Panel, query: str, params: Mapping[str, Any], empty: str) -> None:
        self.title, self.subtitle, self.empty = panel.title, panel.subtitle, empty
        self._panel = panel
        self.sources: dict[str, Mapping[str, Any]] = {query: params} if query else {}
        self._drawn = 0

    @property
    def frame(self) -> pl.DataFrame:
        """The rows of the card's query."""
        query, params = self._main()
        return data.fetch(query, **params)

    def query(self, query: str, params: Mapping[str, Any]) -> pl.DataFrame:
        """The rows of a further query, which the card's menu then offers too."""
        self.sources[query] = params
        return data.fetch(query, **params)

    def draw(
        self,
        builder: Callable[..., go.Figure],
        *,
        query: str = "",
        params: Mapping[str, Any] | None = None,
        height: int = HEIGHT,
        alt: str = "",
        selects: str = "",
        **options: Any,
    ) -> None:
        """The chart that a builder of ui.charts makes of the rows; a sentence where there are none."""
        if query:
            self.query(query, params or {})
        else:
            query, params = self._main()
        if data.fetch(query, **(params or {})).is_empty():
            nothing_here(self.empty, height=height)
            return
        self.figure(
            data.figure(builder, query, params or {}, options, {"height": height} | (SELECTABLE if selects else {})),
            height=height,
            alt=alt,
            selects=selects,
            key=self._key(),
        )

    def figure(
        self, figure: go.Figure, *, height: int = HEIGHT, alt: str = "", selects: str = "", key: str = ""
    ) -> None:
        """A figure that is already made."""
        key = key or self._key()
        alt = alt or ". ".join(text for text in (self.title, self.subtitle) if text)
        self._panel.put(paper.Figure(figure, height, alt), key)
        if presenter.is_on():
            figure, height = enlarged(figure, presenter.LARGER), round(height * presenter.LARGER)
        st.plotly_chart(
            figure,
            theme=None,
            height=height,
            config=CONFIG,
            key=key,
            alt=alt,
            on_select=(lambda: cross_filter.select(key, selects)) if selects else "ignore",
            selection_mode="points",
        )

    def table(
        self,
        columns: Mapping[str, Any] | None = None,
        *,
        height: int | str = "auto",
        key: str = "",
        select: bool = False,
        frame: pl.DataFrame | None = None,
    ) -> int | None:
        """The rows as a table of the given columns; with `select`, the position of the row that was clicked."""
        rows = self.frame if frame is None else frame
        if rows.is_empty():
            nothing_here(self.empty)
            return None
        key = key or self._key()
        self._panel.put(paper.Table(rows, columns), key)
        shown: dict[str, Any] = {
            "hide_index": True,
            "lazy": False,  # with arrow(): no pandas
            "height": height,
            "column_order": list(columns) if columns else None,
            "column_config": dict(columns) if columns else None,
            "key": key,
            "row_height": 32,
            "placeholder": "–",
            "alt": self.title,
        }
        sent = as_arrow(rows)
        if not select:
            st.dataframe(sent, **shown)
            return None
        chosen = st.dataframe(sent, on_select="rerun", selection_mode="single-row", **shown)["selection"]["rows"]
        return chosen[0] if chosen else None

    def rows(self, columns: Mapping[str, Any], *, frame: pl.DataFrame | None = None) -> None:
        """A few rows that are only read: no grid need be started for them, and no value is cut."""
        shown = self.frame if frame is None else frame
        if shown.is_empty():
            nothing_here(self.empty)
            return
        self._panel.put(paper.Table(shown, columns), self._key())
        table, name = report_table.table(shown, columns, MOST_ROWS), html.escape(self.title, quote=True)
        st.html(f'<div class="mdm-rows" tabindex="0" role="region" aria-label="{name}">{table}</div>')

    def _main(self) -> tuple[str, Mapping[str, Any]]:
        if not self.sources:
            raise ValueError(f"The card {self.title!r} has no query=; give it one, or draw with figure()")
        return next(iter(self.sources.items()))

    def _key(self) -> str:
        self._drawn += 1
        return f"{slug(self.title)}_{self._drawn}"


class Board:
    """Cards side by side, as many columns as the width allows."""

    def __init__(self, columns: int, *, narrowest: int = 300) -> None:
        self._columns = columns
        self._is_left = True  # where the next card would stand if there were two columns
        self._grid = st.grid(columns, min_column_width=narrowest, gap="small")

    @contextmanager
    def card(
        self,
        title: str,
        subtitle: str = "",
        *,
        query: str = "",
        params: Mapping[str, Any] | None = None,
        help: str = "",
        span: int = 1,
        empty: str = NOTHING,
    ) -> Iterator[Card]:
        # What stands in the grid by itself is a cell of one column.
        wide = span > 1
        cell = self._grid.cell(column_span="all" if span >= self._columns else span) if wide else self._grid
        panel = paper.Panel(title, subtitle, id(self), self._columns, span)
        with cell, _opened(panel, query, params, help, empty, self._place(span)) as opened:
            yield opened

    def _place(self, span: int) -> str:
        """Where the card stands in two columns: one at the left with none beside it then takes the whole row."""
        place = "row" if span > 1 else "left" if self._is_left else "right"
        self._is_left = place != "left"
        return place


def board(columns: int = 3, *, narrowest: int = 300) -> Board:
    return Board(columns, narrowest=narrowest)


@contextmanager
def card(
    title: str,
    subtitle: str = "",
    *,
    query: str = "",
    params: Mapping[str, Any] | None = None,
    help: str = "",
    empty: str = NOTHING,
) -> Iterator[Card]:
    """One card; inside the block any st.* call works too."""
    panel = paper.Panel(title, subtitle, 0, 1, 1)
    with _opened(panel, query, params, help, empty) as opened:
        yield opened


@contextmanager
def _opened(
    panel: paper.Panel, query: str, params: Mapping[str, Any] | None, help: str, empty: str, place: str = "row"
) -> Iterator[Card]:
    opened = Card(panel, query, params or {}, empty)
    with paper.panel(panel), st.container(border=True, height="stretch", key=f"card_{slug(panel.title)}"):
        st.html(_head(panel.title, panel.subtitle, help, place))
        yield opened
        if opened.sources:
            card_menu.draw(panel.title, dict(opened.sources))


def section(title: str, subtitle: str = "") -> None:
    """A heading between boards."""
    paper.html(f'<div class="mdm-section"><h2>{html.escape(title)}</h2><p>{html.escape(subtitle)}</p></div>')


def note(text: str) -> None:
    """A muted line under a chart."""
    paper.html(f'<p class="mdm-note">{html.escape(text)}</p>')


def nothing_here(text: str = NOTHING, *, height: int = 160) -> None:
    """What stands where a chart would: the sentence that says why there is none."""
    paper.html(f'<div class="mdm-nothing" style="min-height:{height}px"><span>{html.escape(text)}</span></div>')


def _head(title: str, subtitle: str, help: str, place: str) -> str:
    text = html.escape(help, quote=True)
    tip = (
        f'<span class="mdm-tip" tabindex="0" role="img" aria-label="{text}" data-tip="{text}">?</span>' if help else ""
    )
    line = f"<p>{html.escape(subtitle)}</p>" if subtitle else ""
    return (
        f'<div class="mdm-card-head mdm-at-{place}" id="{anchor(title)}"><h3>{html.escape(title)}{tip}</h3>{line}</div>'
    )
