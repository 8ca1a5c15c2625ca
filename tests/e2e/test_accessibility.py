"""axe-core over all pages at two widths: no finding but the allowed."""

from pathlib import Path

import pytest

from tests.e2e.conftest import settle
from ui import navigation

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")  # axe-core 4.14.1, MPL-2.0
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
ALLOWED = {
    # Wide drawings scroll sideways on a telephone; the browser lets the keyboard into them by itself.
    ("scrollable-region-focusable", "st-key-wide_"),
    ("scrollable-region-focusable", "st-key-roomy_"),
    # Streamlit's sparklines carry no name that can be set.
    ("svg-img-alt", "stMetric"),
}
RUN = """async (rules) => {
    const found = await axe.run(document, {runOnly: rules});
    return {
        passed: found.passes.length,
        violations: found.violations.flatMap(rule => rule.nodes.map(node =>
            [rule.id, node.target.join(' ') + ' ' + node.html.slice(0, 300), node.failureSummary])),
    };
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible(app, open_page, width):
    page = open_page(app, width=width)
    findings = {}
    addresses = [f"/{entry.key}" for entry in navigation.PAGES[1:]]
    for path in ("", *addresses, "/revenue?segment=SMB&country=Germany", "/?tour=4", "/fraud?tour=7&present=1"):
        if path:
            page.goto(f"{app}{path}")
            settle(page)
        page.evaluate(AXE)
        result = page.evaluate(RUN, RULES)
        assert result["passed"] > 10, f"axe looked at nothing on {path or '/'}"
        if unexpected := [found for found in result["violations"] if not is_allowed(found[0], found[1])]:
            findings[path or "/"] = unexpected
    assert findings == {}


def is_allowed(rule: str, where: str) -> bool:
    return any(rule == allowed and mark in where for allowed, mark in ALLOWED)
