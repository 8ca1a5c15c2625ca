"""A conversation without a model: answers, follow-ups, questions back, refusals, names, masks, and the record."""

import json

import pytest

import queries
from agents import audit
from agents.ask import desk as desks
from agents.ask.desk import Desk
from agents.ask.talk import Talk, unplayed
from agents.errors import AuditFailed, OutOfScript
from agents.scripted import NAME
from lakehouse.storage import Store
from tests.agents.asking import asked, desk, own_uri  # noqa: F401  fixtures

LAST_QUARTER = "date '2025-10-01' and date '2025-12-31'"


def conditions(answer) -> tuple[str | None, str | None, str | None]:
    found = answer.conditions
    return found.period and found.period.label, found.segment, found.country


def test_the_figure_is_the_one_that_hand_written_sql_gives(desk: Desk, warehouse):  # noqa: F811
    answer = asked(desk, "revenue last quarter in Germany for Enterprise")
    [(revenue, orders)] = warehouse.execute(f"""
        select sum(line_total), count(distinct order_id)
        from gold.fact_sales s join gold.dim_customer c on c.customer_uid = s.customer_uid and c.is_current
        where order_date between {LAST_QUARTER} and c.country = 'DE' and c.segment = 'Enterprise'
    """).fetchall()
    assert (answer.row["revenue"], answer.row["orders"]) == (revenue, orders)
    assert answer.is_verified and answer.sources[0].query == "revenue/summary"
    assert answer.sources[0].params["compare_start"].isoformat() == "2025-07-01"
    assert answer.sources[0].tables == queries.tables("revenue/summary")
    assert (answer.release_id, answer.sources[0].rows, answer.author) == (1, 1, NAME)


def test_follow_ups_keep_what_they_do_not_say(desk: Desk):  # noqa: F811
    first = "revenue last quarter in Germany for Enterprise"
    assert conditions(asked(desk, first, "and in France?")) == ("Q4 2025", "Enterprise", "FR")
    assert conditions(asked(desk, first, "what about startups?")) == ("Q4 2025", "Startup", "DE")
    assert conditions(asked(desk, first, "and this year?")) == ("year to date", "Enterprise", "DE")
    assert conditions(asked(desk, first, "and in all countries?")) == ("Q4 2025", "Enterprise", None)
    by_category = asked(desk, first, "and by category?")
    assert by_category.question.id == "revenue-by-category"
    assert conditions(by_category) == ("Q4 2025", "Enterprise", "DE")
    assert conditions(asked(desk, first, "How many orders did we get?")) == (None, None, None)  # a new question


def test_an_ambiguous_question_is_asked_back_and_a_choice_answers(desk: Desk):  # noqa: F811
    talk = Talk()
    answer = desk.ask("best customers in Germany", talk)
    assert answer.kind == "clarify" and len(answer.choices) == 4 and not answer.sources
    talk = talk.after(answer)
    picked = desk.choose(answer.choices[0], talk)
    assert (picked.question.id, picked.conditions.country) == ("top-customers", "DE")
    typed = desk.ask("by lifetime value", talk)
    assert (typed.question.id, typed.conditions.country) == ("customers-by-value", "DE")


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("delete all customers", "nothing is changed"),
        ("what is the salary of our staff", "no data about employees"),
        ("revenue in Italy", "There are no customers in Italy"),
        ("revenue in 2019", "The records reach from 2024-01-01 to 2026-01-31; 2019 lies outside"),
        ("how many pink elephants", "“pink elephants” is neither a customer"),
        ("what will revenue be next year", "has happened up to the as-of date"),
        ("asdf", "neither a customer"),
        ("?", "I do not guess"),
    ],
)
def test_what_cannot_be_answered_is_declined(desk: Desk, text: str, because: str):  # noqa: F811
    answer = asked(desk, text)
    assert (answer.kind, bool(answer.sources)) == ("decline", False)
    assert because in answer.text


def test_a_condition_that_a_query_cannot_take_is_never_dropped_silently(desk: Desk):  # noqa: F811
    answer = asked(desk, "golden customers in Germany")
    assert answer.kind == "clarify" and "not kept by country" in answer.text
    assert answer.choices[0].conditions.country is None
    assert asked(desk, "customers by status last quarter").kind == "clarify"
    assert asked(desk, "how many new leads came in the last 7 days").kind == "answer"  # its own span


