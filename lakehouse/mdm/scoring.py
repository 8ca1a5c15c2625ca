"""Match scores of candidate pairs: a similarity per field, their weighted sum, and the tier that follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from lakehouse.mdm.rules import AUTO_MERGE, CUSTOMER, NO_MATCH, REVIEW, Comparison, MatchRules
from lakehouse.mdm.standardise import record_frame, standardise

DECIMALS = 6  # scores are rounded before they are compared with a threshold

# The standardised columns that a field's comparison reads.
COLUMNS = {
    "name": ("name_key", "name_sorted"),
    "email": ("email_key",),
    "phone": ("phone_key", "phone_country"),
    "address": ("address_key",),
    "source": ("source_system",),
}
TEXTS = ("jaro_winkler", "jaro_winkler_any_order")  # slow: compared last, and only where the pair can reach the floor

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Coded:
    """A column as numbers in the order of its distinct values, -1 where null, and those values."""

    codes: Ints
    values: list[str]

    @classmethod
    def of(cls, column: pl.Series) -> "Coded":
        values = column.drop_nulls().unique().sort()
        codes = column.to_frame("v").join(
            values.to_frame("v").with_row_index("c"), on="v", how="left", maintain_order="left"
        )
        return cls(codes["c"].cast(pl.Int64).fill_null(-1).to_numpy(), values.to_list())


class Scorer:
    """Scores pairs of one standardised frame, named by row number, in bounded memory per call."""

    def __init__(self, records: pl.DataFrame, rules: MatchRules = CUSTOMER) -> None:
        self.rules = rules
        used = {column for comparison in rules.comparisons for column in COLUMNS[comparison.field]}
        self.columns = {name: Coded.of(records[name]) for name in sorted(used)}

    def score(self, left: Ints, right: Ints, floor: float | None = None) -> pl.DataFrame:
        """A row per pair: its `position` in the input, `l, r`, a similarity per field (null where a side is missing),
        `match_score` and `match_tier`.

        With a floor, only the pairs that reach it; a pair that cannot is never compared letter by letter.
        """
        position = np.arange(len(left))
        reachable = np.full(len(left), 100.0)  # hundredths, were all fields not compared yet equal
        found: dict[str, Floats] = {}
        for comparison in sorted(self.rules.comparisons, key=lambda c: (c.similarity in TEXTS, -c.weight)):
            found[comparison.column] = self._similarity(comparison, left, right)
            reachable += comparison.weight * (np.nan_to_num(found[comparison.column]) - 1)
            kept = reachable >= 100 * (floor or 0.0) - 10.0**-DECIMALS
            if floor is not None and not kept.all():
                left, right, position, reachable = left[kept], right[kept], position[kept], reachable[kept]
                found = {column: values[kept] for column, values in found.items()}
        scored = self._scored({"position": position, "l": left, "r": right}, found)
        return scored if floor is None else scored.filter(pl.col("match_score") >= floor)

    def _scored(self, pairs: Mapping[str, Ints], found: Mapping[str, Floats]) -> pl.DataFrame:
        hundredths = np.zeros(len(pairs["l"]))
        for comparison in self.rules.comparisons:
            hundredths += comparison.weight * np.nan_to_num(found[comparison.column])
        scores = np.round(hundredths / 100, DECIMALS)
        similarities = {c.column: found[c.column] for c in self.rules.comparisons}
        frame = pl.DataFrame({**pairs, **similarities, "match_score": scores})
        return frame.with_columns(pl.col(*similarities).fill_nan(None), tier(self.rules).alias("match_tier"))

    def _similarity(self, comparison: Comparison, left: Ints, right: Ints) -> Floats:
        """Agreement of one field, 0 to 1; nan where either side is missing."""
        coded = [self.columns[name] for name in COLUMNS[comparison.field]]
        code_l, code_r = coded[0].codes[left], coded[0].codes[right]
        missing = (code_l < 0) | (code_r < 0)
        match comparison.similarity:
            case "exact":
                agreement = (code_l == code_r).astype(np.float64)
            case "other_source":
                agreement = (code_l != code_r).astype(np.float64)
            case "same_phone":
                country_l, country_r = coded[1].codes[left], coded[1].codes[right]
                abroad = (country_l != country_r) & (country_l >= 0) & (country_r >= 0)
                agreement = ((code_l == code_r) & ~abroad).astype(np.float64)
            case _:
                agreement = np.zeros(len(left))
                for column in coded if comparison.similarity == "jaro_winkler_any_order" else coded[:1]:
                    agreement = np.maximum(agreement, self._jaro_winkler(column, left, right))
        return np.where(missing, np.nan, agreement)

    def _jaro_winkler(self, column: Coded, left: Ints, right: Ints) -> Floats:
        """Each distinct pair of values is compared once, the smaller value first, so that order does not matter."""
        code_l, code_r = column.codes[left] + 1, column.codes[right] + 1
        size = len(column.values) + 1
        both = np.minimum(code_l, code_r) * size + np.maximum(code_l, code_r)
        distinct, position = np.unique(both, return_inverse=True)
        texts = [None, *column.values]
        agreement = process.cpdist(
            [texts[i] for i in (distinct // size).tolist()],
            [texts[i] for i in (distinct % size).tolist()],
            scorer=JaroWinkler.normalized_similarity,
            scorer_kwargs={"prefix_weight": self.rules.prefix_weight},
            dtype=np.float64,
            workers=-1,
        )
        return agreement[position]


def tier(rules: MatchRules = CUSTOMER) -> pl.Expr:
    """AUTO_MERGE, REVIEW or NO_MATCH, from the column `match_score`."""
    score = pl.col("match_score")
    return (
        pl.when(score >= rules.auto_merge_at)
        .then(pl.lit(AUTO_MERGE))
        .when(score >= rules.review_at)
        .then(pl.lit(REVIEW))
        .otherwise(pl.lit(NO_MATCH))
    )


def score(pairs: pl.DataFrame, rules: MatchRules = CUSTOMER, floor: float | None = None) -> pl.DataFrame:
    """The pairs, whose standardised columns end in _l and _r, with similarities, `match_score` and `match_tier`."""
    used = [column for comparison in rules.comparisons for column in COLUMNS[comparison.field]]
    if missing := [f"{c}{side}" for c in used for side in ("_l", "_r") if f"{c}{side}" not in pairs.columns]:
        raise ValueError(f"Pairs to score lack the columns {', '.join(missing)}: standardise both sides first")
    sides = [pairs.select(pl.col(f"{column}{side}").alias(column) for column in used) for side in ("_l", "_r")]
    rows = np.arange(len(pairs))
    scored = Scorer(pl.concat(sides), rules).score(rows, rows + len(pairs), floor)
    return pl.concat([pairs[scored["position"]], scored.drop("position", "l", "r")], how="horizontal")


def score_pair(
    record_a: Mapping[str, Any], record_b: Mapping[str, Any], rules: MatchRules = CUSTOMER
) -> dict[str, Any]:
    """Two records of plain fields: similarities, contributions that add up to the score, score and tier."""
    both = standardise(record_frame([record_a, record_b]))
    [found] = Scorer(both, rules).score(np.array([0]), np.array([1])).drop("position", "l", "r").to_dicts()
    return found | {"contributions": contributions(found, rules)}


def contributions(similarities: Mapping[str, float | None], rules: MatchRules = CUSTOMER) -> dict[str, float]:
    """What each field adds to the match score; a missing field adds nothing."""
    return {c.field: c.weight * (similarities[c.column] or 0.0) / 100 for c in rules.comparisons}
