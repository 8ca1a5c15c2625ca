"""Streamlit hands Plotly each figure twice; the second time must find nothing to draw."""

from pathlib import Path

import plotly
import pytest

from tests.ui.test_charts import KINDS, spec

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
TOPOJSON = Path(__file__).resolve().parents[2] / "static" / "topojson"
# How many parts of the picture change when equal objects come, at a width that the first ones did not name.
CHANGES_OF_THE_SECOND_TIME = """
async spec => {
    const copy = part => JSON.parse(JSON.stringify(part)), quiet = () => new Promise(done => setTimeout(done, 150));
    const place = document.getElementById('place');
    await Plotly.newPlot(place, copy(spec.data), copy(spec.layout));
    await quiet();
    let changes = 0;
    new MutationObserver(seen => changes += seen.length)
        .observe(place, {subtree: true, attributes: true, childList: true});
    await Plotly.react(place, copy(spec.data), {...copy(spec.layout), width: 400});
    await quiet();
    return changes;
}
"""


@pytest.fixture(scope="module")
def page(browser):
    opened = browser.new_page(viewport={"width": 800, "height": 600})
    opened.route("**/cdn.plot.ly/**", lambda route: route.fulfill(path=TOPOJSON / route.request.url.rsplit("/", 1)[-1]))
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_is_drawn_once(page, kind):
    drawn = spec(kind)
    page.set_content(f"<div id='place' style='width:400px;height:{drawn['layout']['height']}px'></div>")
    page.add_script_tag(path=PLOTLY)
    assert page.evaluate(CHANGES_OF_THE_SECOND_TIME, drawn) == 0
