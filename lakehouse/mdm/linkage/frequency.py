"""How often values occur in a population."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Frequency:
    """How often each value occurs in a population, by its hash."""

    hashes: np.ndarray  # sorted
    counts: np.ndarray
    total: int

    @classmethod
    def of(cls, hashes: np.ndarray, counts: np.ndarray) -> "Frequency":
        order = np.argsort(hashes)
        return cls(hashes[order], counts[order], int(counts.sum()))

    def count(self, hashes: np.ndarray) -> np.ndarray:
        """The count of each value, at least one."""
        if not len(self.hashes):
            return np.ones(len(hashes), dtype=np.int64)
        place = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[place] == hashes, self.counts[place], 1)
