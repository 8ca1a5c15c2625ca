"""The guided tour: a bar that tells the story step by step, and points at one thing on each page."""

import html
import json
import string
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from ui import data, filters, format, navigation, presenter
from ui.sentence import bold
from ui.tour_steps import CUSTOMER, STEPS, Step

PARAM = "tour"  # in the URL: the number of the step
AT = "tour_at"  # in the session: the step that was led to
UNITS: Mapping[str, Callable[[Any], str]] = {
    "money": format.money,
    "count": format.count,
    "compact": format.compact,
    "percent": format.percent,
    "score": format.score,
    "day": format.day,
}


class Row:
    """A query's one row, its columns as attributes; what is not there is None."""

    def __init__(self, cells: Mapping[str, Any]) -> None:
        self._cells = cells

    def __getattr__(self, name: str) -> Any:
        return self._cells.get(name)


class Template(string.Formatter):
    """Text with {source.column:unit}; a figure that is missing is a dash."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return UNITS[format_spec](value)
        return format.DASH if value is None else str(value)


def written(text: str, figures: Mapping[str, Row]) -> str:
    return Template().vformat(text, (), figures)


def lead(entry: navigation.Entry) -> None:
    """Open the page and state of the step that the URL asks for; call it before anything is drawn."""
    asked = _number(st.query_params.get(PARAM))
    state = st.session_state
    if asked is None:
        st.query_params.pop(PARAM, None)
        if state.get(AT):  # left the path by a link: the tour waits
            st.query_params[PARAM] = str(state[AT])
    elif state.get(AT) != asked:
        state[AT] = asked
        if not _is_shown(STEPS[asked - 1], entry.key):
            _open(asked, entry.key)


def start() -> None:
    """For a button's callback: the first step, with all filters back at their defaults."""
    filters.reset()
    st.query_params[PARAM] = "1"
    st.session_state.pop(AT, None)


def draw(entry: navigation.Entry) -> None:
    """The bar of the step at hand; nothing outside a tour."""
    at = st.session_state.get(AT)
    if not at:
        return
    step, is_there = STEPS[at - 1], STEPS[at - 1].page == entry.key
    with st.container(key="mdm_over_tour"), st.container(key="mdm_tour"):
        text = bold(written(step.text, figures(step)))
        st.html(
            f'<section class="mdm-tour" aria-label="Guided tour" aria-live="polite">'
            f"<p class='mdm-tour-step'>Step {at} of {len(STEPS)}</p><h2>{html.escape(step.title)}</h2><p>{text}</p>"
            f'<div class="mdm-tour-bar"><i style="width:{at / len(STEPS):.0%}"></i></div></section>'
        )
        _buttons(at, entry.key)
    if is_there:
        _point(step, at)


def figures(step: Step) -> dict[str, Row]:
    """What the step's text and state may name: the customer of the story, its sources, the release."""
    params, shown = filters.current().params, data.release()
    release = {"release_id": shown.release_id, "tables": len(shown.tables), "as_of_date": shown.as_of_date}
    rows = {
        name: next(iter(data.fetch(query, **params).to_dicts()), {})
        for name, query in {**CUSTOMER, **step.sources}.items()
    }
    return {name: Row(cells) for name, cells in {**rows, "release": release}.items()}


def _buttons(at: int, here: str) -> None:
    with st.container(horizontal=True, key="mdm_tour_buttons"):
        if st.button("End", type="tertiary", key="tour_end", help="Leave the tour"):
            end()
        if st.button("Back", key="tour_back", icon=":material/arrow_back:", disabled=at == 1):
            _open(at - 1, here)
        if STEPS[at - 1].page != here:
            if st.button("Return to the step", type="primary", key="tour_return"):
                _open(at, here)
        elif at == len(STEPS):
            if st.button("Finish", type="primary", key="tour_finish", icon=":material/check:"):
                end()
        elif st.button("Next", type="primary", key="tour_next", icon=":material/arrow_forward:"):
            _open(at + 1, here)


def end() -> None:
    """Leave the tour where it stands."""
    st.session_state.pop(AT, None)
    st.query_params.pop(PARAM, None)
    st.rerun()


def _open(at: int, here: str) -> None:
    """Go to a step: on another page by its address, on the same by setting what the address would."""
    st.session_state[AT] = at
    step, kept = STEPS[at - 1], {PARAM: str(at), **presenter.kept()}
    if step.page != here:
        st.switch_page(navigation.BY_KEY[step.page].path, query_params={**_state(step), **kept})
    for name, value in _state(step).items():
        if name in st.session_state:  # a widget that keeps its state in the URL by itself
            st.session_state[name] = value
        else:
            st.query_params[name] = value
    st.query_params.update(kept)
    st.rerun()


def _is_shown(step: Step, here: str) -> bool:
    there = st.query_params.to_dict()
    return step.page == here and all(there.get(name) == value for name, value in _state(step).items())


def _state(step: Step) -> dict[str, str]:
    """The step's state as it stands in the URL."""
    if not step.state:
        return {}
    known = figures(step)
    return {name: written(value, known) for name, value in step.state.items()}


def _number(text: str | None) -> int | None:
    """A step's number; None for what is none."""
    return int(text) if text and text.isdecimal() and 1 <= int(text) <= len(STEPS) else None


ROOM = '[data-testid="stMainBlockContainer"]{padding-bottom:20rem!important}'
LIT = "position:relative;z-index:2;outline:3px solid var(--orange);outline-offset:3px"
NUMBER = (
    "position:absolute;top:-15px;left:-12px;width:26px;height:26px;border-radius:50%;text-align:center;"
    "background:var(--orange);color:var(--ink);font-weight:700;line-height:26px"
)
# Brings the card into view, and again while the page above it still grows; a person who scrolls is left alone.
_SCROLL = """<script>
(() => {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let left = 50, before = null, over = false;
  for (const act of ['wheel', 'touchmove', 'keydown', 'mousedown'])
    window.addEventListener(act, () => { over = true; }, {once: true, passive: true});
  const look = () => {
    if (over || !left--) return;
    setTimeout(look, 160);
    const card = document.querySelector(%s);
    if (!card) return;
    const box = card.getBoundingClientRect(), bar = document.querySelector('.st-key-mdm_tour');
    const room = (bar ? bar.getBoundingClientRect().top : window.innerHeight) - 76;
    const by = box.top - 76 - Math.max(0, (room - box.height) / 2);
    const rests = before !== null && Math.abs(by - before) < 2;
    before = by;
    const main = document.querySelector('[data-testid="stMain"]');
    const most = by > 0 ? main.scrollHeight - main.clientHeight - main.scrollTop : main.scrollTop;
    if (rests && Math.min(Math.abs(by), most) > 8) main.scrollBy({top: by, behavior: calm ? 'auto' : 'smooth'});
  };
  look();
})();
</script>"""


def _point(step: Step, at: int) -> None:
    """Light up one card, and bring it into view."""
    first, *others = step.points_at.split("*")
    lit = f'[class*="st-key-{first}"]' + "".join(f'[class*="{other}"]' for other in others)
    st.html(f"<style>{lit}{{{LIT}}}{lit}::before{{content:'{at}';{NUMBER}}}{ROOM}</style>")
    with st.container(key="mdm_over_point"):
        st.html(f"<i></i><!-- {at} -->{_SCROLL % json.dumps(lit)}", unsafe_allow_javascript=True)
