"""The specification's composite model over any mapped table: fixed weights, the same interface."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from lakehouse.mdm import blocking, scoring
from lakehouse.mdm.linkage.report import Report
from lakehouse.mdm.linkage.settings import Clock, Settings
from lakehouse.mdm.rules import AUTO_MERGE, CUSTOMER
from lakehouse.mdm.standardise import standardise

FIELDS = {
    "email": "email",
    "phone": "phone",
    "address": "street",
    "postcode": "postal_code",
    "city": "city",
    "country": "country",
    "tax_id": "tax_id",
}


@dataclass
class Composite:
    """Recorded pairs of the composite model, and how they were found."""

    left: np.ndarray
    right: np.ndarray
    table: pl.DataFrame
    blocks: blocking.Blocks

    def passes_of_true_pairs(self, codes: np.ndarray, sources: np.ndarray | None) -> np.ndarray:
        """Of the candidates with the same code above 0, a bit for each pass that finds the pair."""
        found = [np.zeros(0, dtype=np.uint64)]
        for chunk in self.blocks.candidates():
            same = (codes[chunk.left] == codes[chunk.right]) & (codes[chunk.left] > 0)
            if sources is not None:
                same &= sources[chunk.left] != sources[chunk.right]
            found.append(chunk.passes[same].astype(np.uint64))
        return np.concatenate(found)


def find(records: pl.DataFrame, settings: Settings, clock: Clock) -> Composite:
    """All pairs that reach the audit floor; in mode "link" only those of different sources."""
    standardised = standardise(_customers(records, settings))
    clock.stage("standardise")
    blocks, scorer = blocking.Blocks(standardised, CUSTOMER), scoring.Scorer(standardised, CUSTOMER)
    clock.stage("block")
    source = standardised["source_system"]
    floor = CUSTOMER.audit_floor * attainable(settings)
    parts = []
    for chunk in blocks.candidates():
        scored = scorer.score(chunk.left, chunk.right, floor)
        passes = blocking.pass_names(chunk.passes[scored["position"].to_numpy()], CUSTOMER)
        scored = pl.concat([scored, passes], how="horizontal")
        if settings.mode == "link":
            other = source.gather(scored["l"]).ne_missing(source.gather(scored["r"]))
            scored = scored.filter(other)
        parts.append(scored)
    found = pl.concat(parts) if parts else _empty(scorer)
    clock.stage("score")
    return Composite(found["l"].to_numpy(), found["r"].to_numpy(), _table(records[settings.id], found), blocks)


def attainable(settings: Settings) -> float:
    """The highest score that a pair of these fields can reach."""
    mapped = dict(settings.fields)
    held: set[str] = {field for field in ("name", "email", "phone", "address") if field in mapped}
    held |= {"name"} if {"given_name", "surname"} & set(mapped) else set()
    held |= {"source"} if settings.source is not None else set()
    return sum(comparison.weight for comparison in CUSTOMER.comparisons if comparison.field in held) / 100


def describe(made: Report, found: Composite, highest: float) -> None:
    """The blocking passes of the composite model, and what the fields at hand cannot reach."""
    total = 0
    lost = pl.col("pairs_possible").sum() - pl.col("pairs_compared").sum()
    cut = found.blocks.capped.group_by("blocking_pass", maintain_order=True).agg(pl.len(), lost.alias("lost"))
    capped = {name: (blocks, pairs) for name, blocks, pairs in cut.iter_rows()}
    for stats in found.blocks.stats:
        total += stats.pairs_new
        matched = found.table.filter(pl.col("tier") == AUTO_MERGE)
        held = matched["blocking_passes"].str.split("; ").list.contains(stats.blocking_pass)
        made.passes.append(
            {
                "blocking_pass": stats.blocking_pass,
                "pairs_found": stats.pairs_found,
                "pairs_new": stats.pairs_new,
                "pairs_total": total,
                "matches_found": int(held.sum()),
                "matches_new": int((matched["blocking_pass"] == stats.blocking_pass).sum()),
                "matches_only_here": int((matched["blocking_passes"] == stats.blocking_pass).sum()),
                "largest_block": stats.largest_block,
                "split_blocks": stats.capped_blocks,
                "capped_blocks": capped.get(stats.blocking_pass, (0, 0))[0],
            }
        )
    made.capped = [
        {"blocking_pass": name, "capped_blocks": blocks, "pairs_lost": lost} for name, (blocks, lost) in capped.items()
    ]
    made.rules = CUSTOMER.to_dict() | made.rules
    if highest < CUSTOMER.auto_merge_at:
        made.notes.append(
            f"the declared fields add up to a score of at most {highest:.2f}, so that nothing reaches AUTO_MERGE at "
            f"{CUSTOMER.auto_merge_at:g}: a field that is missing earns nothing. Set a threshold, or take "
            f"model='fellegi_sunter'"
        )


def _customers(records: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    mapped = dict(settings.fields)
    named = [mapped[field] for field in ("name",) if field in mapped] or [
        mapped[field] for field in ("given_name", "surname") if field in mapped
    ]
    name = pl.concat_str([pl.col(column).cast(pl.String) for column in named], separator=" ", ignore_nulls=True)
    source = pl.lit(None, pl.String) if settings.source is None else pl.col(settings.source).cast(pl.String)
    columns = [
        pl.col(mapped[field]).cast(pl.String).alias(column) for field, column in FIELDS.items() if field in mapped
    ]
    return records.select(
        (name if named else pl.lit(None, pl.String)).alias("name"), *columns, source.alias("source_system")
    )


def _empty(scorer: scoring.Scorer) -> pl.DataFrame:
    nothing = np.zeros(0, dtype=np.int64)
    none = pl.lit(None, pl.String)
    return scorer.score(nothing, nothing).with_columns(none.alias("blocking_pass"), none.alias("blocking_passes"))


def _table(ids: pl.Series, found: pl.DataFrame) -> pl.DataFrame:
    columns = []
    for comparison in CUSTOMER.comparisons:
        weight = comparison.weight / 100
        columns += [
            pl.col(comparison.column).alias(f"{comparison.field}_similarity"),
            (pl.col(comparison.column).fill_null(0.0) * weight).alias(f"{comparison.field}_contribution"),
        ]
    return found.select(
        ids.gather(found["l"]).alias("id_a"),
        ids.gather(found["r"]).alias("id_b"),
        "match_score",
        pl.col("match_tier").alias("tier"),
        *columns,
        "blocking_pass",
        pl.col("blocking_passes").str.replace_all("+", "; ", literal=True),
    )
