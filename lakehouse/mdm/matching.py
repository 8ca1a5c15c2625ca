"""The match run: conformed source records in; pairs, crosswalk, golden customers and the run's own numbers out."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from lakehouse.mdm import crosswalk as xref
from lakehouse.mdm import deterministic, pairs, survivorship, uid
from lakehouse.mdm.clustering import Forest, join_parties
from lakehouse.mdm.rules import AUTO_MERGE, CUSTOMER, NO_MATCH, REVIEW, SOURCES, MatchRules
from lakehouse.mdm.standardise import standardise
from lakehouse.mdm.stewardship import Constraint, Override, Standing, standing


@dataclass(frozen=True)
class MatchResult:
    """The tables of one run; `capped` lists the blocks that were too large to compare in full."""

    match_pair: pl.DataFrame
    crosswalk: pl.DataFrame
    golden_customer: pl.DataFrame
    golden_attribute: pl.DataFrame
    uid_redirect: pl.DataFrame
    match_run: pl.DataFrame
    match_run_pass: pl.DataFrame
    capped: pl.DataFrame


def run(
    customers: pl.DataFrame,
    decisions: pl.DataFrame,
    rules: MatchRules = CUSTOMER,
    minted: Collection[str] = (),
) -> MatchResult:
    """Match silver.customer under the steward's decisions: the same input gives the same output.

    Records with a trusted key in common form parties; each party enters the fuzzy run with the first of its records
    in founding order. `minted` are uids that earlier runs published: those that live no longer stay resolvable.
    """
    started = time.perf_counter()
    records = in_founding_order(standardise(customers))
    decided = standing(decisions)
    parties, party = _parties(records, decided.constraints, rules)
    found = pairs.find(records, _fuzzy_rows(records, party, rules), rules)
    constraints = _known(records, decided.constraints, party)
    links = pairs.auto_links(found)
    scores = pairs.scores_of(found, constraints)
    joined, refused = join_parties(parties, links, constraints, scores, rules.max_cluster)
    settled = pairs.settled(found, joined, refused, constraints)
    crosswalk = xref.crosswalk(records, joined, party)
    approvals = [c for c in decided.constraints if c.is_link]
    earlier = _earlier(records, found, decided, rules) if decided.separated or approvals else []
    redirects = xref.redirects(records, crosswalk, earlier, minted, approvals)
    attributes, golden = _golden(records, crosswalk, joined, redirects, decided.overrides, rules)
    run_id = "R-" + uid.digest("|".join([rules.to_json(), *crosswalk["customer_uid"], *golden["customer_uid"]]))
    return MatchResult(
        match_pair=pairs.table(settled, rules),
        crosswalk=crosswalk.sort("record_id"),
        golden_customer=golden,
        golden_attribute=attributes,
        uid_redirect=redirects,
        match_run=_run_row(run_id, rules, found, settled, len(records), len(golden), time.perf_counter() - started),
        match_run_pass=_pass_rows(run_id, found, rules),
        capped=found.blocks.capped,
    )


def in_founding_order(records: pl.DataFrame) -> pl.DataFrame:
    """The records in the order they arrived; among equals the system's rank, then the id, decides."""
    rank = pl.col("source_system").replace_strict(
        list(SOURCES), list(range(len(SOURCES))), default=len(SOURCES), return_dtype=pl.Int32
    )
    return records.sort("first_seen_at", rank, "record_id", nulls_last=True)


def _parties(records: pl.DataFrame, constraints: Iterable[Constraint], rules: MatchRules) -> tuple[Forest, list[int]]:
    """The records joined by trusted keys, and for each record the row that represents its party."""
    apart = [pair[:2] for pair in _known(records, (c for c in constraints if not c.is_link))]
    forest = deterministic.parties(records, rules, apart)
    return forest, deterministic.representatives(records, forest.roots(), rules)["party"].to_list()


def _fuzzy_rows(records: pl.DataFrame, party: Sequence[int], rules: MatchRules) -> list[int]:
    is_fuzzy = records["source_system"].is_in(list(rules.fuzzy_sources)).to_list()
    return [row for row in sorted(set(party)) if is_fuzzy[row]]


