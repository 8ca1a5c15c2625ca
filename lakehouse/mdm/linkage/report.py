"""What a linkage did: candidates by pass, what was learned, time by stage, and how many pairs each tier holds."""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import polars as pl

from lakehouse.mdm.linkage.candidates import Candidates
from lakehouse.mdm.linkage.fellegi_sunter import Model


@dataclass
class Report:
    """The numbers of one linkage."""

    model: str
    mode: str
    records: int
    fields: dict[str, str]
    possible_pairs: int
    candidate_pairs: int = 0
    recorded_pairs: int = 0
    threshold: float = 0.0
    tiers: dict[str, int] = field(default_factory=dict)
    clusters: int = 0
    duplicates: int = 0
    largest_cluster: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    passes: list[dict[str, Any]] = field(default_factory=list)
    capped: list[dict[str, Any]] = field(default_factory=list)
    levels: list[dict[str, Any]] = field(default_factory=list)
    kinds: list[dict[str, Any]] = field(default_factory=list)
    prior: float | None = None
    matches_expected: float | None = None
    one_to_one: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def reduction(self) -> float:
        """Share of all possible pairs that never had to be compared."""
        return 1 - self.candidate_pairs / max(self.possible_pairs, 1)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"reduction": self.reduction}

    def frame(self, part: str) -> pl.DataFrame:
        """One of the tables: passes, capped, levels or kinds."""
        return pl.DataFrame(getattr(self, part), infer_schema_length=None)

    def __str__(self) -> str:
        return "\n".join([*self._summary(), *self._passes(), *self._levels(), *self._closing()])

    def _summary(self) -> list[str]:
        lines = [
            f"{self.model}, {self.mode}: {self.records:,} records, {self.candidate_pairs:,} candidate pairs"
            f" of {self.possible_pairs:,} ({self.reduction:.4%} saved)",
            f"{self.clusters:,} clusters, {self.duplicates:,} records are duplicates of another,"
            f" the largest cluster has {self.largest_cluster:,} records",
            "pairs: "
            + ", ".join(f"{count:,} {tier}" for tier, count in self.tiers.items())
            + f"; clusters are drawn at {self.threshold:.3f}",
        ]
        if self.prior is not None:
            lines.append(
                f"prior probability of a match {self.prior:.3g}, {self.matches_expected:,.0f} matches expected"
            )
        return lines

    def _passes(self) -> list[str]:
        lines = [
            "",
            f"{'blocking pass':<44}{'pairs':>12}{'new':>12}{'total':>12}{'matches':>10}{'new':>8}{'largest':>9}",
        ]
        for one in self.passes:
            lines.append(
                f"{one['blocking_pass']:<44}{one['pairs_found']:>12,}{one['pairs_new']:>12,}{one['pairs_total']:>12,}"
                f"{one['matches_found']:>10,}{one['matches_new']:>8,}{one['largest_block']:>9,}"
            )
        lines += [
            f"capped: {one['blocking_pass']}: {one['capped_blocks']:,} blocks, {one['pairs_lost']:,} pairs not compared"
            for one in self.capped
        ]
        return lines

    def _levels(self) -> list[str]:
        if not self.levels:
            return []
        lines = ["", f"{'field':<20}{'level':<28}{'m':>10}{'u':>12}{'bits':>8}"]
        for one in self.levels:
            lines.append(f"{one['field']:<20}{one['level']:<28}{one['m']:>10.4f}{one['u']:>12.3g}{one['bits']:>8.2f}")
        return lines

    def _closing(self) -> list[str]:
        lines = ["", "seconds: " + ", ".join(f"{stage} {value:.2f}" for stage, value in self.seconds.items())]
        lines += [f"refused: {count:,} merges, {reason}" for reason, count in self.refused.items()]
        return [*lines, *self.notes]


def passes_of(
    candidates: Candidates, first: np.ndarray, mask: np.ndarray, is_match: np.ndarray
) -> list[dict[str, Any]]:
    """A row for each pass: pairs, those no earlier pass found, and of the pairs taken for matches the same."""
    rows, total = [], 0
    for number, one in enumerate(candidates.passes):
        total += one.pairs_new
        held = (mask >> np.uint64(number)) & np.uint64(1) == 1
        alone = mask == np.uint64(1) << np.uint64(number)
        rows.append(
            {
                "blocking_pass": one.name,
                "pairs_found": one.pairs_found,
                "pairs_new": one.pairs_new,
                "pairs_total": total,
                "matches_found": int((held & is_match).sum()),
                "matches_new": int(((first == number) & is_match).sum()),
                "matches_only_here": int((alone & is_match).sum()),
                "largest_block": one.largest_block,
                "split_blocks": one.split_blocks,
                "capped_blocks": one.capped_blocks,
            }
        )
    return rows


def capped_of(candidates: Candidates) -> list[dict[str, Any]]:
    """The passes whose blocks were cut even after they were split."""
    return [
        {"blocking_pass": one.name, "capped_blocks": one.capped_blocks, "pairs_lost": one.capped_pairs}
        for one in candidates.passes
        if one.capped_blocks
    ]


def levels_of(model: Model) -> list[dict[str, Any]]:
    """m, u and the Bayes factor in bits of each level of each field."""
    rows = []
    for one, m, u in zip(model.comparisons, model.m, model.u, strict=True):
        names = ["unlike", *(f"similarity from {t:g}" for t in one.thresholds[:0:-1]), "equal"]
        rows += [
            {"field": one.field, "level": name, "m": float(a), "u": float(b), "bits": float(np.log2(a / b))}
            for name, a, b in zip(names, m, u, strict=True)
        ]
    return rows


def kinds_of(model: Model) -> list[dict[str, Any]]:
    """The kinds of pairs that the model tells apart, and how many of each there are."""
    strangers = {"kind": "strangers", "is_match": False, "pairs": model.possible_pairs}
    return [strangers, *({"kind": k.name, "is_match": k.is_match, "pairs": k.pairs} for k in model.kinds)]
