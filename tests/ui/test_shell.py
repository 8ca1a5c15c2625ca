"""The header, filters, cards and error states, drawn by Streamlit on the tiny lakehouse."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui import navigation

ENTRY = str(Path(navigation.__file__).parent.parent / "streamlit_app.py")


def shell() -> None:
    from ui import charts, errors, filters, header, kpi, navigation, paper
    from ui.cards import board

    with errors.guarded("The header"):
        header.draw(navigation.BY_KEY["revenue"], paper.Paper())
    with errors.guarded("Revenue"):
        chosen = filters.current()
        kpi.kpi_row(kpi.Kpi("Revenue", "$1", 0.1), kpi.Kpi("Orders", "2", link="mdm_dq"), versus="vs before")
        page = board(2)
        with page.card("By segment", chosen.scope, query="sales/revenue", params=chosen.params) as it:
            it.draw(charts.ranked, label="segment", value="revenue", unit="money", selects="segment")
            it.table()


def failing() -> None:
    import streamlit as st

    from ui import errors

    with errors.guarded("Revenue"):
        st.text("half a page")
        raise KeyError("who")


@pytest.fixture
def app(lake, monkeypatch) -> AppTest:
    """The shell as a script of its own, where Streamlit knows no page to link to."""
    monkeypatch.setattr("streamlit.page_link", lambda *_, **__: None)
    return AppTest.from_function(shell, default_timeout=20)


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_header_says_what_the_page_is_and_where_its_data_stand(app):
    app.run()
    assert not app.exception
    text = html(app)
    assert '<h1 class="mdm-h1">Revenue</h1>' in text
    assert "As of <b>31 Jan 2026</b>" in text
    assert "Demo steward" in text
    assert [box.label for box in app.selectbox] == ["Show release", "Period", "Compare with", "Segment", "Country"]


def test_filters_offer_what_the_release_holds(app):
    app.run()
    assert app.selectbox(key="segment").options == ["All segments", "SMB", "Enterprise"]
    assert app.selectbox(key="country").options == ["All countries", "United States", "Germany"]


def test_card_draws_its_query_under_the_filters(app):
    app.run()
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert figure["data"][0]["y"] == ["SMB"]
    app.selectbox(key="period").set_value("all").run()
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert figure["data"][0]["y"] == ["SMB", "Enterprise"]
    assert figure["data"][0]["text"] == ["$150", "$7"]


def test_a_link_opens_the_same_view(app):
    app.query_params["period"] = "Month to date"
    app.query_params["country"] = "United States"
    app.run()
    assert app.selectbox(key="country").value == "US"
    assert "month to date · United States" in html(app)
    assert json.loads(app.get("plotly_chart")[0].proto.spec)["data"][0]["text"] == ["$100"]


def test_an_empty_selection_says_so(app):
    app.query_params["period"] = "Week to date"
    app.run()
    assert not app.get("plotly_chart")
    assert html(app).count("Nothing in this period.") == 2  # the chart and the table


def test_an_older_release_is_labelled(app):
    app.query_params["release"] = "1"
    app.run()
    assert "You are looking at <b>release 1</b>" in html(app)


def test_a_release_that_vanished_is_a_designed_state_with_a_way_out(app):
    app.query_params["release"] = "9"
    app.run()
    assert not app.exception
    assert "This release is not there" in html(app)
    app.button(key="open_latest").click().run()
    assert "Revenue" in html(app)
    assert "This release is not there" not in html(app)


def test_a_table_removed_under_the_app(app, lake):
    (lake / "sales" / "revenue.sql").write_text(
        "-- x\n-- grain: one row\n-- columns: a INTEGER\nselect * from gold.removed"
    )
    app.run()
    assert not app.exception
    assert "A table behind this page cannot be read" in html(app)
    assert "gold.removed" in html(app)
    assert "mdm-kpi" not in html(app), "what was drawn before the fault is taken back"


def test_an_unforeseen_fault_is_no_traceback(lake):
    app = AppTest.from_function(failing, default_timeout=20).run()
    assert not app.exception
    assert "This page met an unexpected fault" in html(app)
    assert "Traceback" not in html(app)
    assert not app.text


def test_reset_brings_all_filters_back(app):
    app.query_params["segment"] = "SMB"
    app.run()
    app.button(key="mdm_reset").click().run()
    assert app.selectbox(key="segment").value == "all"


@pytest.mark.parametrize(
    ("point", "name", "expected"),
    [
        ({"y": "SMB", "x": 150.5}, "segment", "SMB"),
        ({"x": "2026-01-01", "legendgroup": "Enterprise"}, "segment", "Enterprise"),
        ({"location": "DEU", "text": "Germany"}, "country", "DE"),
        ({"x": "2026-01-01", "y": 5}, "segment", None),
        ({"x": 0.61, "y": "Critical", "legendgroup": "Open"}, "severity", "Critical"),
        ({"x": "2026-01-31", "legendgroup": "At-Risk"}, "stage", "At-Risk"),
    ],
)
def test_a_clicked_point_stands_for_a_value(lake, point, name, expected):
    from ui.cross_filter import picked

    assert picked(point, name) == expected


def test_the_app_opens_with_its_first_page(lakehouse):
    app = AppTest.from_file(ENTRY, default_timeout=60)
    app.run()
    assert f'<h1 class="mdm-h1">{navigation.PAGES[0].title}</h1>' in html(app)
    assert "mdm-trouble" not in html(app).replace(".mdm-trouble", "")


def test_a_page_run_without_the_entry_file_starts_over_with_it(lakehouse):
    """A fresh process takes pages/ for its pages; AppTest begins every run in that state."""
    app = AppTest.from_file(ENTRY, default_timeout=60)
    app.switch_page("pages/revenue.py").run()
    assert not app.exception
    assert '<h1 class="mdm-h1">Revenue</h1>' in html(app)


def test_every_page_has_its_file_and_its_place():
    root = Path(ENTRY).parent
    assert [entry.key for entry in navigation.PAGES if not (root / entry.path).is_file()] == []
    assert [entry.title for entry in navigation.PAGES] == [
        *("Executive RT", "Revenue", "Customer 360", "Lifecycle", "GTM Pipeline", "Clickstream", "Fraud", "MDM & DQ"),
        *("Match demo", "Ask", "Agents", "Dictionary"),
    ]


@pytest.mark.parametrize(
    ("spans", "places"),
    [
        ((1, 1, 1), ["left", "right", "left"]),  # the third has no neighbour: the style sheet widens it
        ((2, 1, 1), ["row", "left", "right"]),
        ((1, 2, 1), ["left", "row", "left"]),
    ],
)
def test_a_board_knows_who_would_stand_alone_in_two_columns(spans, places):
    from ui.cards import Board

    board = Board.__new__(Board)
    board._is_left = True
    assert [board._place(span) for span in spans] == places
