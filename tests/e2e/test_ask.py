"""The chat and the agents' page in a real browser: asked, answered, checked, and drawn at three widths."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.conftest import SCREENSHOTS, serving, settle
from tests.e2e.test_pages import LABELS, WIDTHS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chat(default_uri: str, tmp_path_factory: pytest.TempPathFactory):
    """The app over a copy, for each ask is written to the audit trail; without a key."""
    folder = tmp_path_factory.mktemp("chat_e2e")
    shutil.copytree(Path(default_uri), folder / "lakehouse")
    without = {"ANTHROPIC_API_KEY": "", "ANTHROPIC_AUTH_TOKEN": "", "MDM_AGENT_WORKSPACE": str(folder / "agents")}
    with serving(str(folder / "lakehouse"), **without) as address:
        yield address


def ask(page, text: str, answers: int) -> None:
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(text)
    field.press("Enter")
    page.wait_for_function(f"() => document.querySelectorAll('.mdm-answer').length === {answers}", timeout=30_000)
    settle(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_conversation(chat: str, open_page, width: int):
    page = open_page(f"{chat}/ask_claude", width=width)
    assert "not Claude" in page.locator(".mdm-sentence").first.inner_text()
    ask(page, "Revenue last quarter in Germany for Enterprise", 1)
    ask(page, "and in France?", 2)
    ask(page, "best customers", 3)
    assert page.locator(".mdm-is-verified").count() == 2
    assert "Country\nFrance" in page.locator(".mdm-provenance").nth(1).inner_text().replace("Country", "Country\n", 1)
    page.get_by_role("button", name="By lifetime value").click()
    page.wait_for_function("() => document.querySelectorAll('.mdm-answer').length === 4", timeout=30_000)
    settle(page)
    assert page.locator(".mdm-is-verified").count() == 3
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"ask-conversation-{width}.png"))
    assert page.locator('[data-testid="stException"], .mdm-trouble').count() == 0
    assert page.console_errors == []
    assert page.evaluate(LABELS) == []


def test_the_sql_can_be_read(chat: str, open_page):
    page = open_page(f"{chat}/ask_claude")
    ask(page, "open pipeline", 1)
    page.get_by_role("button", name="SQL").click()
    shown = page.locator('[data-testid="stPopoverBody"]')
    shown.get_by_text("gtm_pipeline/summary").wait_for(timeout=20_000)
    shown.get_by_text("2025-02-01").first.wait_for(timeout=20_000)
    shown.get_by_text("fact_pipeline").first.wait_for(timeout=20_000)


def test_the_field_stays_in_sight(chat: str, open_page):
    page = open_page(f"{chat}/ask_claude", height=700)
    for number, text in enumerate(("revenue by segment", "fraud types", "revenue by country"), start=1):
        ask(page, text, number)
    box = page.get_by_test_id("stChatInputTextArea").bounding_box()
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    page.wait_for_timeout(300)
    box = page.get_by_test_id("stChatInputTextArea").bounding_box()
    assert box and box["y"] + box["height"] <= 700


def test_a_run_of_the_agents_is_started_and_watched(chat: str, open_page):
    page = open_page(f"{chat}/agents")
    page.get_by_role("button", name="with the scripted model").click()
    page.get_by_text("starts: scripted model, not Claude").first.wait_for(timeout=60_000)
    page.get_by_role("link", name="Ask").first.click()
    page.locator(".mdm-h1", has_text="Ask").wait_for(timeout=30_000)
    page.goto(f"{chat}/agents")
    page.get_by_text("answered: 62 artefacts, 62 of 62 checks passed").first.wait_for(timeout=120_000)
    page.locator(".mdm-agent-accepted").nth(5).wait_for(timeout=300_000)
    assert page.locator(".mdm-trouble").count() == 0
