"""A day's business: orders, contacts, deals, web sessions, alerts and the hours of operations.

Customers do on a day what they did in the last weeks: rows of the recent past are drawn, and happen again under ids and
times of their own. Who left or fell silent is not drawn; new customers take their share.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from data_gen import metrics, salesforce_ids
from data_gen.deals import OPEN_STAGES
from data_gen.extracts import salesforce_time, sap_date
from data_gen.next_day_masters import Masters
from data_gen.next_day_state import DayState
from data_gen.randomness import Rng

# Means of a day at scale 1.
ORDERS: Mapping[str, float] = {"sap_vbap": 2.0, "sf_order": 1.1, "oracle_oe_order": 0.6, "ecom_order": 1.2}
CONTACTS, SESSIONS, NEW_DEALS, MOVED_DEALS, ALERTS, SETTLED_ALERTS = 8.0, 10.0, 1.6, 4.0, 0.7, 1.2
WIN_SHARE, LOSS_SHARE, NEW_CUSTOMER_SHARE = 0.35, 0.15, 0.3
WEB_FIRST_ID = 2_000_000_000
AMOUNT = {"sap_vbap": "NETWR", "sf_order": "TotalAmount", "oracle_oe_order": "EXTENDED_AMOUNT", "ecom_order": "total"}
ORDER_ID = {
    "sap_vbap": pl.format("SAP-{}", "VBELN"), "sf_order": pl.format("SF-{}", "Id"),
    "oracle_oe_order": pl.format("ORA-{}", "HEADER_ID"), "ecom_order": pl.col("order_id"),
}  # fmt: skip
SYSTEM = {"sap_vbap": "SAP", "sf_order": "Salesforce", "oracle_oe_order": "Oracle", "ecom_order": "E-Commerce"}


class Activity:
    """The transactional extracts of one day."""

    def __init__(self, state: DayState, masters: Masters) -> None:
        self.state, self.masters = state, masters

    def tables(self) -> dict[str, pl.DataFrame]:
        """The day's rows by bronze table; a deal or an alert that moved on is sent again whole."""
        orders = {table: self._orders(table, mean) for table, mean in ORDERS.items()}
        book = pl.concat(_booked(table, rows) for table, rows in orders.items()).sort("order_id")
        new_deals, moved = self._new_deals(), self._moved_deals()
        events = self._web_events()
        return {
            **{table: rows.drop("happened_at", "record_id") for table, rows in orders.items()},
            "sf_task": self._contacts(),
            "sf_opportunity": pl.concat([new_deals, moved]),
            "fraud_alert": pl.concat([self._alerts(book), self._settled_alerts()]),
            "web_event": events,
            "ops_metric": self._hours(book, new_deals, events),
        }

    def _drawn(self, rng: Rng, table: str, count: int) -> pl.DataFrame:
        """Rows of the recent past, with the same hour on the new day; some may come twice."""
        recent = self.state.recent(table)
        if recent.is_empty() or not count:
            return recent.clear()
        chosen = rng.integers(0, len(recent), count)
        second = pl.col("happened_at") - pl.col("happened_at").dt.truncate("1d")
        return recent[chosen.tolist()].with_columns((pl.lit(self.state.midnight) + second).alias("happened_at"))

    def _orders(self, table: str, mean: float) -> pl.DataFrame:
        rng = self.state.rng(table)
        rows = self._drawn(rng, table, self.state.count(rng, mean))
        at, serial = pl.col("happened_at"), pl.Series(self.state.serials(len(rows)), dtype=pl.Int64)
        number = pl.Series([f"{self.state.number:04d}{n:04d}" for n in range(len(rows))], dtype=pl.String)
        if table == "sap_vbap":
            customer = self._some_new(rng, rows["KUNNR"])
            return rows.with_columns(
                (pl.lit("46") + number).alias("VBELN"),
                sap_date(at).alias("ERDAT"),
                at.dt.strftime("%H%M%S").alias("ERZET"),
                customer.alias("KUNNR"),
                ("SAP:" + customer).alias("record_id"),
            )
        if table == "sf_order":
            when = salesforce_time(at)
            ids = salesforce_ids.ids("Order", serial.to_numpy())
            return rows.with_columns(ids.alias("Id"), when.alias("CreatedDate"), when.alias("SystemModstamp"))
        if table == "oracle_oe_order":
            return rows.with_columns((10_000_000 + number.cast(pl.Int64)).alias("HEADER_ID"), at.alias("ORDERED_DATE"))
        return rows.with_columns(
            (pl.lit(f"WEB-{self.state.day.year}-") + number).alias("order_id"), at.alias("ordered_at")
        )

    def _some_new(self, rng: Rng, numbers: pl.Series) -> pl.Series:
        """The SAP customers of the orders, some of them replaced by those who are new today."""
        new = [record.removeprefix("SAP:") for record in self.masters.truth if record.startswith("SAP:")]
        takes = rng.random(len(numbers)) < (NEW_CUSTOMER_SHARE if new else 0.0)
        other = [new[int(at * len(new))] if new else "" for at in rng.random(len(numbers))]
        return pl.Series(np.where(takes, other, numbers.to_numpy()).tolist(), dtype=pl.String)

    def _contacts(self) -> pl.DataFrame:
        rng = self.state.rng("sf_task")
        rows = self._drawn(rng, "sf_task", self.state.count(rng, CONTACTS))
        when = salesforce_time(pl.col("happened_at"))
        ids = salesforce_ids.ids("Task", self.state.serials(len(rows)))
        rows = rows.with_columns(ids.alias("Id"), when.alias("ActivityDateTime"), when.alias("SystemModstamp"))
        return rows.drop("happened_at", "record_id")

    def _new_deals(self) -> pl.DataFrame:
        rng = self.state.rng("sf_opportunity")
        rows = self._drawn(rng, "sf_opportunity", self.state.count(rng, NEW_DEALS))
        when = salesforce_time(pl.col("happened_at"))
        ends = [self.state.day + timedelta(days=int(60 + 60 * at)) for at in rng.random(len(rows))]
        expected = pl.Series([f"{day}" for day in ends], dtype=pl.String)
        nothing = pl.lit(None, pl.String)
        dated = [f"{stage}_Date__c" for stage in OPEN_STAGES[1:]]
        return rows.with_columns(
            salesforce_ids.ids("Opportunity", self.state.serials(len(rows))).alias("Id"),
            pl.lit("Lead").alias("StageName"),
            when.alias("CreatedDate"),
            when.alias("SystemModstamp"),
            *(nothing.alias(name) for name in (*dated, "Closed_Date__c", "Loss_Reason__c")),
            expected.alias("CloseDate"),
            expected.alias("Original_Close_Date__c"),
            pl.lit("false").alias("IsWon"),
            pl.lit("false").alias("IsClosed"),
        ).drop("happened_at", "record_id")

    def _moved_deals(self) -> pl.DataFrame:
        """Open deals that reach the next stage today, or their end."""
        rng = self.state.rng("moved_deals")
        held = self.state.newest("sf_opportunity", "Id")
        sound = self.state.con.sql(
            "select deal_id from silver.deal where deal_id not in "
            "(select row_key from silver.quarantine where table_name = 'silver.deal' and is_rejected)"
        ).pl()
        pending = held.filter((pl.col("IsClosed") == "false") & pl.col("Id").is_in(sound["deal_id"].to_list()))
        reasons = held["Loss_Reason__c"].drop_nulls().sort()
        chosen = np.sort(rng.permutation(len(pending))[: self.state.count(rng, MOVED_DEALS)])
        rows = [self._moved(rng, row, reasons) for row in pending[chosen.tolist()].to_dicts()]
        return pl.DataFrame(rows, schema=held.schema, orient="row")

    def _moved(self, rng: Rng, row: dict[str, Any], reasons: pl.Series) -> dict[str, Any]:
        day, at = f"{self.state.day}", list(OPEN_STAGES).index(row["StageName"])
        is_last, chance = at == len(OPEN_STAGES) - 1, rng.random()
        moved = {**row, "SystemModstamp": f"{day}T18:00:00.000Z"}
        if (is_last and chance >= WIN_SHARE) or chance < LOSS_SHARE:
            reason = reasons[int(rng.random() * len(reasons))]
            closed = {"StageName": "Lost", "Loss_Reason__c": reason}
        elif is_last:
            closed = {"StageName": "Won", "IsWon": "true"}
        else:
            stage = OPEN_STAGES[at + 1]
            return {**moved, "StageName": stage, f"{stage}_Date__c": day}
        return {**moved, **closed, "IsClosed": "true", "Closed_Date__c": day, "CloseDate": day}

    def _web_events(self) -> pl.DataFrame:
        """Whole sessions of the recent past, each by the visitor it was."""
        rng = self.state.rng("web_event")
        recent = self.state.recent("web_event").sort("session_id", "event_ts", "event_id")
        sessions = recent["session_id"].unique(maintain_order=True)
        if sessions.is_empty():
            return recent.drop("happened_at", "record_id")
        count = self.state.count(rng, SESSIONS, least=1)
        drawn = pl.DataFrame(
            {
                "session_id": sessions[rng.integers(0, len(sessions), count).tolist()],
                "session": [f"S-{WEB_FIRST_ID + int(n)}" for n in self.state.serials(count)],
            }
        )
        second = pl.col("event_ts") - pl.col("event_ts").dt.truncate("1d")
        rows = drawn.join(recent, on="session_id", how="inner", maintain_order="left_right").with_columns(
            (pl.lit(self.state.midnight) + second).alias("event_ts"), pl.col("session").alias("session_id")
        )
        ids = pl.Series([f"E-{WEB_FIRST_ID + int(n)}" for n in self.state.serials(len(rows))], dtype=pl.String)
        return rows.with_columns(ids.alias("event_id")).select(
            name for name in recent.columns if name not in ("happened_at", "record_id")
        )

    def _alerts(self, book: pl.DataFrame) -> pl.DataFrame:
        """New alerts about orders of the day, of the kinds that were raised lately."""
        rng = self.state.rng("fraud_alert")
        rows = self._drawn(rng, "fraud_alert", min(self.state.count(rng, ALERTS), len(book)))
        if rows.is_empty():
            return rows.drop("happened_at", "record_id")
        about = book[np.sort(rng.permutation(len(book))[: len(rows)]).tolist()]
        ids = [f"FA-{self.state.number:04d}{n:04d}" for n in range(len(rows))]
        return rows.with_columns(
            pl.Series(ids, dtype=pl.String).alias("alert_id"),
            about["record_id"].alias("customer_ref"),
            about["order_id"].alias("order_ref"),
            pl.Series(self._after(rng, about["happened_at"])).alias("detected_at"),
            pl.lit("Open").alias("status"),
            about["system"].alias("source_system"),
            about["amount"].alias("flagged_amount"),
            (about["amount"] * rows["risk_score"] / 100).round(2).alias("financial_impact"),
            pl.lit(None, pl.Datetime("us")).alias("resolved_at"),
        ).drop("happened_at", "record_id")

    def _after(self, rng: Rng, moments: pl.Series) -> list[Any]:
        """Up to four hours later, on the same day."""
        last = self.state.midnight + timedelta(hours=23, minutes=59)
        return [max(at, min(at + timedelta(seconds=int(rng.random() * 14_400)), last)) for at in moments]

    def _settled_alerts(self) -> pl.DataFrame:
        """Open alerts that an analyst settles today."""
        rng = self.state.rng("settled_alerts")
        held = self.state.recent("fraud_alert").drop("happened_at", "record_id")
        pending = held.filter(pl.col("status").is_in(["Open", "Investigating"]))
        chosen = np.sort(rng.permutation(len(pending))[: self.state.count(rng, SETTLED_ALERTS)])
        settled = pending[chosen.tolist()]
        is_fraud = pl.Series(rng.random(len(settled)) < 0.3)
        held_back = settled["held_before_shipment"] | ~is_fraud
        return settled.with_columns(
            pl.select(pl.when(is_fraud).then(pl.lit("Confirmed Fraud")).otherwise(pl.lit("False Positive")))
            .to_series()
            .alias("status"),
            pl.select(pl.when(held_back).then(0.0).otherwise(settled["flagged_amount"]))
            .to_series()
            .alias("financial_impact"),
            pl.lit(self.state.midnight + timedelta(hours=17)).alias("resolved_at"),
        )

    def _hours(self, book: pl.DataFrame, deals: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
        """The day's 24 hours of operations; orders, revenue and leads are those of the hour."""
        rng, hours = self.state.rng("ops_metric"), np.arange(24)
        load = metrics.CURVE / metrics.CURVE.max() * metrics.WEEKDAYS[self.state.day.weekday()]
        ordered = book["happened_at"].dt.hour().cast(pl.Int64).to_numpy()
        leads = deals["CreatedDate"].str.slice(11, 2).cast(pl.Int64).to_numpy()
        viewed = events.filter(pl.col("event_type") == "page_view").height
        views = np.round(metrics.SAMPLING * viewed * load / load.sum())
        average = (metrics.QUIET_MS + metrics.LOADED_MS * load) * rng.lognormal(0, 0.05, 24)
        calls = metrics.PEAK_API_CALLS * max(self.state.scale, 0.1) * (0.10 + load) * rng.lognormal(0, 0.04, 24)
        cents = np.round(np.bincount(ordered, weights=book["amount"].to_numpy(), minlength=24) * 100)
        return pl.DataFrame(
            {
                "ts": [self.state.midnight + timedelta(hours=int(hour)) for hour in hours],
                "active_users": np.round(views / 5.2 * rng.lognormal(0, 0.06, 24)).astype(np.int32),
                "page_views": views.astype(np.int32),
                "api_calls": np.round(calls).astype(np.int32),
                "avg_response_ms": np.round(average, 1),
                "p99_response_ms": np.round(average * (3.6 + 0.5 * rng.random(24)), 1),
                "error_rate_pct": np.round(metrics.USUAL_ERRORS_PCT * rng.lognormal(0, 0.25, 24), 3),
                "orders": np.bincount(ordered, minlength=24).astype(np.int32),
                "revenue": cents / 100,
                "new_leads": np.bincount(leads, minlength=24).astype(np.int32),
                "dq_pass_rate": np.round(np.clip(metrics.USUAL_PASS_RATE + rng.normal(0, 0.22, 24), 0, 100), 2),
            }
        )


def _booked(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        ORDER_ID[table].cast(pl.String).alias("order_id"),
        "record_id",
        "happened_at",
        pl.lit(SYSTEM[table]).alias("system"),
        pl.col(AMOUNT[table]).cast(pl.Float64).alias("amount"),
    )
