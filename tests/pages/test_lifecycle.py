"""Lifecycle runs: stages, the what-if, whom to call, and the four closer looks."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.app import assert_sound, figures, kpis, markup, opened


def test_cards_and_figures(lakehouse: str) -> None:
    app = opened("lifecycle")
    assert_sound(app)
    assert kpis(app) == 6
    assert len(figures(app)) == 5
    text = markup(app)
    assert text.count('class="mdm-stage"') == 7
    assert "Customers under contract grew from" in text


@pytest.mark.parametrize(
    ("view", "title", "charts"),
    [
        ("Retention", "Revenue that stays", 5),
        ("Survival", "How long customers stay", 5),
        ("Movement", "From stage to stage in a month", 4),
        ("Test of the risk", "Is the churn risk right?", 4),
    ],
)
def test_closer_looks(lakehouse: str, view: str, title: str, charts: int) -> None:
    app = opened("lifecycle", lifecycle_view=view)
    assert_sound(app)
    assert f"<h3>{title}" in markup(app)
    assert len(figures(app)) == charts


def saved(app: AppTest) -> str:
    [amount] = re.findall(r"<dt>Saved</dt><dd[^>]*>([^<]*)", markup(app))
    return amount


def test_the_what_if_is_in_the_url_and_moves_the_money(lakehouse: str) -> None:
    app = opened("lifecycle", won_back="50")
    assert_sound(app)
    assert app.slider(key="won_back").value == 50
    half = saved(app)
    app.slider(key="won_back").set_value(100).run()
    assert saved(app) != half
    app.slider(key="won_back").set_value(0).run()
    assert saved(app) == "$0"


def test_the_list_follows_the_stage(lakehouse: str) -> None:
    app = opened("lifecycle", stage="Dormant")
    assert_sound(app)
    table = next(frame for frame in app.dataframe if "revenue_at_risk" in frame.value.columns)
    assert set(table.value["lifecycle_stage"]) == {"Dormant"}


def test_a_small_selection_says_what_it_cannot_show(lakehouse: str) -> None:
    app = opened("lifecycle", segment="Enterprise", country="Singapore", lifecycle_view="Survival")
    assert_sound(app)
    assert "Fewer than ten customers" in markup(app) or not kpis(app)


@pytest.mark.parametrize("period", ["Week to date", "All time"])
def test_other_periods(lakehouse: str, period: str) -> None:
    assert_sound(opened("lifecycle", period=period))
