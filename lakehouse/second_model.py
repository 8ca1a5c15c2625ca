"""The learned model beside the composite one: over the customers of a release, and over a table of a user's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from lakehouse.mdm import rules
from lakehouse.mdm.linkage import Fields, link
from lakehouse.mdm.linkage.evaluation import Evaluation
from lakehouse.mdm.linkage.linkage import Linkage
from lakehouse.mdm.linkage.pairs import CIRCUMSTANCES, prior_bits

CUSTOMER_FIELDS = Fields(
    name="name", email="email", phone="phone", address="street", postcode="postal_code", city="city", country="country"
)
MAX_ROWS = 50_000  # of an uploaded table
ENDING = "_contribution"


@dataclass(frozen=True)
class Explained:
    """One known record beside a new one: `steps` are log2 Bayes factors that add up from the prior to `bits`."""

    record_id: str
    match_score: float
    match_tier: str
    steps: Mapping[str, float]
    similarities: Mapping[str, float | None]

    @property
    def bits(self) -> float:
        return sum(self.steps.values())


class LearnedCustomers:
    """The learned model over the records that the fuzzy run compares; learning happens once."""

    def __init__(self, customers: pl.DataFrame) -> None:
        self.records = customers.filter(pl.col("source_system").is_in(list(rules.CUSTOMER.fuzzy_sources)))

    @cached_property
    def linkage(self) -> Linkage:
        return link(self.records, id="record_id", source="source_system", fields=CUSTOMER_FIELDS)

    def match(self, record: Mapping[str, Any]) -> list[Explained]:
        """The probable records for a new one, best first; the record itself, where it is known, is left out."""
        named = {name: value for name, value in record.items() if name != "record_id"}
        found = self.linkage.index.match({**named, "record_id": record.get("record_id") or "new record"})
        others = found.filter(pl.col("id_a") != (record.get("record_id") or ""))
        return [self._explained(row) for row in others.to_dicts()]

    def evaluate(self, key: pl.DataFrame) -> Evaluation:
        """Measured against the answer key (record_id, entity_id)."""
        known = key.select("record_id", "entity_id").join(self.records.select("record_id"), on="record_id", how="semi")
        return self.linkage.evaluate(known)

    def _explained(self, row: Mapping[str, Any]) -> Explained:
        steps = {"prior": prior_bits(self.linkage.learned.model)}
        steps |= {n.removesuffix(ENDING): v for n, v in row.items() if n.endswith(ENDING) and n != CIRCUMSTANCES}
        steps["circumstances"] = row[CIRCUMSTANCES]
        alike = {n.removesuffix("_similarity"): v for n, v in row.items() if n.endswith("_similarity")}
        return Explained(row["id_a"], row["match_score"], row["tier"], steps, alike)


def link_table(
    records: pl.DataFrame,
    *,
    id: str,
    source: str | None,
    fields: Mapping[str, str],
    identifiers: Sequence[str] = (),
    model: str,
    mode: str = "dedupe",
) -> Linkage:
    """Link a user's own table; `fields` names the column of each field. LinkageError says what cannot be used."""
    declared = Fields(**fields, identifiers=tuple(identifiers))
    return link(records, id=id, source=source, fields=declared, model=model, mode=mode)
