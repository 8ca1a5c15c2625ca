"""GTM Pipeline runs: cards, figures, filters, and words where there is nothing."""

import pytest

from tests.pages.app import assert_sound, figures, kpis, markup, opened


def test_cards_and_figures(lakehouse: str) -> None:
    app = opened("gtm_pipeline")
    assert_sound(app)
    assert kpis(app) == 6
    text = markup(app)
    for title in ("Stage conversion", "Weighted forecast", "Forecast by stage", "Slippage"):
        assert title in text
    assert "Won business rose" in text
    funnel = next(figure for figure in figures(app) if figure["data"][0]["type"] == "funnel")
    assert funnel["data"][0]["y"] == ["Lead", "MQL", "SQL", "Discovery", "Proposal", "Negotiation", "Won"]


@pytest.mark.parametrize(
    ("view", "titles"),
    [
        ("Will it come in?", ("Forecast against outcome", "Created and won")),
        ("Where it stands still", ("Days per stage", "Ageing", "Deals that need a call")),
        ("Who and why", ("Sales reps", "Lead sources", "Loss reasons")),
    ],
)
def test_closer_looks(lakehouse: str, view: str, titles: tuple[str, ...]) -> None:
    app = opened("gtm_pipeline", gtm_view=view)
    assert_sound(app)
    assert all(f"<h3>{title}" in markup(app) for title in titles)


@pytest.mark.parametrize("period", ["Week to date", "All time", "Last 30 days"])
def test_other_periods(lakehouse: str, period: str) -> None:
    app = opened("gtm_pipeline", period=period)
    assert_sound(app)
    assert kpis(app) == 6


def test_empty_cards_say_so(lakehouse: str) -> None:
    """One deal of a small country, and none in this week."""
    app = opened("gtm_pipeline", period="Week to date", segment="Startup", country="Brazil", gtm_view="Who and why")
    assert_sound(app)
    assert "Nothing in this period." in markup(app)


def test_a_filter_changes_the_figures(lakehouse: str) -> None:
    everyone, some = opened("gtm_pipeline"), opened("gtm_pipeline", segment="SMB")
    assert markup(everyone) != markup(some)
    assert "SMB" in markup(some), "subtitles tell the scope"
