"""A linkage measured against what is known: precision and recall over thresholds, blocking recall, calibration."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lakehouse.mdm.linkage.measures import calibration, curve, measures
from lakehouse.mdm.linkage.problems import LinkageError
from lakehouse.mdm.linkage.reviewed import problem as label_problem
from lakehouse.mdm.linkage.reviewed import reviewed

if TYPE_CHECKING:
    from lakehouse.mdm.linkage.linkage import Linkage

SHOWN = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)  # thresholds of the printed table
PASSES = {"blocking_pass": pl.String, "recall": pl.Float64, "recall_total": pl.Float64}


@dataclass(frozen=True)
class Evaluation:
    """`curve`: a row per threshold; `calibration`: predicted beside true shares; `passes`: recall of each pass."""

    true_pairs: int
    recorded_true_pairs: int
    threshold: float
    curve: pl.DataFrame
    calibration: pl.DataFrame
    passes: pl.DataFrame
    clusters: dict[str, float]
    blocking_recall: float

    def at(self, threshold: float) -> dict[str, float]:
        """Precision, recall, F1 and the pairs above a threshold, and those between it and AUTO_MERGE to review."""
        rows = self.curve.filter(pl.col("threshold") >= threshold)
        if rows.is_empty():
            return {"threshold": threshold, "pairs": 0, "precision": 1.0, "recall": 0.0, "f1": 0.0, "to_review": 0}
        [found] = rows.sort("threshold").head(1).to_dicts()
        return found

    @property
    def best(self) -> dict[str, float]:
        """The threshold with the highest F1."""
        if self.curve.is_empty():
            return self.at(1.0)
        [found] = self.curve.sort("f1", "threshold", descending=[True, True]).head(1).to_dicts()
        return found

    @property
    def own(self) -> dict[str, float]:
        """At the threshold that the linkage chose."""
        return self.at(self.threshold)

    def __str__(self) -> str:
        own, best = self.own, self.best
        lines = [
            f"true pairs {self.true_pairs:,}, blocking recall {self.blocking_recall:.4f}",
            *(
                f"{name} threshold {one['threshold']:.3f}: precision {one['precision']:.4f}, "
                f"recall {one['recall']:.4f}, F1 {one['f1']:.4f}, {one['to_review']:,.0f} pairs to review"
                for name, one in (("own", own), ("best", best))
            ),
            "clusters: " + ", ".join(f"{name} {value:.4f}" for name, value in self.clusters.items()),
        ]
        return "\n".join([*lines, *self._costs(), *self._calibrated()])

    def _costs(self) -> list[str]:
        """What each threshold merges rightly, and what is left to review above it."""
        lines = ["", f"{'threshold':>9}{'pairs':>12}{'precision':>11}{'recall':>9}{'F1':>9}{'to review':>11}"]
        for threshold in SHOWN:
            one = self.at(threshold)
            lines.append(
                f"{threshold:>9g}{one['pairs']:>12,.0f}{one['precision']:>11.4f}{one['recall']:>9.4f}{one['f1']:>9.4f}"
                f"{one['to_review']:>11,.0f}"
            )
        return lines

    def _calibrated(self) -> list[str]:
        """Scores beside the share of true matches."""
        lines = ["", f"{'score':>13}{'pairs':>12}{'predicted':>11}{'true':>9}"]
        return lines + [
            f"{low:>6g}-{high:<6g}{pairs:>12,}{predicted:>11.4f}{actual:>9.4f}"
            for low, high, pairs, predicted, actual in self.calibration.iter_rows()
        ]

    def to_dict(self) -> dict[str, Any]:
        """All but the curve and the calibration, for JSON."""
        return {
            "true_pairs": self.true_pairs,
            "recorded_true_pairs": self.recorded_true_pairs,
            "blocking_recall": self.blocking_recall,
            "own": self.own,
            "best": self.best,
            "clusters": self.clusters,
            "passes": self.passes.to_dicts(),
        }


def evaluate(linkage: "Linkage", truth: pl.DataFrame) -> Evaluation:
    """Against an answer key (id, entity) or labelled pairs (id_a, id_b, is_match), by which alone is then judged."""
    if _has_pairs(truth):
        return _by_labels(linkage, truth)
    return _by_key(linkage, truth)


def _by_key(linkage: "Linkage", truth: pl.DataFrame) -> Evaluation:
    ids = _entities(linkage, truth)
    known = ids.filter(pl.col("entity").is_not_null())
    named = linkage.pairs.select("id_a", "id_b", "match_score")
    named = named.join(ids, left_on="id_a", right_on="id", how="left", maintain_order="left")
    named = named.join(ids, left_on="id_b", right_on="id", how="left", maintain_order="left", suffix="_b")
    judged = named.filter(pl.col("entity").is_not_null() & pl.col("entity_b").is_not_null())
    is_match = (judged["entity"] == judged["entity_b"]).to_numpy()
    codes, sources = known["code"].to_numpy(), _sources(linkage, known)
    true_pairs = _pairs_within(codes, sources)
    linked = linkage.population.ids.alias("id").to_frame().join(ids, on="id", how="left", maintain_order="left")
    recall, passes = _blocking(linkage, linked["code"].fill_null(0).to_numpy(), true_pairs)
    return Evaluation(
        true_pairs=true_pairs,
        recorded_true_pairs=int(is_match.sum()),
        threshold=linkage.report.threshold,
        curve=curve(judged["match_score"].to_numpy(), is_match, true_pairs, linkage.report.rules["auto_merge_at"]),
        calibration=calibration(judged["match_score"].to_numpy(), is_match),
        passes=passes,
        clusters=_of_clusters(known, sources, true_pairs),
        blocking_recall=recall,
    )


def _by_labels(linkage: "Linkage", truth: pl.DataFrame) -> Evaluation:
    given = reviewed(truth, linkage.clusters["id"].dtype)
    pairs = linkage.pairs.select("id_a", "id_b", "match_score")
    turned = pairs.select(pl.col("id_b").alias("id_a"), pl.col("id_a").alias("id_b"), "match_score")
    scored = given.join(pl.concat([pairs, turned]), on=["id_a", "id_b"], how="left", maintain_order="left")
    score, is_match = scored["match_score"], scored["is_match"]
    found, true_pairs = score.is_not_null(), int(is_match.sum())
    recorded = int((is_match & found).sum())
    clusters = linkage.clusters
    together = given.join(clusters.rename({"id": "id_a"}), on="id_a").join(
        clusters.rename({"id": "id_b"}), on="id_b", suffix="_b"
    )
    joined = together.filter(pl.col("cluster_id") == pl.col("cluster_id_b"))
    judged = score.filter(found).to_numpy(), is_match.filter(found).to_numpy()
    return Evaluation(
        true_pairs=true_pairs,
        recorded_true_pairs=recorded,
        threshold=linkage.report.threshold,
        curve=curve(*judged, true_pairs, linkage.report.rules["auto_merge_at"]),
        calibration=calibration(*judged),
        passes=pl.DataFrame(schema=PASSES),
        clusters=measures(float(joined["is_match"].sum()), len(joined), true_pairs),
        blocking_recall=recorded / true_pairs if true_pairs else 1.0,
    )


def problem(truth: pl.DataFrame, id: str) -> str | None:
    """What keeps a table from being an answer key or labelled pairs."""
    if _has_pairs(truth):
        return label_problem(truth)
    key = _key(truth, id)
    others = [name for name in truth.columns if name != key]
    if key is not None and len(others) == 1:
        return None
    return (
        f"An answer key has '{id}' and one column for the entity, or id_a, id_b and is_match; "
        f"found {', '.join(truth.columns) or 'none'}"
    )


def _has_pairs(truth: pl.DataFrame) -> bool:
    return any({f"{name}_a", f"{name}_b"} <= set(truth.columns) for name in ("id", "record"))


def _key(truth: pl.DataFrame, id: str) -> str | None:
    return next((name for name in (id, "id", "record_id") if name in truth.columns), None)


def _entities(linkage: "Linkage", truth: pl.DataFrame) -> pl.DataFrame:
    """Every record's id, cluster and true entity, the entity also as a number from 1."""
    if wrong := problem(truth, linkage.settings.id):
        raise LinkageError(wrong)
    key = _key(truth, linkage.settings.id) or ""
    [entity] = [name for name in truth.columns if name != key]
    ids = linkage.clusters["id"]
    named = truth.select(pl.col(key).cast(ids.dtype, strict=False).alias("id"), pl.col(entity).alias("entity"))
    named = named.unique("id", keep="first", maintain_order=True)
    both = linkage.clusters.join(named, on="id", how="left", maintain_order="left")
    return both.with_columns(pl.col("entity").rank("dense").cast(pl.Int64).alias("code"))


