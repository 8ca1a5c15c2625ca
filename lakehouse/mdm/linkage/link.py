"""link(): the records of one or several tables that are the same, with a score for each pair and the clusters."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from lakehouse.mdm.linkage import clusters, composite, copies, decisions, finding, pairs, problems, report
from lakehouse.mdm.linkage.clusters import Clustering, Constraints
from lakehouse.mdm.linkage.decisions import Pair
from lakehouse.mdm.linkage.fields import Fields
from lakehouse.mdm.linkage.finding import Found, Learned
from lakehouse.mdm.linkage.linkage import Linkage
from lakehouse.mdm.linkage.population import Population, populate
from lakehouse.mdm.linkage.report import Report
from lakehouse.mdm.linkage.scoring import probability
from lakehouse.mdm.linkage.settings import Clock, Progress, Settings
from lakehouse.mdm.linkage.threshold import AUTO_MERGE_AT, REVIEW_AT, best_threshold
from lakehouse.mdm.rules import AUTO_MERGE, CUSTOMER, NO_MATCH, REVIEW

ROUNDING = 1e-6  # bits


def link(
    records: pl.DataFrame | pl.LazyFrame,
    *,
    id: str,
    fields: Fields,
    source: str | None = None,
    model: str = "fellegi_sunter",
    mode: str = "dedupe",
    threshold: float | None = None,
    must_link: Sequence[Pair] = (),
    cannot_link: Sequence[Pair] = (),
    trusted_keys: Sequence[str] = ("tax_id",),
    max_cluster: int | None = None,
    one_to_one: bool | None = None,
    learned: Learned | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Linkage:
    """Which records are the same.

    `mode` "dedupe" compares all records, "link" only those of different sources. `threshold` is the match score from
    which on pairs are joined to clusters; by default the one with the highest F1 to be expected. `trusted_keys` are
    fields of which a cluster never holds two values that differ. `one_to_one` says that every source holds an entity
    once; by default, in mode "link", it follows from the data. `learned` scores as an earlier linkage did.
    """
    table = problems.table_of(records)
    settings = Settings(id, fields, source, model, mode, threshold, tuple(trusted_keys), max_cluster, one_to_one, seed)
    problems.check(table, settings, decisions.problems_of(table, id, must_link, cannot_link))
    clock = Clock(progress)
    kept, aside = copies.set_aside(table, settings, [*must_link, *cannot_link])
    population = populate(kept, id, source, fields, learned.reference if learned else None)
    clock.stage("standardise")
    decided = decisions.numbers(population.ids, must_link), decisions.numbers(population.ids, cannot_link)
    if model == "composite":
        return copies.rejoined(_by_composite(kept, population, settings, decided, clock), table, aside)
    return copies.rejoined(_by_learning(kept, population, settings, decided, learned, clock), table, aside)


def _by_learning(
    table: pl.DataFrame,
    population: Population,
    settings: Settings,
    decided: tuple[np.ndarray, np.ndarray],
    learned: Learned | None,
    clock: Clock,
) -> Linkage:
    found = finding.find(population, settings, learned, clock)
    score = probability(found.bits)
    at = settings.threshold if settings.threshold is not None else best_threshold(score)
    limits = _limits(population, settings, decided, one_to_one=found.one_to_one)
    formed = clusters.cluster(
        len(population),
        found.scored.left,
        found.scored.right,
        found.bits,
        float(np.log2(at / (1 - at))) - ROUNDING,
        limits,
    )
    clock.stage("cluster")
    shown = pairs.table(
        (population.ids, population.ids),
        found.learned.model,
        found.scorer.comparer,
        found.scored,
        found.bits,
        found.mask,
        [one.name for one in found.candidates.passes],
    )
    shown = _ordered(_settled(shown, found.scored.left, found.scored.right, formed), settings, population)
    clock.stage("pairs")
    made = _report(table, settings, shown, formed, at, clock)
    _add_learned(made, found, score >= at)
    return Linkage(table, shown, _cluster_table(population, formed), made, settings, population, found)


def _by_composite(
    table: pl.DataFrame,
    population: Population,
    settings: Settings,
    decided: tuple[np.ndarray, np.ndarray],
    clock: Clock,
) -> Linkage:
    found = composite.find(table, settings, clock)
    at = settings.threshold if settings.threshold is not None else CUSTOMER.auto_merge_at
    limits = _limits(population, settings, decided, one_to_one=bool(settings.one_to_one))
    score = found.table["match_score"].to_numpy()
    bits = clusters.HELD * (score - CUSTOMER.review_at) / (1 - CUSTOMER.review_at)
    least = clusters.HELD * (at - CUSTOMER.review_at) / (1 - CUSTOMER.review_at)
    formed = clusters.cluster(len(population), found.left, found.right, bits, least - ROUNDING, limits)
    clock.stage("cluster")
    shown = _ordered(_settled(found.table, found.left, found.right, formed), settings, population)
    made = _report(table, settings, shown, formed, at, clock)
    made.possible_pairs = len(population) * (len(population) - 1) // 2
    made.candidate_pairs = sum(stats.pairs_new for stats in found.blocks.stats)
    composite.describe(made, found, composite.attainable(settings))
    return Linkage(table, shown, _cluster_table(population, formed), made, settings, population, composite=found)


def _limits(
    population: Population, settings: Settings, decided: tuple[np.ndarray, np.ndarray], *, one_to_one: bool
) -> Constraints:
    columns = [population.columns[name] for name in settings.trusted_keys if name in population.columns]
    return Constraints(
        *decided,
        keys=[column.codes for column in columns],
        sources=population.sources if one_to_one else None,
        largest=settings.max_cluster or max(clusters.IMPLAUSIBLE, len(decided[0]) + 1),
    )


def _settled(shown: pl.DataFrame, left: np.ndarray, right: np.ndarray, formed: Clustering) -> pl.DataFrame:
    """A merge that a guard refused goes to review."""
    if not formed.refused:
        return shown
    refused = pl.DataFrame(list(formed.refused), schema={"a": pl.Int64, "b": pl.Int64}, orient="row")
    numbered = pl.DataFrame({"a": left, "b": right}).cast(pl.Int64).with_row_index()
    places = numbered.join(refused, on=["a", "b"], how="semi")["index"]
    held = pl.int_range(pl.len(), dtype=pl.UInt32).is_in(places.implode()) & (pl.col("tier") == AUTO_MERGE)
    return shown.with_columns(pl.when(held).then(pl.lit(REVIEW)).otherwise("tier").alias("tier"))


def _ordered(shown: pl.DataFrame, settings: Settings, population: Population) -> pl.DataFrame:
    """The most probable pairs first; in each the lower id first, or the id of the first source."""
    if settings.mode == "link" and population.sources is not None:
        sources = pl.DataFrame({"id": population.ids, "source": population.sources})
        both = shown.select("id_a", "id_b").join(
            sources, left_on="id_a", right_on="id", how="left", maintain_order="left"
        )
        both = both.join(sources, left_on="id_b", right_on="id", how="left", maintain_order="left", suffix="_b")
        turned = both["source"] > both["source_b"]
    else:
        turned = shown["id_a"] > shown["id_b"]
    a, b = pl.col("id_a"), pl.col("id_b")
    ordered = shown.with_columns(
        pl.when(turned).then(b).otherwise(a).alias("id_a"), pl.when(turned).then(a).otherwise(b).alias("id_b")
    )
    return ordered.sort("match_score", "id_a", "id_b", descending=[True, False, False])


def _cluster_table(population: Population, formed: Clustering) -> pl.DataFrame:
    return pl.DataFrame({"id": population.ids, "cluster_id": population.ids.gather(formed.labels)})


def _report(
    table: pl.DataFrame, settings: Settings, shown: pl.DataFrame, formed: Clustering, at: float, clock: Clock
) -> Report:
    counts = dict(shown["tier"].value_counts().iter_rows())
    sizes = np.unique(formed.labels, return_counts=True)[1]
    composite_tiers = settings.model == "composite"
    return Report(
        model=settings.model,
        mode=settings.mode,
        records=len(table),
        fields=dict(settings.fields),
        possible_pairs=0,
        recorded_pairs=len(shown),
        threshold=at,
        tiers={tier: counts.get(tier, 0) for tier in (AUTO_MERGE, REVIEW, NO_MATCH)},
        clusters=len(sizes),
        duplicates=len(table) - len(sizes),
        largest_cluster=int(sizes.max(initial=0)),
        refused=formed.reasons(),
        seconds=clock.seconds,
        rules={
            "auto_merge_at": CUSTOMER.auto_merge_at if composite_tiers else AUTO_MERGE_AT,
            "review_at": CUSTOMER.review_at if composite_tiers else REVIEW_AT,
            "threshold": at,
            "trusted_keys": [key for key in settings.trusted_keys if key in dict(settings.fields)],
            "max_cluster": settings.max_cluster,
            "seed": settings.seed,
        },
    )


def _add_learned(made: Report, found: Found, is_match: np.ndarray) -> None:
    model = found.learned.model
    made.possible_pairs = found.candidates.possible_pairs
    made.candidate_pairs = sum(one.pairs_new for one in found.candidates.passes)
    made.passes = report.passes_of(found.candidates, found.first, found.mask, is_match)
    made.capped = report.capped_of(found.candidates)
    made.levels, made.kinds = report.levels_of(model), report.kinds_of(model)
    made.matches_expected = float(probability(found.bits).sum())
    made.prior = made.matches_expected / max(made.possible_pairs, 1)
    made.one_to_one = found.one_to_one
