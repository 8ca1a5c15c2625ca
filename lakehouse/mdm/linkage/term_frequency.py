"""Term frequency: agreeing on a rare value tells more than agreeing on a common one."""

import numpy as np

from lakehouse.mdm.linkage.columns import Column

LEAST_OTHERS, MOST_OTHERS = 0.02, 0.6  # others expected to have a value that a single entity seems to have


def others(column: Column, records_of_one: float, alone: float) -> np.ndarray:
    """For each value, the probability that a stranger has it too.

    A value on as many records as one entity usually has may still belong to two: `alone` says how many others
    to expect then.
    """
    entities = column.frequency.total / records_of_one
    count = column.frequency.count(column.hashes) / records_of_one
    return np.maximum(count - 1, alone) / max(entities, 1.0)


def expected_alone(column: Column, records_of_one: float, strangers: float) -> float:
    """The `alone` with which the values explain how many pairs of strangers agree."""
    counts = column.frequency.counts[column.frequency.counts > 1] / records_of_one
    low, high = LEAST_OTHERS, MOST_OTHERS
    for _ in range(30):
        middle = (low + high) / 2
        pairs = float((counts * records_of_one * np.maximum(counts - 1, middle)).sum()) * records_of_one / 2
        low, high = (middle, high) if pairs < strangers else (low, middle)
    return low
