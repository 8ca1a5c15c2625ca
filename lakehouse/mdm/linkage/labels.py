"""Learning from reviewed pairs: how far each field should count, as a suggestion with F1 before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lakehouse.mdm.linkage.pairs import tier_of
from lakehouse.mdm.linkage.problems import LinkageError
from lakehouse.mdm.linkage.threshold import best_threshold

if TYPE_CHECKING:
    from lakehouse.mdm.linkage.linkage import Linkage

FOLDS = 5
HELD = 4.0  # how strongly the learned weights are held at those of the model
FEWEST = 20  # labelled pairs
LN2 = float(np.log(2))


@dataclass(frozen=True)
class Suggestion:
    """How labelled pairs would change the score: factors on the bits of each field, bits added to all, the threshold.

    F1 is that of the labelled pairs; after, each is judged by a model that did not see it.
    """

    labelled_pairs: int
    factors: dict[str, float]
    shift_bits: float
    threshold_before: float
    threshold_after: float
    f1_before: float
    f1_after: float
    notes: list[str] = field(default_factory=list)

    @property
    def is_better(self) -> bool:
        return self.f1_after > self.f1_before

    def apply(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """The pairs with the suggested scores and tiers, beside the old score."""
        bits = self.shift_bits + _features(pairs, list(self.factors)) @ np.array(list(self.factors.values()))
        score = 1 / (1 + np.exp2(-np.clip(bits, -100, 100)))
        return pairs.with_columns(
            pl.col("match_score").alias("match_score_before"), pl.Series("match_score", score)
        ).with_columns(tier_of(pl.col("match_score")))

    def __str__(self) -> str:
        factors = ", ".join(f"{name} x {factor:.2f}" for name, factor in self.factors.items())
        verdict = "better" if self.is_better else "no better"
        return "\n".join(
            [
                f"{self.labelled_pairs:,} labelled pairs: F1 {self.f1_before:.4f} before, {self.f1_after:.4f} after, "
                f"which is {verdict}",
                f"suggested: {factors}; {self.shift_bits:+.2f} bits; threshold {self.threshold_after:.3f}"
                f" instead of {self.threshold_before:.3f}",
                *self.notes,
            ]
        )


def suggest(linkage: "Linkage", labelled: pl.DataFrame) -> Suggestion:
    """What labelled pairs (id_a, id_b, is_match) say about the weights of the fields."""
    known, left_out = _recorded(linkage, labelled)
    is_match = known["is_match"].cast(pl.Boolean).to_numpy()
    if len(known) < FEWEST or is_match.all() or not is_match.any():
        raise LinkageError(
            f"At least {FEWEST} labelled pairs among the recorded ones, matches and others, are needed to learn from; "
            f"there are {int(is_match.sum()):,} matches and {int((~is_match).sum()):,} others"
        )
    names = [name for name in linkage.pairs.columns if name.endswith("_contribution")]
    features = _features(known, names)
    prior = linkage.explain(*known.select("id_a", "id_b").row(0)).get("prior", 0.0)
    before = known["match_score"].to_numpy() >= linkage.report.threshold
    start = np.append(np.ones(len(names)), prior)
    judged = np.zeros(len(known), dtype=bool)
    fold = np.random.default_rng([linkage.settings.seed, 5]).permutation(len(known)) % FOLDS
    for number in range(FOLDS):
        rest, part = fold != number, fold == number
        if is_match[rest].any() and not is_match[rest].all():
            weights = fit(features[rest], is_match[rest], start)
            judged[part] = _bits(features[part], weights) >= _threshold_bits(features[rest], is_match[rest], weights)
        else:
            judged[part] = before[part]
    weights = fit(features, is_match, start)
    cut = _threshold_bits(features, is_match, weights)
    notes = [f"{left_out:,} labelled pairs were not recorded and are left out"] if left_out else []
    return Suggestion(
        labelled_pairs=len(known),
        factors=dict(zip(names, weights[:-1].tolist(), strict=True)),
        shift_bits=float(weights[-1]),
        threshold_before=linkage.report.threshold,
        threshold_after=float(1 / (1 + np.exp2(-cut))),
        f1_before=f1(before, is_match),
        f1_after=f1(judged, is_match),
        notes=notes,
    )


def fit(features: np.ndarray, is_match: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Logistic regression in bits, held near where it starts (Newton's method)."""
    design = np.column_stack([features, np.ones(len(features))])
    scale = np.append(np.maximum(np.abs(features).mean(axis=0), 1.0), 1.0)
    hold = np.append(HELD * scale[:-1] ** 0, 0.05)
    weights = start.copy()
    for _ in range(50):
        odds = np.clip(design @ weights * LN2, -30, 30)
        p = 1 / (1 + np.exp(-odds))
        gradient = LN2 * design.T @ (p - is_match) + hold * (weights - start)
        curvature = LN2**2 * (design * (p * (1 - p))[:, None]).T @ design + np.diag(hold)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-6:
            break
    return weights


def f1(judged: np.ndarray, is_match: np.ndarray) -> float:
    found = float(judged.sum() + is_match.sum())
    return 2 * float((judged & is_match).sum()) / found if found else 1.0


def _bits(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    bits: np.ndarray = features @ weights[:-1] + weights[-1]
    return bits


def _threshold_bits(features: np.ndarray, is_match: np.ndarray, weights: np.ndarray) -> float:
    """Where the expected F1 is highest."""
    probabilities = 1 / (1 + np.exp2(-np.clip(_bits(features, weights), -60, 60)))
    at = best_threshold(probabilities)
    return float(np.log2(at / (1 - at)))


def _features(pairs: pl.DataFrame, names: Sequence[str]) -> np.ndarray:
    values: np.ndarray = pairs.select(pl.col(name).fill_null(0.0).clip(-15, 25) for name in names).to_numpy()
    return values


def _recorded(linkage: "Linkage", labelled: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The labelled pairs that the linkage recorded, with what it says of them."""
    if missing := [name for name in ("id_a", "id_b", "is_match") if name not in labelled.columns]:
        raise LinkageError(
            f"Labels lack the columns {', '.join(missing)}: they need id_a, id_b and is_match, and have "
            f"{', '.join(labelled.columns)}"
        )
    dtype = linkage.pairs["id_a"].dtype
    given = labelled.select(pl.col("id_a").cast(dtype), pl.col("id_b").cast(dtype), pl.col("is_match").cast(pl.Boolean))
    turned = given.select(pl.col("id_b").alias("id_a"), pl.col("id_a").alias("id_b"), "is_match")
    both = pl.concat([given, turned]).unique(["id_a", "id_b"], keep="first", maintain_order=True)
    known = linkage.pairs.join(both, on=["id_a", "id_b"], how="inner", maintain_order="left")
    return known, len(given) - len(known)
