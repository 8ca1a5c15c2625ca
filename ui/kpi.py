"""KPI cards: a value, its change, a target, a sparkline and a definition."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import quote

import streamlit as st

from ui import format, navigation, palette, paper
from ui.slugs import anchor

EMPTY_PICTURE = '<div class="mdm-spark"></div>'
LED_TO = "kpi_led_to"  # in the session: the card that an arrow has opened
# Goes to the card once it is there; the address then marks it, as with any link within the page.
_ARRIVE = """<script>
(() => {
  let left = 40, before = null, over = false;
  for (const act of ['wheel', 'touchmove', 'keydown', 'mousedown'])
    window.addEventListener(act, () => { over = true; }, {once: true, passive: true});
  const look = () => {
    if (over || !left--) return;
    setTimeout(look, 150);
    const there = document.getElementById('%s');
    if (!there) return;
    if (before === null) {
      history.replaceState(history.state, '', location.pathname + location.search);
      location.hash = there.id;
    }
    const top = Math.round(there.getBoundingClientRect().top);
    if (top !== before) there.scrollIntoView();
    before = top;
  };
  look();
})();
</script>"""


@dataclass(frozen=True)
class Kpi:
    """One card. `good` says which direction of the change is welcome; `reached` is the share of the target, 0 to 1."""

    label: str
    value: str
    delta: float | str | None = None
    delta_as: Callable[[Any], str] = format.signed
    good: Literal["up", "down", "neutral"] = "up"
    versus: str = ""
    help: str = ""
    spark: Sequence[float | None] = field(default=())
    target: str = ""
    reached: float | None = None
    tone: str = "general"
    link: str = ""  # what explains it: the key of a page, or "#" and the title of a card on the same page
    state: Mapping[str, str] = field(default_factory=dict)  # what must be open there, as the address holds it


def kpi_row(*kpis: Kpi, versus: str = "") -> None:
    """Four or six cards side by side; on narrow screens three or two a line."""
    shown = [replace(kpi, versus=kpi.versus or versus) for kpi in kpis]
    cards = tuple(card_html(kpi) for kpi in shown)
    paper.keep(paper.Kpis(cards))
    with st.container(key=f"kpis_{len(shown)}_{_slug(shown[0].label)}"):
        for kpi, card in zip(shown, cards, strict=True):
            if _leads_on(kpi):
                with st.container(key=f"kpi_{_slug(kpi.label)}"):
                    st.html(card)
                    _way(kpi)
            else:
                st.html(card)
    if led_to := st.session_state.pop(LED_TO, None):
        with st.container(key="mdm_over_led"):
            st.html(f"<i></i>{_ARRIVE % led_to}", unsafe_allow_javascript=True)


def _leads_on(kpi: Kpi) -> bool:
    """Whether it has an arrow of its own; one to a card further down is a part of its HTML."""
    return bool(kpi.link) and (bool(kpi.state) or not kpi.link.startswith("#"))


def _way(kpi: Kpi) -> None:
    """The arrow to another page, or to a card that is not open yet."""
    if kpi.link.startswith("#"):
        about, icon = f"{kpi.label}: see {kpi.link[1:]}", ":material/arrow_downward:"
        opening = (kpi.link[1:], dict(kpi.state))
        st.button(about, icon=icon, type="tertiary", key=f"see_{_slug(kpi.label)}", on_click=_open, args=opening)
    else:
        there = f"{kpi.label}: open {navigation.BY_KEY[kpi.link].title}"
        navigation.link(kpi.link, there, icon=":material/arrow_outward:", **kpi.state)


def _open(title: str, state: Mapping[str, str]) -> None:
    """For a button's callback: open what holds a card, and have the next run lead there."""
    for name, value in state.items():
        st.session_state[name] = value
    st.session_state[LED_TO] = anchor(title)


def card_html(kpi: Kpi) -> str:
    colour = palette.tone(kpi.tone)
    parts = [
        f'<div class="mdm-kpi" style="--tone:{colour}">',
        f'<div class="mdm-kpi-label">{html.escape(kpi.label)}{_definition(kpi)}</div>',
        _explained(kpi),
        f'<div class="mdm-kpi-value">{html.escape(kpi.value)}</div>',
        _delta(kpi),
        _target(kpi),
        _spark(kpi.spark, colour, f"{kpi.label}, its course"),
        "</div>",
    ]
    return "".join(parts)


