"""The simulated enterprise: its truth, made once, and the extracts that its systems deliver."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from data_gen import (
    answer_key,
    archetypes,
    bad_rows,
    deals,
    fraud_alerts,
    identities,
    interactions,
    masters,
    metrics,
    order_book,
    order_extracts,
    population,
    products,
    recency,
    records,
    web,
)
from data_gen.extracts import Extract, extract
from data_gen.plan import HOURS, NoSuchWorld, Plan

CHANGE_EVENTS: Mapping[str, Any] = {
    "entity": pl.String, "record_id_sf": pl.String, "change_type": pl.String, "transaction_key": pl.String,
    "sequence_number": pl.Int64, "commit_number": pl.Int64, "commit_ts": pl.Datetime("us"),
    "changed_fields": pl.String, "nulled_fields": pl.String, "payload": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """Everything that is true of one seed and scale."""

    seed: int
    plan: Plan

    @cached_property
    def people(self) -> population.Population:
        return population.simulate(self.seed, self.plan)

    @cached_property
    def _companies(self) -> tuple[list[identities.Identity], records.Records]:
        companies, registry = identities.simulate(self.seed, self.people)
        planted = archetypes.plant(self.seed, self.people, companies, registry)
        return companies, records.simulate(self.seed, self.plan, self.people, companies, registry, planted)

    @property
    def companies(self) -> list[identities.Identity]:
        return self._companies[0]

    @property
    def records(self) -> records.Records:
        return self._companies[1]

    @cached_property
    def products(self) -> products.Products:
        return products.simulate(self.seed)

    @cached_property
    def book(self) -> pl.DataFrame:
        return order_book.simulate(self.seed, self.plan, self.people, self.companies, self.records, self.products)

    def forget(self) -> None:
        """Give back the memory; what is asked for again is made again, and the same."""
        for name in ("people", "_companies", "products", "book"):
            self.__dict__.pop(name, None)

    def answer_key(self) -> dict[str, pl.DataFrame]:
        return {"entity": answer_key.entity(self.people, self.records), "fraud": answer_key.fraud(self.book)}

    def extracts(self) -> Iterator[Extract]:
        """Every table's batch, the large ones in parts, and the batches that are sent again."""
        seed, people, kept = self.seed, self.people, self.records
        yield extract("sap_kna1", masters.sap_kna1(seed, people, kept))
        yield extract("sap_adr6", masters.sap_adr6(kept))
        yield extract("sap_mara", products.sap_mara(self.products))
        yield extract("sf_user", masters.sf_user())
        yield extract("sf_account", masters.sf_account(seed, people, kept, self.companies))
        yield extract("sf_account_change_event", pl.DataFrame(schema=CHANGE_EVENTS))
        yield extract("oracle_hz_parties", masters.oracle_hz_parties(seed, people, kept))
        for table, rows in order_extracts.simulate(self.book, kept, self.products).items():
            yield from self._with_bad_rows(table, rows)
        yield from self._with_bad_rows("sf_task", interactions.simulate(seed, self.plan, people, kept, self.book))
        opportunities = deals.simulate(seed, self.plan, people, kept)
        yield from self._with_bad_rows("sf_opportunity", opportunities)
        yield from self._with_bad_rows("fraud_alert", self._fraud_alerts())
        _, returning = recency.callers_and_visitors(seed, people, self.book)
        page_views = np.zeros(HOURS, dtype=np.int64)
        parts = web.parts(self.plan)
        for part, events in enumerate(web.simulate(seed, self.plan, people, kept, returning)):
            page_views += metrics.hourly_page_views(events)
            if part < parts - 1:
                yield extract("web_event", events, part=part)
            else:
                yield from self._with_bad_rows("web_event", events, part)
        created = opportunities["CreatedDate"].str.to_datetime("%Y-%m-%dT%H:%M:%S.000Z")
        hours = metrics.ops_metric(seed, self.plan, self.book, created, page_views)
        yield from self._with_bad_rows("ops_metric", hours)

    def _fraud_alerts(self) -> pl.DataFrame:
        return fraud_alerts.simulate(
            self.seed, self.plan, self.people, self.companies, self.records, self.products, self.book
        )

    def _with_bad_rows(self, table: str, good: pl.DataFrame, part: int = 0) -> Iterator[Extract]:
        rows, again = bad_rows.plant(self.seed, self.plan, table, good)
        yield extract(table, rows, part=part)
        yield extract(table, again, redelivery=True)


def world(seed: int = 42, scale: float = 1) -> World:
    """The enterprise of a seed and a scale; NoSuchWorld where they are none."""
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise NoSuchWorld(f"seed must be a whole number from 0, but is {seed!r}")
    if isinstance(scale, bool) or not isinstance(scale, int | float):
        raise NoSuchWorld(f"scale must be a number, but is {scale!r}")
    return World(seed, Plan(scale))
