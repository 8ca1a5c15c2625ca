"""Clickstream runs: cards, figures, filters, and words where there is nothing."""

import duckdb
import pytest

from tests.pages.app import assert_sound, figures, kpis, markup, opened, without_rows


def test_cards_and_figures(lakehouse: str) -> None:
    app = opened("clickstream")
    assert_sound(app)
    assert kpis(app) == 6
    kinds = {figure["data"][0]["type"] for figure in figures(app)}
    assert {"funnel", "sankey", "bar"} <= kinds
    models = next(figure for figure in figures(app) if len(figure["data"]) == 4 and figure["data"][0]["type"] == "bar")
    totals = {trace["name"]: sum(trace["y"]) for trace in models["data"]}
    assert len({round(total, 6) for total in totals.values()}) == 1, totals


@pytest.mark.parametrize(
    ("view", "titles"),
    [
        ("Channels", ("Referrers", "Campaigns", "Visits to conversion")),
        ("Hours and devices", ("When sessions start", "Devices")),
        ("Pages and visitors", ("Anonymous to known", "Pages")),
    ],
)
def test_closer_looks(lakehouse: str, view: str, titles: tuple[str, ...]) -> None:
    app = opened("clickstream", clickstream_view=view)
    assert_sound(app)
    assert all(f"<h3>{title}" in markup(app) for title in titles)


@pytest.mark.parametrize("period", ["Week to date", "All time"])
def test_other_periods(lakehouse: str, period: str) -> None:
    assert_sound(opened("clickstream", period=period))


def test_no_session_says_so(lakehouse: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    app = opened("clickstream", **without_rows(warehouse, "clickstream/summary", lambda found: not found["sessions"]))
    assert_sound(app)
    assert "No web sessions of these customers in this period." in markup(app)
    assert kpis(app) == 0 and not figures(app)
