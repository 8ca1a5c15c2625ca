"""A linkage measured against what is known: precision and recall over thresholds, blocking recall, calibration."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lakehouse.mdm.linkage.problems import LinkageError
from lakehouse.mdm.linkage.threshold import AUTO_MERGE_AT

if TYPE_CHECKING:
    from lakehouse.mdm.linkage.linkage import Linkage

BINS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)


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
        return "\n".join(lines)


def evaluate(linkage: "Linkage", truth: pl.DataFrame) -> Evaluation:
    """Against an answer key (id, entity) or labelled pairs (id_a, id_b, is_match), by which alone is then judged."""
    if {"id_a", "id_b", "is_match"} <= set(truth.columns):
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
    recall, passes = _blocking(linkage, linked["code"].fill_null(0).to_numpy())
    return Evaluation(
        true_pairs=true_pairs,
        recorded_true_pairs=int(is_match.sum()),
        threshold=linkage.report.threshold,
        curve=curve(judged["match_score"].to_numpy(), is_match, true_pairs),
        calibration=calibration(judged["match_score"].to_numpy(), is_match),
        passes=passes,
        clusters=_of_clusters(known, sources, true_pairs),
        blocking_recall=recall,
    )


def _by_labels(linkage: "Linkage", truth: pl.DataFrame) -> Evaluation:
    both = pl.concat([truth, truth.rename({"id_a": "id_b", "id_b": "id_a"}).select(truth.columns)]).unique(
        ["id_a", "id_b"]
    )
    scored = truth.join(linkage.pairs.select("id_a", "id_b", "match_score"), on=["id_a", "id_b"], how="left")
    turned = linkage.pairs.select(pl.col("id_b").alias("id_a"), pl.col("id_a").alias("id_b"), "match_score")
    scored = scored.join(turned, on=["id_a", "id_b"], how="left", suffix="_turned")
    score = scored.select(pl.coalesce("match_score", "match_score_turned")).to_series()
    is_match = scored["is_match"].cast(pl.Boolean)
    found = score.is_not_null()
    true_pairs = int(is_match.sum())
    together = (
        linkage.clusters.rename({"id": "id_a"})
        .join(both, on="id_a")
        .join(linkage.clusters.rename({"id": "id_b"}), on="id_b", suffix="_b")
    )
    joined = together.filter(pl.col("cluster_id") == pl.col("cluster_id_b"))
    right = float(joined["is_match"].cast(pl.Boolean).sum()) / 2
    return Evaluation(
        true_pairs=true_pairs,
        recorded_true_pairs=int((is_match & found).sum()),
        threshold=linkage.report.threshold,
        curve=curve(score.filter(found).to_numpy(), is_match.filter(found).to_numpy(), true_pairs),
        calibration=calibration(score.filter(found).to_numpy(), is_match.filter(found).to_numpy()),
        passes=pl.DataFrame(schema={"blocking_pass": pl.String, "recall": pl.Float64, "recall_total": pl.Float64}),
        clusters=measures(right, len(joined) / 2, true_pairs),
        blocking_recall=float((is_match & found).sum()) / max(true_pairs, 1),
    )


def curve(score: np.ndarray, is_match: np.ndarray, true_pairs: int) -> pl.DataFrame:
    """A row for each score that a pair has: what is merged from there on, and how many pairs are left to review."""
    order = np.argsort(-score, kind="stable")
    ordered, right = score[order], np.cumsum(is_match[order])
    last = np.append(ordered[1:] != ordered[:-1], True) if len(ordered) else np.zeros(0, dtype=bool)
    count = np.flatnonzero(last) + 1
    hits = right[last]
    sure = int((score >= AUTO_MERGE_AT).sum())
    return pl.DataFrame(
        {
            "threshold": ordered[last],
            "pairs": count,
            "true_positives": hits,
            "precision": hits / np.maximum(count, 1),
            "recall": hits / max(true_pairs, 1),
            "f1": 2 * hits / np.maximum(count + true_pairs, 1),
            "to_review": np.maximum(count - sure, 0),
        }
    )


def calibration(score: np.ndarray, is_match: np.ndarray) -> pl.DataFrame:
    """Scores in bins: the mean score beside the share of true matches."""
    edges = np.array(BINS)
    place = np.clip(np.searchsorted(edges, score, side="right") - 1, 0, len(edges) - 2)
    frame = pl.DataFrame({"bin": place, "score": score, "is_match": is_match})
    grouped = frame.group_by("bin").agg(
        pl.len().alias("pairs"), pl.col("score").mean().alias("predicted"), pl.col("is_match").mean().alias("actual")
    )
    return grouped.sort("bin").select(
        pl.col("bin").replace_strict(dict(enumerate(BINS[:-1])), return_dtype=pl.Float64).alias("from"),
        pl.col("bin").replace_strict(dict(enumerate(BINS[1:])), return_dtype=pl.Float64).alias("to"),
        "pairs",
        "predicted",
        "actual",
    )


def measures(right: float, found: float, true_pairs: float) -> dict[str, float]:
    return {
        "precision": right / found if found else 1.0,
        "recall": right / true_pairs if true_pairs else 1.0,
        "f1": 2 * right / (found + true_pairs) if found + true_pairs else 1.0,
    }


def _entities(linkage: "Linkage", truth: pl.DataFrame) -> pl.DataFrame:
    """Every record's id, cluster and true entity, the entity also as a number from 1."""
    key = next((name for name in (linkage.settings.id, "id", "record_id") if name in truth.columns), None)
    others = [name for name in truth.columns if name != key]
    if key is None or len(others) != 1:
        raise LinkageError(
            f"An answer key has '{linkage.settings.id}' and one column for the entity, or id_a, id_b and is_match; "
            f"found {', '.join(truth.columns)}"
        )
    ids = linkage.clusters["id"]
    named = truth.select(pl.col(key).cast(ids.dtype).alias("id"), pl.col(others[0]).alias("entity"))
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


def _blocking(linkage: "Linkage", codes: np.ndarray) -> tuple[float, pl.DataFrame]:
    """The share of the true pairs among the linked records that any pass finds, and each of them."""
    empty = pl.DataFrame(schema={"blocking_pass": pl.String, "recall": pl.Float64, "recall_total": pl.Float64})
    if linkage.found is None:
        return float("nan"), empty
    candidates = linkage.found.candidates
    mask = candidates.found_by(*candidates.by_codes(codes))
    rows, reached = [], np.zeros(len(mask), dtype=bool)
    for number, one in enumerate(candidates.passes):
        held = (mask >> np.uint64(number)) & np.uint64(1) == 1
        reached |= held
        recall, total = (int(side.sum()) / max(len(mask), 1) for side in (held, reached))
        rows.append({"blocking_pass": one.name, "recall": recall, "recall_total": total})
    return int(reached.sum()) / max(len(mask), 1), pl.DataFrame(rows, schema=empty.schema)


def _of_clusters(known: pl.DataFrame, sources: np.ndarray | None, true_pairs: int) -> dict[str, float]:
    labels, codes = known["cluster_id"].rank("dense").to_numpy().astype(np.int64), known["code"].to_numpy()
    both = labels * (int(codes.max(initial=0)) + 1) + codes
    return measures(_pairs_within(both, sources), _pairs_within(labels, sources), true_pairs)
