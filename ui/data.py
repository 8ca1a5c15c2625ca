"""The one bridge between the queries and Streamlit's cache."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

import queries
from lakehouse import session
from ui import entry_first
from ui.charts.figure import Figure

LATEST = "Latest"
RELEASE_KEY = "release"  # of the picker in the header, and in the URL
_SEEN = "_release_seen"  # what was the newest when the session began, or last asked for it

# Tells releases apart even after the lakehouse was reset and numbers start anew.
Version = tuple[str, int, datetime]
Params = tuple[tuple[str, Any], ...]


@st.cache_resource(ttl=3, show_spinner=False)
def releases() -> list[session.Release]:
    """Every published release, oldest first; looked up again after three seconds."""
    return session.releases()


@st.cache_resource(ttl=3, show_spinner=False)
def attempt() -> session.Attempt | None:
    """The newest attempt that published nothing, until a release settles it."""
    return session.last_attempt()


def release() -> session.Release:
    """The release that this session looks at: picked by number or by day, or else the newest when it began.

    A release that others publish meanwhile does not change what a person is reading: see newer().
    """
    entry_first()
    offered = releases()
    if not offered:
        raise session.NoRelease(f"No release at {session.uri()}. Build one with: python -m data_gen")
    asked = wanted()
    if asked == LATEST:
        return _newest_seen(offered)
    for found in offered:
        if str(found.release_id) == asked:
            return found
    if day := day_of(asked):
        return _on(day, offered)
    numbers = ", ".join(str(found.release_id) for found in offered)
    raise session.NoRelease(f"Release {asked} is not in the lakehouse any more; published are: {numbers}")


def wanted() -> str:
    """The release asked for: by the picker, or before that is drawn, in the URL."""
    if picked := st.session_state.get(RELEASE_KEY):
        return str(picked)
    return LATEST if RELEASE_KEY in st.session_state else st.query_params.get(RELEASE_KEY, LATEST)


def is_latest() -> bool:
    return release() == releases()[-1]


def follows() -> bool:
    """Whether the session looks at the newest, and not at a release that it picked: only then may it decide."""
    return wanted() == LATEST


def newer() -> session.Release | None:
    """The newest release where others published it since this session opened its own."""
    return releases()[-1] if follows() and not is_latest() else None


def show_newest() -> None:
    """Look at the newest release from the next run on."""
    releases.clear()
    attempt.clear()
    st.session_state.pop(_SEEN, None)


def day_of(asked: str) -> date | None:
    """The day that a release was asked for by, as in release=2026-02-03."""
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None


def _newest_seen(offered: list[session.Release]) -> session.Release:
    seen = st.session_state.get(_SEEN)
    found = next((one for one in reversed(offered) if (one.release_id, one.published_at) == seen), offered[-1])
    if seen != (found.release_id, found.published_at):
        st.session_state[_SEEN] = (found.release_id, found.published_at)
    return found


def _on(day: date, offered: list[session.Release]) -> session.Release:
    """The last release whose data end on a day or before it."""
    for found in reversed(offered):
        if found.as_of_date <= day:
            return found
    first = min(found.as_of_date for found in offered)
    raise session.NoRelease(f"No release is as old as {day}; the first one shows {first}")


def as_of() -> date:
    """The day that the data of the release describe."""
    return release().as_of_date


def fetch(query: str, **params: Any) -> pl.DataFrame:
    """The rows of queries/<query>.sql in the session's release; parameters that it does not name are ignored."""
    return _cached_rows(_version(), query, _named(query, params)).clone()  # shares the columns, but is the caller's own


def figure(
    builder: Callable[..., go.Figure],
    query: str,
    params: Mapping[str, Any],
    options: Mapping[str, Any],
    layout: Mapping[str, Any],
) -> go.Figure:
    """The figure a builder makes of a query's rows, in a layout as the card wants it.

    It is one object for all sessions, so it is never changed.
    """
    version, named = _version(), _named(query, params)
    look = sorted(options.items()), sorted(layout.items())
    key = repr((builder.__module__, builder.__name__, version, query, named, look))
    # By name: to learn what a position is called, Streamlit reads the function's signature each time.
    return _figure(
        key=key, _builder=builder, _version=version, _query=query, _params=named, _options=options, _layout=layout
    )


def made(title: str, state: Sequence[Any], make: Callable[[], go.Figure]) -> go.Figure:
    """The figure of a card in a state, of what is more than the rows of one query; one object, as in figure()."""
    return _made(key=repr((_version(), title, state)), _make=make)


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
    st.session_state.pop(_SEEN, None)
    for cached in (releases, attempt, _connection, _rows, _figure, _made, _match, _evaluation, _tables):
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


def _cached_rows(version: Version, query: str, params: Params) -> pl.DataFrame:
    return _rows(key=repr((version, query, params)), _version=version, _query=query, _params=params)


# One text as the key: Streamlit hashes each part of a nested one by itself, which took a tenth of a page's run.
# A resource, for a frame kept as data is read from its bytes at every fetch, which took a tenth of a page's run.
@st.cache_resource(max_entries=700, show_spinner=False)
def _rows(key: str, _version: Version, _query: str, _params: Params) -> pl.DataFrame:
    return queries.run(_connection(_version), _query, **dict(_params))


@st.cache_resource(max_entries=300, show_spinner=False)
def _figure(
    key: str,
    _builder: Callable[..., go.Figure],
    _version: Version,
    _query: str,
    _params: Params,
    _options: Mapping[str, Any],
    _layout: Mapping[str, Any],
) -> go.Figure:
    built = _builder(_cached_rows(_version, _query, _params), **_options)
    built.update_layout(_layout)
    return _kept(built)


@st.cache_resource(max_entries=300, show_spinner=False)
def _made(key: str, _make: Callable[[], go.Figure]) -> go.Figure:
    return _kept(_make())


def _kept(built: go.Figure) -> go.Figure:
    return built.keep() if isinstance(built, Figure) else built
