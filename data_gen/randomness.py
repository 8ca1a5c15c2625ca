"""One random stream per table and part, keyed by name; quotas first, assignment second."""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Rng = np.random.Generator
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def stream(seed: int, table: str, part: int = 0) -> Rng:
    """The table's own generator: another table's draws never move it."""
    key = (zlib.crc32(table.encode()), part)
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=key)))


def quota(total: int, weights: Sequence[float] | Floats) -> Ints:
    """Whole numbers in proportion to the weights that sum to `total` (largest remainder, ties to the first)."""
    exact = np.asarray(weights, dtype=float) / np.sum(weights) * total
    whole = np.floor(exact + 1e-9).astype(np.int64)
    short = total - int(whole.sum())
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[:short]] += 1
    return whole


def dealt(rng: Rng, total: int, weights: Sequence[float] | Floats) -> Ints:
    """The index of each weight as often as its quota says, in random order."""
    counts = quota(total, weights)
    return rng.permutation(np.repeat(np.arange(len(counts)), counts))


def choose(rng: Rng, log_weights: Floats, k: int) -> Ints:
    """k different indices, likelier where the log weight is higher (Gumbel top-k)."""
    keys = log_weights + rng.gumbel(size=len(log_weights))
    return np.sort(np.argsort(-keys, kind="stable")[:k])


def ranked_labels(latent: Floats, counts: Sequence[int] | Ints) -> Ints:
    """Label 0 for the counts[0] highest values, label 1 for the next counts[1], and so on."""
    labels = np.empty(len(latent), dtype=np.int64)
    labels[np.argsort(-latent, kind="stable")] = np.repeat(np.arange(len(counts)), counts)
    return labels


def pick(rng: Rng, cumulative: Floats, size: int) -> Ints:
    """Indices drawn with the probabilities whose cumulative sum is given."""
    return np.minimum(np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right"), len(cumulative) - 1)


def pick_rows(uniform: Floats, cumulative: Floats) -> Ints:
    """For each row of cumulative probabilities (all ending at 1) the index that its uniform number falls on."""
    return np.minimum((cumulative < uniform[:, None]).sum(axis=1), cumulative.shape[1] - 1)
