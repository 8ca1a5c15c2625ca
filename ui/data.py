"""The one bridge between the queries and Streamlit's cache."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

import queries
from lakehouse import session
from ui import entry_first

LATEST = "Latest"
RELEASE_KEY = "release"  # of the picker in the header, and in the URL

# Tells releases apart even after the lakehouse was reset and numbers start anew.
Version = tuple[str, int, datetime]
Params = tuple[tuple[str, Any], ...]


@st.cache_resource(ttl=3, show_spinner=False)
def releases() -> list[session.Release]:
    """Every published release, oldest first; looked up again after three seconds."""
    return session.releases()


def release() -> session.Release:
    """The release that this session looks at: the newest, unless another was picked."""
    entry_first()
    offered = releases()
    if not offered:
        raise session.NoRelease(f"No release at {session.uri()}. Build one with: python -m data_gen")
    asked = wanted()
    if asked == LATEST:
        return offered[-1]
    for found in offered:
        if str(found.release_id) == asked:
            return found
    numbers = ", ".join(str(found.release_id) for found in offered)
    raise session.NoRelease(f"Release {asked} is not in the lakehouse any more; published are: {numbers}")


def wanted() -> str:
    """The release asked for: by the picker, or before that is drawn, in the URL."""
    if RELEASE_KEY in st.session_state:
        return str(st.session_state[RELEASE_KEY] or LATEST)
    return st.query_params.get(RELEASE_KEY, LATEST)


def is_latest() -> bool:
    return release() == releases()[-1]


def as_of() -> date:
    """The day that the data of the release describe."""
    return release().as_of_date


def fetch(query: str, **params: Any) -> pl.DataFrame:
    """The rows of queries/<query>.sql in the session's release; parameters that it does not name are ignored."""
    return _rows(_version(), query, _named(query, params))


def figure(
    builder: Callable[..., go.Figure], query: str, params: Mapping[str, Any], options: Mapping[str, Any]
) -> go.Figure:
    """The figure a builder makes of a query's rows; one object for all sessions, so it is never changed."""
    name = f"{builder.__module__}.{builder.__name__}"
    return _figure(builder, name, _version(), query, _named(query, params), dict(options))


def csv(query: str, **params: Any) -> bytes:
    """The rows as a CSV file that spreadsheets open with the right letters."""
    rows = fetch(query, **params)
    lists = [name for name, dtype in rows.schema.items() if dtype == pl.List]
    flat = rows.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join("; ") for name in lists)
    return flat.write_csv(include_bom=True).encode()


def match(record: Mapping[str, Any]) -> Any:
    """One record against the customers of the release, through the functions of the batch run."""
    return _match(_version(), tuple(sorted(record.items())))


def evaluation() -> Any:
    """The matching of the release measured against the answer key; None without a key."""
    return _evaluation(_version())


def tables() -> pl.DataFrame:
    """Every table of the release with its rows, version, retention and files."""
    return _tables(_version())


@st.cache_resource(show_spinner=False)
def lineage() -> pl.DataFrame:
    """Every arrow between tables as (source, target), taken from what the models read."""
    return session.lineage()


def forget() -> None:
    """Drop all that is cached, so that the next run reads the lakehouse anew."""
    for cached in (releases, _connection, _rows, _figure, _match, _evaluation, _tables):
        cached.clear()


def _version() -> Version:
    found = release()
    return session.uri(), found.release_id, found.published_at


def _named(query: str, params: Mapping[str, Any]) -> Params:
    return tuple((name, params[name]) for name in queries.params_of(query) if name in params)


def _close(con: Any) -> None:
    con.close()


@st.cache_resource(max_entries=3, show_spinner=False, on_release=_close)
def _connection(version: Version) -> Any:
    return session.open_release(version[1])


@st.cache_resource(max_entries=200, show_spinner=False)
def _match(version: Version, record: Params) -> Any:
    return session.match(dict(record), version[1])


@st.cache_resource(max_entries=3, show_spinner=False)
def _evaluation(version: Version) -> Any:
    return session.evaluation(version[1])


@st.cache_resource(max_entries=3, show_spinner=False)
def _tables(version: Version) -> pl.DataFrame:
    return session.tables(version[1])


@st.cache_data(max_entries=500, show_spinner=False)
def _rows(version: Version, query: str, params: Params) -> pl.DataFrame:
    return queries.run(_connection(version), query, **dict(params))


@st.cache_resource(max_entries=500, show_spinner=False)
def _figure(
    _builder: Callable[..., go.Figure],
    name: str,
    version: Version,
    query: str,
    params: Params,
    options: dict[str, Any],
) -> go.Figure:
    return _builder(_rows(version, query, params), **options)