def _sources(linkage: "Linkage", known: pl.DataFrame) -> np.ndarray | None:
    """The source of each record by number, where only pairs across sources count."""
    settings = linkage.settings
    if settings.mode != "link" or settings.source is None:
        return None
    named = linkage.records.select(
        pl.col(settings.id).alias("id"), pl.col(settings.source).cast(pl.String).alias("source")
    )
    ranked = known.join(named, on="id", how="left", maintain_order="left")["source"].rank("dense")
    sources: np.ndarray = ranked.to_numpy().astype(np.int64) - 1
    return sources


def _pairs_within(codes: np.ndarray, sources: np.ndarray | None) -> int:
    """Pairs of records with the same code, of different sources where these are given."""
    sizes = np.unique(codes, return_counts=True)[1].astype(np.int64)
    total = int((sizes * (sizes - 1) // 2).sum())
    if sources is not None:
        inside = np.unique(codes.astype(np.int64) * (int(sources.max(initial=0)) + 1) + sources, return_counts=True)[1]
        total -= int((inside.astype(np.int64) * (inside - 1) // 2).sum())
    return total


def _blocking(linkage: "Linkage", codes: np.ndarray, true_pairs: int) -> tuple[float, pl.DataFrame]:
    """The share of the true pairs among the linked records that any pass finds, and each of them."""
    if linkage.found is not None:
        candidates = linkage.found.candidates
        mask = candidates.found_by(*candidates.by_codes(codes))
        names, every = [one.name for one in candidates.passes], len(mask)
    elif linkage.composite is not None:
        sources = linkage.population.sources if linkage.settings.mode == "link" else None
        mask = linkage.composite.passes_of_true_pairs(codes, sources)
        names, every = [one.blocking_pass for one in linkage.composite.blocks.stats], true_pairs
    else:
        return float("nan"), pl.DataFrame(schema=PASSES)
    rows, reached = [], np.zeros(len(mask), dtype=bool)
    for number, name in enumerate(names):
        held = (mask >> np.uint64(number)) & np.uint64(1) == 1
        reached |= held
        recall, total = (int(side.sum()) / every if every else 1.0 for side in (held, reached))
        rows.append({"blocking_pass": name, "recall": recall, "recall_total": total})
    return int(reached.sum()) / every if every else 1.0, pl.DataFrame(rows, schema=PASSES)


def _of_clusters(known: pl.DataFrame, sources: np.ndarray | None, true_pairs: int) -> dict[str, float]:
    labels, codes = known["cluster_id"].rank("dense").to_numpy().astype(np.int64), known["code"].to_numpy()
    both = labels * (int(codes.max(initial=0)) + 1) + codes
    return measures(_pairs_within(both, sources), _pairs_within(labels, sources), true_pairs)