def _definition(kpi: Kpi) -> str:
    if not kpi.help:
        return ""
    text = html.escape(kpi.help, quote=True)
    return f'<span class="mdm-tip" tabindex="0" role="img" aria-label="{text}" data-tip="{text}">?</span>'


def _explained(kpi: Kpi) -> str:
    """A way down to the card that explains the figure."""
    if not kpi.link or _leads_on(kpi):
        return ""
    title = kpi.link[1:]
    about = html.escape(f"{kpi.label}: see {title}", quote=True)
    arrow = '<i aria-hidden="true">arrow_downward</i>'
    return f'<a class="mdm-kpi-down" href="#{anchor(title)}" aria-label="{about}">{arrow}</a>'


def _delta(kpi: Kpi) -> str:
    """The change as a chip: an arrow, its size, and whether it is welcome."""
    if kpi.delta is None:
        note = html.escape(kpi.versus) if kpi.versus.startswith("no ") else ""
        return f'<div class="mdm-kpi-delta"><span class="mdm-versus">{note or "&nbsp;"}</span></div>'
    text = kpi.delta if isinstance(kpi.delta, str) else kpi.delta_as(kpi.delta)
    direction = direction_of(kpi.delta, text)
    mood = "flat" if not direction or kpi.good == "neutral" else "good" if direction == kpi.good else "bad"
    arrow = {"up": "↑ ", "down": "↓ "}.get(direction, "")
    versus = f'<span class="mdm-versus">{html.escape(kpi.versus)}</span>' if kpi.versus else ""
    return (
        f'<div class="mdm-kpi-delta"><span class="mdm-chip mdm-{mood}">{arrow}{html.escape(text)}</span>{versus}</div>'
    )


def direction_of(delta: float | str, text: str) -> Literal["up", "down", ""]:
    """Where the change points; what rounds to zero points nowhere."""
    if not any(digit in "123456789" for digit in text):
        return ""
    if isinstance(delta, str):  # without a sign it is a remark, not a change
        return "down" if delta.startswith(("-", format.MINUS)) else "up" if delta.startswith("+") else ""
    return "up" if delta > 0 else "down"


def _target(kpi: Kpi) -> str:
    if not kpi.target:
        return ""
    share = min(1.0, max(0.0, kpi.reached or 0.0))
    return (
        f'<div class="mdm-target"><div class="mdm-target-bar"><i style="width:{share:.1%}"></i></div>'
        f"<span>{html.escape(kpi.target)}</span></div>"
    )


def _spark(values: Sequence[float | None], colour: str, alt: str) -> str:
    """The course of the value as a small picture; with fewer than two points, an empty one of the same height."""
    if not len(values):
        return ""
    uri = _picture(tuple(values), colour)
    return f'<img class="mdm-spark" alt="{html.escape(alt, quote=True)}" src="{uri}">' if uri else EMPTY_PICTURE


@lru_cache(maxsize=1000)
def _picture(values: tuple[float | None, ...], colour: str) -> str:
    """The address of the picture, which holds it; empty where there are fewer than two points."""
    points = [number for number in map(format.number, values) if number is not None]
    if len(points) < 2:
        return ""
    return "data:image/svg+xml," + quote(spark_svg(points, colour), safe="=:/ ,;'()")


def spark_svg(points: Sequence[float], colour: str, width: int = 200, height: int = 40) -> str:
    low, high = min(points), max(points)
    span = (high - low) or 1.0
    step = width / (len(points) - 1)
    path = " ".join(
        f"{position * step:.1f},{height - 3 - (point - low) / span * (height - 8):.1f}"
        for position, point in enumerate(points)
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' preserveAspectRatio='none'>"
        f"<polygon points='0,{height} {path} {width},{height}' fill='{colour}' fill-opacity='.12'/>"
        f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2' stroke-linejoin='round' "
        f"vector-effect='non-scaling-stroke'/></svg>"
    )


def _slug(text: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in text.lower())
