"""Words in blocks stay words: nothing in a customer's name or a figure becomes markup."""

from datetime import date, datetime

import polars as pl
from streamlit.testing.v1 import AppTest

from ui import charts, navigation
from ui.blocks import literal


def blocks() -> None:
    from ui.blocks import Action, Alert, Fact, Stage, action_list, alert_strip, fact_line, headline, stage_cards

    alert_strip([])
    alert_strip([Alert("7 alerts", "$5.00M of $9.00M", "fraud", "alert")])
    fact_line([Fact("Budget <used>", "84%", mood="bad"), Fact("Left", "16%", "of 100%")])
    headline("Böhm & <b>Söhne</b>", [("Active", "Active"), ("Other", "nowhere")], "since **2024**")
    action_list([Action("Call <now>", "because", "a rule", "alert"), Action("Wait", "no reason")])
    stage_cards([Stage("Loyal", "105", "$1M", "12 to 24 months", "Review & plan")])


def test_blocks_escape_what_they_are_given(monkeypatch) -> None:
    monkeypatch.setattr(navigation, "link", lambda *_, **__: None)  # this script declares no pages to link to
    app = AppTest.from_function(blocks, default_timeout=20).run()
    assert not app.exception
    text = "\n".join(block.proto.body for block in app.get("html"))
    assert "Böhm &amp; &lt;b&gt;Söhne&lt;/b&gt;" in text
    assert "since <b>2024</b>" in text
    assert "Budget &lt;used&gt;" in text and 'class="mdm-down"' in text
    assert "Call &lt;now&gt;" in text and "Rule: a rule" in text
    assert text.count("Rule: ") == 1, "an action without a rule claims none"
    assert "Review &amp; plan" in text


def test_a_label_opens_no_formula() -> None:
    assert literal("$5 and $6 of a_b") == "\\$5 and \\$6 of a\\_b"


EVENTS = pl.DataFrame(
    {
        "at": [datetime(2025, 3, 1), datetime(2025, 4, 1, 12), datetime(2025, 5, 1)],
        "lane": ["Orders", "Web", "Orders"],
        "title": ["Desk", "Session", "Lamp"],
        "detail": ["1 × Desk", "3 pages", "2 × Lamp"],
        "amount": [400.0, None, 100.0],
        "mood": ["Neutral", "Positive", "Unknown"],
    }
)


def test_timeline_keeps_every_lane_and_sizes_by_area() -> None:
    figure = charts.timeline(
        EVENTS,
        at="at",
        lane="lane",
        title="title",
        detail="detail",
        size="amount",
        mood="mood",
        lanes=("Orders", "Deals", "Web"),
        moods={"Positive": "good", "Neutral": "muted"},
        since=date(2025, 1, 1),
        until=date(2025, 12, 31),
    )
    [trace] = figure.data
    desk, session, lamp = trace.marker.size
    assert desk > lamp > session
    assert (lamp - session) * 2 == desk - session, "a quarter of the amount is half of the width"
    assert list(figure.layout.yaxis.categoryarray) == ["Web", "Deals", "Orders"]
    assert trace.text[0] == "<b>Desk</b> · $400<br>1 × Desk"
    assert trace.text[1] == "<b>Session</b><br>3 pages"
    assert len(set(trace.marker.color)) == 2, "a mood without a tone is grey like a neutral one"


def test_timeline_of_nothing_is_empty() -> None:
    figure = charts.timeline(EVENTS.clear(), at="at", lane="lane", title="title", detail="detail", lanes=("Orders",))
    assert list(figure.data[0].x or ()) == []
