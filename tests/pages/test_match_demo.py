"""The match demo runs: every example, a record typed in, and a record with nothing to compare."""

import duckdb
import pytest

import queries
from tests.pages.app import assert_sound, figures, kpis, markup, opened

EXAMPLES = {
    "The same customer, spelt differently": "it joins",
    "Typed by hand": "it joins",
    "One for the steward": "A steward would decide",
    "A near miss": "a customer of its own",
    "A new customer": "a customer of its own",
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(lakehouse: str, example: str) -> None:
    app = opened("match_demo", demo_example=example)
    assert_sound(app)
    assert kpis(app) == 4
    assert EXAMPLES[example] in markup(app)


def test_waterfall_adds_up_to_the_score(lakehouse: str) -> None:
    waterfall = figures(opened("match_demo"))[0]["data"][0]
    *parts, score = waterfall["y"]
    assert waterfall["x"] == ["Name", "E-mail", "Phone", "Address", "Source", "Score"]
    assert sum(parts) == pytest.approx(score, abs=1e-6)


def test_a_typed_record_is_matched_when_sent(lakehouse: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    """A golden customer typed over the fields of the new one, in capitals: it is found."""
    typed = next(
        row for row in queries.run(warehouse, "match_demo/examples").to_dicts() if row["example"] == "Typed by hand"
    )
    app = opened("match_demo", demo_example="A new customer")
    assert "a customer of its own" in markup(app)
    for field in ("name", "email", "phone", "street", "postal_code", "city"):
        app.text_input(key=f"demo_5_{field}").set_value(typed[field])
    app.button[-1].click().run()
    assert_sound(app)
    assert "it joins" in markup(app)


def test_nothing_to_compare_says_what_is_missing(lakehouse: str) -> None:
    app = opened("match_demo", demo_example="A new customer")
    for field in ("name", "email", "phone"):
        app.text_input(key=f"demo_5_{field}").set_value("")
    app.button[-1].click().run()
    assert_sound(app)
    assert "Nothing to compare: a record needs a name, a valid e-mail or a phone of 7 digits or more" in markup(app)


@pytest.mark.parametrize("source", ["SAP", "Salesforce", "Oracle"])
def test_a_link_names_any_record(lakehouse: str, warehouse: duckdb.DuckDBPyConnection, source: str) -> None:
    with warehouse.cursor() as cursor:
        [(record_id,)] = cursor.sql(
            "select min(record_id) from silver.customer where source_system = $source", params={"source": source}
        ).fetchall()
    app = opened("match_demo", record=record_id)
    assert_sound(app)
    assert f"The record {record_id} of this release" in markup(app)
    assert_sound(opened("match_demo", record="SAP:unknown"))
