"""The Fellegi-Sunter model, learned without labels: what agreement tells against strangers and relatives."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lakehouse.mdm.linkage import agreement, pools, term_frequency
from lakehouse.mdm.linkage.agreement import Shares, counted, rising
from lakehouse.mdm.linkage.candidates import Candidates, Pass
from lakehouse.mdm.linkage.compare import Comparer
from lakehouse.mdm.linkage.comparisons import MISSING, Comparison
from lakehouse.mdm.linkage.pools import Pool, log_likelihood
from lakehouse.mdm.linkage.sample import Sample

POOL_PAIRS = 20_000  # sampled from each blocking pass
LOCATION = ("address", "postcode", "city", "phone")  # what changes together when somebody moves
FEWEST_RELATED = 20  # pairs in a sample; of fewer nothing is learned
MOVED, MOST_MOVED = "match, moved", 3.0  # at most so many for each match of somebody who stayed
NOTHING = 1e-3  # pairs: the matches among records that share no key
LEAST_GAIN = 0.001  # share of the matches that a pass has to add
CHEAP = 1_000_000  # pairs of all passes up to which none is left out
LEAST_KEPT = 0.6  # share of what the first estimate of m tells, below which a later one is not trusted
PRIOR_M = 50.0  # pairs that the expected agreement counts for in the end
ANCHOR_M = 0.5  # pairs for each match that the expected agreement of identity fields counts for
PASSES = 3  # of counting the kinds of pairs and learning u from them
SEEN_ENOUGH = 30  # random pairs at a level; where fewer were seen, u comes from the candidates


@dataclass
class Kind:
    """A kind of pair: the shares of its levels, and how many such pairs there are."""

    name: str
    is_match: bool
    shares: Shares
    pairs: float
    fields: frozenset[str] = frozenset()  # what the pairs have in common by definition
    is_counted: bool = True  # False where the number of pairs is known


@dataclass
class Model:
    """What was learned; `finds` are the matches that each pass is expected to find and no earlier one."""

    comparisons: tuple[Comparison, ...]
    m: Shares
    u: Shares
    kinds: list[Kind]
    possible_pairs: float
    records_of_one: float = 1.0
    alone: list[float] = field(default_factory=list)
    finds: list[float] = field(default_factory=list)


def learn(comparer: Comparer, candidates: Candidates, seed: int) -> Model:
    """The model, from pairs at random and from pairs of each blocking pass."""
    rng = np.random.default_rng([seed, 3])
    used = comparer.comparisons
    u, seen = agreement.of_strangers(comparer, candidates, rng)
    within = agreement.within(comparer, candidates, u, rng)
    expected = [np.array(one.expected) for one in used]
    if not candidates.passes:
        matches = Kind("match", True, expected, NOTHING)
        return Model(
            used, expected, u, [matches], float(candidates.possible_pairs), alone=[agreement.BY_CHANCE] * len(used)
        )
    sampled = [_sample(comparer, candidates, number, rng) for number in range(len(candidates.passes))]
    for pool in sampled:
        pools.learn(pool, used, expected, u, within)
    m = shares_of_matches(sampled, used, expected, u)
    model = Model(used, m, u, [], float(candidates.possible_pairs))
    sample = Sample(sampled)
    for _ in range(PASSES):
        model.kinds = kinds_of_pairs(sampled, used, model.m, model.u, within, candidates)
        members = count_kinds(model, sample)
        match = _of_matches(model, members)
        refined = refined_m(model, sample, members, match, expected)
        if pools.says(refined, model.u) < LEAST_KEPT * pools.says(m, model.u):
            break  # it has begun to describe strangers
        model.m = refined
        model.records_of_one = float(np.clip(1 + 2 * model.kinds[0].pairs / candidates.records, 1, 4))
        learn_u(model, comparer, candidates, sample, match, seen)
    model.kinds = kinds_of_pairs(sampled, used, model.m, model.u, within, candidates)
    members = count_kinds(model, sample)
    match = _of_matches(model, members)
    model.finds = sample.first_found(match)
    return model


def _of_matches(model: Model, members: dict[str, np.ndarray]) -> np.ndarray:
    """How probably each sampled pair is a match."""
    found: np.ndarray = np.sum([members[kind.name] for kind in model.kinds if kind.is_match], axis=0)
    return found


def worthwhile(candidates: Candidates, model: Model) -> list[Pass]:
    """The passes that find matches of their own, or cost next to nothing."""
    total = sum(one.pairs_found for one in candidates.passes)
    if total <= CHEAP:
        return candidates.passes
    least = LEAST_GAIN * sum(model.finds)
    return [
        one
        for one, found in zip(candidates.passes, model.finds, strict=True)
        if found >= least or one.pairs_found <= CHEAP * LEAST_GAIN
    ]


def _sample(comparer: Comparer, candidates: Candidates, number: int, rng: np.random.Generator) -> Pool:
    one = candidates.passes[number]
    numbers, rate = np.arange(one.pairs_found), 1.0
    if one.pairs_found > POOL_PAIRS:
        numbers = np.unique(rng.integers(0, one.pairs_found, POOL_PAIRS))
        rate = len(numbers) / one.pairs_found
    left, right = one.pairs(numbers)
    left, right = np.minimum(left, right), np.maximum(left, right)
    return Pool(one, left, right, comparer.levels(left, right), rate)


def shares_of_matches(sampled: Sequence[Pool], used: Sequence[Comparison], expected: Shares, u: Shares) -> Shares:
    """m of each field, from the pools whose key leaves the field free, by their number of matches."""
    found = []
    for column, one in enumerate(used):
        total = pools.PRIOR_M * expected[column]
        for pool in sampled:
            if pool.match is not None and one.field not in pool.one.fields:
                level = pool.levels[:, column]
                present = level != MISSING
                total = total + np.bincount(level[present], pool.match[present], one.levels) / pool.rate
        found.append(rising(np.maximum(total / total.sum(), 1e-4), u[column]))
    return found


def kinds_of_pairs(
    sampled: Sequence[Pool],
    used: Sequence[Comparison],
    m: Shares,
    u: Shares,
    within: dict[str, Shares],
    candidates: Candidates,
) -> list[Kind]:
    """Matches, matches of those who moved, relatives of each pass, and strangers who share a common value."""
    kinds = [Kind("match", True, m, 1.0)]
    places = [i for i, one in enumerate(used) if one.field in LOCATION]
    if len(places) >= 2 and len(places) < len(used):
        kinds.append(Kind(MOVED, True, [u[i] if i in places else share for i, share in enumerate(m)], 1.0))
    for pool in sampled:
        if pool.related is not None and pool.related.sum() >= FEWEST_RELATED:
            shares = [counted(pool.levels[:, i], u[i], 2.0, pool.related) for i in range(len(used))]
            kinds.append(Kind(f"related by {pool.one.name}", False, shares, 1.0, pool.one.fields))
        if pool.match is not None and any(pool.one.fields & pools.LINKED.get(one.kind, frozenset()) for one in used):
            kinds.append(_namesakes(pool, used))
    for number, one in enumerate(used):
        if one.field in within:
            pairs = float(u[number][-1] * candidates.possible_pairs)
            kinds.append(Kind(f"same {one.field}", False, within[one.field], pairs, frozenset([one.field]), False))
    return kinds


def _namesakes(pool: Pool, used: Sequence[Comparison]) -> Kind:
    """Strangers whose names make their e-mail addresses alike."""
    assert pool.strangers is not None and pool.match is not None
    other = 1 - pool.match - (0 if pool.related is None else pool.related)
    shares = [
        counted(pool.levels[:, i], pool.strangers[i], 2.0, other) if one.field in pool.one.fields else pool.strangers[i]
        for i, one in enumerate(used)
    ]
    pairs = max(float(other.sum()) / pool.rate, 1.0)
    return Kind(f"strangers by {pool.one.name}", False, shares, pairs, pool.one.fields, False)


def count_kinds(model: Model, sample: Sample) -> dict[str, np.ndarray]:
    """How many pairs of each kind there are, so that together they explain the candidates; who belongs to each."""
    known = [log_likelihood(sample.rows, k.shares) + np.log(k.pairs) for k in model.kinds if not k.is_counted]
    strangers = log_likelihood(sample.rows, model.u) + np.log(model.possible_pairs)
    fixed = np.max([strangers, *known], axis=0)
    open_kinds = [kind for kind in model.kinds if kind.is_counted]
    shapes = np.stack([log_likelihood(sample.rows, kind.shares) for kind in open_kinds])
    names = [kind.name for kind in open_kinds]
    counts = np.full(len(shapes), sample.counts.sum() / len(shapes))
    members = np.zeros_like(shapes)
    for _ in range(100):
        parts = shapes + np.log(np.maximum(counts, 1e-6))[:, None]
        members = np.exp(parts - np.logaddexp.reduce(np.vstack([parts, fixed])))
        counts = (members * sample.counts).sum(axis=1)
        if MOVED in names:
            moved = names.index(MOVED)
            counts[moved] = min(counts[moved], MOST_MOVED * counts[names.index("match")])
    for kind, count in zip(open_kinds, counts, strict=True):
        kind.pairs = float(count)
    return {kind.name: members[i][sample.inverse] for i, kind in enumerate(open_kinds)}


def refined_m(
    model: Model, sample: Sample, members: dict[str, np.ndarray], match: np.ndarray, expected: Shares
) -> Shares:
    """m again, with what the whole model says of each pair; of a field from the pairs that it did not help to find."""
    found = list(model.m)
    for column, one in enumerate(model.comparisons):
        weight = sample.weight_without(one.field)
        weight = weight * (members["match"] if one.field in LOCATION else match)
        if weight.sum() < pools.PRIOR_M:
            continue
        level = sample.levels[:, column]
        fresh = counted(level, expected[column], PRIOR_M, weight)
        if agreement.is_identity(one, model.u[column]) and fresh[0] > expected[column][0]:
            fresh = counted(level, expected[column], max(PRIOR_M, ANCHOR_M * weight.sum()), weight)
        found[column] = rising(np.maximum(fresh, 1e-4), model.u[column])
    return found


def learn_u(
    model: Model, comparer: Comparer, candidates: Candidates, sample: Sample, match: np.ndarray, seen: Sequence[float]
) -> None:
    """u of the levels that random pairs hardly reach, from the candidates that are no matches."""
    model.alone = [agreement.BY_CHANCE] * len(model.comparisons)
    if len(model.comparisons) == 1:  # nothing else says who is a stranger
        only = comparer.left[model.comparisons[0].field]
        agreeing = float(model.u[0][-1]) * only.fill**2 * model.possible_pairs
        model.alone = [term_frequency.expected_alone(only, model.records_of_one, agreeing)]
        return
    other = sample.weight * (1 - match)
    for column, one in enumerate(model.comparisons):
        level = sample.levels[:, column]
        present = level != MISSING
        strangers = np.bincount(level[present], other[present], one.levels)
        filled = comparer.left[one.field].fill ** 2 * model.possible_pairs
        u = model.u[column].copy()
        rare = (u * seen[column] < SEEN_ENOUGH) & (np.arange(one.levels) > 0)
        u[rare] = np.minimum(np.maximum(strangers[rare] + 0.5, 1e-3) / max(filled, 1), u[rare])
        model.u[column] = np.maximum(u, agreement.LEAST) / np.maximum(u, agreement.LEAST).sum()
        model.alone[column] = term_frequency.expected_alone(
            comparer.left[one.field], model.records_of_one, float(strangers[-1])
        )
