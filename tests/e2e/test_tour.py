"""The tour as an executive takes it: from its button to its end."""

import re

import pytest

from tests.e2e.conftest import settle
from ui.tour_steps import STEPS

pytestmark = pytest.mark.browser

IN_VIEW = """(selector) => {
    const box = document.querySelector(selector)?.getBoundingClientRect();
    const bar = document.querySelector('.st-key-mdm_tour').getBoundingClientRect();
    return !!box && box.top < bar.top && box.bottom > 60;
}"""


def selector_of(points_at: str) -> str:
    first, *others = points_at.split("*")
    return f'[class*="st-key-{first}"]' + "".join(f'[class*="{other}"]' for other in others)


def at_step(page, number: int) -> None:
    page.wait_for_function(
        "(text) => document.querySelector('.mdm-tour-step')?.textContent === text",
        arg=f"Step {number} of {len(STEPS)}",
        timeout=30_000,
    )
    page.wait_for_function(IN_VIEW, arg=selector_of(STEPS[number - 1].points_at), timeout=30_000)


def test_the_tour_leads_to_its_end(app, open_page):
    page = open_page(f"{app}/revenue?segment=SMB")
    page.locator(".st-key-mdm_tour_start button").first.click()
    for number, step in enumerate(STEPS, 1):
        at_step(page, number)
        assert f"/{step.page}" in page.url
        assert f"tour={number}" in page.url
        text = page.inner_text(".mdm-tour")
        assert step.title in text
        assert "–" not in text, "every figure is there"
        assert re.search(r"\d", text.partition(step.title)[2]), "a step tells a figure"
        if number < len(STEPS):
            page.locator(".st-key-tour_next button").first.click()
    page.locator(".st-key-tour_finish button").first.click()
    page.wait_for_selector(".mdm-tour", state="detached")
    assert "tour=" not in page.url
    assert page.console_errors == []


def test_a_step_opens_by_its_address_and_waits_when_one_strays(app, open_page):
    page = open_page(f"{app}/?tour=6")
    at_step(page, 6)
    assert "/lifecycle" in page.url
    page.get_by_role("link", name="Fraud").click()
    page.wait_for_selector(".st-key-tour_return")
    page.locator(".st-key-tour_return button").first.click()
    at_step(page, 6)
    page.locator(".st-key-tour_back button").first.click()
    at_step(page, 5)
    page.locator(".st-key-tour_end button").first.click()
    page.wait_for_selector(".mdm-tour", state="detached")


def test_presenter_mode_hides_the_controls_on_every_page(app, open_page):
    page = open_page(f"{app}/fraud?present=1")
    assert not page.locator(".st-key-mdm_filters").is_visible()
    size = "() => parseFloat(getComputedStyle(document.querySelector('.mdm-kpi-value')).fontSize)"
    large = page.evaluate(size)
    page.get_by_role("link", name="Revenue").click()
    page.wait_for_url("**/revenue?*present=1*")
    settle(page)
    assert not page.locator(".st-key-mdm_filters").is_visible()
    page.get_by_role("button", name="Leave presenter mode").first.click()
    # While the page is drawn anew, the hidden row of before may stand beside the one that is shown.
    page.wait_for_function(
        "() => { const rows = document.querySelectorAll('.st-key-mdm_filters');"
        " return rows.length === 1 && rows[0].checkVisibility(); }"
    )
    assert page.evaluate(size) < large
    assert "present" not in page.url
