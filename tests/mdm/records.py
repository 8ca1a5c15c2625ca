"""Customer records and steward decisions to test with: a plain record, changed where a case needs it."""

from datetime import date, datetime
from typing import Any

import polars as pl

CUSTOMER_SCHEMA = {
    "record_id": pl.String,
    "source_system": pl.String,
    "source_id": pl.String,
    "name": pl.String,
    "email": pl.String,
    "phone": pl.String,
    "street": pl.String,
    "city": pl.String,
    "postal_code": pl.String,
    "country": pl.String,
    "tax_id": pl.String,
    "industry": pl.String,
    "segment": pl.String,
    "sap_key": pl.String,
    "sf_key": pl.String,
    "is_churned": pl.Boolean,
    "created_date": pl.Date,
    "updated_at": pl.Datetime("us"),
    "first_seen_at": pl.Datetime("us"),
    "row_hash": pl.String,
}
DECISION_SCHEMA = {
    "decision_id": pl.String,
    "decided_at": pl.Datetime("us"),
    "decided_by": pl.String,
    "verdict": pl.String,
    "pair_id": pl.String,
    "record_a": pl.String,
    "record_b": pl.String,
    "customer_uid": pl.String,
    "attribute": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "before": pl.String,
    "after": pl.String,
}

ACME = {
    "name": "Acme Logistik GmbH",
    "email": "hallo@acme.example",
    "phone": "+49 89 1234567",
    "street": "Hauptstraße 5",
    "city": "München",
    "postal_code": "80331",
    "country": "DE",
    "industry": "Logistics",
    "segment": "SMB",
    "is_churned": False,
    "created_date": date(2024, 3, 1),
    "updated_at": datetime(2025, 6, 1),
    "first_seen_at": datetime(2026, 1, 31, 23, 59, 59),
}


def record(record_id: str, **changes: Any) -> dict[str, Any]:
    """Acme under a record_id such as 'SAP:1', with what a case changes."""
    source_system, source_id = record_id.split(":")
    return ACME | {"record_id": record_id, "source_system": source_system, "source_id": source_id} | changes


def other(record_id: str, **changes: Any) -> dict[str, Any]:
    """A customer that has nothing in common with Acme."""
    unlike = {"name": "Zephyr Werke AG", "email": "post@zephyr.example", "phone": "+43 1 7654321"}
    return record(record_id, **(unlike | {"street": "Ringweg 99", "city": "Wien", "postal_code": "1010"} | changes))


def customers(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=CUSTOMER_SCHEMA)


def decisions(*rows: dict[str, Any]) -> pl.DataFrame:
    """Decisions in the order given, one a minute; each gets the id D-1, D-2, …"""
    numbered = [
        {"decision_id": f"D-{n}", "decided_at": datetime(2026, 2, 1, 10, n), "decided_by": "ana", "reason": "seen"}
        | row
        for n, row in enumerate(rows, start=1)
    ]
    return pl.DataFrame(numbered, schema=DECISION_SCHEMA)


def verdict(kind: str, record_a: str, record_b: str) -> dict[str, Any]:
    return {"verdict": kind, "record_a": record_a, "record_b": record_b}
