"""Measures counted by hand: four true pairs among six parties, of which one was never recorded."""

import polars as pl
import pytest

from lakehouse.mdm.evaluate import evaluate

KEY = pl.DataFrame(
    {
        "record_id": ["SAP:1", "SAP:2", "SAP:3", "SAP:4", "SAP:5", "Salesforce:6", "Oracle:9", "SAP:10"],
        "entity_id": ["A", "A", "A", "B", "B", "C", "A", "A"],
    }
)
CROSSWALK = pl.DataFrame(
    {
        "record_id": ["SAP:1", "SAP:2", "SAP:3", "SAP:4", "SAP:5", "Salesforce:6", "Oracle:9", "SAP:10"],
        "source_system": ["SAP"] * 5 + ["Salesforce", "Oracle", "SAP"],
        "party_id": ["SAP:1", "SAP:2", "SAP:3", "SAP:4", "SAP:5", "Salesforce:6", "SAP:1", "SAP:1"],
    }
)
PAIRS = pl.DataFrame(
    [
        ("SAP:1", "SAP:2", 0.95, "AUTO_MERGE", "soundex_name+soundex_token"),  # same
        ("SAP:4", "Salesforce:6", 0.93, "AUTO_MERGE", "soundex_name"),
        ("SAP:1", "SAP:3", 0.80, "REVIEW", "soundex_token+email"),  # same
        ("SAP:4", "SAP:5", 0.70, "NO_MATCH", "phone"),  # same
    ],
    schema=["record_a", "record_b", "match_score", "match_tier", "blocking_passes"],
    orient="row",
)


@pytest.fixture(scope="module")
def found():
    return evaluate(PAIRS, CROSSWALK, KEY)


def test_truth(found):
    """A is three parties (three pairs), B two (one pair); Oracle and the second record of SAP:1 are no parties."""
    assert (found.parties, found.entities, found.true_pairs) == (6, 3, 4)
    assert found.pairs["is_same"].to_list() == [True, False, True, True]


@pytest.mark.parametrize(
    ("threshold", "counts", "precision", "recall"),
    [
        (0.65, (3, 1, 1, 10), 0.75, 0.75),
        (0.75, (2, 1, 2, 10), 2 / 3, 0.5),
        (0.93, (1, 1, 3, 10), 0.5, 0.25),
        (0.94, (1, 0, 3, 11), 1.0, 0.25),
        (0.99, (0, 0, 4, 11), None, 0.0),
    ],
)
def test_confusion(found, threshold, counts, precision, recall):
    at = found.at(threshold)
    assert (at.true_positives, at.false_positives, at.false_negatives, at.true_negatives) == counts
    assert at.precision == precision
    assert at.recall == recall


def test_f1(found):
    assert found.at(0.75).f1 == pytest.approx(2 * 2 / (2 * 2 + 3))


def test_curve_is_the_confusion_at_each_threshold(found):
    assert found.curve["threshold"].to_list() == [n / 100 for n in range(65, 101)]
    [row] = found.curve.filter(pl.col("threshold") == 0.75).to_dicts()
    assert (row["true_positives"], row["recall"]) == (2, 0.5)
    assert found.curve["precision"][-1] is None


def test_blocking_recall(found):
    assert found.passes.select("blocking_pass", "true_pairs_found", "true_pairs_new", "cumulative_recall").rows() == [
        ("soundex_name", 1, 1, 0.25),
        ("soundex_token", 2, 1, 0.5),
        ("email", 1, 0, 0.5),
        ("phone", 1, 1, 0.75),
    ]


def test_tiers(found):
    assert found.tiers.rows() == [("AUTO_MERGE", 2, 1), ("NO_MATCH", 1, 1), ("REVIEW", 1, 1)]


def test_nothing_recorded_and_nothing_known():
    found = evaluate(PAIRS.clear(), CROSSWALK, KEY.clear())
    assert (found.true_pairs, found.entities) == (0, 6)
    assert found.at(0.75).precision is None
    assert found.at(0.75).recall is None
    assert found.passes["recall"].to_list() == [None] * 4
