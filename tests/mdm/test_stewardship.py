"""What a log of decisions comes to."""

from datetime import datetime

import pytest

from lakehouse.mdm.stewardship import standing
from tests.mdm.records import decisions, verdict


def links(*rows):
    return {(c.record_a, c.record_b): c.is_link for c in standing(decisions(*rows)).constraints}


UNDO = {"verdict": "undo"}


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([], {}),
        ([verdict("approve", "b", "a")], {("a", "b"): True}),
        ([verdict("reject", "a", "b")], {("a", "b"): False}),
        ([verdict("unmerge", "a", "b")], {("a", "b"): False}),
        # the newest verdict on a pair is in force
        ([verdict("approve", "a", "b"), verdict("reject", "b", "a")], {("a", "b"): False}),
        ([verdict("approve", "a", "b"), verdict("reject", "c", "d")], {("a", "b"): True, ("c", "d"): False}),
        # an undo takes back the newest verdict on its pair, and no other
        ([verdict("approve", "a", "b"), verdict("undo", "b", "a")], {}),
        ([verdict("approve", "a", "b"), verdict("undo", "c", "d")], {("a", "b"): True}),
        ([verdict("approve", "a", "b"), verdict("reject", "a", "b"), verdict("undo", "a", "b")], {("a", "b"): True}),
        ([verdict("approve", "a", "b"), verdict("reject", "a", "b")] + [verdict("undo", "a", "b")] * 2, {}),
        # by the id of the decision, which may be an undo
        ([verdict("approve", "a", "b"), verdict("approve", "c", "d"), UNDO | {"value": "D-1"}], {("c", "d"): True}),
        (
            [verdict("approve", "a", "b"), UNDO | {"value": "D-1"}, UNDO | {"value": "D-2"}],
            {("a", "b"): True},
        ),
    ],
)
def test_standing(log, expected):
    assert links(*log) == expected


def test_newest_first():
    found = standing(decisions(verdict("approve", "a", "b"), verdict("approve", "c", "d"))).constraints
    assert [c.record_a for c in found] == ["c", "a"]
    assert found[0].decided_at == datetime(2026, 2, 1, 10, 2)


def test_overrides():
    log = [
        {"verdict": "override", "customer_uid": "C-1", "attribute": "email", "value": "old@b.co"},
        {"verdict": "override", "customer_uid": "C-1", "attribute": "email", "value": "new@b.co"},
        {"verdict": "override", "customer_uid": "C-1", "attribute": "city", "value": "Bonn"},
        {"verdict": "undo", "customer_uid": "C-1", "attribute": "city"},
    ]
    [override] = standing(decisions(*log)).overrides
    assert (override.attribute, override.value, override.decision_id) == ("email", "new@b.co", "D-2")


def test_separations_are_remembered_after_an_undo():
    found = standing(decisions(verdict("unmerge", "a", "b"), verdict("undo", "a", "b")))
    assert found.constraints == ()
    assert [(c.record_a, c.record_b) for c in found.separated] == [("a", "b")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (verdict("merge", "a", "b"), "D-1: no verdict 'merge', available: approve, reject, unmerge, override, undo"),
        (
            verdict("approve", "a", "a"),
            "D-1: approve needs two different records in record_a and record_b, got a and a",
        ),
        ({"verdict": "unmerge", "record_a": "a"}, "D-1: unmerge needs two different records .* got a and None"),
        ({"verdict": "override", "customer_uid": "C-1"}, "D-1: override needs customer_uid and attribute"),
    ],
)
def test_a_decision_that_says_nothing_is_refused(row, message):
    with pytest.raises(ValueError, match=message):
        standing(decisions(row))