def test_a_number_of_things_is_not_answered_with_something_else(desk: Desk):  # noqa: F811
    assert asked(desk, "How many products does each category have?").kind == "clarify"
    assert asked(desk, "revenue by product category").question.id == "revenue-by-category"


def test_spelling_does_not_matter(desk: Desk):  # noqa: F811
    assert asked(desk, "gross margn in Germny").question.id == "margin"
    assert asked(desk, "whta is our chrun raet").question.id == "churn-rate"


@pytest.mark.parametrize("spelt", ["Muhlbauer und Sommerfeld", "Mühlbauer und Sommerfeld", "Muehlbauer und Sommerfeld"])
def test_names_are_found_however_they_are_spelt(desk: Desk, spelt: str):  # noqa: F811
    answer = asked(desk, f"revenue of {spelt}")
    assert answer.kind == "answer" and answer.question.id == "customer-revenue"
    assert answer.conditions.customer_name.startswith("Mühlbauer und Sommerfeld")


def test_several_customers_of_a_name_are_asked_back(desk: Desk):  # noqa: F811
    talk = Talk()
    answer = desk.ask("what should happen next with Muhlbauer", talk)
    assert answer.kind == "clarify" and len(answer.choices) >= 2
    assert len({choice.label for choice in answer.choices}) == len(answer.choices)
    picked = desk.choose(answer.choices[1], talk.after(answer))
    assert picked.question.id == "customer-next"
    assert picked.conditions.customer == answer.choices[1].conditions.customer


def test_the_customer_stays_the_subject(desk: Desk):  # noqa: F811
    answer = asked(desk, "tell me about Garnier Logiciels", "and what happened with them?")
    assert answer.question.id == "customer-timeline"
    assert answer.conditions.customer_name == "Garnier Logiciels SAS"


def test_contact_data_are_masked_unless_the_role_may_see_them(desk: Desk, own_uri: str, warehouse):  # noqa: F811
    text = "email of Garnier Logiciels"
    masked = {row["attribute"]: row for row in asked(desk, text).frame.to_dicts()}
    steward = desks.opened(own_uri, role="steward")
    open_ = {row["attribute"]: row for row in asked(steward, text).frame.to_dicts()}
    steward.close()
    email = open_["E-mail"]["value"]
    assert "***" not in email
    assert masked["E-mail"]["value"] == f"{email[0]}***@{email.partition('@')[2]}"
    assert masked["Phone"]["value"] == f"***{open_['Phone']['value'][-2:]}"
    assert masked["Street"]["value"] == "***"
    assert masked["City"]["value"] == open_["City"]["value"]
    for row in masked.values():  # values that lost are personal data too
        assert email not in str(row) and open_["Phone"]["value"] not in str(row)


def test_every_ask_is_on_record(own_uri: str, desk: Desk):  # noqa: F811
    talk = Talk()
    for text in ("revenue in Germany", "best customers", "delete it all"):
        talk = talk.after(desk.ask(text, talk))
    rows = audit.rows(Store(own_uri), talk.id).to_dicts()
    ends = [(row["iteration"], row["status"]) for row in rows if row["event"] == "end"]
    assert ends == [(1, "answered"), (2, "asked back"), (3, "declined")]
    called = [row for row in rows if row["event"] == "result"]
    assert {row["tool"] for row in called} == {"verified_question"}
    assert {row["model"] for row in rows} == {NAME}
    given = json.loads(called[0]["input"])
    assert (given["question"], given["query"], given["role"]) == ("revenue in Germany", "revenue/summary", "analyst")
    assert given["params"]["country"] == "DE"
    assert called[0]["result_hash"] and called[0]["result_size"] > 0


def test_what_cannot_be_recorded_is_not_answered(desk: Desk, monkeypatch):  # noqa: F811
    def refuse(*_: object) -> None:
        raise OSError("read-only file system")

    monkeypatch.setattr(Store, "append_rows", refuse)
    with pytest.raises(AuditFailed, match="read-only file system"):
        desk.ask("revenue", Talk())


def test_the_chat_has_no_script_to_play():
    with pytest.raises(OutOfScript):
        unplayed("revenue")
