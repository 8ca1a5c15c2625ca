"""What a page has shown, kept in order, so that its report prints the same. Keeping it costs a few references."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st


@dataclass(frozen=True)
class Text:
    """HTML in the app's classes."""

    html: str


@dataclass(frozen=True)
class Kpis:
    """KPI cards side by side, each as HTML."""

    cards: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    figure: go.Figure
    height: int
    alt: str


@dataclass(frozen=True)
class Table:
    frame: pl.DataFrame
    columns: Mapping[str, Any] | None  # what st.dataframe takes as column_config


@dataclass
class Panel:
    """A card: what it holds, by key, and the grid that it stands in."""

    title: str
    subtitle: str
    grid: int  # the same for the cards of one board
    columns: int
    span: int
    parts: dict[str, Any] = field(default_factory=dict)

    def put(self, part: Any, key: str = "") -> None:
        """Add a part, or replace the one with this key: a fragment draws its part again by itself."""
        self.parts[key or f"part_{len(self.parts)}"] = part


@dataclass
class Paper:
    """All that one run of a page has shown."""

    parts: list[Any] = field(default_factory=list)


_paper: ContextVar[Paper | None] = ContextVar("paper", default=None)
_panel: ContextVar[Panel | None] = ContextVar("panel", default=None)


@contextmanager
def kept(paper: Paper) -> Iterator[None]:
    """Keep what the block shows."""
    token = _paper.set(paper)
    try:
        yield
    finally:
        _paper.reset(token)


@contextmanager
def panel(opened: Panel) -> Iterator[Panel]:
    """A card: what the block shows belongs to it."""
    if paper := _paper.get():
        paper.parts.append(opened)
    token = _panel.set(opened)
    try:
        yield opened
    finally:
        _panel.reset(token)


def html(body: str) -> None:
    """Show HTML, and keep it."""
    st.html(body)
    keep(Text(body))


def keep(part: Any) -> None:
    """Keep a part: in the card at hand, or by itself."""
    if opened := _panel.get():
        opened.put(part)
    elif paper := _paper.get():
        paper.parts.append(part)