def _known(
    records: pl.DataFrame, constraints: Iterable[Constraint], party: Sequence[int] | None = None
) -> list[pairs.Known]:
    """The constraints with the rows of their records, or of the parties they belong to; those of lost records go."""
    found = list(constraints)
    wanted = {record for c in found for record in (c.record_a, c.record_b)}
    held = records.with_row_index("row").filter(pl.col("record_id").is_in(list(wanted)))
    rows: Mapping[str, int] = dict(held.select("record_id", "row").iter_rows())
    seats = party if party is not None else range(len(records))
    return [
        (seats[rows[c.record_a]], seats[rows[c.record_b]], c)
        for c in found
        if c.record_a in rows and c.record_b in rows
    ]


def _earlier(records: pl.DataFrame, found: pairs.Pairs, decided: Standing, rules: MatchRules) -> list[Forest]:
    """The partitions without any decision, and with every separation ever made: what minted the uids of the past."""
    partitions = []
    for separated in ((), decided.separated):
        parties, party = _parties(records, separated, rules)
        links = [replace(link, left=party[link.left], right=party[link.right]) for link in pairs.auto_links(found)]
        partitions.append(join_parties(parties, links, _known(records, separated, party), {}, rules.max_cluster)[0])
    return partitions


def _golden(
    records: pl.DataFrame,
    crosswalk: pl.DataFrame,
    customers: Forest,
    redirects: pl.DataFrame,
    overrides: Sequence[Override],
    rules: MatchRules,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """golden_attribute and golden_customer."""
    owned = records.with_columns(crosswalk["customer_uid"])
    leads_to = dict(redirects.select("retired_uid", "customer_uid").iter_rows())
    current = [replace(o, customer_uid=leads_to.get(o.customer_uid, o.customer_uid)) for o in overrides]
    attributes = survivorship.overridden(survivorship.candidates(owned, rules), current)
    golden = survivorship.golden(owned, attributes)
    scored = golden.join(xref.weakest_link(records, customers), on="customer_uid", how="left")
    *rest, first_seen_at = golden.columns
    ordered = scored.select(*rest, "match_score", first_seen_at).sort("customer_uid")
    return attributes, ordered


def _run_row(
    run_id: str,
    rules: MatchRules,
    found: pairs.Pairs,
    settled: pl.DataFrame,
    source_records: int,
    golden_customers: int,
    seconds: float,
) -> pl.DataFrame:
    tiers = settled["match_tier"].to_list()
    row = {
        "run_id": run_id,
        "model": rules.model,
        "rules": rules.to_json(),
        "source_records": source_records,
        "parties": found.parties,
        "possible_pairs": found.parties * (found.parties - 1) // 2,
        "candidate_pairs": sum(stats.pairs_new for stats in found.blocks.stats),
        "recorded_pairs": len(settled),
        "auto_merge": tiers.count(AUTO_MERGE),
        "review": tiers.count(REVIEW),
        "no_match": tiers.count(NO_MATCH),
        "golden_customers": golden_customers,
        "seconds": seconds,
    }
    return pl.DataFrame([row])


def _pass_rows(run_id: str, found: pairs.Pairs, rules: MatchRules) -> pl.DataFrame:
    passes = found.frame["passes"]
    rows = []
    for number, stats in enumerate(found.blocks.stats):
        bit = 1 << number
        rows.append(
            {
                "run_id": run_id,
                "pass_order": number + 1,
                "blocking_pass": stats.blocking_pass,
                "pairs_found": stats.pairs_found,
                "pairs_new": stats.pairs_new,
                "recorded_pairs_found": int((passes & bit > 0).sum()),
                "recorded_pairs_new": int(((passes & bit > 0) & (passes & (bit - 1) == 0)).sum()),
                "largest_block": stats.largest_block,
                "capped_blocks": stats.capped_blocks,
            }
        )
    return pl.DataFrame(rows)
