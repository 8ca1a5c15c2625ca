from datetime import date

import polars as pl
import pytest
import streamlit as st

from lakehouse import session
from tests.ui.conftest import release
from ui import charts, data

YEAR = {"start": date(2025, 2, 1), "end": date(2026, 2, 1), "country": None, "segment": "ignored"}


def test_fetch_gives_the_rows_of_the_newest_release(lake, opened):
    assert data.fetch("sales/revenue", **YEAR).rows() == [("SMB", 150.5)]
    assert opened == [2]


def test_one_connection_serves_all_queries(lake, opened):
    data.fetch("sales/revenue", **YEAR)
    data.fetch("sales/revenue", **YEAR | {"country": "US"})
    assert opened == [2]


def test_parameters_that_a_query_does_not_name_do_not_make_a_second_entry(lake, monkeypatch):
    data.fetch("sales/revenue", **YEAR)
    monkeypatch.setattr(data.queries, "run", lambda *_, **__: pytest.fail("should have come from the cache"))
    data.fetch("sales/revenue", **YEAR | {"segment": "SMB"})


def test_a_caller_cannot_spoil_what_others_read(lake):
    data.fetch("sales/revenue", **YEAR)[0, "segment"] = "spoilt"
    assert data.fetch("sales/revenue", **YEAR)["segment"].to_list() == ["SMB"]


def test_figures_are_made_once_for_all_sessions(lake):
    options = {"label": "segment", "value": "revenue"}
    first = data.figure(charts.ranked, "sales/revenue", YEAR, options, {"height": 250})
    assert data.figure(charts.ranked, "sales/revenue", YEAR, dict(options), {"height": 250}) is first
    assert data.figure(charts.ranked, "sales/revenue", YEAR, options | {"unit": "money"}, {"height": 250}) is not first
    assert data.figure(charts.ranked, "sales/revenue", YEAR | {"country": "US"}, options, {"height": 250}) is not first


def test_a_new_release_is_read_anew(lake, opened, monkeypatch):
    data.fetch("sales/revenue", **YEAR)
    monkeypatch.setattr(session, "releases", lambda: [release(1), release(2), release(3)])
    data.forget()
    data.fetch("sales/revenue", **YEAR)
    assert opened == [2, 3]


def test_a_release_picked_by_its_number(lake, opened, monkeypatch):
    monkeypatch.setitem(st.session_state, data.RELEASE_KEY, "1")
    assert data.release().release_id == 1
    assert not data.is_latest()
    data.fetch("sales/revenue", **YEAR)
    assert opened == [1]


def test_a_release_that_vanished_is_named_with_those_that_remain(lake, monkeypatch):
    monkeypatch.setitem(st.session_state, data.RELEASE_KEY, "9")
    with pytest.raises(session.NoRelease, match="Release 9 is not in the lakehouse any more; published are: 1, 2"):
        data.release()


def test_no_release_says_how_to_build_one(lake, monkeypatch):
    monkeypatch.setattr(session, "releases", lambda: [])
    data.forget()
    with pytest.raises(session.NoRelease, match=r"Build one with: python -m data_gen"):
        data.release()


def test_csv_writes_lists_as_text(lake):
    text = data.csv("app/options").decode("utf-8-sig")
    assert text.splitlines() == ["first_date,segments,countries", "2024-01-01,SMB; Enterprise,US; DE"]


def test_frames_come_as_polars(lake):
    assert isinstance(data.fetch("app/options"), pl.DataFrame)
