"""The pairs of one blocking pass, parted into matches, related others and strangers by expectation-maximisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lakehouse.mdm.linkage.agreement import Shares, counted, is_identity
from lakehouse.mdm.linkage.candidates import Pass
from lakehouse.mdm.linkage.comparisons import MISSING, Comparison

ROUNDS = 200
CONVERGED = 1e-5  # of log likelihood a pair
PRIOR_M = 20.0  # pairs that the expected agreement of matches counts for
PRIOR_RELATED = 5.0
HELD = 0.02  # the same for other fields
ANCHOR = 0.1  # share of a pool that the expected agreement of identity fields counts for
STARTS = ((0.1, 0.3, 0.6), (0.4, 0.4, 0.2), (0.9, 0.05, 0.05))  # matches, related, strangers
LINKED = {"email": frozenset(("name", "given_name", "surname"))}  # made from other fields: alike where those are
LEAST_SAID = 0.3  # share of the expected difference from strangers that pairs taken for matches must show
KEPT, NAME = -1.0, -2.0  # in place of a strength: shares that stay, names of relatives


@dataclass
class Pool:
    """Pairs sampled from one pass; how probably each is a match, and a pair of related others."""

    one: Pass
    left: np.ndarray
    right: np.ndarray
    levels: np.ndarray
    rate: float  # share of the pass's pairs that was drawn
    match: np.ndarray | None = None
    related: np.ndarray | None = None
    strangers: Shares | None = None
    share: float = 0.0


def learn(pool: Pool, used: Sequence[Comparison], m: Shares, u: Shares, within: Mapping[str, Shares]) -> None:
    """Parts the pool by the fields that its key leaves free.

    Related others are those who share a key without being one, as a household or sister firms do: they agree as the
    pool usually does, but on identity fields no more than strangers.
    """
    if not len(pool.levels) or all(one.field in pool.one.fields for one in used):
        return
    keyed = [one.field in pool.one.fields for one in used]
    free = [i for i, key in enumerate(keyed) if not key]
    strangers = [among_strangers(pool.one.fields, i, u, within) for i in range(len(used))]
    for i in free:
        if pool.one.fields & LINKED.get(used[i].kind, frozenset()):
            strangers[i] = among_namesakes(pool, keyed, i, u[i])
    pool.strangers = strangers
    first, inverse = patterns(pool.levels[:, free])
    rows, counts = pool.levels[first][:, free], np.bincount(inverse).astype(np.float64)
    who = [is_identity(one, u[i]) for i, one in enumerate(used)]
    shapes, strengths = (
        [[m[i] for i in free], [strangers[i] for i in free]],
        [_match_strengths([who[i] for i in free], counts.sum()), [KEPT] * len(free)],
    )
    by_circumstance = not any(one for one, key in zip(who, keyed, strict=True) if key)
    if by_circumstance and any(who[i] for i in free):
        usual = [counted(rows[:, k], strangers[i], 5.0, counts) for k, i in enumerate(free)]
        shapes.insert(
            1, [_related(used[i].kind, usual[k], strangers[i]) if who[i] else usual[k] for k, i in enumerate(free)]
        )
        strengths.insert(1, [_related_strength(used[i].kind) if who[i] else PRIOR_RELATED for i in free])
    starts = [start if len(shapes) == 3 else (start[0], start[1] + start[2]) for start in STARTS]
    found, sizes, _ = max((part(rows, counts, shapes, s, strengths) for s in starts), key=lambda one: one[2])
    if says(found[0], shapes[-1]) < LEAST_SAID * says(shapes[0], shapes[-1]):
        return  # what was found are no matches
    members = memberships(rows, found, sizes)
    pool.match, pool.share = members[0][inverse], float(sizes[0])
    pool.related = members[1][inverse] if len(found) == 3 else None


def says(shares: Shares, strangers: Shares) -> float:
    """Nats by which pairs of these shares differ from strangers."""
    return sum(float((m * np.log(m / s)).sum()) for m, s in zip(shares, strangers, strict=True))


def _match_strengths(who: Sequence[bool], pairs: float) -> list[float]:
    return [max(PRIOR_M, ANCHOR * pairs) if is_who else max(PRIOR_M, HELD * pairs) for is_who in who]


def _related(kind: str, usual: np.ndarray, strangers: np.ndarray) -> np.ndarray:
    return _stem_shared(usual, strangers) if kind == "name" else strangers


def _related_strength(kind: str) -> float:
    return NAME if kind == "name" else KEPT


def _stem_shared(shares: np.ndarray, strangers: np.ndarray) -> np.ndarray:
    """Names that may be alike in part, but are no more often equal than those of strangers."""
    held = shares.copy()
    held[-3:] = strangers[-3:]
    return held / held.sum()


def among_strangers(shared: frozenset[str], column: int, u: Shares, within: Mapping[str, Shares]) -> np.ndarray:
    """Shares of levels of a field among strangers who have the shared fields in common."""
    choices = [u[column], *(within[field][column] for field in sorted(shared) if field in within)]
    return max(choices, key=lambda shares: float(shares[-1]))


def among_namesakes(pool: Pool, keyed: Sequence[bool], column: int, u: np.ndarray) -> np.ndarray:
    """Shares of levels of a field that is made from the key's fields, of pairs that otherwise agree in nothing."""
    rest = [i for i, key in enumerate(keyed) if not key and i != column]
    levels = pool.levels[:, rest]
    nothing = ((levels == 0) | (levels == MISSING)).all(axis=1) & ((levels == 0).sum(axis=1) >= 2)
    shares = counted(pool.levels[nothing, column], u, 5.0)
    shares[-1] = u[-1]
    return shares / shares.sum()


