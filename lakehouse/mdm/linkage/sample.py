"""The sampled pairs of all passes together, weighted so that they stand for all candidate pairs."""

from collections.abc import Sequence

import numpy as np

from lakehouse.mdm.linkage.pools import Pool, patterns


class Sample:
    """The pairs of all pools, weighted so that they stand for all candidate pairs."""

    def __init__(self, sampled: Sequence[Pool]) -> None:
        self.left = np.concatenate([pool.left for pool in sampled])
        self.right = np.concatenate([pool.right for pool in sampled])
        self.levels = np.concatenate([pool.levels for pool in sampled])
        self.drawn = np.zeros((len(sampled), len(self.left)), dtype=np.float32)  # by each pass
        self.fields = [pool.one.fields for pool in sampled]
        self.pool = np.repeat(np.arange(len(sampled)), [len(pool.left) for pool in sampled])
        for number, pool in enumerate(sampled):
            self.drawn[number] = np.where(pool.one.holds(self.left, self.right), pool.rate, 0.0)
        self._without: dict[str, np.ndarray] = {}
        self.weight = 1 / np.maximum(self.drawn.sum(axis=0), 1e-9)
        first, self.inverse = patterns(self.levels)
        self.rows, self.counts = self.levels[first], np.bincount(self.inverse, weights=self.weight)

    def first_found(self, match: np.ndarray) -> list[float]:
        """The matches that each pass finds and none before it."""
        held = self.drawn > 0
        first = held.argmax(axis=0)
        return np.bincount(first, self.weight * match, len(held)).tolist()

    def weight_without(self, field: str) -> np.ndarray:
        """Weights that make the pairs found by other fields than this one stand for all such pairs."""
        if field not in self._without:
            used = np.array([field not in fields for fields in self.fields])
            drawn = self.drawn[used].sum(axis=0)
            self._without[field] = np.where(used[self.pool], 1 / np.maximum(drawn, 1e-9), 0.0)
        return self._without[field]
