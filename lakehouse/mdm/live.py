"""One record against all customers, while a person waits: the batch run's own functions over an index built once."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from lakehouse.mdm.blocking import memberships
from lakehouse.mdm.rules import AUTO_MERGE, CUSTOMER, NO_MATCH, BlockingPass, MatchRules
from lakehouse.mdm.scoring import COLUMNS, Ints, Scorer, contributions
from lakehouse.mdm.soundex import soundex
from lakehouse.mdm.standardise import KEYS, standardise, standardise_record

TOP = 5
SHOWN = ("name", "email", "phone", "street", "postal_code", "city", "country", "source_system")


@dataclass(frozen=True)
class PassHits:
    """What one blocking pass finds: the record's keys, how many candidates, and how many no earlier pass found.

    `capped` are the keys whose block is too large to compare in full, as in the batch run.
    """

    blocking_pass: str
    label: str
    keys: tuple[str, ...]
    candidates: int
    new: int
    capped: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A customer record that might be the same: `contributions` add up to `match_score`."""

    record_id: str
    customer_uid: str
    record: dict[str, str | None]
    normalised: dict[str, Any]
    similarities: dict[str, float | None]
    contributions: dict[str, float]
    match_score: float
    match_tier: str
    blocking_passes: tuple[str, ...]


@dataclass(frozen=True)
class LiveMatch:
    """The answer for one record: best candidates first; `customer_uid` is the customer that it would join."""

    record: dict[str, str | None]
    normalised: dict[str, Any]
    soundex: dict[str, str]  # of each word of the name
    passes: tuple[PassHits, ...]
    compared: int
    candidates: tuple[Candidate, ...]
    match_score: float
    match_tier: str
    customer_uid: str | None
    seconds: float


class Population:
    """The customers of a release, indexed by blocking key."""

    def __init__(self, customers: pl.DataFrame, crosswalk: pl.DataFrame, rules: MatchRules = CUSTOMER) -> None:
        self.rules = rules
        fuzzy = customers.filter(pl.col("source_system").is_in(list(rules.fuzzy_sources)))
        owned = standardise(fuzzy).join(crosswalk.select("record_id", "customer_uid"), on="record_id", how="left")
        self.records = owned.sort("name_sorted", "record_id", nulls_last=True)
        self._blocks = {blocking_pass.name: self._index(blocking_pass) for blocking_pass in rules.blocking}

    def match(self, record: Mapping[str, Any], top: int = TOP) -> LiveMatch:
        """The best candidates for a record, found and scored as in the batch run.

        A `record_id` of the population leaves that record itself out. ValueError where nothing can be compared.
        """
        started = time.perf_counter()
        typed = standardise_record(record)
        if typed.select(pl.all_horizontal(pl.col("name_key", "email_key", "phone_key").is_null())).item():
            raise ValueError("Nothing to compare: a record needs a name, a valid e-mail or a phone of 7 digits or more")
        rows, passes, hits = self._candidates(typed)
        best = self._best(typed, rows, passes, top)
        score, tier = (best[0].match_score, best[0].match_tier) if best else (0.0, NO_MATCH)
        [normalised] = typed.select(KEYS).to_dicts()
        [shown] = typed.select(SHOWN).to_dicts()
        return LiveMatch(
            record=shown,
            normalised=normalised,
            soundex=_codes(normalised["name_key"]),
            passes=hits,
            compared=len(rows),
            candidates=best,
            match_score=score,
            match_tier=tier,
            customer_uid=best[0].customer_uid if best and tier == AUTO_MERGE else None,
            seconds=time.perf_counter() - started,
        )

    def _index(self, blocking_pass: BlockingPass) -> tuple[pl.Series, Ints]:
        held = memberships(self.records, blocking_pass).sort("block", "row")
        return held["block"], held["row"].to_numpy()

    def _candidates(self, typed: pl.DataFrame) -> tuple[Ints, Ints, tuple[PassHits, ...]]:
        """The rows that share a block with the record, a bit per pass that found each, and what each pass found."""
        itself = self.records["record_id"].eq_missing(typed["record_id"][0]).arg_true().to_numpy()
        bits = np.zeros(len(self.records), dtype=np.int64)
        hits = []
        for number, blocking_pass in enumerate(self.rules.blocking):
            keys = memberships(typed, blocking_pass)["block"].to_list()
            blocks = [self._block(blocking_pass, key) for key in keys]
            capped = tuple(key for key, rows in zip(keys, blocks, strict=True) if len(rows) > self.rules.max_block)
            mates = [self._cut(typed, blocking_pass, rows) for rows in blocks]
            found = np.setdiff1d(np.concatenate([itself[:0], *mates]), itself)
            new = int((bits[found] == 0).sum())
            bits[found] |= 1 << number
            hits.append(PassHits(blocking_pass.name, blocking_pass.label, tuple(keys), len(found), new, capped))
        rows = np.flatnonzero(bits)
        return rows, bits[rows], tuple(hits)

    def _block(self, blocking_pass: BlockingPass, key: str) -> Ints:
        blocks, rows = self._blocks[blocking_pass.name]
        return rows[blocks.search_sorted(key, "left") : blocks.search_sorted(key, "right")]

    def _cut(self, typed: pl.DataFrame, blocking_pass: BlockingPass, rows: Ints) -> Ints:
        """The records of a block that the batch run would compare with this one."""
        if len(rows) <= self.rules.max_block:
            return rows
        same = self.records[blocking_pass.split_by].gather(rows).eq_missing(typed[blocking_pass.split_by][0])
        part = rows[same.to_numpy()]
        if len(part) <= self.rules.max_block:
            return part
        names, name = self.records["name_sorted"].gather(part), typed["name_sorted"][0]
        place = int((names < name).sum() + (names <= name).sum()) // 2
        return part[max(place - self.rules.window, 0) : place + self.rules.window]

    def _best(self, typed: pl.DataFrame, rows: Ints, passes: Ints, top: int) -> tuple[Candidate, ...]:
        columns = sorted({column for names in COLUMNS.values() for column in names})
        others = self.records[rows]
        both = pl.concat([typed.select(columns), others.select(columns)])
        first = np.zeros(len(rows), dtype=np.int64)
        scored = Scorer(both, self.rules).score(first, first + np.arange(1, len(rows) + 1))
        scored = scored.with_columns(others["record_id"]).sort("match_score", "record_id", descending=[True, False])
        return tuple(self._candidate(others, passes, row) for row in scored.head(top).to_dicts())

    def _candidate(self, others: pl.DataFrame, passes: Ints, scored: dict[str, Any]) -> Candidate:
        position = scored["position"]
        found = others.row(position, named=True)
        bits = int(passes[position])
        return Candidate(
            record_id=found["record_id"],
            customer_uid=found["customer_uid"],
            record={name: found[name] for name in SHOWN},
            normalised={name: found[name] for name in KEYS},
            similarities={c.column: scored[c.column] for c in self.rules.comparisons},
            contributions=contributions(scored, self.rules),
            match_score=scored["match_score"],
            match_tier=scored["match_tier"],
            blocking_passes=tuple(p.name for n, p in enumerate(self.rules.blocking) if bits >> n & 1),
        )


def _codes(name_key: str | None) -> dict[str, str]:
    """The Soundex code of each word that has one."""
    words = pl.DataFrame({"word": (name_key or "").split()}, schema={"word": pl.String})
    coded = words.with_columns(soundex(pl.col("word")).alias("code")).drop_nulls()
    return dict(coded.iter_rows())
