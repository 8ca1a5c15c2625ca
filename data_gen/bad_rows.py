"""Rows that no source should send, a few in every transactional extract: the quality gates have something to catch.

Four kinds. Resent: a good row once more, in a batch of its own. Orphan: of a customer whom nobody knows. Test: left
behind by a tester, with TEST DO NOT USE in its text. Impossible: a value that cannot be. All but the resent ones have
keys of their own, so that the good rows stay as many as planned. Counts are those of scale 1 and grow in proportion.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from data_gen import salesforce_ids
from data_gen.plan import HOURS_SINCE, Plan
from data_gen.randomness import Ints, Rng, stream

TEST_TEXT = "TEST DO NOT USE"
NOBODY = "0000999901"  # a customer number that exists nowhere
NO_ACCOUNT = salesforce_ids.ids("Account", np.array([999_999_901]))[0]
EPOCH, FUTURE = datetime(1970, 1, 1), datetime(2030, 1, 1)

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Planted:
    """How many rows of each kind a table gets at scale 1, and what makes them bad."""

    key: str
    keys: Callable[[Ints], pl.Series]  # keys that no good row has, from the numbers 0, 1, …
    resent: int
    orphans: int
    tests: int
    orphan: Changes
    test: Changes
    impossible: tuple[Changes, ...]  # a row each
    is_volume: bool = True  # grows with the scale

    def rows(self, plan: Plan, base: int) -> int:
        return plan.rows(base) if self.is_volume else base

    def others(self, plan: Plan) -> list[tuple[int, Changes]]:
        """The bad rows that are not sent again: how many, and what is changed."""
        kinds = [(self.orphans, self.orphan), (self.tests, self.test), *((1, changes) for changes in self.impossible)]
        return [(self.rows(plan, count), changes) for count, changes in kinds if count]

    def total(self, plan: Plan) -> int:
        """All rows beyond the good ones."""
        return self.rows(plan, self.resent) + sum(count for count, _ in self.others(plan))


def _text(form: str) -> Callable[[Ints], pl.Series]:
    return lambda numbers: pl.Series([form.format(n) for n in numbers.tolist()], dtype=pl.String)


def _salesforce(entity: str) -> Callable[[Ints], pl.Series]:
    return lambda numbers: salesforce_ids.ids(entity, 9_000_000_000 + numbers)


def _hours_before(numbers: Ints) -> pl.Series:
    return pl.Series([HOURS_SINCE - timedelta(hours=n + 1) for n in numbers.tolist()])


TABLES: Mapping[str, Planted] = {
    "sap_vbap": Planted(
        "VBELN", _text("99{:08d}"), 12, 6, 5, {"KUNNR": NOBODY}, {"BSTNK": TEST_TEXT},
        (
            {"KWMENG": "5.000-"}, {"KWMENG": "0.000"}, {"RABATT": "140.00"}, {"ERDAT": "19000101"},
            {"ERDAT": "00000000"}, {"NETWR": "1200.00-"}, {"ERZET": "256199"},
        ),
    ),
    "sf_order": Planted(
        "Id", _salesforce("Order"), 8, 4, 3, {"AccountId": NO_ACCOUNT}, {"PoNumber": TEST_TEXT},
        (
            {"Quantity": "-3.0"}, {"Discount__c": "250"}, {"CreatedDate": "1999-12-31T10:00:00.000Z"},
            {"TotalAmount": "-480.00"},
        ),
    ),
    "oracle_oe_order": Planted(
        "HEADER_ID", lambda numbers: pl.Series(99_000_001 + numbers), 4, 2, 2,
        {"SOLD_TO_PARTY_ID": int(NOBODY)}, {"CUST_PO_NUMBER": TEST_TEXT},
        ({"ORDERED_QUANTITY": -2}, {"DISCOUNT_PCT": 140.0}, {"ORDERED_DATE": EPOCH}),
    ),
    "ecom_order": Planted(
        "order_id", _text("WEB-0000-{:06d}"), 7, 3, 3, {"customer_ref": f"SAP:{NOBODY}"}, {"po_number": TEST_TEXT},
        ({"quantity": 0}, {"discount_pct": -20.0}, {"total": -99.0}, {"ordered_at": EPOCH}),
    ),
    "sf_task": Planted(
        "Id", _salesforce("Task"), 15, 8, 6,
        {"AccountId": NO_ACCOUNT, "SAP_Customer_Number__c": None}, {"Subject": TEST_TEXT},
        (
            {"CSAT__c": "9"}, {"NPS__c": "42"}, {"Resolution_Hours__c": "-5.0"}, {"Sentiment__c": "Furious"},
            {"ActivityDateTime": "2012-02-28T09:00:00.000Z"}, {"AccountId": None, "SAP_Customer_Number__c": None},
        ),
    ),
    "sf_opportunity": Planted(
        "Id", _salesforce("Opportunity"), 6, 4, 0, {"AccountId": NO_ACCOUNT}, {},
        (
            {"Amount": "-25000.00"}, {"StageName": "Maybe"}, {"CreatedDate": "2019-04-01T08:00:00.000Z"},
            {"StageName": "Won", "IsClosed": "true", "Closed_Date__c": "2021-01-01", "Loss_Reason__c": None},
        ),
    ),
    "web_event": Planted(
        "event_id", _text("E-9{:09d}"), 60, 20, 0, {"customer_ref": f"SAP:{NOBODY}"}, {},
        (
            {"event_ts": EPOCH}, {"event_ts": FUTURE}, {"event_type": "teleport"}, {"session_id": None},
            {"page_url": "about:blank"}, {"device_type": "Toaster"},
        ),
    ),
    "fraud_alert": Planted(
        "alert_id", _text("FA-9{:06d}"), 4, 3, 0, {"customer_ref": f"SAP:{NOBODY}"}, {},
        ({"risk_score": 140.0}, {"risk_score": -5.0}, {"flagged_amount": -100.0}),
    ),
    "ops_metric": Planted(
        "ts", lambda numbers: _hours_before(numbers),
        2, 0, 0, {}, {}, ({"error_rate_pct": 250.0}, {"api_calls": -1}), is_volume=False,
    ),
}  # fmt: skip


def plant(seed: int, plan: Plan, table: str, good: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The good rows with the bad ones behind them, and the good rows that are sent again."""
    spec, rng = TABLES[table], stream(seed, f"{table}/bad")
    bad = pl.concat([_drawn(rng, good, count).pipe(_changed, changes) for count, changes in spec.others(plan)])
    bad = bad.with_columns(spec.keys(np.arange(len(bad))).cast(good.schema[spec.key]).alias(spec.key))
    return pl.concat([good, bad]), _drawn(rng, good, spec.rows(plan, spec.resent))


def _drawn(rng: Rng, good: pl.DataFrame, count: int) -> pl.DataFrame:
    return good[np.sort(rng.choice(len(good), min(count, len(good)), replace=False))]


def _changed(rows: pl.DataFrame, changes: Changes) -> pl.DataFrame:
    return rows.with_columns(pl.lit(value, dtype=rows.schema[name]).alias(name) for name, value in changes.items())
