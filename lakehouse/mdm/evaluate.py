"""The fuzzy run measured against an answer key: precision, recall and F1 by threshold, and recall by blocking pass.

Truth is counted over parties: two parties of the fuzzy run are truly one customer when the records that represent them
belong to the same entity. True pairs that were never recorded count as missed at every threshold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from lakehouse.mdm.rules import CUSTOMER, MatchRules


@dataclass(frozen=True)
class Confusion:
    """Pairs at a threshold: merged rightly and wrongly, missed, and rightly left apart."""

    threshold: float
    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int

    @property
    def precision(self) -> float | None:
        return _share(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float | None:
        return _share(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float | None:
        wrong = self.false_positives + self.false_negatives
        return _share(2 * self.true_positives, 2 * self.true_positives + wrong)


@dataclass(frozen=True)
class Evaluation:
    """`pairs` are the recorded pairs with `is_same`; `passes` the share of the true pairs that each pass finds."""

    parties: int
    entities: int  # that the parties truly are
    true_pairs: int
    pairs: pl.DataFrame
    curve: pl.DataFrame
    passes: pl.DataFrame
    tiers: pl.DataFrame

    def at(self, threshold: float) -> Confusion:
        """What a threshold would merge rightly and wrongly."""
        return confusion(self.pairs, self.true_pairs, self.parties, threshold)


def evaluate(
    match_pair: pl.DataFrame, crosswalk: pl.DataFrame, answer_key: pl.DataFrame, rules: MatchRules = CUSTOMER
) -> Evaluation:
    """Measure a run; `answer_key` holds `record_id, entity_id`."""
    parties = entities(crosswalk, answer_key, rules)
    sizes = parties.drop_nulls("entity_id").group_by("entity_id").len()["len"].cast(pl.Int64)
    true_pairs = int((sizes * (sizes - 1) // 2).sum())
    pairs = judged(match_pair, parties)
    hundredths = range(round(rules.audit_floor * 100), 101)
    return Evaluation(
        parties=len(parties),
        entities=len(sizes) + parties["entity_id"].null_count(),
        true_pairs=true_pairs,
        pairs=pairs,
        curve=curve(pairs, true_pairs, len(parties), [number / 100 for number in hundredths]),
        passes=blocking_recall(pairs, true_pairs, rules),
        tiers=pairs.group_by("match_tier")
        .agg(pl.len().cast(pl.Int64).alias("pairs"), pl.col("is_same").sum().cast(pl.Int64).alias("true_pairs"))
        .sort("match_tier"),
    )


def entities(crosswalk: pl.DataFrame, answer_key: pl.DataFrame, rules: MatchRules = CUSTOMER) -> pl.DataFrame:
    """Rows `party_id, entity_id`: the parties of the fuzzy run and who they truly are."""
    represented = crosswalk.filter(
        pl.col("source_system").is_in(list(rules.fuzzy_sources)), pl.col("record_id") == pl.col("party_id")
    )
    return represented.join(answer_key, on="record_id", how="left", validate="1:1").select("party_id", "entity_id")


def judged(match_pair: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """The recorded pairs with `is_same`: whether the answer key takes both for one customer."""
    sides = [
        parties.select(pl.col("party_id").alias(f"record_{s}"), pl.col("entity_id").alias(f"entity_{s}")) for s in "ab"
    ]
    both = match_pair.join(sides[0], on="record_a", how="left", maintain_order="left")
    both = both.join(sides[1], on="record_b", how="left", maintain_order="left")
    same = (pl.col("entity_a") == pl.col("entity_b")).fill_null(False)
    return both.with_columns(same.alias("is_same")).drop("entity_a", "entity_b")


def confusion(pairs: pl.DataFrame, true_pairs: int, parties: int, threshold: float) -> Confusion:
    """Judged pairs at or above a threshold taken for one customer, all others for two."""
    merged = pairs.filter(pl.col("match_score") >= threshold)["is_same"]
    right = int(merged.sum())
    wrong, missed = len(merged) - right, true_pairs - right
    return Confusion(threshold, right, wrong, missed, parties * (parties - 1) // 2 - right - wrong - missed)


def curve(pairs: pl.DataFrame, true_pairs: int, parties: int, thresholds: Sequence[float]) -> pl.DataFrame:
    """A row per threshold; precision is null where nothing would be merged."""
    rows = [confusion(pairs, true_pairs, parties, threshold) for threshold in thresholds]
    counts = ("true_positives", "false_positives", "false_negatives", "true_negatives")
    shares = ("precision", "recall", "f1")
    columns = {name: [getattr(row, name) for row in rows] for name in ("threshold", *counts, *shares)}
    return pl.DataFrame(columns, schema_overrides=dict.fromkeys(shares, pl.Float64))


def blocking_recall(pairs: pl.DataFrame, true_pairs: int, rules: MatchRules = CUSTOMER) -> pl.DataFrame:
    """A row per pass: the true pairs that it found and that it found first, and the recall up to and with it."""
    found_by = pairs.filter("is_same")["blocking_passes"].str.split("+")
    seen = pl.Series([False] * len(found_by), dtype=pl.Boolean)
    rows = []
    for number, blocking_pass in enumerate(rules.blocking, start=1):
        here = found_by.list.contains(blocking_pass.name)
        new = int((here & ~seen).sum())
        seen = seen | here
        found = int(here.sum())
        recall, cumulative = _share(found, true_pairs), _share(int(seen.sum()), true_pairs)
        rows.append((number, blocking_pass.name, found, new, recall, cumulative))
    schema = {
        "pass_order": pl.Int64,
        "blocking_pass": pl.String,
        "true_pairs_found": pl.Int64,
        "true_pairs_new": pl.Int64,
        "recall": pl.Float64,
        "cumulative_recall": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
