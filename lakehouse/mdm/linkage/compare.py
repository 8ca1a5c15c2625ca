"""Levels of agreement of many pairs of records, field by field."""

from collections.abc import Mapping, Sequence

import numpy as np

from lakehouse.mdm.linkage import comparisons
from lakehouse.mdm.linkage.columns import Column
from lakehouse.mdm.linkage.comparisons import MISSING, Comparison

SWAPPED = np.float32(0.95)  # given name and surname in each other's place


class Comparer:
    """Compares records of one population with records of another, or of the same."""

    def __init__(self, left: Mapping[str, Column], right: Mapping[str, Column], used: Sequence[Comparison]) -> None:
        self.left, self.right, self.comparisons = left, right, tuple(used)
        self._known: dict[str, np.ndarray] = {}

    def codes(self, field: str, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.take(self.left[field].codes, a), np.take(self.right[field].codes, b)

    def equal(self, field: str, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Whether both records have the field, and whether it is the same."""
        code_l, code_r = self.codes(field, a, b)
        both = (code_l >= 0) & (code_r >= 0)
        if self.left is self.right:
            return both, both & (code_l == code_r)
        if not both.any():
            return both, both
        return both, both & (np.take(self.left[field].hashes, code_l) == np.take(self.right[field].hashes, code_r))

    def similarity(self, field: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """0 to 1, nan where either record lacks the field."""
        code_l, code_r = self.codes(field, a, b)
        found = np.full(len(a), np.nan, dtype=np.float32)
        both = np.flatnonzero((code_l >= 0) & (code_r >= 0))
        if len(both):
            found[both] = comparisons.similarity(self.left[field], self.right[field], code_l[both], code_r[both])
            if field in ("given_name", "surname") and self._has_two_names:
                swapped = both[self._swapped(a[both], b[both])]
                found[swapped] = np.maximum(found[swapped], SWAPPED)
        return found

    def level(self, one: Comparison, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The level of agreement of one field, MISSING where either record lacks it."""
        if self.left is not self.right or len(self.left[one.field].values) > TABLE:
            return self._level(one, a, b)
        code_l, code_r = self.codes(one.field, a, b)
        size = len(self.left[one.field].values)
        if one.field not in self._known:
            self._known[one.field] = np.full(size * size, UNKNOWN, dtype=np.uint8)
        known = self._known[one.field]
        place = code_l.astype(np.int64) * size + code_r
        missing = (code_l < 0) | (code_r < 0)
        place[missing] = 0
        found = np.take(known, place)
        fresh = np.unique(place[(found == UNKNOWN) & ~missing])
        if len(fresh):
            column = self.left[one.field]
            alike = comparisons.similarity(column, column, fresh // size, fresh % size)
            known[fresh] = one.level(alike)
            found = np.take(known, place)
        found[missing] = MISSING
        return self._with_swaps(one, found, a, b)

    def levels(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """A row for each pair, a column for each comparison."""
        found = np.empty((len(a), len(self.comparisons)), dtype=np.uint8)
        for number, one in enumerate(self.comparisons):
            found[:, number] = self.level(one, a, b)
        return found

    def _level(self, one: Comparison, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        alike = self.similarity(one.field, a, b)
        missing = np.isnan(alike)
        found = one.level(np.where(missing, np.float32(0), alike))
        found[missing] = MISSING
        return found

    def _with_swaps(self, one: Comparison, found: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        if one.field in ("given_name", "surname") and self._has_two_names:
            unlike = np.flatnonzero(found == 0)
            swapped = unlike[self._swapped(a[unlike], b[unlike])]
            found[swapped] = one.level(np.array([SWAPPED]))[0]
        return found

    @property
    def _has_two_names(self) -> bool:
        return "given_name" in self.left and "surname" in self.left

    def _swapped(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        given_l, surname_l = (_hash(self.left[field], a) for field in ("given_name", "surname"))
        given_r, surname_r = (_hash(self.right[field], b) for field in ("given_name", "surname"))
        return (given_l == surname_r) & (surname_l == given_r) & (given_l != 0) & (surname_l != 0)


TABLE = 4000  # distinct values up to which all answers are kept in a table
UNKNOWN = 254


def _hash(column: Column, records: np.ndarray) -> np.ndarray:
    return np.append(column.hashes, np.uint64(0))[column.codes[records]]
