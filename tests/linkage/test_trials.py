"""What goes wrong where records are unlike those that the engine was built with, each with the least that is due."""

import polars as pl
import pytest

from benchmarks.trials import TRIALS
from lakehouse.mdm.linkage.evaluation import Evaluation
from tests.linkage.conftest import linked


def measured(name: str, records: int = 4_000) -> Evaluation:
    bed = TRIALS[name](records=records)
    return linked(bed).evaluate(bed.records.select("id", "entity"))


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("persons: no date", 0.8),  # given name alone tells the members of a family apart
        ("persons: aged", 0.89),
        ("persons: many", 0.96),
        ("persons: movers", 0.94),
        ("persons: common", 0.88),  # a few surnames and first names nearly everybody has
        ("persons: clean", 0.99),
        ("firms: linked", 0.96),
    ],
)
def test_f1_with_the_defaults(name, least):
    found = measured(name)
    assert found.own["f1"] > least
    assert found.clusters["f1"] > least


def test_families_are_not_merged_where_nobody_is_there_twice():
    bed = TRIALS["persons: single"](records=5_000)
    assert linked(bed).report.duplicates < 40


def test_where_each_source_has_everyone_once_only_one_candidate_wins():
    bed = TRIALS["persons: two rolls"](records=5_000)
    found = linked(bed)
    assert found.report.one_to_one
    sure = found.pairs.filter(pl.col("match_score") >= found.report.threshold)
    partners = pl.concat([sure["id_a"], sure["id_b"]]).value_counts()["count"]
    assert partners.max() == 1
