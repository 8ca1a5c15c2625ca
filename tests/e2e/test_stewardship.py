"""A steward at work in a real browser: decide, undo, look back, add a day, and start over."""

import shutil
from collections.abc import Iterator

import pytest

from lakehouse.storage import Store
from tests.e2e.conftest import SCREENSHOTS, serving, settle
from tests.e2e.test_accessibility import AXE, RULES, RUN, is_allowed

pytestmark = pytest.mark.browser


@pytest.fixture
def own(default_uri, tmp_path) -> Iterator[tuple[str, str]]:
    """A lakehouse that a test may change, and the app over it."""
    uri = str(tmp_path / "lakehouse")
    shutil.copytree(default_uri, uri)
    with serving(uri) as address:
        yield address, uri


def kpi(page, position: int = 0) -> str:
    return page.locator(".mdm-kpi-value").nth(position).inner_text()


def until_golden(page, customers: str) -> None:
    page.wait_for_function(
        "(wanted) => document.querySelector('.mdm-kpi-value')?.textContent === wanted", arg=customers, timeout=30_000
    )
    settle(page)


def approve(page, reason: str) -> None:
    """As a person does it who keeps the hands on the keys."""
    page.get_by_label("Reason").first.fill(reason)
    page.keyboard.press("Alt+a")


def test_an_approval_moves_the_page_stands_in_the_audit_trail_and_can_be_undone(own, open_page):
    address, uri = own
    page = open_page(f"{address}/mdm_dq?mdm_tab=Review+queue")
    other = open_page(f"{address}/customer_360")
    assert (kpi(page), kpi(page, 2)) == ("500", "54")
    approve(page, "one VAT id")
    until_golden(page, "499")
    said = page.inner_text(".st-key-mdm_bar_said")
    assert "Approved:" in said and "500 → 499" in said and "Release 2" in said
    assert kpi(page, 2) == "53"
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / "steward-decided.png"))

    # Another session is offered the release, and opens it when it wants.
    other.wait_for_selector(".st-key-mdm_bar_news", timeout=30_000)
    assert "Release 1" in other.inner_text(".st-key-mdm_release")
    other.get_by_role("button", name="Show it").click()
    other.wait_for_selector(".st-key-mdm_bar_news", state="detached", timeout=30_000)
    settle(other)
    assert "Release 2" in other.inner_text(".st-key-mdm_release")

    trail = Store(uri).read("mdm.steward_decision")
    assert [(row["verdict"], row["reason"]) for row in trail.to_dicts()] == [("approve", "one VAT id")]
    page.get_by_role("tab", name="Decisions").click()
    page.wait_for_selector(".st-key-card_audit_trail [data-testid='stDataFrame']")
    settle(page)

    page.locator(".st-key-mdm_said_undo button").click()
    until_golden(page, "500")
    assert "Undone:" in page.inner_text(".st-key-mdm_bar_said")
    assert Store(uri).read("mdm.steward_decision")["verdict"].sort().to_list() == ["approve", "undo"]
    assert page.console_errors == []


def test_a_verdict_without_a_reason_is_refused(own, open_page):
    address, uri = own
    page = open_page(f"{address}/mdm_dq?mdm_tab=Review+queue")
    page.get_by_role("button", name="Reject").click()
    page.get_by_text("A decision needs a reason").wait_for(timeout=20_000)
    assert [release.release_id for release in Store(uri).releases()] == [1]


def test_a_day_is_summed_up_an_older_release_is_labelled_and_a_reset_brings_the_default_back(own, open_page):
    address, uri = own
    page = open_page(f"{address}/mdm_dq?mdm_tab=Releases")
    page.get_by_role("button", name="Advance one day").click()
    page.get_by_text("Rows arrived").wait_for(timeout=90_000)
    settle(page)
    assert "As of 1 Feb 2026" in page.inner_text(".st-key-mdm_state").replace("\n", " ")
    assert "Release 2 shows 1 Feb 2026" in page.inner_text(".st-key-card_the_next_day")
    page.screenshot(path=str(SCREENSHOTS / "steward-next-day.png"))

    for asked in ("1", "2026-01-31"):
        past = open_page(f"{address}/revenue?release={asked}")
        assert "You are looking at release 1" in past.inner_text(".st-key-mdm_bar_past")
        assert "31 Jan 2026" in past.inner_text(".st-key-mdm_state")
    past.get_by_role("button", name="Back to the latest").click()
    past.wait_for_selector(".st-key-mdm_bar_past", state="detached", timeout=20_000)
    settle(past)
    assert "1 Feb 2026" in past.inner_text(".st-key-mdm_state")
    assert "release=" not in past.url

    page.get_by_text("Yes, throw away every decision and every day").click()
    page.get_by_role("button", name="Reset the demo").click()
    page.wait_for_function(
        "() => document.querySelector('.st-key-mdm_state')?.textContent.includes('31 Jan 2026')", timeout=90_000
    )
    settle(page)
    assert [release.release_id for release in Store(uri).releases()] == [1]
    assert kpi(page) == "500"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_tabs_of_stewardship_are_accessible(app, open_page, width):
    findings = {}
    page = open_page(app, width=width)
    for tab in ("Review queue", "Golden records", "Decisions", "Releases", "Sources and runs", "Quality gates"):
        page.goto(f"{app}/mdm_dq?mdm_tab={tab.replace(' ', '+')}")
        settle(page)
        page.evaluate(AXE)
        result = page.evaluate(RUN, RULES)
        assert result["passed"] > 10, f"axe looked at nothing on {tab}"
        if unexpected := [found for found in result["violations"] if not is_allowed(found[0], found[1])]:
            findings[tab] = unexpected
    assert findings == {}
