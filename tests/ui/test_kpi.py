import pytest

from ui.format import points
from ui.kpi import Kpi, card_html, direction_of, spark_svg


def chip(kpi: Kpi) -> str:
    text = card_html(kpi)
    return text[text.index("mdm-kpi-delta") : text.index("</div>", text.index("mdm-kpi-delta"))]


@pytest.mark.parametrize(
    ("delta", "good", "mood", "text"),
    [
        (0.2, "up", "mdm-good", "↑ +20.0%"),
        (-0.2, "up", "mdm-bad", "↓ −20.0%"),
        (-0.2, "down", "mdm-good", "↓ −20.0%"),
        (0.2, "down", "mdm-bad", "↑ +20.0%"),
        (0.2, "neutral", "mdm-flat", "↑ +20.0%"),
        (0.00001, "up", "mdm-flat", ">0.0%"),  # what rounds to zero is neither good nor bad
        ("−12 min", "down", "mdm-good", "↓ −12 min"),
        ("-3", "up", "mdm-bad", "↓ -3"),
    ],
)
def test_change_says_direction_and_mood(delta, good, mood, text):
    found = chip(Kpi("Revenue", "$1", delta, good=good))
    assert mood in found
    assert text in found


def test_change_in_points():
    assert "+0.4 pp" in chip(Kpi("Margin", "37%", 0.004, delta_as=points))


def test_without_a_change_there_is_no_chip_but_the_reason():
    assert "mdm-chip" not in chip(Kpi("Revenue", "$1"))
    assert "no earlier data to compare" in chip(Kpi("Revenue", "$1", versus="no earlier data to compare"))
    assert "vs last week" not in chip(Kpi("Revenue", "$1", versus="vs last week"))


def test_texts_are_escaped():
    found = card_html(Kpi("<b>x</b>", "<i>", 0.1, help='a "quote" & more', target="<u>"))
    assert "<b>" not in found and "<i>" not in found and "<u>" not in found
    assert "a &quot;quote&quot; &amp; more" in found


def test_target_bar_stays_within_its_card():
    assert "width:100.0%" in card_html(Kpi("R", "1", target="Target 2", reached=1.7))
    assert "width:0.0%" in card_html(Kpi("R", "1", target="Target 2", reached=None))


def test_spark_skips_gaps_and_needs_two_points():
    assert "data:image/svg+xml" in card_html(Kpi("R", "1", spark=[1, None, 3, float("nan")]))
    assert "data:image/svg+xml" not in card_html(Kpi("R", "1", spark=[1]))
    assert 'alt="R, its course"' in card_html(Kpi("R", "1", spark=[1, 2]))


def test_spark_of_a_constant_is_a_flat_line():
    assert "0.0,37.0 200.0,37.0" in spark_svg([5.0, 5.0], "#FF9900")


def test_direction_of_nothing():
    assert direction_of(0.0, "0.0%") == ""


def test_an_arrow_leads_down_to_the_card_that_explains():
    found = card_html(Kpi("Revenue", "$1", link="#What customers did"))
    assert 'href="#card-what-customers-did"' in found
    assert 'aria-label="Revenue: see What customers did"' in found


@pytest.mark.parametrize(
    "kpi", [Kpi("R", "1"), Kpi("R", "1", link="fraud"), Kpi("R", "1", link="#A", state={"b": "c"})]
)
def test_other_arrows_are_no_links_within_the_page(kpi):
    assert "href" not in card_html(kpi)
