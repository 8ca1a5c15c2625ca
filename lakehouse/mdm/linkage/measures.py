"""Scores beside the truth: precision and recall over all thresholds, and how far probabilities are right."""

import numpy as np
import polars as pl

BINS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)


def curve(score: np.ndarray, is_match: np.ndarray, true_pairs: int, sure_from: float) -> pl.DataFrame:
    """A row for each score that a pair has: what is merged from there on, and how many pairs are left to review."""
    order = np.argsort(-score, kind="stable")
    ordered, right = score[order], np.cumsum(is_match[order])
    last = np.append(ordered[1:] != ordered[:-1], True) if len(ordered) else np.zeros(0, dtype=bool)
    count = np.flatnonzero(last) + 1
    hits = right[last]
    sure = int((score >= sure_from).sum())
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
