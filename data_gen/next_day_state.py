"""What the systems hold on the evening before: the state that the next day's changes start from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import duckdb
import numpy as np
import polars as pl

from data_gen import plan
from data_gen.randomness import Ints, Rng, stream
from lakehouse.catalog import METADATA
from lakehouse.release import Release
from lakehouse.storage import Store

RECENT_DAYS = 60  # what customers did in this time is what they do next
# Bronze table: its natural key, and the time and the customer of a row, as SQL.
ACTIVITY: Mapping[str, tuple[str, str, str]] = {
    "sap_vbap": (
        "VBELN", "strptime(ERDAT || ERZET, '%Y%m%d%H%M%S')", "'SAP:' || KUNNR",
    ),
    "sf_order": ("Id", "cast(CreatedDate as timestamp)", "'Salesforce:' || AccountId"),
    "oracle_oe_order": ("HEADER_ID", "ORDERED_DATE", "'Oracle:' || SOLD_TO_PARTY_ID"),
    "ecom_order": ("order_id", "ordered_at", "customer_ref"),
    "sf_task": (
        "Id", "cast(ActivityDateTime as timestamp)",
        "coalesce('Salesforce:' || AccountId, 'SAP:' || SAP_Customer_Number__c)",
    ),
    "sf_opportunity": ("Id", "cast(CreatedDate as timestamp)", "'Salesforce:' || AccountId"),
    "web_event": ("event_id", "event_ts", "customer_ref"),
    "fraud_alert": ("alert_id", "detected_at", "customer_ref"),
}  # fmt: skip


@dataclass(frozen=True)
class DayState:
    """The evening before `day`, read from one release; every frame is in the order of its key."""

    con: duckdb.DuckDBPyConnection
    seed: int
    scale: float
    day: date

    @classmethod
    @contextmanager
    def of(cls, store: Store, base: Release, seed: int, scale: float, day: date) -> Iterator["DayState"]:
        con = store.connect(base.tables)
        try:
            yield cls(con, seed, scale, day)
        finally:
            con.close()

    @property
    def number(self) -> int:
        """Days since the first day of the data."""
        return plan.day_number(self.day)

    @property
    def midnight(self) -> datetime:
        return datetime.combine(self.day, time())

    def rng(self, table: str) -> Rng:
        """The table's stream of the day."""
        return stream(self.seed, f"next_day/{table}", self.number)

    def count(self, rng: Rng, mean: float, *, least: int = 0) -> int:
        """How many of something happen on the day, around a mean at scale 1."""
        return least + int(rng.poisson(max(mean * self.scale - least, 0.05)))

    def serials(self, count: int) -> Ints:
        """Numbers for new rows of a kind, used by no other day and by nothing of the first build."""
        return 20_000_000 + self.number * 1_000_000 + np.arange(count)

    def newest(self, table: str, key: str) -> pl.DataFrame:
        """The rows that a master or a table of changing rows holds now, without bronze's metadata."""
        newest = f"row_number() over (partition by {key} order by _ingestion_ts desc, _row_hash) = 1"
        return self.con.sql(
            f"select * exclude ({', '.join(METADATA)}) from bronze.{table} qualify {newest} order by {key}"
        ).pl()

    def recent(self, table: str) -> pl.DataFrame:
        """Sound rows of the last weeks by customers who are still there and did not leave; with `happened_at`."""
        key, at, customer = ACTIVITY[table]
        since = self.midnight - timedelta(days=RECENT_DAYS)
        customers = "select record_id from silver.customer where not is_churned"
        known = f"coalesce({customer} in ({customers}), {customer} is null)"
        refused = "select row_hash from silver.quarantine where table_name = 'bronze.' || $table"
        silver = f"select row_key from silver.quarantine where table_name = 'silver.{SILVER[table]}'"
        rows = f"""
            select * exclude ({", ".join(METADATA)}), {at} as happened_at, {customer} as record_id
            from bronze.{table}
            where _row_hash not in ({refused}) and {known} and {SILVER_KEY[table]} not in ({silver})
            qualify row_number() over (partition by {key} order by _ingestion_ts desc, _row_hash) = 1
        """
        found = f"from ({rows}) where happened_at >= $since and happened_at < $until order by {key}"
        return self.con.sql(found, params={"table": table, "since": since, "until": self.midnight}).pl()


SILVER = {
    "sap_vbap": "sales_order", "sf_order": "sales_order", "oracle_oe_order": "sales_order",
    "ecom_order": "sales_order", "sf_task": "interaction", "sf_opportunity": "deal", "web_event": "web_event",
    "fraud_alert": "fraud_alert",
}  # fmt: skip
SILVER_KEY = {
    "sap_vbap": "'SAP-' || VBELN", "sf_order": "'SF-' || Id", "oracle_oe_order": "'ORA-' || HEADER_ID",
    "ecom_order": "order_id", "sf_task": "Id", "sf_opportunity": "Id", "web_event": "event_id",
    "fraud_alert": "alert_id",
}  # fmt: skip
