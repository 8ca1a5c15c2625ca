"""Trusted keys: records that name each other, or agree on a key, are one party before any score is computed."""

from collections.abc import Iterable, Sequence

import polars as pl

from lakehouse.mdm.clustering import Forest, Link
from lakehouse.mdm.rules import CUSTOMER, MatchRules, TrustedKey


def parties(records: pl.DataFrame, rules: MatchRules = CUSTOMER, kept_apart: Iterable[tuple[int, int]] = ()) -> Forest:
    """Standardised records, in founding order, joined by the trusted keys in their declared order.

    Records that a steward keeps apart are not joined, nor are clusters with different tax ids.
    """
    forest = Forest.of(records["tax_key"].to_list())
    for left, right in kept_apart:
        forest.forbid(left, right)
    for key in rules.trusted_keys:
        only_enriches = key.source not in rules.fuzzy_sources
        for left, right in links(records, key):
            forest.unite(Link(left, right, key.rule_id, 1.0), keys_must_agree=not only_enriches)
    return forest


def representatives(records: pl.DataFrame, roots: Sequence[int], rules: MatchRules = CUSTOMER) -> pl.DataFrame:
    """Rows `row, party`: for each record the first record of its party that enters the fuzzy run.

    A party without such a record is represented by its founding record, and stays out of the fuzzy run.
    """
    frame = records.select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("row"),
        pl.Series("root", roots, dtype=pl.Int64),
        pl.col("source_system").is_in(list(rules.fuzzy_sources)).fill_null(False).alias("is_fuzzy"),
    )
    fuzzy = pl.col("row").filter(pl.col("is_fuzzy")).min()
    return frame.select("row", pl.coalesce(fuzzy, pl.col("row").min()).over("root").alias("party"))


def links(records: pl.DataFrame, key: TrustedKey) -> list[tuple[int, int]]:
    """The pairs of row numbers that a trusted key joins, each record with the first that has the same key."""
    numbered = records.with_row_index("row")
    held = numbered.filter(pl.col("source_system") == key.source)
    if key.refers_to is None:
        same = held.drop_nulls(key.columns).with_columns(pl.col("row").min().over(key.columns).alias("first"))
        found = same.filter(pl.col("row") != pl.col("first")).select("first", "row")
    else:
        named = numbered if key.refers_to == "*" else numbered.filter(pl.col("source_system") == key.refers_to)
        target = named.select(pl.col("record_id"), pl.col("row").alias("first"))
        found = pl.concat(
            held.join(target, left_on=column, right_on="record_id").select("first", "row") for column in key.columns
        ).filter(pl.col("first") != pl.col("row"))
    return [(int(first), int(row)) for first, row in found.sort("first", "row").unique(maintain_order=True).iter_rows()]
