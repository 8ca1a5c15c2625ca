"""Measuring a linkage: against an answer key and against labelled pairs."""

import numpy as np
import polars as pl
import pytest

from lakehouse.mdm.linkage import LinkageError, evaluation
from tests.linkage.conftest import labels_of


def test_the_curve_by_hand():
    found = evaluation.curve(np.array([0.9, 0.8, 0.8, 0.2]), np.array([True, True, False, False]), true_pairs=3)
    assert found["threshold"].to_list() == [0.9, 0.8, 0.2]
    assert found["pairs"].to_list() == [1, 3, 4]
    assert found["precision"].to_list() == pytest.approx([1, 2 / 3, 0.5])
    assert found["recall"].to_list() == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert found["f1"].to_list() == pytest.approx([0.5, 2 / 3, 4 / 7])
    assert found["to_review"].to_list() == [1, 3, 4]


def test_an_answer_key(linkage, truth, bed):
    found = linkage.evaluate(truth)
    sizes = truth.group_by("entity").len()["len"].to_numpy()
    assert found.true_pairs == int((sizes * (sizes - 1) // 2).sum())
    assert found.own["f1"] <= found.best["f1"]
    assert 0.95 < found.blocking_recall <= 1
    assert found.passes["recall_total"][-1] == pytest.approx(found.blocking_recall)
    assert found.at(1.1)["recall"] == 0


def test_probabilities_are_roughly_right(linkage, truth):
    found = linkage.evaluate(truth).calibration.with_columns(right=pl.col("actual") * pl.col("pairs"))
    sure, unlikely = found.filter(pl.col("from") >= 0.99), found.filter(pl.col("to") <= 0.25)
    assert sure["right"].sum() / sure["pairs"].sum() > 0.98
    assert unlikely["right"].sum() / unlikely["pairs"].sum() < 0.25


def test_labelled_pairs(linkage, bed):
    found = linkage.evaluate(labels_of(linkage, bed, 200))
    assert found.own["precision"] > 0.9


def test_a_key_without_entities_is_refused(linkage):
    with pytest.raises(LinkageError, match="An answer key has 'id' and one column for the entity"):
        linkage.evaluate(pl.DataFrame({"x": [1]}))


def test_labels_suggest_and_change_nothing(linkage, bed):
    before = linkage.pairs.clone()
    suggestion = linkage.suggest(labels_of(linkage, bed, 200))
    assert linkage.pairs.equals(before)
    assert suggestion.labelled_pairs == 200
    assert 0 <= suggestion.f1_before <= 1 and suggestion.f1_after >= suggestion.f1_before - 0.05
    assert "F1" in str(suggestion)
    applied = suggestion.apply(linkage.pairs)
    assert applied["match_score_before"].equals(linkage.pairs["match_score"].alias("match_score_before"))


def test_labels_correct_a_field_that_misleads(linkage, bed):
    """Stewards who always follow the e-mail address teach that it counts."""
    labelled = linkage.pairs.filter(pl.col("email_similarity").is_not_null()).select(
        "id_a", "id_b", (pl.col("email_similarity") == 1).alias("is_match")
    )
    suggestion = linkage.suggest(labelled)
    assert suggestion.f1_after > suggestion.f1_before
    assert suggestion.weights["email_equal"] > suggestion.weights["city_equal"]


@pytest.mark.parametrize(
    ("labelled", "part"),
    [
        (pl.DataFrame({"a": [1]}), "Labels lack the columns id_a, id_b, is_match"),
        (pl.DataFrame({"id_a": ["x"], "id_b": ["y"], "is_match": [True]}), "At least 20 labelled pairs"),
    ],
)
def test_useless_labels_are_refused(linkage, labelled, part):
    with pytest.raises(LinkageError, match=part):
        linkage.suggest(labelled)
