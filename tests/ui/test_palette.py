import pytest

from ui import palette


def contrast(one: str, other: str) -> float:
    light, dark = sorted((palette._luminance(one), palette._luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "colour", [palette.INK, palette.MUTED, palette.GREEN_TEXT, palette.RED_TEXT, palette.GOLD_TEXT]
)
@pytest.mark.parametrize("background", [palette.WHITE, palette.TINT])
def test_text_colours_are_readable(colour, background):
    assert contrast(colour, background) >= 4.5


@pytest.mark.parametrize("colour", sorted({*palette.TONE.values(), *palette.OF_VALUE.values(), *palette.PALE.values()}))
def test_text_on_a_bar_is_readable_on_every_colour(colour):
    [text] = palette.on([colour])
    assert contrast(text, colour) >= 3  # large or bold text


def test_series_get_the_tone_asked_for_then_their_own_then_the_next():
    assert palette.colours(["profit", "Won", "other", "more"], {"profit": "good"}) == [
        palette.GREEN,
        palette.OF_VALUE["Won"],
        palette.ORANGE,
        palette.STEEL,
    ]


def test_two_nameless_series_never_share_a_colour():
    found = palette.colours([f"series {n}" for n in range(10)], {})
    assert len(set(found)) == 10


def test_every_tone_has_its_pale_form():
    assert palette.PALE.keys() == palette.TONE.keys()


@pytest.mark.parametrize("tone", sorted(palette.SCALE))
def test_ink_is_readable_on_every_cell_with_a_number(tone):
    assert all(contrast(palette.INK, colour) >= 4.5 for colour in palette.light_scale(tone))
