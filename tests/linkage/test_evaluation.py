"""Measuring a linkage: against an answer key and against labelled pairs."""

import numpy as np
import polars as pl
import pytest

from lakehouse.mdm.linkage import LinkageError
from lakehouse.mdm.linkage.measures import curve
from tests.linkage.conftest import labels_of, linked


def test_the_curve_by_hand():
    found = curve(np.array([0.9, 0.8, 0.8, 0.2]), np.array([True, True, False, False]), true_pairs=3, sure_from=0.9)
    assert found["threshold"].to_list() == [0.9, 0.8, 0.2]
    assert found["pairs"].to_list() == [1, 3, 4]
    assert found["precision"].to_list() == pytest.approx([1, 2 / 3, 0.5])
    assert found["recall"].to_list() == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert found["f1"].to_list() == pytest.approx([0.5, 2 / 3, 4 / 7])
    assert found["to_review"].to_list() == [0, 2, 3]


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


def test_what_stewards_decided_is_read_as_labels(linkage, bed):
    labelled = labels_of(linkage, bed, 200)
    decided = labelled.select(
        pl.col("id_b").alias("record_a"),
        pl.col("id_a").alias("record_b"),
        pl.when("is_match").then(pl.lit("approve")).otherwise(pl.lit("reject")).alias("verdict"),
    )
    undone = decided.head(5).with_columns(pl.lit("override").alias("verdict"))
    written = labelled.with_columns(pl.col("is_match").cast(pl.Int8).cast(pl.String))
    same = linkage.suggest(labelled)
    assert linkage.suggest(pl.concat([decided, undone])).weights == pytest.approx(same.weights)
    assert linkage.suggest(written).f1_after == same.f1_after
    assert linkage.evaluate(written).own == linkage.evaluate(labelled).own


def test_the_composite_model_learns_from_labels_too(bed):
    """Stewards who follow the phone number alone, where the fixed weights want more."""
    found = linked(bed, model="composite")
    alike = (pl.col("phone_similarity") == 1).fill_null(False).alias("is_match")
    suggestion = found.suggest(found.pairs.select("id_a", "id_b", alike))
    assert suggestion.f1_after > suggestion.f1_before
    assert suggestion.apply(found.pairs)["match_score"].is_between(0, 1).all()


def test_the_cost_of_a_threshold_counts_what_the_model_does_not_merge_by_itself(bed, truth):
    found = linked(bed, model="composite").evaluate(truth)
    sure = found.curve.filter(pl.col("threshold") >= 0.92)["pairs"].max() or 0
    assert found.at(0.75)["to_review"] == found.at(0.75)["pairs"] - sure
    assert "to review" in str(found) and "predicted" in str(found)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("labelled", "part"),
    [
        (pl.DataFrame({"a": [1]}), "Labels lack the columns id_a, id_b, is_match"),
        (pl.DataFrame({"id_a": ["x"], "id_b": ["y"], "is_match": [True]}), "At least 20 labelled pairs"),
        (
            pl.DataFrame({"id_a": ["x"], "id_b": ["y"], "is_match": ["perhaps"]}),
            "an is_match that is neither true nor false: 'perhaps'",
        ),
    ],
)
def test_useless_labels_are_refused(linkage, labelled, part):
    with pytest.raises(LinkageError, match=part):
        linkage.suggest(labelled)
