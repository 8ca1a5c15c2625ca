"""Learning from reviewed pairs: how far each field should count, as a suggestion with F1 before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lakehouse.mdm.linkage.pairs import prior_bits, tier_of
from lakehouse.mdm.linkage.problems import LinkageError
from lakehouse.mdm.linkage.reviewed import reviewed
from lakehouse.mdm.linkage.threshold import best_threshold
from lakehouse.mdm.rules import CUSTOMER

if TYPE_CHECKING:
    from lakehouse.mdm.linkage.linkage import Linkage

FOLDS = 5
HELD, HELD_NEW, HELD_SHIFT = 60.0, 1.0, 0.2  # how strongly factors, added bits and the shift are held where they start
HELD_BITS = (-15.0, 25.0)
SHOWN = 0.1  # bits from which on an addition is told
BITS, ALIKE, EQUAL, MISSING = "_contribution", "_similarity", "_equal", "_missing"
FEWEST = 20  # labelled pairs
STEPS, SMALLEST = 60, 1e-6
BINS, MOST_WEIGHT = 10, 10.0  # of scores, within which labelled pairs stand for all recorded ones
SHARE_BITS = 8 / (1 - CUSTOMER.review_at)  # the composite model's shares of a score as bits, 0 where review begins
SHARE_PRIOR = -SHARE_BITS * CUSTOMER.review_at
LN2 = float(np.log(2))


@dataclass(frozen=True)
class Suggestion:
    """How labelled pairs would change the score: a factor on the bits of each field (`name_contribution`), bits for
    a field that is equal (`name_equal`) or missing (`name_missing`), bits for all, and another threshold.

    F1 is that of the recorded pairs that the labelled ones stand for; after, each is judged by a model that did not see
    it.
    """

    labelled_pairs: int
    weights: dict[str, float]
    shift_bits: float
    threshold_before: float
    threshold_after: float
    f1_before: float
    f1_after: float
    notes: list[str] = field(default_factory=list)
    scale: float = 1.0  # bits that a contribution of 1 stands for

    @property
    def is_better(self) -> bool:
        return self.f1_after > self.f1_before

    def apply(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """The pairs with the suggested scores and tiers, beside the old score."""
        names, weights = list(self.weights), np.array(list(self.weights.values()))
        bits = self.shift_bits + _features(pairs, names, self.scale) @ weights
        score = 1 / (1 + np.exp2(-np.clip(bits, -100, 100)))
        return pairs.with_columns(
            pl.col("match_score").alias("match_score_before"), pl.Series("match_score", score)
        ).with_columns(tier_of(pl.col("match_score")))

    def __str__(self) -> str:
        verdict = "better" if self.is_better else "no better"
        factors = [f"{n.removesuffix(BITS)} x {w:.2f}" for n, w in self.weights.items() if n.endswith(BITS)]
        added = [f"{n} {w:+.2f} bits" for n, w in self.weights.items() if not n.endswith(BITS) and abs(w) >= SHOWN]
        return "\n".join(
            [
                f"{self.labelled_pairs:,} labelled pairs: F1 {self.f1_before:.4f} before, {self.f1_after:.4f} after, "
                f"which is {verdict}",
                f"suggested: {', '.join([*factors, *added])}; {self.shift_bits:+.2f} bits for all;"
                f" threshold {self.threshold_after:.3f} instead of {self.threshold_before:.3f}",
                *self.notes,
            ]
        )


def suggest(linkage: "Linkage", labelled: pl.DataFrame) -> Suggestion:
    """What labelled pairs (id_a, id_b, is_match) say about the weights of the fields."""
    known, left_out = _recorded(linkage, labelled)
    is_match = known["is_match"].cast(pl.Boolean).to_numpy()
    if len(known) < FEWEST or is_match.all() or not is_match.any():
        beside = f", and {left_out:,} labelled pairs that were not recorded" if left_out else ""
        raise LinkageError(
            f"At least {FEWEST} labelled pairs among the recorded ones, matches and others, are needed to learn from; "
            f"there are {int(is_match.sum()):,} matches and {int((~is_match).sum()):,} others{beside}"
        )
    weight = stands_for(linkage.pairs["match_score"].to_numpy(), known["match_score"].to_numpy())
    names = feature_names(linkage.pairs.columns)
    scale, prior = (1.0, prior_bits(linkage.learned.model)) if linkage.found else (SHARE_BITS, SHARE_PRIOR)
    features = _features(known, names, scale)
    before = known["match_score"].to_numpy() >= linkage.report.threshold
    start = np.append([1.0 if name.endswith(BITS) else 0.0 for name in names], prior)
    judged = np.zeros(len(known), dtype=bool)
    fold = np.random.default_rng([linkage.settings.seed, 5]).permutation(len(known)) % FOLDS
    for number in range(FOLDS):
        rest, part = fold != number, fold == number
        if is_match[rest].any() and not is_match[rest].all():
            weights = fit(features[rest], is_match[rest], weight[rest], start)
            judged[part] = _bits(features[part], weights) >= _threshold_bits(features[rest], weight[rest], weights)
        else:
            judged[part] = before[part]
    weights = fit(features, is_match, weight, start)
    cut = _threshold_bits(features, weight, weights)
    notes = [f"{left_out:,} labelled pairs were not recorded and are left out"] if left_out else []
    return Suggestion(
        labelled_pairs=len(known),
        weights=dict(zip(names, weights[:-1].tolist(), strict=True)),
        shift_bits=float(weights[-1]),
        threshold_before=linkage.report.threshold,
        threshold_after=float(1 / (1 + np.exp2(-cut))),
        f1_before=f1(before, is_match, weight),
        f1_after=f1(judged, is_match, weight),
        notes=notes,
        scale=scale,
    )


def stands_for(every: np.ndarray, labelled: np.ndarray) -> np.ndarray:
    """How many recorded pairs each labelled one stands for, relative to the mean: reviewers look at the hard ones."""
    edges = np.unique(np.quantile(every, np.linspace(0, 1, BINS + 1)[1:-1]))
    place = np.searchsorted(edges, labelled, side="right")
    share = np.bincount(np.searchsorted(edges, every, side="right"), minlength=len(edges) + 1) / len(every)
    drawn = np.bincount(place, minlength=len(edges) + 1) / len(labelled)
    return np.clip(share[place] / drawn[place], 1 / MOST_WEIGHT, MOST_WEIGHT)


def fit(features: np.ndarray, is_match: np.ndarray, weight: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Logistic regression in bits, held near where it starts: Newton's method with steps that always gain."""
    design = np.column_stack([features, np.ones(len(features))])
    hold = np.where(start == 0, HELD_NEW, HELD)
    hold[-1] = HELD_SHIFT

    def loss(weights: np.ndarray) -> float:
        odds = design @ weights * LN2
        missed = (weight * np.logaddexp(0, np.where(is_match, -odds, odds))).sum()
        return float(missed + 0.5 * (hold * (weights - start) ** 2).sum())

    weights, now = start.copy(), loss(start)
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ weights * LN2, -500, 500)))
        gradient = LN2 * design.T @ (weight * (p - is_match)) + hold * (weights - start)
        curvature = LN2**2 * (design * (weight * p * (1 - p))[:, None]).T @ design + np.diag(hold)
        step, size = np.linalg.solve(curvature, gradient), 1.0
        while size > SMALLEST and loss(weights - size * step) > now:
            size /= 2
        before, weights = now, weights - size * step
        now = loss(weights)
        if size <= SMALLEST or before - now < 1e-9 * (1 + now):
            break
    return weights


