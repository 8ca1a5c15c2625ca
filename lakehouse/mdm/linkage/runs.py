"""Records by the hash of their key: sorted once, from which blocks, their sizes and their pairs follow."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Runs:
    """Records in the order of their hash, those without one left out; a run is a block."""

    order: np.ndarray  # records
    starts: np.ndarray  # places in the order
    lengths: np.ndarray
    hashes: np.ndarray  # of each run, ascending

    @classmethod
    def of(cls, hashes: np.ndarray) -> "Runs":
        order = np.argsort(hashes)
        ordered = hashes[order]
        order, ordered = (side[np.searchsorted(ordered, 1) :] for side in (order, ordered))
        first = np.ones(len(ordered), dtype=bool)
        np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
        starts = np.flatnonzero(first)
        lengths = np.diff(np.append(starts, len(ordered)))
        return cls(order.astype(np.int32), starts, lengths, ordered[starts])

    @cached_property
    def pairs(self) -> int:
        return int((self.lengths * (self.lengths - 1) // 2).sum())

    @property
    def largest(self) -> int:
        return int(self.lengths.max(initial=0))

    def cap(self, caps: tuple[int, ...], most_pairs: int) -> int:
        """The largest size of a block with which all blocks together stay within so many pairs."""
        sizes = self.lengths
        return next((cap for cap in caps if int((sizes * np.minimum(sizes, cap) // 2).sum()) <= most_pairs), caps[-1])

    def cut(self, cap: int) -> tuple["Runs", int]:
        """The runs in parts of at most so many records, and the pairs that are lost by it."""
        if self.largest <= cap:
            return self, 0
        parts = -(-self.lengths // cap)
        offset = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
        starts = np.repeat(self.starts, parts) + offset * cap
        lengths = np.minimum(np.repeat(self.lengths, parts) - offset * cap, cap)
        made = Runs(self.order, starts, lengths, np.repeat(self.hashes, parts))
        return made, self.pairs - made.pairs
