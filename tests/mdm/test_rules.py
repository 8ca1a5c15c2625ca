"""Rules are checked when they are made, and survive being stored."""

import json
from dataclasses import replace

import pytest

from lakehouse.mdm.rules import CUSTOMER, BlockingPass, MatchRules


def test_the_declared_weights():
    weights = {c.field: c.weight for c in CUSTOMER.comparisons}
    assert weights == {"name": 30, "email": 25, "phone": 20, "address": 15, "source": 10}
    assert (CUSTOMER.auto_merge_at, CUSTOMER.review_at, CUSTOMER.audit_floor) == (0.92, 0.75, 0.65)


@pytest.mark.parametrize(
    ("score", "tier"),
    [
        (1.0, "AUTO_MERGE"),
        (0.92, "AUTO_MERGE"),
        (0.919999, "REVIEW"),
        (0.75, "REVIEW"),
        (0.749999, "NO_MATCH"),
        (0.0, "NO_MATCH"),
    ],
)
def test_tier(score, tier):
    assert CUSTOMER.tier(score) == tier


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"comparisons": CUSTOMER.comparisons[:-1]},
            "weights must be positive and sum to 100 hundredths, but sum to 90",
        ),
        ({"review_at": 0.95}, "thresholds must satisfy .* but are 0.65, 0.95, 0.92"),
        ({"prefix_weight": 0.3}, "prefix_weight must lie in 0 to 0.25, but is 0.3"),
        ({"max_cluster": 1}, "max_cluster must be at least 2, but is 1"),
        ({"blocking": (BlockingPass("a", "email_key", "x", "A"),) * 2}, "blocking pass 'a' is declared twice"),
        (
            {"comparisons": tuple(replace(c, similarity="cosine") for c in CUSTOMER.comparisons)},
            "no similarity 'cosine', available: jaro_winkler_any_order",
        ),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(CUSTOMER, **change)


def test_all_problems_at_once():
    with pytest.raises(ValueError, match=r"thresholds.*max_block"):
        replace(CUSTOMER, review_at=0.95, max_block=0)


def test_rules_survive_storage():
    assert MatchRules.from_dict(json.loads(CUSTOMER.to_json())) == CUSTOMER
