"""New records against a population that is already linked: only they are compared, and scored as the full run would."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from lakehouse.mdm.linkage import comparisons, competition, pairs, problems
from lakehouse.mdm.linkage.candidates import ALL_PAIRS, CAPS, EVERYONE, Plan
from lakehouse.mdm.linkage.compare import Comparer
from lakehouse.mdm.linkage.competition import Odds
from lakehouse.mdm.linkage.finding import FLOOR, Learned
from lakehouse.mdm.linkage.population import Population, populate
from lakehouse.mdm.linkage.scoring import Scored, Scorer
from lakehouse.mdm.linkage.settings import Settings

NEW = "new record"


class Index:
    """A population by blocking key, with the model that was learned from it."""

    def __init__(
        self, population: Population, settings: Settings, learned: Learned, rivals: Odds | None = None
    ) -> None:
        """`rivals` are the candidates that known records have, where linking is one to one."""
        self.population, self.settings, self.learned = population, settings, learned
        self._rivals = rivals
        self._exhaustive = len(population) * (len(population) - 1) // 2 <= ALL_PAIRS
        self._blocks = [] if self._exhaustive else [_Blocks(plan, population) for plan in learned.plans]
        self._rarity: dict[str, np.ndarray] = {}
        self._warm()

    def match(self, record: Mapping[str, Any] | pl.DataFrame) -> pl.DataFrame:
        """Pairs of known records (`id_a`) with one new record, or with each of a table of them (`id_b`).

        Scores and columns are those of a full run with the same model; new records are not compared with each other.
        """
        frame = self._frame(record)
        problems.check(frame, replace(self.settings, mode="dedupe", one_to_one=None))  # new ones may be of one source
        settings = self.settings
        new = populate(frame, settings.id, None, settings.fields, self.learned.reference)
        left, right, mask = self._candidates(new)
        sources = self._sources(frame)
        if sources is not None and self.population.sources is not None:
            kept = self.population.sources[left] != sources[right]
            left, right, mask = left[kept], right[kept], mask[kept]
        comparer = self._comparer(new)
        scorer = Scorer(self.learned.model, comparer, self._rarity)
        position = np.arange(len(left))
        scored = scorer.score(left, right, FLOOR)
        place = left.astype(np.int64) * max(len(new), 1) + right
        kept_places = scored.left.astype(np.int64) * max(len(new), 1) + scored.right
        found = position[np.searchsorted(place, kept_places)]
        bits = self._competed(scored, sources)
        names = [EVERYONE] if self._exhaustive else [block.plan.name for block in self._blocks]
        table = pairs.table(
            (self.population.ids, new.ids), self.learned.model, comparer, scored, bits, mask[found], names
        )
        return table.sort("match_score", "id_a", "id_b", descending=[True, False, False])

    def _frame(self, record: Mapping[str, Any] | pl.DataFrame) -> pl.DataFrame:
        if isinstance(record, pl.DataFrame):
            return record
        settings = self.settings
        wanted = [
            settings.id,
            *([settings.source] if settings.source else []),
            *(column for _, column in settings.fields),
        ]
        named = {column: [record.get(column)] for column in wanted}
        named[settings.id] = [record.get(settings.id, NEW)]
        if settings.source and record.get(settings.source) is None:
            named[settings.source] = [NEW]
        return pl.DataFrame(named)

    def _candidates(self, new: Population) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Known and new record of each candidate pair, and a bit for each pass that finds it."""
        size = len(new)
        if self._exhaustive:
            left = np.repeat(np.arange(len(self.population)), size)
            return left, np.tile(np.arange(size), len(self.population)), np.ones(len(left), dtype=np.uint64)
        packed, bits = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.uint64)]
        for number, block in enumerate(self._blocks):
            left, right = block.mates(new)
            packed.append(left.astype(np.int64) * size + right)
            bits.append(np.full(len(left), np.uint64(1) << np.uint64(number)))
        every, flags = np.concatenate(packed), np.concatenate(bits)
        order = np.argsort(every, kind="stable")
        every, flags = every[order], flags[order]
        starts = np.flatnonzero(np.append(True, every[1:] != every[:-1])) if len(every) else np.zeros(0, dtype=np.int64)
        mask = np.bitwise_or.reduceat(flags, starts) if len(starts) else flags
        return every[starts] // size, every[starts] % size, mask

    def _comparer(self, new: Population) -> Comparer:
        return Comparer(self.population.columns, new.columns, self.learned.model.comparisons)

    def _sources(self, frame: pl.DataFrame) -> np.ndarray | None:
        """The source of each new record by number, where only pairs across sources count."""
        settings, known = self.settings, self.population.source_names
        if settings.mode != "link" or settings.source is None:
            return None
        number = {name: place for place, name in enumerate(known)}
        return np.array([number.get(name, len(known)) for name in frame[settings.source].cast(pl.String).to_list()])

    def _competed(self, scored: Scored, sources: np.ndarray | None) -> np.ndarray:
        known = self.population.sources
        if self._rivals is None or sources is None or known is None:
            return scored.bits
        return competition.competed_anew(scored.left, scored.right, scored.bits, known, sources, self._rivals)

    def _warm(self) -> None:
        """Computes what comparing needs, so that the first record does not wait for it."""
        for column in self.population.columns.values():
            comparisons.warm(column)
        scorer = Scorer(self.learned.model, self._comparer(self.population), self._rarity)
        for number, one in enumerate(self.learned.model.comparisons):
            scorer.rarity(self.population.columns[one.field], number)


class _Blocks:
    """The blocks of one plan over the population, by hash."""

    def __init__(self, plan: Plan, population: Population) -> None:
        self.plan = plan
        hashes = plan.hashes(population.atoms)
        order = np.argsort(hashes)
        kept = hashes[order] != 0
        self._hashes, self._records = hashes[order][kept], order[kept].astype(np.int32)

    def mates(self, new: Population) -> tuple[np.ndarray, np.ndarray]:
        """The known records in the block of each new one; of a larger block than any pass compares, the first ones."""
        wanted = self.plan.hashes(new.atoms)
        numbers = np.flatnonzero(wanted)
        start = np.searchsorted(self._hashes, wanted[numbers], side="left")
        stop = np.minimum(np.searchsorted(self._hashes, wanted[numbers], side="right"), start + CAPS[0])
        counts = stop - start
        offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return self._records[np.repeat(start, counts) + offset], np.repeat(numbers, counts)
