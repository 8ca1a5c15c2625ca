"""One-to-one linking: where every source holds an entity once, the candidates of a record compete for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SURE = 3.3  # bits from which on a pair counts as a partner: probability .9
CLEAN = 0.03  # share of records with a second partner up to which a source holds each entity once


@dataclass(frozen=True)
class Odds:
    """The odds of all candidates of a record in one other source, added up."""

    keys: np.ndarray  # sorted
    totals: np.ndarray

    def of(self, keys: np.ndarray) -> np.ndarray:
        """The total of each key, 0 for one without candidates."""
        if not len(self.keys):
            return np.zeros(len(keys))
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.totals[place], 0.0)


def is_one_to_one(left: np.ndarray, right: np.ndarray, bits: np.ndarray, sources: np.ndarray) -> bool:
    """Whether hardly any record has two sure partners in one other source."""
    sure = bits >= SURE
    if not sure.any():
        return True
    sides = contests(left[sure], right[sure], sources, sources)
    partners = np.unique(np.concatenate(sides), return_counts=True)[1]
    return float((partners > 1).mean()) <= CLEAN


def competed(left: np.ndarray, right: np.ndarray, bits: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """log2 odds given that each record has at most one partner in a source: other candidates speak against a pair."""
    total = rivals(left, right, bits, sources)
    return _held_back(bits, [total.of(side) for side in contests(left, right, sources, sources)])


def competed_anew(
    left: np.ndarray, right: np.ndarray, bits: np.ndarray, known: np.ndarray, new: np.ndarray, before: Odds
) -> np.ndarray:
    """The same for pairs of known records with new ones, where the known ones have had candidates before."""
    sides = contests(left, right, known, new)
    totals = [_added_up(side, bits).of(side) for side in sides]
    return _held_back(bits, [totals[0] + before.of(sides[0]), totals[1]])


def rivals(left: np.ndarray, right: np.ndarray, bits: np.ndarray, sources: np.ndarray) -> Odds:
    """All candidates' odds by what they compete for."""
    return _added_up(np.concatenate(contests(left, right, sources, sources)), np.tile(bits, 2))


def contests(
    left: np.ndarray, right: np.ndarray, sources_l: np.ndarray, sources_r: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What each pair competes for: a partner of its left record in the right one's source, and the other way round."""
    return left.astype(np.int64) << 16 | sources_r[right], right.astype(np.int64) << 16 | sources_l[left]


def _added_up(keys: np.ndarray, bits: np.ndarray) -> Odds:
    distinct, place = np.unique(keys, return_inverse=True)
    return Odds(distinct, np.bincount(place, weights=_odds(bits), minlength=len(distinct)))


def _held_back(bits: np.ndarray, totals: Sequence[np.ndarray]) -> np.ndarray:
    others = [np.maximum(total - _odds(bits), 0) for total in totals]
    held: np.ndarray = bits.astype(np.float64) - np.log2(1 + np.maximum(*others))
    return held


def _odds(bits: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.exp2(np.clip(bits, -60, 60).astype(np.float64))
    return found
