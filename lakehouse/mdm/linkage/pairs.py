"""Recorded pairs as a table: score, tier, what each field says, and which passes found them."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from lakehouse.mdm.linkage.compare import Comparer
from lakehouse.mdm.linkage.comparisons import MISSING
from lakehouse.mdm.linkage.fellegi_sunter import Model
from lakehouse.mdm.linkage.scoring import LN2, Scored, probability
from lakehouse.mdm.linkage.threshold import AUTO_MERGE_AT, REVIEW_AT
from lakehouse.mdm.rules import AUTO_MERGE, NO_MATCH, REVIEW

CIRCUMSTANCES = "circumstances_contribution"  # bits: what agreement is worth less because relatives agree too


def contributions(model: Model, scored: Scored) -> np.ndarray:
    """Bits that each field adds, comparison x pair: log2 of m/u of its level, the value's own rarity included."""
    found = np.zeros((len(model.comparisons), len(scored.left)), dtype=np.float32)
    for number, (m, u) in enumerate(zip(model.m, model.u, strict=True)):
        bits = np.append(np.log2(m / u), 0.0)
        level = scored.levels[:, number]
        found[number] = bits[np.where(level == MISSING, len(m), level)] - scored.rarer[number] / LN2
    return found


def prior_bits(model: Model) -> float:
    """log2 odds that two records taken at random match."""
    matches = sum(kind.pairs for kind in model.kinds if kind.is_match)
    return float(np.log2(max(matches, 1e-9) / max(model.possible_pairs, 1)))


def table(
    ids: tuple[pl.Series, pl.Series],
    model: Model,
    comparer: Comparer,
    scored: Scored,
    bits: np.ndarray,
    mask: np.ndarray,
    passes: Sequence[str],
) -> pl.DataFrame:
    """One row per recorded pair, the most probable first; `id_a` comes before `id_b`."""
    added = contributions(model, scored)
    columns: dict[str, pl.Series] = {}
    for number, one in enumerate(model.comparisons):
        alike = comparer.similarity(one.field, scored.left, scored.right)
        columns[f"{one.field}_similarity"] = pl.Series(alike).fill_nan(None).cast(pl.Float64)
        columns[f"{one.field}_contribution"] = pl.Series(added[number]).cast(pl.Float64)
    rest = bits - prior_bits(model) - added.sum(axis=0, dtype=np.float64)
    frame = pl.DataFrame(
        {
            "id_a": ids[0].gather(scored.left),
            "id_b": ids[1].gather(scored.right),
            "match_score": probability(bits),
            **columns,
            CIRCUMSTANCES: rest,
            **pass_names(mask, passes),
        }
    )
    return frame.with_columns(tier_of(pl.col("match_score"))).select(
        "id_a", "id_b", "match_score", "tier", pl.exclude("tier", "id_a", "id_b", "match_score")
    )


def tier_of(score: pl.Expr, auto_merge: float = AUTO_MERGE_AT, review: float = REVIEW_AT) -> pl.Expr:
    """AUTO_MERGE, REVIEW or NO_MATCH."""
    return (
        pl.when(score >= auto_merge)
        .then(pl.lit(AUTO_MERGE))
        .when(score >= review)
        .then(pl.lit(REVIEW))
        .otherwise(pl.lit(NO_MATCH))
        .alias("tier")
    )


def pass_names(mask: np.ndarray, passes: Sequence[str]) -> dict[str, pl.Series]:
    """The first pass that found a pair, and all of them."""
    distinct, place = np.unique(mask, return_inverse=True)
    names = [[name for number, name in enumerate(passes) if int(bits) >> number & 1] for bits in distinct.tolist()]
    first = pl.Series([found[0] if found else None for found in names], dtype=pl.String)
    every = pl.Series(["; ".join(found) for found in names], dtype=pl.String)
    return {"blocking_pass": first.gather(place), "blocking_passes": every.gather(place)}
