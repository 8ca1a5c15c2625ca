"""Clusters: what joins records, and what keeps them apart."""

import numpy as np
import pytest

from lakehouse.mdm.linkage import clusters
from lakehouse.mdm.linkage.clusters import Constraints, cluster

NONE = np.zeros((0, 2), dtype=np.int64)


def joined(pairs, *, at=0.0, must=(), cannot=(), records=6, **limits):
    rows = np.array(pairs, dtype=float).reshape(-1, 3)
    left, right = rows[:, 0].astype(int), rows[:, 1].astype(int)
    made = Constraints(np.array(must, dtype=int).reshape(-1, 2), np.array(cannot, dtype=int).reshape(-1, 2), **limits)
    return cluster(records, left, right, rows[:, 2], at, made)


@pytest.mark.parametrize(
    ("pairs", "labels"),
    [
        ([(0, 1, 9)], [0, 0, 2, 3, 4, 5]),
        ([(0, 1, 9), (1, 2, 9)], [0, 0, 0, 3, 4, 5]),  # two sure links outweigh the pair that nobody saw
        ([(0, 1, 9), (1, 2, 0.5)], [0, 0, 2, 3, 4, 5]),  # a weak bridge does not
        ([(0, 1, 9), (2, 3, 9), (1, 2, 3)], [0, 0, 2, 2, 4, 5]),  # nor between two sure clusters
        ([(0, 1, 9), (1, 2, 2), (0, 2, 2)], [0, 0, 0, 3, 4, 5]),  # weak links that agree do
        ([(0, 1, -3)], [0, 1, 2, 3, 4, 5]),
        ([], [0, 1, 2, 3, 4, 5]),
    ],
)
def test_evidence(pairs, labels):
    assert joined(pairs).labels.tolist() == labels


def test_must_link_joins_whatever_the_score():
    assert joined([], must=[(2, 4)]).labels.tolist() == [0, 1, 2, 3, 2, 5]


def test_cannot_link_keeps_apart_over_others_too():
    found = joined([(0, 1, 9), (1, 2, 9), (0, 2, 9)], cannot=[(0, 2)])
    assert found.labels[0] != found.labels[2]
    assert clusters.APART in found.refused.values()


def test_trusted_keys_that_differ_never_join():
    keys = [np.array([0, -1, 1, -1, -1, -1])]
    assert joined([(0, 2, 9)], keys=keys).reasons() == {clusters.CONFLICT: 1}
    found = joined([(0, 1, 9), (1, 2, 9), (0, 2, 9)], keys=keys)
    assert found.labels[0] != found.labels[2]


def test_a_cluster_has_one_record_of_each_source():
    sources = np.array([0, 1, 1, 0, 1, 0])
    found = joined([(0, 1, 9), (0, 2, 8)], sources=sources)
    assert found.labels.tolist() == [0, 0, 2, 3, 4, 5]
    assert found.reasons() == {clusters.SECOND: 1}


def test_clusters_grow_no_larger_than_allowed():
    pairs = [(a, b, 9) for a in range(5) for b in range(a + 1, 5)]
    found = joined(pairs, largest=3)
    assert np.unique(found.labels, return_counts=True)[1].max() == 3
    assert clusters.TOO_LARGE in found.reasons()


def test_connected_components():
    left, right = np.array([4, 3, 1]), np.array([3, 2, 0])
    assert clusters.connected(6, left, right).tolist() == [0, 0, 2, 2, 2, 5]
    assert clusters.connected(3, left[:0], right[:0]).tolist() == [0, 1, 2]
