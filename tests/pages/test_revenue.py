"""Revenue runs: cards, bridges, the three views below them, and words where there is nothing."""

import pytest

from tests.pages.app import assert_sound, figures, kpis, markup, opened


def test_cards_and_figures(lakehouse: str) -> None:
    app = opened("revenue")
    assert_sound(app)
    assert kpis(app) == 6
    assert len(figures(app)) == 7
    assert "Revenue rose by" in markup(app) or "Revenue fell by" in markup(app)
    assert sum(figure["data"][0]["type"] == "waterfall" for figure in figures(app)) == 2


@pytest.mark.parametrize(
    ("view", "title", "charts"),
    [
        ("Where it comes from", "By country", 7),
        ("Who carries it", "Top customers", 6),
        ("Price and discounts", "Discounts", 6),
    ],
)
def test_a_view_is_in_the_url_and_the_others_cost_nothing(lakehouse: str, view: str, title: str, charts: int) -> None:
    app = opened("revenue", revenue_view=view)
    assert_sound(app)
    titles = [name for name in ("By country", "Top customers", "Discounts") if f"<h3>{name}<" in markup(app)]
    assert titles == [title]
    assert len(figures(app)) == charts


@pytest.mark.parametrize("period", ["Week to date", "Last 90 days", "All time"])
def test_other_periods(lakehouse: str, period: str) -> None:
    app = opened("revenue", period=period)
    assert_sound(app)
    if period == "All time":
        assert "No earlier period to compare with." in markup(app)


def test_no_sales_says_so(lakehouse: str) -> None:
    app = opened("revenue", period="Week to date", segment="Startup", country="Canada")
    assert_sound(app)
    assert "No sales: week to date · Startup · Canada" in markup(app)
    assert kpis(app) == 0
