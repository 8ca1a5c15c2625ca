"""Clusters from scored pairs: under constraints, and with a guard against weak bridges, conflicting keys and sizes."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

HELD = 8.0  # bits that one pair counts for at most
IMPLAUSIBLE = 250  # records of one cluster, where no other limit is given
UNSEEN = -4.0  # bits of a pair that was not recorded: no candidate, or below the floor
WEAK_BRIDGE, CONFLICT, TOO_LARGE, APART, SECOND = (
    "weak bridge",
    "conflicting trusted key",
    "cluster too large",
    "kept apart",
    "second of one source",
)


@dataclass
class Constraints:
    """What a cluster must and must not be; records by number."""

    must: np.ndarray  # pairs x 2
    cannot: np.ndarray
    keys: Sequence[np.ndarray] = ()  # codes of trusted keys, -1 where missing; two different ones never join
    sources: np.ndarray | None = None  # given for one-to-one linking: a cluster has one record of a source
    largest: int | None = None


@dataclass
class Clustering:
    """The cluster of each record, by the number of its first record; the merges that were refused, and why."""

    labels: np.ndarray
    refused: dict[tuple[int, int], str] = field(default_factory=dict)

    def reasons(self) -> dict[str, int]:
        return dict(sorted(Counter(self.refused.values()).items()))


def cluster(
    records: int, left: np.ndarray, right: np.ndarray, bits: np.ndarray, at: float, limits: Constraints
) -> Clustering:
    """Joins records over pairs of at least `at` bits, the surest first, as far as the evidence holds."""
    must = [limits.must[:, 0], limits.must[:, 1]]
    strong = bits >= at
    links = np.concatenate([left[strong], must[0]]), np.concatenate([right[strong], must[1]])
    component = connected(records, *links)
    size = np.bincount(component, minlength=records)
    special = np.unique(component[np.concatenate([limits.must.ravel(), limits.cannot.ravel()])])
    careful = (size > 2) | np.isin(np.arange(records), special)
    result = Clustering(np.arange(records))
    simple = strong & ~careful[component[left]]
    _join_simple(result, left[simple], right[simple], limits)
    inside = careful[component[left]] & (component[left] == component[right])
    _join_carefully(result, left[inside], right[inside], bits[inside], at, limits)
    return result


def connected(records: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The lowest record that each record is connected with."""
    label = np.arange(records)
    while len(left):
        low = np.minimum(label[left], label[right])
        np.minimum.at(label, left, low)
        np.minimum.at(label, right, low)
        while True:
            jumped = label[label]
            if np.array_equal(jumped, label):
                break
            label = jumped
        open_ = label[left] != label[right]
        left, right = label[left[open_]], label[right[open_]]
    return label


def _join_simple(result: Clustering, left: np.ndarray, right: np.ndarray, limits: Constraints) -> None:
    """Clusters of two: only keys and sources can speak against them."""
    allowed = np.ones(len(left), dtype=bool)
    reason = np.zeros(len(left), dtype=object)
    for codes in limits.keys:
        conflict = (codes[left] >= 0) & (codes[right] >= 0) & (codes[left] != codes[right])
        reason[conflict & allowed] = CONFLICT
        allowed &= ~conflict
    if limits.sources is not None:
        same = limits.sources[left] == limits.sources[right]
        reason[same & allowed] = SECOND
        allowed &= ~same
    result.labels[right[allowed]] = left[allowed]
    for a, b, why in zip(left[~allowed].tolist(), right[~allowed].tolist(), reason[~allowed], strict=True):
        result.refused[a, b] = why


def _join_carefully(
    result: Clustering, left: np.ndarray, right: np.ndarray, bits: np.ndarray, at: float, limits: Constraints
) -> None:
    """Larger components: agglomeration by the mean evidence between two clusters, the surest pairs first."""
    groups = Groups(limits)
    held = np.clip(bits, -HELD, HELD).tolist()
    for a, b, weight in zip(left.tolist(), right.tolist(), held, strict=True):
        groups.weigh(a, b, weight)
    for a, b in limits.must.tolist():
        groups.join(a, b, forced=True)
    strong = np.flatnonzero(bits >= at)
    order = strong[np.lexsort((right[strong], left[strong], -bits[strong]))]
    for a, b in zip(left[order].tolist(), right[order].tolist(), strict=True):
        if why := groups.join(a, b):
            result.refused[a, b] = why
    for record, root in groups.roots():
        result.labels[record] = root


class Groups:
    """Growing clusters with the evidence between them."""

    def __init__(self, limits: Constraints) -> None:
        self._limits = limits
        self._parent: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self._evidence: dict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
        self._foes: dict[int, set[int]] = defaultdict(set)
        for a, b in limits.cannot.tolist():
            self._foes[a].add(b)
            self._foes[b].add(a)

    def root(self, record: int) -> int:
        parent = self._parent.setdefault(record, record)
        while parent != self._parent[parent]:
            self._parent[record] = self._parent[parent]
            parent = self._parent[parent]
        self._members.setdefault(parent, [parent])
        return parent

    def roots(self) -> list[tuple[int, int]]:
        """Each record with the lowest record of its cluster."""
        lowest = {root: min(members) for root, members in self._members.items() if self.root(root) == root}
        return [(record, lowest[self.root(record)]) for record in list(self._parent)]

    def weigh(self, a: int, b: int, weight: float) -> None:
        """Notes the evidence of one pair of records, before anything is joined."""
        self.root(a), self.root(b)
        self._evidence[a][b] = self._evidence[b][a] = (weight, 1)

    def join(self, a: int, b: int, *, forced: bool = False) -> str | None:
        """Makes two clusters one; the reason where they must not be."""
        a, b = self.root(a), self.root(b)
        if a == b:
            return None
        if not forced and (why := self._against(a, b)):
            return why
        if len(self._members[a]) < len(self._members[b]):
            a, b = b, a
        self._parent[b] = a
        self._members[a] += self._members.pop(b)
        for other, (weight, count) in self._evidence.pop(b, {}).items():
            if other == a:
                continue
            known, pairs = self._evidence[a].get(other, (0.0, 0))
            self._evidence[a][other] = self._evidence[other][a] = (known + weight, pairs + count)
            self._evidence[other].pop(b, None)
        self._evidence[a].pop(b, None)
        for foe in self._foes.pop(b, set()):
            self._foes[a].add(foe)
        return None

    def _against(self, a: int, b: int) -> str | None:
        one, two = self._members[a], self._members[b]
        if any(self.root(foe) == b for foe in self._foes.get(a, ())) or any(
            self.root(foe) == a for foe in self._foes.get(b, ())
        ):
            return APART
        if any(_conflict(codes, one, two) for codes in self._limits.keys):
            return CONFLICT
        sources = self._limits.sources
        if sources is not None and {int(sources[r]) for r in one} & {int(sources[r]) for r in two}:
            return SECOND
        if self._limits.largest is not None and len(one) + len(two) > self._limits.largest:
            return TOO_LARGE
        weight, count = self._evidence[a].get(b, (0.0, 0))
        if weight + UNSEEN * (len(one) * len(two) - count) <= 0:
            return WEAK_BRIDGE
        return None


def _conflict(codes: np.ndarray, one: list[int], two: list[int]) -> bool:
    """Whether both clusters hold a key, but none in common."""
    known = [{int(codes[r]) for r in side if codes[r] >= 0} for side in (one, two)]
    return bool(known[0]) and bool(known[1]) and not known[0] & known[1]
