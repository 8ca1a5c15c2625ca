"""Candidate pairs: blocks of records that share a key, split and capped where too large, in chunks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from lakehouse.mdm.linkage.keys import Atoms, key, key_parts, mix, splits
from lakehouse.mdm.linkage.runs import Runs

CHUNK = 1 << 18  # pairs
CAPS = (2000, 1000, 500, 250, 120, 60, 30, 15)  # records of one block
ALL_PAIRS = 1_000_000  # up to here every record is compared with every other
LEAST_BUDGET = 500_000  # pairs that a pass may make, however few the records
EVERYONE = "all pairs"


@dataclass(frozen=True)
class Split:
    """A further key, by which the blocks with these hashes are parted."""

    part: str
    oversized: np.ndarray  # sorted


@dataclass(frozen=True)
class Plan:
    """How a pass forms its blocks: the parts of its key, and how oversized blocks are split."""

    parts: tuple[str, ...]
    splits: tuple[Split, ...] = ()

    @property
    def name(self) -> str:
        return " + ".join(self.parts) or EVERYONE

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(part.rsplit(".", 1)[0] for part in self.parts)

    def hashes(self, atoms: Atoms) -> np.ndarray:
        """The block of each record, as a hash; 0 for none."""
        found = key(atoms, self.parts)
        for split in self.splits:
            found = _refined(found, split, atoms)
        return found


@dataclass
class Pass:
    """One blocking pass: the block of each record (-1 for none) and the pairs in blocks, in an order to count by."""

    plan: Plan
    blocks: np.ndarray  # record
    order: np.ndarray  # records, block by block, within a block by source
    stops: np.ndarray  # for each place in the order, where its partners end
    begins: np.ndarray | None = None  # and where they begin; None: at the next place
    largest_block: int = 0
    split_blocks: int = 0
    capped_blocks: int = 0
    capped_pairs: int = 0
    pairs_new: int = field(default=0)

    def __post_init__(self) -> None:
        self.cumulative = np.cumsum(self._counts(0, len(self.order)), dtype=np.int64)
        self.pairs_found = int(self.cumulative[-1]) if len(self.cumulative) else 0

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def fields(self) -> frozenset[str]:
        return self.plan.fields

    def _begins(self, places: np.ndarray) -> np.ndarray:
        return places + 1 if self.begins is None else self.begins[places]

    def _counts(self, start: int, stop: int) -> np.ndarray:
        counts: np.ndarray = self.stops[start:stop] - self._begins(np.arange(start, stop, dtype=self.stops.dtype))
        return counts

    def pairs(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The pairs with these numbers, 0 to `pairs_found`."""
        place = np.searchsorted(self.cumulative, numbers, side="right")
        before = np.where(place > 0, self.cumulative[place - 1], 0)
        return self.order[place], self.order[self._begins(place) + numbers - before]

    def stretch(self, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """All pairs of the places from start to stop in the order."""
        counts = self._counts(start, stop)
        left = np.repeat(self.order[start:stop], counts)
        offset = np.arange(len(left)) - np.repeat(np.cumsum(counts) - counts, counts)
        return left, self.order[np.repeat(self._begins(np.arange(start, stop)), counts) + offset]

    def holds(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Whether both records of a pair stand in one block."""
        block = np.take(self.blocks, left)
        found: np.ndarray = (block == np.take(self.blocks, right)) & (block >= 0)
        return found


@dataclass
class Candidates:
    """The passes over one population."""

    records: int
    sources: np.ndarray | None  # given when only pairs across sources count
    passes: list[Pass]

    @property
    def possible_pairs(self) -> int:
        if self.sources is None:
            return self.records * (self.records - 1) // 2
        sizes = np.bincount(self.sources)
        return int((self.records**2 - (sizes.astype(np.int64) ** 2).sum()) // 2)

    def by_codes(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All comparable pairs of records with the same code above 0."""
        every = _pass(Plan(()), Runs.of(codes.astype(np.uint64)), len(codes), self.sources)
        return every.stretch(0, len(every.order))

    def found_by(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """A bit for each of the passes that holds the pair."""
        mask = np.zeros(len(left), dtype=np.uint64)
        for number, one in enumerate(self.passes):
            mask |= one.holds(left, right).astype(np.uint64) << np.uint64(number)
        return mask

    def stream(self, chunk: int = CHUNK) -> Iterator[tuple[np.ndarray, np.ndarray, int, float]]:
        """Each candidate pair once, in chunks: left and right, the number of the pass, the share that is done."""
        total, done = max(sum(one.pairs_found for one in self.passes), 1), 0
        for number, one in enumerate(self.passes):
            one.pairs_new = 0
            start = 0
            while start < len(one.order):
                reached = one.cumulative[start - 1] if start else 0
                stop = max(int(np.searchsorted(one.cumulative, reached + chunk, side="right")), start + 1)
                left, right = one.stretch(start, stop)
                start, done = stop, done + len(left)
                for earlier in self.passes[:number]:
                    new = ~earlier.holds(left, right)
                    left, right = left[new], right[new]
                one.pairs_new += len(left)
                if len(left):
                    yield np.minimum(left, right), np.maximum(left, right), number, done / total


def candidates(
    atoms: Atoms, sources: np.ndarray | None, records: int, plans: Sequence[Plan] | None = None
) -> Candidates:
    """The passes that the fields and the data call for, or those of given plans."""
    known: dict[tuple[str, ...], Runs] = {}

    def runs_of(parts: tuple[str, ...]) -> Runs:
        if parts not in known:
            known[parts] = Runs.of(key(atoms, parts))
        return known[parts]

    if plans is None:
        most = budget(records)
        plans = [Plan(parts) for parts in key_parts(atoms, lambda parts: runs_of(parts).pairs <= most)]
        is_given = False
    else:
        is_given = True
    found = Candidates(records, sources, [])
    for plan in plans:
        made = _blocked(atoms, plan, runs_of(plan.parts), records, sources, is_given=is_given)
        known.pop(plan.parts, None)
        if made.pairs_found:
            found.passes.append(made)
    return found


def exhaustive(found: Candidates) -> Candidates:
    """All pairs in place of the passes, where they are few."""
    if found.possible_pairs > ALL_PAIRS:
        return found
    everyone = Runs.of(np.ones(found.records, dtype=np.uint64))
    return Candidates(found.records, found.sources, [_pass(Plan(()), everyone, found.records, found.sources)])


def budget(records: int) -> int:
    """Pairs that one pass may make."""
    return max(LEAST_BUDGET, records)


def _blocked(
    atoms: Atoms, plan: Plan, whole: Runs, records: int, sources: np.ndarray | None, *, is_given: bool
) -> Pass:
    """The blocks of a pass: split by further keys where they are too large, and cut where that does not help."""
    cap, runs = whole.cap(CAPS, budget(records)), whole
    if is_given:
        runs = Runs.of(plan.hashes(atoms)) if plan.splits else whole
    elif whole.largest > cap:
        plan, runs = _split(atoms, plan, whole, cap)
    cut, lost = runs.cut(cap)
    made = _pass(plan, cut, records, sources)
    made.largest_block, made.split_blocks = whole.largest, int((whole.lengths > cap).sum())
    made.capped_blocks, made.capped_pairs = int((runs.lengths > cap).sum()), lost
    return made


def _split(atoms: Atoms, plan: Plan, runs: Runs, cap: int) -> tuple[Plan, Runs]:
    """The plan with as many further keys as bring all blocks below the cap."""
    hashes = key(atoms, plan.parts)
    for part in splits(atoms):
        if part.rsplit(".", 1)[0] in plan.fields:
            continue
        large = np.sort(runs.hashes[runs.lengths > cap])
        if not len(large):
            break
        split = Split(part, large)
        plan = Plan(plan.parts, (*plan.splits, split))
        hashes = _refined(hashes, split, atoms)
        runs = Runs.of(hashes)
    return plan, runs


def _refined(hashes: np.ndarray, split: Split, atoms: Atoms) -> np.ndarray:
    place = np.minimum(np.searchsorted(split.oversized, hashes), len(split.oversized) - 1)
    large = np.flatnonzero(split.oversized[place] == hashes)
    refined = hashes.copy()
    refined[large] = mix(hashes[large], atoms.part(split.part)[large] | np.uint64(1))
    return refined


def _pass(plan: Plan, runs: Runs, records: int, sources: np.ndarray | None) -> Pass:
    several = runs.lengths > 1
    starts, lengths = runs.starts[several], runs.lengths[several]
    stops = np.cumsum(lengths)
    offset = np.arange(int(lengths.sum())) - np.repeat(stops - lengths, lengths)
    order = runs.order[np.repeat(starts, lengths) + offset]
    block = np.repeat(np.arange(len(starts), dtype=np.int32), lengths)
    blocks = np.full(records, -1, dtype=np.int32)
    blocks[order] = block
    begins = None
    if sources is not None:
        packed = (block.astype(np.int64) << 16) | sources[order]
        by_source = np.argsort(packed, kind="stable")
        order, packed = order[by_source], packed[by_source]
        begins = np.searchsorted(packed, packed, side="right").astype(np.int32)
    return Pass(plan, blocks, order, np.repeat(stops, lengths).astype(np.int32), begins)
