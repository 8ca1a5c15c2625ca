import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.test_shell import ENTRY, html
from ui import navigation, tour
from ui.tour_steps import STEPS


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(ENTRY, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1))
def test_every_step_opens_its_page_and_points_at_a_card_that_is_there(lakehouse, number):
    step = STEPS[number - 1]
    app = opened(tour=str(number))
    app.run()
    if navigation.PAGES[0].key != step.page:  # AppTest ends a run that leads to another page before that page
        app.switch_page(f"pages/{step.page}.py")
        app.session_state[tour.AT] = number
        app.query_params["tour"] = str(number)
        for name, value in written_state(step).items():
            app.query_params[name] = value
        app.run()
    assert not app.exception
    text = html(app)
    assert f"Step {number} of {len(STEPS)}" in text
    assert step.title.replace("&", "&amp;") in text
    first, *others = step.points_at.split("*")
    keys = [card for card in cards(app) if card.startswith(first) and all(other in card for other in others)]
    assert keys, f"no card {step.points_at} on {step.page}"


def written_state(step):
    def state() -> None:
        import json

        import streamlit as st

        from ui import tour
        from ui.tour_steps import STEPS

        st.text(json.dumps(tour._state(STEPS[st.session_state["number"] - 1])))

    import json

    app = AppTest.from_function(state, default_timeout=30)
    app.session_state["number"] = STEPS.index(step) + 1
    return json.loads(app.run().text[0].value)


def cards(app: AppTest) -> set[str]:
    """The keys of all containers: Streamlit writes them into the layout blocks' ids."""
    found: set[str] = set()

    def walk(block) -> None:
        proto = getattr(block, "proto", None)
        key = getattr(proto, "id", "") or ""
        found.add(key.rpartition("-None-")[2] or key)
        for child in getattr(block, "children", {}).values():
            walk(child)

    walk(app._tree)
    return {part for key in found for part in [key[key.find("card_") :]] if "card_" in key}


def test_a_step_number_that_is_none_is_no_tour(lakehouse):
    for asked in ("0", "11", "x", "-1"):
        app = opened(tour=asked)
        app.run()
        assert not app.exception
        assert "mdm-tour" not in "".join(part for part in [html(app)] if "<section" in part)


def test_a_missing_figure_is_a_dash():
    figures = {"a": tour.Row({"n": 1234, "m": None})}
    assert tour.written("{a.n:count}, {a.m:money}, {a.gone}", figures) == "1,234, –, –"
