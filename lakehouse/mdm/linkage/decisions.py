"""Decided pairs: what must and what cannot be one, by id, as record numbers; contradictions are told beforehand."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from lakehouse.mdm.linkage.clusters import connected
from lakehouse.mdm.linkage.problems import SHOWN

Pair = tuple[object, object]


def problems_of(table: pl.DataFrame, id: str, must: Sequence[Pair], cannot: Sequence[Pair]) -> list[str]:
    """Unknown ids, and records that must be one by some decisions and cannot by others."""
    if id not in table.columns or not (len(must) or len(cannot)):
        return []
    ids = table[id]
    wanted = _wanted(ids, [*must, *cannot])
    unknown = wanted.filter(~wanted.is_in(ids.implode()) | wanted.is_null()).unique(maintain_order=True)
    if len(unknown):
        shown = ", ".join(str(one) for one in unknown.head(SHOWN))
        return [f"must_link and cannot_link name ids that no record has: {shown}"]
    if ids.n_unique() < len(ids):
        return []
    joined, apart = numbers(ids, must), numbers(ids, cannot)
    cluster = connected(len(ids), joined[:, 0].copy(), joined[:, 1].copy())
    both = apart[cluster[apart[:, 0]] == cluster[apart[:, 1]]][:SHOWN]
    if not len(both):
        return []
    shown = ", ".join(f"{ids[int(a)]} and {ids[int(b)]}" for a, b in both)
    return [f"must_link joins what cannot_link keeps apart: {shown}"]


def numbers(ids: pl.Series, decided: Sequence[Pair]) -> np.ndarray:
    """Pairs of ids as pairs of record numbers."""
    if not len(decided):
        return np.zeros((0, 2), dtype=np.int64)
    places = ids.alias("id").to_frame().with_row_index("place")
    found = _wanted(ids, decided).to_frame().join(places, on="id", how="left", maintain_order="left")["place"]
    placed: np.ndarray = found.to_numpy().astype(np.int64).reshape(-1, 2)
    return placed


def _wanted(ids: pl.Series, decided: Sequence[Pair]) -> pl.Series:
    named = [one for pair in decided for one in pair]
    return pl.Series("id", named, strict=False).cast(ids.dtype, strict=False)
