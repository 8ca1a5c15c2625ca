"""Clusters under the constraints of stewards, trusted keys and plausible sizes."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakehouse.mdm.clustering import Forest, Link, hang, join_parties, weakest
from lakehouse.mdm.stewardship import Constraint

AT = datetime(2026, 2, 1)


def auto(left, right, score=0.95):
    return Link(left, right, "AUTO_MERGE", score)


def apart(left, right):
    return left, right, Constraint(str(left), str(right), False, AT)


def together(left, right):
    return left, right, Constraint(str(left), str(right), True, AT)


def clusters(links, constraints=(), tax=(None,) * 10, max_cluster=6, scores=None):
    """The clusters of more than one record, and the pairs that were refused with the reason."""
    forest, refused = join_parties(Forest.of(tax), links, list(constraints), scores or {}, max_cluster)
    members: dict[int, list[int]] = {}
    for row, root in enumerate(forest.roots()):
        members.setdefault(root, []).append(row)
    joined = [rows for rows in members.values() if len(rows) > 1]
    return joined, {(link.left, link.right): reason for link, reason in refused.items()}


def test_links_chain():
    assert clusters([auto(3, 1), auto(1, 5), auto(7, 8)]) == ([[1, 3, 5], [7, 8]], {})


def test_nothing_to_join():
    assert clusters([]) == ([], {})
    assert clusters([], tax=()) == ([], {})


def test_a_rejected_pair_stays_apart_even_through_others():
    """1-2 is rejected: of the chain 1-3-2 only the stronger link is followed."""
    links = [auto(1, 3, 0.94), auto(2, 3, 0.97), auto(1, 2, 0.99)]
    assert clusters(links, [apart(1, 2)]) == ([[2, 3]], {(1, 3): "kept apart", (1, 2): "kept apart"})


def test_an_approved_pair_is_joined_without_a_link():
    assert clusters([], [together(1, 2)]) == ([[1, 2]], {})


def test_the_newest_of_contradicting_decisions_is_kept():
    newest_first = [apart(1, 3), together(2, 3), together(1, 2)]
    assert clusters([], newest_first)[0] == [[2, 3]]
    assert clusters([], newest_first[::-1])[0] == [[1, 2, 3]]


def test_newer_approvals_overrule_a_rejection_that_parted_two_parties():
    parties = Forest.of([None] * 4)
    parties.forbid(1, 3)
    customers, _ = join_parties(parties, [], [together(2, 3), together(1, 2), apart(1, 3)], {}, 6)
    assert customers.roots() == [0, 1, 1, 1]


def test_different_tax_ids_go_to_review():
    tax = ("DE1", None, "DE2", "DE1")
    links = [auto(0, 1, 0.99), auto(1, 2, 0.95), auto(1, 3, 0.94)]
    assert clusters(links, tax=tax) == ([[0, 1, 3]], {(1, 2): "conflicting tax id"})


def test_a_steward_may_join_different_tax_ids():
    assert clusters([], [together(0, 1)], tax=("DE1", "DE2"))[0] == [[0, 1]]


def test_a_chain_that_is_too_long_is_not_followed_at_all():
    chain = [auto(n, n + 1) for n in range(6)]
    joined, refused = clusters([*chain, auto(8, 9)])
    assert joined == [[8, 9]]
    assert set(refused.values()) == {"cluster too large"}
    assert len(refused) == 6
    assert clusters(chain[:5])[0] == [[0, 1, 2, 3, 4, 5]]


def test_an_approval_does_not_undo_merges_by_size():
    chain = [auto(n, n + 1) for n in range(5)]
    assert clusters(chain, [together(5, 6)]) == ([[0, 1, 2, 3, 4, 5, 6]], {})


def test_each_record_hangs_on_the_founding_one_by_one_link():
    forest, _ = join_parties(Forest.of([None] * 5), [auto(4, 2, 0.93), auto(2, 0, 0.97)], [], {}, 6)
    assert {row: link.score for row, link in hang(forest).items()} == {2: 0.97, 4: 0.93}
    assert weakest(forest) == {0: 0.93}


def test_a_decided_link_keeps_its_score():
    forest, _ = join_parties(Forest.of([None] * 3), [], [together(1, 2)], {(1, 2): 0.81}, 6)
    assert forest.joined == [Link(1, 2, "STEWARD", 0.81)]


rows = st.integers(0, 9)
ends = st.tuples(rows, rows).filter(lambda pair: pair[0] != pair[1])
scored = st.lists(st.tuples(ends, st.sampled_from([0.92, 0.95, 0.97, 1.0])), max_size=12)
verdicts = st.lists(st.tuples(ends, st.booleans()), max_size=5)
taxes = st.lists(st.sampled_from([None, None, "DE1", "DE2"]), min_size=10, max_size=10)


@given(scored, verdicts, taxes, st.randoms(use_true_random=False))
def test_what_holds_for_any_clustering(pairs, decided, tax, random):
    links = [auto(a, b, score) for (a, b), score in pairs]
    constraints = [together(*pair) if is_link else apart(*pair) for pair, is_link in decided]
    forest, refused = join_parties(Forest.of(tax), links, constraints, {}, 10)
    roots = forest.roots()
    assert all(roots[root] == root <= row for row, root in enumerate(roots))
    assert len(set(roots)) == 10 - len(forest.joined)  # each followed link joins two clusters
    for link in links:
        assert (roots[link.left] == roots[link.right]) != (link in refused)
    if constraints:  # the newest decision always holds
        left, right, newest = constraints[0]
        assert (roots[left] == roots[right]) == newest.is_link
    if not any(is_link for _, is_link in decided):
        for left, right, _ in constraints:
            assert roots[left] != roots[right]
        for cluster in set(roots):
            assert len({t for t, root in zip(tax, roots, strict=True) if root == cluster and t}) <= 1
    shuffled = random.sample(links, len(links))
    assert join_parties(Forest.of(tax), shuffled, constraints, {}, 10)[0].roots() == roots


@pytest.mark.parametrize("limit", [2, 3])
def test_size_counts_parties_and_not_their_records(limit):
    parties = Forest.of([None] * 6)
    for left, right in ((0, 1), (0, 2), (3, 4)):
        parties.unite(Link(left, right, "DET-02", 1.0))
    forest, refused = join_parties(parties, [auto(0, 3)], [], {}, limit)
    assert refused == {}
    assert forest.roots() == [0, 0, 0, 0, 0, 5]
