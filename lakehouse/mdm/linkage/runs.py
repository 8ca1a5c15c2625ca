"""Records by the hash of their key: sorted once, from which blocks, their sizes and their pairs follow."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

SPREAD = np.uint64(0x9E3779B97F4A7C15)  # moves what differs to the first bits


@dataclass(frozen=True)
class Runs:
    """Records so that those of one hash stand together, those without one left out; a run is a block."""

    order: np.ndarray  # records
    starts: np.ndarray  # places in the order
    lengths: np.ndarray
    hashes: np.ndarray  # of each run

    @classmethod
    def of(cls, hashes: np.ndarray) -> "Runs":
        order = sorted_order(hashes)
        ordered = hashes[order]
        none = int((hashes == 0).sum())
        order, ordered = order[none:], ordered[none:]
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


def sorted_order(hashes: np.ndarray) -> np.ndarray:
    """The numbers of the hashes so that equal ones stand together, by number, those of 0 first: on every machine alike.

    The number takes the place of a hash's last bits, and the whole is sorted, which is faster than sorting by key.
    """
    bits = np.uint64(max(len(hashes) - 1, 1).bit_length())
    packed = (hashes * SPREAD) >> bits << bits
    packed |= np.arange(len(hashes), dtype=np.uint64)
    packed.sort()
    packed &= (np.uint64(1) << bits) - np.uint64(1)
    return packed.astype(np.int64)
