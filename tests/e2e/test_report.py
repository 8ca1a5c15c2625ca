"""Every page as one file: saved, opened without a network, and printed."""

import re

import pytest

from tests.e2e.conftest import settle
from tests.e2e.test_pages import address_of
from ui import filters, navigation, report

pytestmark = pytest.mark.browser

CLIPPED = """() => [...document.querySelectorAll('.r-card')]
    .filter(card => card.scrollWidth > card.clientWidth + 1)
    .map(card => card.querySelector('h3').textContent)"""


@pytest.mark.parametrize("entry", navigation.PAGES, ids=lambda entry: entry.key)
def test_a_page_prints(app, open_page, tmp_path, entry):
    page = open_page(address_of(app, entry.key))
    drawn = page.locator('[data-testid="stMain"] .js-plotly-plot').count()
    with page.expect_download() as download:
        page.locator(".st-key-mdm_report button").first.click()
    assert download.value.suggested_filename == report.file_name(entry.title, "2026-01-31")
    file = tmp_path / "report.html"
    download.value.save_as(file)
    assert file.stat().st_size < 4_000_000

    page.context.set_offline(True)
    page.console_errors.clear()
    page.requested.clear()
    page.goto(file.as_uri())
    page.wait_for_selector("body[data-ready]" if drawn else ".r-foot")
    assert page.locator("h1").inner_text() == entry.title
    assert page.locator(".r-chart .main-svg").count() >= drawn
    facts = page.inner_text(".r-facts")
    names = {"As of", "Release", "Quality gates", *(filters.NAMES[name] for name in entry.controls)}
    assert all(name in facts for name in names), facts
    assert page.evaluate(CLIPPED) == []
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 12
    assert [url for url in page.requested if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.console_errors == []


def test_a_report_says_what_it_was_filtered_by(app, open_page, tmp_path):
    page = open_page(f"{app}/revenue?segment=SMB&period=Year+to+date")
    settle(page)
    with page.expect_download() as download:
        page.locator(".st-key-mdm_report button").first.click()
    file = tmp_path / "report.html"
    download.value.save_as(file)
    page.goto(file.as_uri())
    page.wait_for_selector("body[data-ready]")
    facts = page.inner_text(".r-facts")
    assert all(fact in facts for fact in ("Year to date", "SMB", "31 Jan 2026", "passed"))
    assert page.locator(".geolayer path").count() > 10, "the map has its outlines"
