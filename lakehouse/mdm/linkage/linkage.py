"""A linkage: its pairs, clusters and report, and what can be asked of it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from lakehouse.mdm.linkage import competition, evaluation, labels, survivors
from lakehouse.mdm.linkage.composite import Composite
from lakehouse.mdm.linkage.evaluation import Evaluation
from lakehouse.mdm.linkage.finding import Found, Learned
from lakehouse.mdm.linkage.incremental import Index
from lakehouse.mdm.linkage.labels import Suggestion
from lakehouse.mdm.linkage.pairs import CIRCUMSTANCES, prior_bits
from lakehouse.mdm.linkage.population import Population
from lakehouse.mdm.linkage.problems import LinkageError
from lakehouse.mdm.linkage.report import Report
from lakehouse.mdm.linkage.settings import Settings


@dataclass
class Linkage:
    """`pairs`: id_a, id_b, match_score, tier, a similarity and a contribution per field, blocking_pass.

    `clusters`: id, cluster_id. `report`: what was compared, learned and refused, and how long it took.
    """

    records: pl.DataFrame
    pairs: pl.DataFrame
    clusters: pl.DataFrame
    report: Report
    settings: Settings
    population: Population
    found: Found | None = None  # of the learned model
    composite: Composite | None = None

    @property
    def learned(self) -> Learned:
        """What scores further records as these were; only the learned model has it."""
        if self.found is None:
            raise LinkageError("The composite model has learned nothing: link with model='fellegi_sunter'")
        return self.found.learned

    @cached_property
    def index(self) -> Index:
        """The records, ready to be compared with new ones."""
        found, sources = self.found, self.population.sources
        if found is None or not found.one_to_one or sources is None:
            return Index(self.population, self.settings, self.learned)
        scored = found.scored
        before = competition.rivals(scored.left, scored.right, scored.bits, sources)
        return Index(self.population, self.settings, self.learned, before)

    @cached_property
    def golden(self) -> pl.DataFrame:
        """One record per cluster, each value the one that most of its records agree on."""
        return survivors.records(self.records, self.clusters, self.settings)

    def evaluate(self, truth: pl.DataFrame) -> Evaluation:
        """Measured against an answer key (id, entity) or labelled pairs (id_a, id_b, is_match)."""
        return evaluation.evaluate(self, truth)

    def suggest(self, labelled: pl.DataFrame) -> Suggestion:
        """What labelled pairs (id_a, id_b, is_match) would change, with F1 before and after; nothing is applied."""
        return labels.suggest(self, labelled)

    def explain(self, id_a: Any, id_b: Any) -> Mapping[str, float]:
        """The steps from the prior to the score of a recorded pair: log2 Bayes factors, or shares of the score."""
        either = pl.col("id_a").is_in([id_a, id_b]) & pl.col("id_b").is_in([id_a, id_b])
        rows = self.pairs.filter(either).to_dicts()
        if not rows:
            raise LinkageError(f"No recorded pair of {id_a!r} and {id_b!r}: their score lies below the floor")
        ending = "_contribution"
        steps = {name.removesuffix(ending): value for name, value in rows[0].items() if name.endswith(ending)}
        if self.found is None:
            return steps
        circumstances = {"circumstances": steps.pop(CIRCUMSTANCES.removesuffix(ending))}
        return {"prior": prior_bits(self.learned.model)} | steps | circumstances
