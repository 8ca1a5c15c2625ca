"""Every verified question runs on the default build, gives what its page shows, and is understood in its own words."""

from datetime import date

import pytest
from polars.testing import assert_frame_equal

import queries
from agents import questions
from agents.ask import reading
from agents.ask.answers import _BLANK as BLANK
from agents.ask.desk import Desk
from agents.ask.talk import Talk
from agents.ask.words import Conditions
from tests.agents.asking import desk, own_uri  # noqa: F401  fixtures
from ui import periods as page_periods

CATALOGUE = questions.load()
NAME = "Garnier Logiciels SAS"
AS_OF, FIRST = date(2026, 1, 31), date(2024, 1, 1)
PAGE_ONLY = ("severity", "stage", "table_name")  # filters of one page, which stand at all when it is opened
PAGES = ("executive", "revenue", "customer_360", "lifecycle", "gtm_pipeline", "clickstream", "fraud", "mdm_dq")


@pytest.fixture(scope="module")
def customer(warehouse) -> str:
    [(uid,)] = warehouse.execute(
        "select customer_uid from gold.dim_customer where is_current and full_name = ?", [NAME]
    ).fetchall()
    return uid


def page_params(question: questions.Question, query: str, customer: str) -> dict[str, object]:
    """What the page passes when it is opened: the last twelve months beside those before, all customers."""
    start, end = page_periods.period("12m", AS_OF, FIRST)
    before = page_periods.comparison("12m", (start, end), "previous", FIRST)
    return {
        "start": start,
        "end": end,
        "compare_start": before and before[0],
        "compare_end": before and before[1],
        "segment": None,
        "country": None,
        "as_of": AS_OF,
        "uid": customer,
        **{name: None for name in queries.params_of(query) if name in PAGE_ONLY},
        **question.fixed,
    }


def test_there_are_enough_of_every_page():
    assert len(CATALOGUE.questions) >= 60
    assert {page: len(CATALOGUE.of_page(page)) >= 7 for page in PAGES} == dict.fromkeys(PAGES, True)
    assert len({question.ask for question in CATALOGUE.questions}) == len(CATALOGUE.questions)


@pytest.mark.parametrize("question", CATALOGUE.questions, ids=lambda question: question.id)
def test_a_question_gives_the_rows_of_its_page(desk: Desk, warehouse, customer: str, question):  # noqa: F811
    answer = desk.answer(question, Conditions(customer=customer))
    params = page_params(question, question.query, customer)
    expected = queries.run(warehouse, question.query, **params)
    if question.id != "customer-golden":  # masked for the analyst: see test_ask_reading
        assert_frame_equal(answer.frame, expected)
    if question.value:
        row = expected.filter(**question.row) if question.row else expected
        assert answer.row[question.value] == row[question.value][0] is not None
    assert answer.text == question.says
    assert "none" not in answer.sentence().lower().split()
    assert answer.is_verified
    assert answer.sources[0].sql == queries.sql(question.query)
    assert answer.sources[0].rows == len(expected) > 0
    if question.course:
        course = question.course["query"]
        expected = queries.run(warehouse, course, **page_params(question, course, customer))
        assert_frame_equal(answer.course, expected)


@pytest.mark.parametrize("question", CATALOGUE.questions, ids=lambda question: question.id)
def test_a_question_names_columns_that_its_query_has(question):
    columns = set(queries.header(question.query).columns)
    named = {found.group(1) for found in BLANK.finditer(question.says)} | set(question.columns) | set(question.row)
    named |= {name for name in (question.value, question.before, question.top) if name}
    assert named <= columns
    assert queries.tables(question.query)


@pytest.mark.parametrize("question", CATALOGUE.questions, ids=lambda question: question.id)
def test_a_question_is_understood_in_its_own_words(desk: Desk, monkeypatch, question):  # noqa: F811
    monkeypatch.setattr(desk, "answer", lambda found, _: desk.said("answer", "", question=found))
    for phrase in question.phrases:
        answer = reading.read(desk, phrase.replace("{customer}", NAME), Talk())
        assert (phrase, answer.kind, answer.question and answer.question.id) == (phrase, "answer", question.id)


@pytest.mark.parametrize("ambiguous", CATALOGUE.ambiguous, ids=lambda ambiguous: ambiguous.phrases[0])
def test_what_is_ambiguous_is_asked_back(desk: Desk, ambiguous):  # noqa: F811
    for phrase in ambiguous.phrases:
        answer = reading.read(desk, phrase, Talk())
        assert (phrase, answer.kind, answer.text) == (phrase, "clarify", ambiguous.ask)
        assert [choice.label for choice in answer.choices] == list(ambiguous.choices)
    for id_ in ambiguous.choices.values():
        assert CATALOGUE.by_id(id_)


@pytest.mark.parametrize("outside", CATALOGUE.outside, ids=lambda outside: outside.phrases[0])
def test_what_is_not_known_is_declined_with_what_is(desk: Desk, outside):  # noqa: F811
    for phrase in outside.phrases:
        answer = reading.read(desk, f"show me the {phrase}", Talk())
        assert (phrase, answer.kind) == (phrase, "decline")
        assert answer.choices and not answer.sources


def test_a_second_use_of_an_id_is_an_error(monkeypatch):
    one = {"id": "a", "ask": "A?", "query": "revenue/summary", "says": "A."}
    other = {"pages": ["x", "y"], "ambiguous": [], "outside": [], "synonyms": {}}
    monkeypatch.setattr(questions, "_read", lambda name: other if name == questions.REST else {"question": [one]})
    with pytest.raises(ValueError, match="verified questions with one id: a"):
        questions.load.__wrapped__()
