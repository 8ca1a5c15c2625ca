"""How often strangers agree: the u of Fellegi and Sunter, from random pairs and pairs with a common value."""

import numpy as np

from lakehouse.mdm.linkage.candidates import Candidates
from lakehouse.mdm.linkage.columns import Column
from lakehouse.mdm.linkage.compare import Comparer
from lakehouse.mdm.linkage.comparisons import MISSING, Comparison

RANDOM_PAIRS = 200_000
WITHIN_PAIRS = 10_000
STRANGERS = 20  # so many pairs that share a value for each record: then matches among them are few
LEAST = 1e-8
FEW = 3  # records that one entity may well have: a value on no more of them is hardly anybody else's
BY_CHANCE = 0.3  # share of the pairs with such a value that are strangers, before anything is learned
# What to expect before any record was seen, in so many pairs: how often strangers have the same value.
USUAL_PAIRS = 200.0
USUAL = {
    "given_name": 0.01, "surname": 0.003, "name": 1e-4, "date_of_birth": 1e-4, "email": 1e-5, "phone": 1e-5,
    "address": 1e-4, "postcode": 2e-3, "city": 0.02, "country": 0.3, "tax_id": 1e-5, "code": 1e-4, "word": 0.1,
}  # fmt: skip
COARSE = ("postcode", "city", "country", "word")  # what neighbours share
IDENTITY = ("given_name", "name", "date_of_birth", "code", "tax_id")  # what relatives and neighbours do not share

IDENTIFYING = 0.05  # a field in which strangers agree more often says nothing of who somebody is

Shares = list[np.ndarray]  # for each comparison, the share of each level


def of_strangers(comparer: Comparer, candidates: Candidates, rng: np.random.Generator) -> tuple[Shares, list[float]]:
    """Shares of levels among random pairs, and how many such pairs had the field."""
    drawn = rng.integers(0, candidates.records, (2, RANDOM_PAIRS))
    left, right = _comparable(drawn[0], drawn[1], candidates)
    found, sizes = [], []
    for one in comparer.comparisons:
        level = comparer.level(one, left, right)
        u = counted(level, np.geomspace(1, 1e-3, one.levels), 1.0)
        u[-1] = coincidence(comparer.left[one.field])
        found.append(u / u.sum())
        sizes.append(float((level != MISSING).sum()))
    return found, sizes


def is_identity(one: Comparison, u: np.ndarray) -> bool:
    """Whether relatives and neighbours do not share a field."""
    return one.kind in IDENTITY and float(u[-1]) < IDENTIFYING


def coincidence(column: Column) -> float:
    """Probability that two strangers have the same value."""
    total, counts = max(column.frequency.total, 2), column.frequency.counts.astype(np.float64)
    same = counts * (counts - 1) * np.where(counts <= FEW, BY_CHANCE, 1.0)
    pairs = total * (total - 1)
    return (float(same.sum()) + 2 * USUAL_PAIRS * USUAL[column.kind]) / (pairs + 2 * USUAL_PAIRS)


def within(comparer: Comparer, candidates: Candidates, u: Shares, rng: np.random.Generator) -> dict[str, Shares]:
    """Shares of levels among strangers who have a common value: of one town, of one postcode, born on one day.

    Only of fields with values so common that hardly any such pair is a match.
    """
    found = {}
    most = STRANGERS * candidates.records
    coarse = [
        one.field
        for one, shares in zip(comparer.comparisons, u, strict=True)
        if one.kind in COARSE and shares[-1] * candidates.possible_pairs >= most
    ]
    for one in comparer.comparisons:
        if one.field not in coarse:
            continue
        left, right = _comparable(*_same_value(comparer.left[one.field], WITHIN_PAIRS, rng), candidates)
        if len(left) >= WITHIN_PAIRS / 20:
            found[one.field] = [
                counted(comparer.level(other, left, right), u[place], 5.0) if other.kind in COARSE else u[place]
                for place, other in enumerate(comparer.comparisons)
            ]
    return found


def _same_value(column: Column, pairs: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Random pairs of records with the same value."""
    records = np.flatnonzero(column.codes >= 0)
    order = records[np.argsort(column.codes[records], kind="stable")]
    counts = column.counts
    starts = np.cumsum(counts) - counts
    weight = np.cumsum(counts.astype(np.float64) * (counts - 1))
    value = np.searchsorted(weight, rng.random(pairs) * weight[-1], side="right")
    left, right = ((starts[value] + (rng.random(pairs) * counts[value]).astype(np.int64)) for _ in range(2))
    return order[left], order[right]


def _comparable(left: np.ndarray, right: np.ndarray, candidates: Candidates) -> tuple[np.ndarray, np.ndarray]:
    kept = left != right
    if candidates.sources is not None:
        kept &= candidates.sources[left] != candidates.sources[right]
    return left[kept], right[kept]


def counted(levels: np.ndarray, start: np.ndarray, strength: float, weight: np.ndarray | None = None) -> np.ndarray:
    """Shares of the levels that are not missing, with a start that counts for some pairs."""
    present = levels != MISSING
    weights = None if weight is None else weight[present]
    found = np.bincount(levels[present], weights=weights, minlength=len(start)).astype(np.float64)
    shares = (found + strength * start / start.sum()) / max(found.sum() + strength, 1e-9)
    return np.maximum(shares, LEAST)


def rising(m: np.ndarray, u: np.ndarray) -> np.ndarray:
    """m changed the least so that m/u rises with the level."""
    changed = u * np.exp(monotone(np.log(m / u), m + u))
    return changed / changed.sum()


def monotone(values: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """The nearest rising sequence (pool adjacent violators)."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, mass, strict=True):
        blocks.append((float(value), float(weight), 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, wa, na), (b, wb, nb) = blocks[-2:]
            blocks[-2:] = [((a * wa + b * wb) / (wa + wb), wa + wb, na + nb)]
    return np.concatenate([np.full(count, value) for value, _, count in blocks])
