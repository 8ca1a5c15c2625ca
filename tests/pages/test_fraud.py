"""Fraud runs: cards, figures, the threshold and its cost, the queue, and words where there is nothing."""

import duckdb
import pytest

from tests.pages.app import assert_sound, figures, kpis, markup, opened, without_rows


def test_cards_and_figures(lakehouse: str) -> None:
    app = opened("fraud")
    assert_sound(app)
    assert kpis(app) == 6
    assert "Signals behind it" in markup(app)
    assert len(figures(app)) == 7


def test_the_threshold_is_priced(lakehouse: str) -> None:
    app = opened("fraud")
    app.slider(key="fraud_threshold").set_value(80).run()
    assert_sound(app)
    assert "From 80:" in markup(app)
    cheap = markup(app)
    app.number_input(key="fraud_cost").set_value(1000).run()
    assert_sound(app)
    assert markup(app) != cheap, "dear reviews move the best threshold"


@pytest.mark.parametrize("period", ["Week to date", "All time"])
def test_other_periods(lakehouse: str, period: str) -> None:
    assert_sound(opened("fraud", period=period))


def test_no_alert_says_so(lakehouse: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    nothing = without_rows(warehouse, "fraud/summary", lambda found: not found["alerts"] and not found["open_alerts"])
    app = opened("fraud", **nothing)
    assert_sound(app)
    assert "No fraud alerts on these customers in this period." in markup(app)
    assert kpis(app) == 0


def test_recall_is_that_of_the_answer_key(lakehouse: str) -> None:
    assert "of 90 planted frauds" in markup(opened("fraud"))


def test_a_severity_narrows_every_figure(lakehouse: str) -> None:
    app = opened("fraud", severity="Critical")
    assert_sound(app)
    assert "Critical" in app.button(key="chip_severity").label
    queue = next(frame for frame in app.dataframe if "due" in frame.value.columns)
    assert set(queue.value["severity"]) == {"Critical"}
    [months] = [figure for figure in figures(app) if figure["data"][0].get("name") == "Critical"]
    assert len(months["data"]) == 1
