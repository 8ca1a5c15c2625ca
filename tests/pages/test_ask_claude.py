"""The chat page: figures equal to those of the pages, questions back, masks, and no library of the agents needed."""

import shutil
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from agents import audit, questions
from agents.ask.desk import opened as open_desk
from agents.ask.words import Conditions
from lakehouse.storage import Store
from tests.pages.app import assert_sound, figures, markup, opened
from ui import answers, charts

LIBRARIES = ("anthropic", "jsonschema", "yaml", "sqlglot", "sqlalchemy")


@pytest.fixture(scope="module")
def own(default_uri: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy: each ask writes to the audit trail."""
    copy = tmp_path_factory.mktemp("chat") / "lakehouse"
    shutil.copytree(Path(default_uri), copy)
    return str(copy)


@pytest.fixture(autouse=True)
def without_a_key(own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEHOUSE_URI", own)
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "MDM_MODEL_PROVIDER", "MDM_CASSETTES"):
        monkeypatch.delenv(name, raising=False)


def chat(*texts: str) -> AppTest:
    app = opened("ask_claude")
    for text in texts:
        app.chat_input[0].set_value(text).run()
    assert_sound(app)
    return app


def test_the_start_says_who_answers_and_offers_every_page():
    app = chat()
    assert "Scripted model, not Claude: ANTHROPIC_API_KEY is not set." in markup(app)
    assert f"{len(questions.load().questions)} in all" in markup(app)
    labels = [button.label for button in app.button]
    assert "How much revenue did we make?" in labels and "How many golden customers are there?" in labels
    assert len([box for box in app.selectbox if box.key.startswith("ask_more_")]) == 8


def test_an_answer_shows_all_that_is_needed_to_check_it(own: str):
    app = chat("Revenue last quarter in Germany for Enterprise")
    shown = markup(app)
    assert 'class="mdm-standing mdm-is-verified"' in shown and "scripted model, not Claude" in shown
    assert "Q4 2025, 1 Oct 2025 – 31 Dec 2025" in shown
    assert "<i>Segment</i>Enterprise" in shown and "<i>Country</i>Germany" in shown
    assert "gold.fact_sales" in shown and "<i>Release</i>1, as of 31 Jan 2026" in shown and "<i>Rows</i>1" in shown
    assert len(figures(app)) == 1
    ends = audit.rows(Store(own)).filter(event="end")
    assert ends["input"][-1] == '{"question": "Revenue last quarter in Germany for Enterprise", "role": "analyst"}'


@pytest.mark.parametrize(
    ("page", "text", "label"),
    [
        ("revenue", "how much revenue did we make in Germany for Enterprise", "Revenue"),
        ("fraud", "loss prevented in Germany for Enterprise", "Loss prevented"),
        ("gtm_pipeline", "win rate in Germany for Enterprise", "Win rate"),
    ],
)
def test_the_chat_and_the_page_show_one_figure(page: str, text: str, label: str):
    def figure_of(app: AppTest) -> str:
        card = next(part for part in markup(app).split('class="mdm-kpi"')[1:] if f'label">{label}<' in part)
        return card.split('mdm-kpi-value">')[1].split("</div>")[0]

    assert figure_of(chat(text)) == figure_of(opened(page, segment="Enterprise", country="Germany"))


def test_a_follow_up_and_a_choice(own: str):
    app = chat("revenue last quarter in Germany", "and in France?")
    assert markup(app).count("<i>Country</i>France") == 1
    app.chat_input[0].set_value("best customers").run()
    assert "By what are they the best?" in markup(app)
    next(button for button in app.button if button.label == "By lifetime value").click().run()
    assert_sound(app)
    assert "has bought the most since the records begin" in markup(app)
    assert "Highest" not in markup(app) and len(app.dataframe) == 1
    next(button for button in app.button if button.label == "New conversation").click().run()
    assert "mdm-asked" not in markup(app)


def test_a_click_on_a_verified_question_answers_it():
    app = chat()
    next(button for button in app.button if button.label == "What is our churn rate?").click().run()
    assert_sound(app)
    assert "of those under contract at the start were lost" in markup(app)


def test_contact_data_are_masked_for_an_analyst_and_open_for_a_steward():
    def values(role: str) -> str:
        app = opened("ask_claude")
        app.segmented_control(key="ask_role").set_value(role).run()
        app.chat_input[0].set_value("email of Garnier Logiciels").run()
        assert_sound(app)
        return " ".join(str(value) for value in app.dataframe[0].value["value"])

    assert "***@" in values("analyst")
    assert "***" not in values("steward")


def test_the_conversation_survives_a_visit_to_another_page():
    app = chat("revenue in Japan")
    app.switch_page("pages/revenue.py").run()
    app.switch_page("pages/ask_claude.py").run()
    assert_sound(app)
    assert "<i>Country</i>Japan" in markup(app)


def test_what_cannot_be_recorded_is_not_answered(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError("read-only file system")

    monkeypatch.setattr(Store, "append_rows", refuse)
    shown = markup(chat("revenue"))
    assert "mdm-is-failed" in shown and "nothing was done" in shown and "mdm-is-verified" not in shown


def test_html_in_a_question_is_text():
    shown = markup(chat("<img src=x onerror=alert(1)> revenue"))
    assert "<img src=x" not in shown and "&lt;img" in shown


def test_requirements_txt_is_enough(monkeypatch: pytest.MonkeyPatch):
    for name in LIBRARIES:
        monkeypatch.setitem(sys.modules, name, None)
    assert "mdm-is-verified" in markup(chat("open pipeline"))


def test_a_key_without_the_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
    monkeypatch.setenv("MDM_ALLOW_MODEL_REQUESTS", "1")
    monkeypatch.setitem(sys.modules, "anthropic", None)
    shown = markup(chat("open pipeline"))
    assert "mdm-is-failed" in shown and "pip install -r requirements-agents.txt" in shown


@pytest.mark.parametrize("question", questions.load().questions, ids=lambda question: question.id)
def test_every_chart_of_the_catalogue_can_be_drawn(desk, question):
    customer = desk.fetch("customer_360/search", text="Garnier Logiciels SAS")["customer_uid"][0]
    answer = desk.answer(question, Conditions(customer=customer))
    for frame, options in ((answer.frame, question.chart), (answer.course, question.course)):
        if options:
            assert hasattr(charts, options["kind"])
            drawing = answers.drawn(frame, options)
            assert drawing is not None and len(drawing.data) > 0
    shown, config = answers.wording.table(answer.frame, question.columns, question.numbers)
    assert set(shown.columns) == set(config)


@pytest.fixture(scope="module")
def desk(own: str):
    found = open_desk(own)
    yield found
    found.close()


def test_columns_are_written_in_their_units(desk):
    def headings(question_id: str) -> dict[str, str]:
        question = desk.catalogue.by_id(question_id)
        frame = desk.answer(question, Conditions()).frame
        _, config = answers.wording.table(frame, question.columns, question.numbers)
        return {name: made["label"] if isinstance(made, dict) else made for name, made in config.items()}

    assert headings("revenue-by-segment")["revenue"] == "Revenue ($)"
    assert headings("devices")["amount"] == "Amount"  # a count, whatever it is called
    shown, _ = answers.wording.table(desk.answer(desk.catalogue.by_id("revenue-by-segment"), Conditions()).frame, {})
    assert shown["share"].sum() == pytest.approx(100, abs=0.05)
