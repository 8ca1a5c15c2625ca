"""The examples of the live match show what they promise, through the same functions as the batch run."""

import duckdb
import pytest

from lakehouse import session

FIELDS = ("record_id", "name", "email", "phone", "street", "postal_code", "city", "country", "source_system")


@pytest.fixture
def examples(ask) -> dict[str, dict]:
    return {row["example"]: row for row in ask("match_demo/examples").to_dicts()}


@pytest.mark.parametrize(
    ("example", "tier"),
    [
        ("The same customer, spelt differently", "AUTO_MERGE"),
        ("Typed by hand", "AUTO_MERGE"),
        ("One for the steward", "REVIEW"),
        ("A near miss", "NO_MATCH"),
        ("A new customer", "NO_MATCH"),
    ],
)
def test_example_ends_in_its_tier(lakehouse: str, examples: dict[str, dict], example: str, tier: str) -> None:
    found = session.match({field: examples[example][field] for field in FIELDS if examples[example][field]})
    assert found.match_tier == tier
    for candidate in found.candidates:
        assert sum(candidate.contributions.values()) == pytest.approx(candidate.match_score, abs=1e-6)
    assert (found.customer_uid is not None) == (tier == "AUTO_MERGE")


@pytest.mark.parametrize("example", ["The same customer, spelt differently", "One for the steward", "A near miss"])
def test_live_score_is_the_batch_score(
    lakehouse: str, warehouse: duckdb.DuckDBPyConnection, examples: dict[str, dict], example: str
) -> None:
    record = {field: examples[example][field] for field in FIELDS if examples[example][field]}
    with warehouse.cursor() as cursor:
        scores = cursor.sql(
            "select match_score from gold.mdm_match_pairs where customer_b = $record",
            params={"record": record["record_id"]},
        ).fetchall()
    assert (session.match(record).match_score,) in scores


def test_golden_record_names_the_source_of_each_attribute(ask) -> None:
    uid = ask("mdm_dq/review_queue")["customer_uid_a"][0]
    attributes = ask("match_demo/golden", customer_uid=uid)
    assert attributes["attribute"][0] == "Name"
    assert attributes["source_system"].is_in(["SAP", "Salesforce", "Oracle"]).all()
    assert ask("match_demo/golden", customer_uid="C-NOBODY").is_empty()