def f1(judged: np.ndarray, is_match: np.ndarray, weight: np.ndarray) -> float:
    """F1 of the recorded pairs that the labelled ones stand for."""
    found = float(weight[judged].sum() + weight[is_match].sum())
    return 2 * float(weight[judged & is_match].sum()) / found if found else 1.0


def _bits(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    bits: np.ndarray = features @ weights[:-1] + weights[-1]
    return bits


def _threshold_bits(features: np.ndarray, weight: np.ndarray, weights: np.ndarray) -> float:
    """Where the expected F1 is highest."""
    probabilities = 1 / (1 + np.exp2(-np.clip(_bits(features, weights), -60, 60)))
    at = best_threshold(np.repeat(probabilities, np.maximum(np.round(weight * MOST_WEIGHT), 1).astype(int)))
    return float(np.log2(at / (1 - at)))


def feature_names(columns: Sequence[str]) -> list[str]:
    """What is weighed: the bits of each field, whether it is equal, and whether it is missing."""
    fields = [name.removesuffix(ALIKE) for name in columns if name.endswith(ALIKE)]
    bits = [name for name in columns if name.endswith(BITS)]
    return [*bits, *(f"{field}{EQUAL}" for field in fields), *(f"{field}{MISSING}" for field in fields)]


def _features(pairs: pl.DataFrame, names: Sequence[str], scale: float) -> np.ndarray:
    def column(name: str) -> pl.Expr:
        if name.endswith(EQUAL):
            return (pl.col(name.removesuffix(EQUAL) + ALIKE) >= 0.999).fill_null(False).cast(pl.Float64)
        if name.endswith(MISSING):
            return pl.col(name.removesuffix(MISSING) + ALIKE).is_null().cast(pl.Float64)
        return (pl.col(name).fill_null(0.0) * scale).clip(*HELD_BITS)

    values: np.ndarray = pairs.select(column(name).alias(name) for name in names).to_numpy()
    return values


def _recorded(linkage: "Linkage", labelled: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The labelled pairs that the linkage recorded, with what it says of them; how many it did not record."""
    given = reviewed(labelled, linkage.pairs["id_a"].dtype)
    turned = given.select(pl.col("id_b").alias("id_a"), pl.col("id_a").alias("id_b"), "is_match")
    known = linkage.pairs.join(pl.concat([given, turned]), on=["id_a", "id_b"], how="inner", maintain_order="left")
    return known, len(given) - len(known)
