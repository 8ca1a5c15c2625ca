"""How each kind of field is compared: a similarity from 0 to 1, and the levels of agreement that it falls into."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from lakehouse.mdm.linkage import dates, text, tokens
from lakehouse.mdm.linkage.columns import Column

MISSING = 255  # the level of a pair that lacks the field on either side
UNLIKE = np.float32(0.3)  # estimated overlap of letter pairs below which strings are not compared letter by letter
INITIAL = np.float32(0.8)  # J. beside John
CONTAINED = np.float32(0.88)  # John beside John William

Similarity = Callable[[Column, Column, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Comparison:
    """One field's comparison: where its levels begin, the highest first, and how much a level says by default."""

    field: str
    kind: str
    thresholds: tuple[float, ...]  # 1 is equality
    expected: tuple[float, ...]  # share of true matches at each level from the lowest to equality
    cost: int  # the dear ones are compared last, and only where a pair still has a chance

    @property
    def levels(self) -> int:
        return len(self.thresholds) + 1

    def level(self, similarity: np.ndarray) -> np.ndarray:
        """0 for unlike values up to `levels - 1` for equal ones."""
        ascending = np.array(self.thresholds[::-1], dtype=np.float32)
        return np.searchsorted(ascending, similarity + np.float32(1e-6), side="right").astype(np.uint8)


KINDS: dict[str, tuple[tuple[float, ...], tuple[float, ...], int]] = {
    "given_name": ((1.0, 0.92, 0.84, 0.75), (0.08, 0.03, 0.05, 0.09, 0.75), 3),
    "surname": ((1.0, 0.92, 0.84, 0.75), (0.07, 0.02, 0.04, 0.12, 0.75), 3),
    "name": ((1.0, 0.97, 0.9, 0.8, 0.65, 0.45), (0.02, 0.02, 0.04, 0.07, 0.2, 0.2, 0.45), 6),
    "date_of_birth": ((1.0, dates.SLIP, dates.NEAR, dates.LOOSE), (0.06, 0.03, 0.06, 0.1, 0.75), 0),
    "email": ((1.0, 0.92, 0.82), (0.15, 0.03, 0.1, 0.72), 5),
    "phone": ((1.0, 0.85, 0.7), (0.16, 0.02, 0.1, 0.72), 2),
    "address": ((1.0, 0.9, 0.75, 0.55, 0.35), (0.12, 0.04, 0.06, 0.1, 0.18, 0.5), 6),
    "postcode": ((1.0, 0.75, 0.5), (0.1, 0.04, 0.08, 0.78), 1),
    "city": ((1.0, 0.92, 0.84), (0.12, 0.03, 0.07, 0.78), 4),
    "country": ((1.0,), (0.05, 0.95), 0),
    "tax_id": ((1.0, 0.85, 0.7), (0.06, 0.02, 0.1, 0.82), 2),
    "code": ((1.0, 0.85, 0.7), (0.06, 0.02, 0.1, 0.82), 2),
    "word": ((1.0, 0.92, 0.8), (0.25, 0.05, 0.1, 0.6), 3),
}


def comparison(column: Column) -> Comparison:
    """The comparison of a column, by its kind."""
    thresholds, expected, cost = KINDS[column.kind]
    return Comparison(column.field, column.kind, thresholds, expected, cost)


def similarity(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> np.ndarray:
    """Similarity of values that are both present."""
    found = np.ones(len(code_l), dtype=np.float32)
    unequal = np.flatnonzero(np.take(left.hashes, code_l) != np.take(right.hashes, code_r))
    if len(unequal):
        found[unequal] = SIMILARITIES[left.kind](left, right, code_l[unequal], code_r[unequal])
    return found


def warm(column: Column) -> None:
    """Computes what comparing a column needs, ahead of time."""
    for need in NEEDS.get(column.kind, ("strings", "signatures")):
        getattr(column, need)
    if column.kind == "postcode":
        column.heads(3)


def _letters(scorer: Any) -> Similarity:
    """A comparison letter by letter, of the pairs that share enough pairs of letters to be worth it."""

    def compare(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> np.ndarray:
        found = np.zeros(len(code_l), dtype=np.float32)
        alike = text.overlap(np.take(left.signatures, code_l), np.take(right.signatures, code_r)) >= UNLIKE
        near = np.flatnonzero(alike)
        if len(near):
            found[near] = distinct_pairs(scorer, left.strings, right.strings, code_l[near], code_r[near])
        return found

    return compare


def distinct_pairs(
    scorer: Any, left: np.ndarray, right: np.ndarray, code_l: np.ndarray, code_r: np.ndarray
) -> np.ndarray:
    """The scorer's answer for each pair of values; each distinct pair is compared once."""
    both = code_l.astype(np.int64) * len(right) + code_r
    distinct, place = np.unique(both, return_inverse=True)
    answers = process.cpdist(
        left[distinct // len(right)], right[distinct % len(right)], scorer=scorer, dtype=np.float32, workers=-1
    )
    return answers[place]


def _given_name(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> np.ndarray:
    """Letter by letter; an initial and a first of several names count as near."""
    found = _jaro_winkler(left, right, code_l, code_r)
    contained, initial = tokens.contains(left, right, code_l, code_r)
    return np.maximum(found, np.where(contained, CONTAINED, np.where(initial, INITIAL, np.float32(0))))


def _date(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> np.ndarray:
    return dates.similarity(left.dates.take(code_l), right.dates.take(code_r))


def _postcode(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> np.ndarray:
    """Edits, or the same area: the first part of the code."""
    found = _edits(left, right, code_l, code_r)
    return np.where(found < 0.75, np.where(left.heads(3)[code_l] == right.heads(3)[code_r], np.float32(0.5), 0), found)


def _never(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> np.ndarray:
    return np.zeros(len(code_l), dtype=np.float32)


_jaro_winkler = _letters(JaroWinkler.normalized_similarity)
_edits = _letters(OSA.normalized_similarity)

_WORDS = ("signatures", "unspaced", "telling_words", "word_hashes", "word_weights", "number_hashes")
_NAMES = ("strings", "signatures", "first_letters", "is_initial", "has_words", "word_hashes")
NEEDS = {
    "given_name": _NAMES,
    "surname": _NAMES,
    "word": _NAMES,
    "name": _WORDS,
    "address": tuple(need for need in _WORDS if need != "unspaced"),
    "date_of_birth": ("dates",),
    "country": (),
}

SIMILARITIES: dict[str, Similarity] = {
    "given_name": _given_name,
    "surname": _given_name,
    "name": tokens.name_similarity,
    "date_of_birth": _date,
    "email": _jaro_winkler,
    "phone": _edits,
    "address": tokens.address_similarity,
    "postcode": _postcode,
    "city": _jaro_winkler,
    "country": _never,
    "tax_id": _edits,
    "code": _edits,
    "word": _given_name,
}
