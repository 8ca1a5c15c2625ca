"""One-to-one linking: where every source holds an entity once, the candidates of a record compete for it."""

import numpy as np

SURE = 3.3  # bits from which on a pair counts as a partner: probability .9
CLEAN = 0.03  # share of records with a second partner up to which a source holds each entity once


def is_one_to_one(left: np.ndarray, right: np.ndarray, bits: np.ndarray) -> bool:
    """Whether hardly any record has two sure partners."""
    sure = bits >= SURE
    if not sure.any():
        return True
    partners = np.concatenate([np.unique(side[sure], return_counts=True)[1] for side in (left, right)])
    return float((partners > 1).mean()) <= CLEAN


def competed(left: np.ndarray, right: np.ndarray, bits: np.ndarray, records: int) -> np.ndarray:
    """log2 odds given that each record has at most one partner: its other candidates speak against a pair."""
    odds = np.exp2(np.clip(bits, -60, 60))
    result = bits.astype(np.float64)
    for side in (left, right):
        total = np.bincount(side, weights=odds, minlength=records)[side]
        result = np.minimum(result, bits - np.log2(1 + np.maximum(total - odds, 0)))
    return result
