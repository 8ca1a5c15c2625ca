"""Candidate pairs: records that share a blocking key, each pair once, in chunks of bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import polars as pl

from lakehouse.mdm.rules import CUSTOMER, BlockingPass, MatchRules
from lakehouse.mdm.scoring import Ints

CHUNK_PAIRS = 1 << 21  # pairs expanded at a time, before each is kept once

CAPPED = {
    "blocking_pass": pl.String,
    "block": pl.String,
    "records": pl.Int64,
    "pairs_possible": pl.Int64,
    "pairs_compared": pl.Int64,
}


@dataclass(frozen=True)
class Candidates:
    """Pairs of row numbers; bit n of `passes` is set where pass n found the pair."""

    left: Ints
    right: Ints
    passes: Ints


@dataclass
class PassStats:
    """What one pass found: `new` pairs are those that no earlier pass found."""

    blocking_pass: str
    largest_block: int
    capped_blocks: int
    pairs_found: int = 0
    pairs_new: int = 0


@dataclass(frozen=True)
class _Index:
    """The blocks of one pass: each membership's record, in record order, and where its later block mates stand."""

    row: Ints
    start: Ints
    count: Ints
    members: Ints


@dataclass
class Blocks:
    """The blocking passes over standardised records; iterate `candidates()`, then read `stats`.

    A block of more than `max_block` records is split by the pass's second key. Where a part is still too large, each
    record is compared with its next `window` neighbours in name order. `capped` lists every block that was cut.
    """

    records: pl.DataFrame
    rules: MatchRules = CUSTOMER
    stats: list[PassStats] = field(default_factory=list)
    capped: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CAPPED))

    def __post_init__(self) -> None:
        self._order = self.records["name_sorted"].arg_sort(nulls_last=True).cast(pl.Int64).to_numpy()
        self._indexes = [self._index(blocking_pass) for blocking_pass in self.rules.blocking]

    def candidates(self, chunk_pairs: int = CHUNK_PAIRS) -> Iterator[Candidates]:
        """Each pair of records that share a block, once."""
        for stats in self.stats:
            stats.pairs_found = stats.pairs_new = 0
        bounds = self._bounds(chunk_pairs)
        for first, last in pairwise(bounds):
            pairs, passes = _distinct([self._expand(index, first, last) for index in self._indexes])
            for number, stats in enumerate(self.stats):
                bit = np.int64(1 << number)
                found = passes & bit != 0
                stats.pairs_found += int(found.sum())
                stats.pairs_new += int((found & (passes & (bit - 1) == 0)).sum())
            left, right = np.divmod(pairs, max(len(self.records), 1))
            yield Candidates(self._order[left], self._order[right], passes)

    def _index(self, blocking_pass: BlockingPass) -> _Index:
        held = memberships(self.records[self._order], blocking_pass)
        blocks = held.group_by("block").len().filter(pl.col("len") > 1)
        large = blocks.filter(pl.col("len") > self.rules.max_block)
        self.stats.append(PassStats(blocking_pass.name, _largest(blocks), len(large)))
        if len(large):
            held = _split(held, large)
        held = held.sort("block", "part", "row").with_columns(
            pl.len().over("block", "part").alias("size"),
            pl.int_range(pl.len()).over("block", "part").alias("position"),
        )
        mates = pl.col("size") - pl.col("position") - 1
        windowed = pl.when(pl.col("size") > self.rules.max_block).then(pl.min_horizontal(mates, self.rules.window))
        held = held.with_columns(
            windowed.otherwise(mates).cast(pl.Int64).alias("count"),
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("start"),
        )
        if len(large):
            self.capped = pl.concat([self.capped, _cut(held, large, blocking_pass)])
        members = held["row"].cast(pl.Int64).to_numpy()
        kept = held.filter(pl.col("count") > 0).sort("row")
        row, start, count = (kept[name].to_numpy() for name in ("row", "start", "count"))
        return _Index(row, start, count, members)

    def _bounds(self, chunk_pairs: int) -> list[int]:
        """Row numbers that part the records into runs of at most `chunk_pairs` pairs, or of one record."""
        per_row = np.zeros(len(self.records) + 1, dtype=np.int64)
        for index in self._indexes:
            np.add.at(per_row, index.row + 1, index.count)
        total = np.cumsum(per_row)
        bounds = [0]
        while bounds[-1] < len(self.records):
            reached = int(np.searchsorted(total, total[bounds[-1]] + chunk_pairs, side="right")) - 1
            bounds.append(max(reached, bounds[-1] + 1))
        return bounds

    def _expand(self, index: _Index, first: int, last: int) -> Ints:
        """The pairs of one pass whose first record lies in the range, as first * records + second."""
        low, high = np.searchsorted(index.row, (first, last))
        row, start, count = index.row[low:high], index.start[low:high], index.count[low:high]
        before = np.cumsum(count) - count
        mates = np.arange(int(count.sum()), dtype=np.int64) + np.repeat(start - before, count)
        return np.repeat(row * len(self.records), count) + index.members[mates]


