"""Executive RT runs: cards beside their normal, the alert strip, and a replay that moves only while it plays."""

from tests.pages.app import assert_sound, figures, kpis, markup, opened


def test_cards_and_figures(lakehouse: str) -> None:
    app = opened("executive")
    assert_sound(app)
    assert kpis(app) == 8
    assert len(figures(app)) == 6
    text = markup(app)
    assert "vs a usual week" in text and "vs a usual day" in text
    assert "The last seven days brought <b>$" in text
    assert "of the error budget left" in text


def test_filters_reach_the_business_figures(lakehouse: str) -> None:
    everyone, some = opened("executive"), opened("executive", segment="SMB", country="Singapore")
    assert_sound(some)
    assert "SMB · Singapore" in markup(some)
    funnel = [figure for figure in figures(some) if figure["data"][0]["type"] == "funnel"]
    assert funnel[0]["data"][0]["x"][0] < 100
    platform = "Active users and p99 latency by hour"
    assert platform in markup(everyone) and platform in markup(some)


def test_the_period_reaches_what_can_honour_it(lakehouse: str) -> None:
    year, month = opened("executive"), opened("executive", period="Last 30 days")
    assert_sound(month)
    assert "Deals created · last 30 days" in markup(month)

    def created(app) -> float:
        [funnel] = [figure for figure in figures(app) if figure["data"][0]["type"] == "funnel"]
        return funnel["data"][0]["x"][0]

    assert 0 < created(month) < created(year)
    week = "The last seven days brought"
    assert markup(month).count(week) == markup(year).count(week) == 1


def test_nobody_left_says_so(lakehouse: str) -> None:
    app = opened("executive", segment="Enterprise", country="Brazil")
    assert_sound(app)
    assert kpis(app) == 8


def test_the_replay_plays_pauses_and_ends(lakehouse: str) -> None:
    app = opened("executive")
    assert "Sat 31 Jan 2026, 23:00, not live" in markup(app)
    app.button(key="week_button").click().run()
    assert_sound(app)
    assert app.button(key="week_button").label == "Pause"
    assert "Sun 25 Jan 2026" in markup(app), "from the end it starts anew"
    first = markup(app)
    app.run()
    assert markup(app) != first, "every run while it plays is a step"
    app.button(key="week_button").click().run()
    assert app.button(key="week_button").label == "Play"
    rested = app.slider(key="week_at").value
    app.run()
    assert app.slider(key="week_at").value == rested, "at rest nothing moves"


def test_the_replay_comes_to_rest_at_the_end(lakehouse: str) -> None:
    app = opened("executive", week_at="160")
    assert app.slider(key="week_at").value == 160
    app.button(key="week_button").click().run()
    for _ in range(4):
        app.run()
    assert_sound(app)
    assert app.button(key="week_button").label == "Play"
    assert app.slider(key="week_at").value == 167


def test_an_hour_in_the_url_shows_the_incident(lakehouse: str) -> None:
    app = opened("executive", week_at="110")
    assert_sound(app)
    assert "Thu 29 Jan 2026, 14:00" in markup(app)
    assert 'class="mdm-down"' in markup(app), "latency and failures are marked"
