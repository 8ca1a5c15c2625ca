"""Term frequency: agreeing on a rare value tells more than agreeing on a common one."""

import numpy as np

from lakehouse.mdm.linkage.columns import Column

SPREAD = 1.5  # entities' worth of records that may still be those of one
LEAST_OTHERS, MOST_OTHERS = 0.02, 0.6  # others expected to have a value that a single entity seems to have


def rarity(column: Column, records_of_one: float, alone: float) -> np.ndarray:
    """For each value, ln of how much more strangers than matches agree on it, beside all values together.

    A value on as many records as one entity usually has may still belong to two: `alone` says how many others to
    expect then.
    """
    known = column.frequency.counts[column.frequency.counts > 1]
    strangers, matches = _pairs(known, records_of_one, alone)
    usual = np.log(max(float(strangers.sum()), 1e-9) / max(float(matches.sum()), 1e-9))
    strangers, matches = _pairs(column.frequency.count(column.hashes), records_of_one, alone)
    found: np.ndarray = np.log(strangers / matches) - usual if len(known) else np.zeros(len(column.hashes))
    return found.astype(np.float32)


def _pairs(counts: np.ndarray, records_of_one: float, alone: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of strangers and of matches to be expected among so many records with one value."""
    count = np.maximum(counts, 2).astype(np.float64)
    every = count * (count - 1) / 2
    strangers = count * np.maximum(count / records_of_one - SPREAD, alone) * records_of_one / 2
    matches = np.maximum(every - strangers, count * max(records_of_one - 1, 0.01) / 2)
    return np.minimum(strangers, 0.99 * every), matches


def expected_alone(column: Column, records_of_one: float, strangers: float) -> float:
    """The `alone` with which the values explain how many pairs of strangers agree."""
    counts = column.frequency.counts[column.frequency.counts > 1]
    low, high = LEAST_OTHERS, MOST_OTHERS
    for _ in range(30):
        middle = (low + high) / 2
        pairs = float(_pairs(counts, records_of_one, middle)[0].sum())
        low, high = (middle, high) if pairs < strangers else (low, middle)
    return low