def memberships(records: pl.DataFrame, blocking_pass: BlockingPass) -> pl.DataFrame:
    """Rows `row, block, part`: which record stands in which block of a pass, and its key for a split."""
    held = records.select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("row"),
        pl.col(blocking_pass.key).alias("block"),
        pl.col(blocking_pass.split_by).fill_null("").alias("split"),
    )
    if held.schema["block"] == pl.List:
        held = held.explode("block", empty_as_null=True, keep_nulls=True)
    return held.drop_nulls("block").with_columns(pl.lit("").alias("part"))


def shared(records: pl.DataFrame, left: Ints, right: Ints, rules: MatchRules = CUSTOMER) -> pl.DataFrame:
    """For each pair of row numbers a column per pass: whether the two share a block, however large."""
    found = {}
    for blocking_pass in rules.blocking:
        key = records[blocking_pass.key]
        sides = pl.DataFrame({"l": key[left], "r": key[right]})
        if key.dtype == pl.List:
            same = pl.col("l").list.set_intersection("r").list.len() > 0
        else:
            same = pl.col("l") == pl.col("r")
        found[blocking_pass.name] = sides.select(same.fill_null(False)).to_series()
    return pl.DataFrame(found)


def pass_names(passes: Ints, rules: MatchRules = CUSTOMER) -> pl.DataFrame:
    """The columns `blocking_pass` (the first that found a pair) and `blocking_passes` (all of them, '+' between)."""
    names = [blocking_pass.name for blocking_pass in rules.blocking]
    found = [[name for number, name in enumerate(names) if bits >> number & 1] for bits in passes.tolist()]
    columns = {"blocking_pass": [row[0] for row in found], "blocking_passes": ["+".join(row) for row in found]}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _largest(blocks: pl.DataFrame) -> int:
    largest = blocks["len"].max()
    return int(largest) if isinstance(largest, int) else 0


def _split(held: pl.DataFrame, large: pl.DataFrame) -> pl.DataFrame:
    oversized = pl.col("block").is_in(large["block"].implode())
    return held.with_columns(pl.when(oversized).then("split").otherwise("part").alias("part"))


def _cut(held: pl.DataFrame, large: pl.DataFrame, blocking_pass: BlockingPass) -> pl.DataFrame:
    """The oversized blocks of a pass, with the pairs that they hold and those that are compared."""
    compared = held.group_by("block").agg(pl.col("count").sum().alias("pairs_compared"))
    size = pl.col("len").cast(pl.Int64)
    cut = large.join(compared, on="block").select(
        pl.lit(blocking_pass.name).alias("blocking_pass"),
        "block",
        size.alias("records"),
        (size * (size - 1) // 2).alias("pairs_possible"),
        "pairs_compared",
    )
    return cut.sort("block")


def _distinct(found: list[Ints]) -> tuple[Ints, Ints]:
    """Each pair once, with a bit for every pass that found it."""
    tagged = np.concatenate([pairs * 16 + number for number, pairs in enumerate(found)])
    if not len(tagged):
        return tagged, tagged
    tagged.sort()
    pairs = tagged // 16
    starts = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]]))
    passes = np.bitwise_or.reduceat(np.int64(1) << (tagged % 16), starts)
    return pairs[starts], passes
