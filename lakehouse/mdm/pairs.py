"""The recorded pairs of a run: every pair of parties scored at or above the audit floor, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl

from lakehouse.mdm import uid
from lakehouse.mdm.blocking import Blocks, pass_names
from lakehouse.mdm.clustering import STEWARD, Forest, Link
from lakehouse.mdm.rules import AUTO_MERGE, REVIEW, MatchRules
from lakehouse.mdm.scoring import Ints, Scorer
from lakehouse.mdm.stewardship import Constraint

Known: TypeAlias = tuple[int, int, Constraint]


@dataclass(frozen=True)
class Pairs:
    """`frame` names records by row number (`a`, `b`); `passes` holds a bit per blocking pass."""

    frame: pl.DataFrame
    parties: int
    blocks: Blocks
    scorer: Scorer
    representatives: Ints


def find(records: pl.DataFrame, representatives: Sequence[int], rules: MatchRules) -> Pairs:
    """Block and score the parties, each by the record that represents it."""
    rows = np.asarray(representatives, dtype=np.int64)
    parties = records[rows]
    blocks, scorer = Blocks(parties, rules), Scorer(parties, rules)
    scored = []
    for chunk in blocks.candidates():
        kept = scorer.score(chunk.left, chunk.right, rules.audit_floor)
        scored.append(kept.with_columns(pl.Series("passes", chunk.passes[kept["position"].to_numpy()])))
    nothing = scorer.score(rows[:0], rows[:0]).with_columns(pl.lit(0, pl.Int64).alias("passes"))
    frame = pl.concat([nothing, *scored])
    ids = parties["record_id"]
    left, right = frame["l"].to_numpy(), frame["r"].to_numpy()
    named = frame.with_columns(
        ids[left].alias("record_l"),
        ids[right].alias("record_r"),
        pl.Series("l", rows[left]),
        pl.Series("r", rows[right]),
    )
    swap = pl.col("record_l") > pl.col("record_r")
    ordered = named.with_columns(
        pl.min_horizontal("record_l", "record_r").alias("record_a"),
        pl.max_horizontal("record_l", "record_r").alias("record_b"),
        pl.when(swap).then("r").otherwise("l").alias("a"),
        pl.when(swap).then("l").otherwise("r").alias("b"),
    )
    kept = ordered.drop("position", "l", "r", "record_l", "record_r").sort("record_a", "record_b")
    return Pairs(kept, len(parties), blocks, scorer, rows)


def auto_links(pairs: Pairs) -> list[Link]:
    """The pairs that are merged unless something forbids it."""
    merged = pairs.frame.filter(pl.col("match_tier") == AUTO_MERGE).select("a", "b", "match_score")
    return [Link(a, b, AUTO_MERGE, score) for a, b, score in merged.iter_rows()]


def scores_of(pairs: Pairs, decided: Sequence[Known]) -> dict[tuple[int, int], float]:
    """The match scores of decided pairs, recorded or not."""
    position = {int(row): number for number, row in enumerate(pairs.representatives)}
    known = [(a, b) for a, b, _ in decided if a in position and b in position]
    left = np.array([position[a] for a, _ in known], dtype=np.int64)
    right = np.array([position[b] for _, b in known], dtype=np.int64)
    scored = pairs.scorer.score(left, right)["match_score"]
    return {(min(pair), max(pair)): score for pair, score in zip(known, scored, strict=True)}


def settled(pairs: Pairs, customers: Forest, refused: Mapping[Link, str], decided: Sequence[Known]) -> pl.DataFrame:
    """The pairs with the tier that the guards leave them and their `steward_status`.

    A merge that a guard refused goes to review. A pair that is one customer needs no verdict any more.
    """
    verdicts = {(min(a, b), max(a, b)) for a, b, _ in decided}
    approved = {customers.root(link.left) for link in customers.joined if link.rule == STEWARD}
    tiers, statuses = [], []
    for a, b, tier, score in pairs.frame.select("a", "b", "match_tier", "match_score").iter_rows():
        root = customers.root(a)
        together, is_decided = root == customers.root(b), (min(a, b), max(a, b)) in verdicts
        if Link(a, b, AUTO_MERGE, score) in refused and not is_decided:
            tier = REVIEW
        tiers.append(tier)
        statuses.append(_status(tier, together=together, is_decided=is_decided, is_approved=root in approved))
    return pairs.frame.with_columns(
        pl.Series("match_tier", tiers, dtype=pl.String), pl.Series("steward_status", statuses, dtype=pl.String)
    )


def table(frame: pl.DataFrame, rules: MatchRules) -> pl.DataFrame:
    """Settled pairs in the columns of mdm.match_pair."""
    ids = [uid.pair_id(a, b) for a, b in frame.select("record_a", "record_b").iter_rows()]
    names = pass_names(frame["passes"].to_numpy(), rules)
    return pl.concat([frame, names], how="horizontal").select(
        pl.Series("pair_id", ids, dtype=pl.String),
        "record_a",
        "record_b",
        *(comparison.column for comparison in rules.comparisons),
        "match_score",
        "match_tier",
        "steward_status",
        "blocking_pass",
        "blocking_passes",
        pl.lit(rules.model).alias("model"),
    )


def _status(tier: str, *, together: bool, is_decided: bool, is_approved: bool) -> str:
    if is_decided:
        return "Approved" if together else "Rejected"
    if tier not in (AUTO_MERGE, REVIEW):
        return "None"
    if not together:
        return "Pending"
    return "Approved" if is_approved and tier == REVIEW else "Auto-approved"