def part(
    rows: np.ndarray,
    counts: np.ndarray,
    shapes: Sequence[Shares],
    sizes: Sequence[float],
    strengths: Sequence[Sequence[float]],
) -> tuple[list[Shares], np.ndarray, float]:
    """Classes of pairs that explain the patterns best near where they start: shapes, sizes and log likelihood.

    A strength says how many pairs the start counts for.
    """
    found = [list(shape) for shape in shapes]
    size = np.array(sizes, dtype=np.float64)
    likelihood = -np.inf
    for _ in range(ROUNDS):
        parts = np.stack([log_likelihood(rows, shape) for shape in found]) + np.log(size)[:, None]
        both = np.logaddexp.reduce(parts)
        before, likelihood = likelihood, float((counts * both).sum())
        members = counts * np.exp(parts - both)
        size = np.maximum(members.sum(axis=1) / counts.sum(), 1e-9)
        for number, shape in enumerate(found):
            for column, strength in enumerate(strengths[number]):
                if strength != KEPT:
                    start = shapes[number][column]
                    fresh = counted(rows[:, column], start, abs(strength), members[number])
                    shape[column] = _stem_shared(fresh, start) if strength == NAME else fresh
        if likelihood - before < CONVERGED * counts.sum():
            break
    return found, size, likelihood


def memberships(rows: np.ndarray, shapes: Sequence[Shares], sizes: np.ndarray) -> np.ndarray:
    """For each class, how probably each row belongs to it."""
    parts = np.stack([log_likelihood(rows, shape) for shape in shapes]) + np.log(sizes)[:, None]
    return np.exp(parts - np.logaddexp.reduce(parts))


def patterns(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each distinct row of levels first occurs, and which of them each row is."""
    packed = np.zeros(len(levels), dtype=np.int64)
    for column in range(levels.shape[1]):
        packed = packed * 16 + np.minimum(levels[:, column], 15)
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    return first, inverse


def log_likelihood(levels: np.ndarray, shares: Shares) -> np.ndarray:
    """ln of the probability of each row of levels; a missing field says nothing."""
    total = np.zeros(len(levels))
    for column, share in enumerate(shares):
        level = levels[:, column]
        total += np.append(np.log(share), 0.0)[np.where(level == MISSING, len(share), level)]
    return total
