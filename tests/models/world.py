"""A world small enough to check by hand: every bronze and mdm table with its declared types, and a few rows."""

import hashlib
from datetime import datetime
from typing import Any

import duckdb

from lakehouse import runner, schemas

ARRIVED = datetime(2026, 1, 31, 23, 59, 59)
QUARANTINE = schemas.columns(schemas.QUARANTINE)

CUSTOMER = {
    "MANDT": "100", "KUNNR": "0000100001", "LAND1": "DE", "NAME1": "Müller Maschinenbau GmbH", "NAME2": "",
    "ORT01": "München", "PSTLZ": "80331", "STRAS": "Hauptstraße 12", "TELF1": "+49 89 123456", "ADRNR": "A1",
    "BRSCH": "MANU", "ERDAT": "20230510", "KUKLA": "02", "AUFSD": "", "STCEG": "DE123456789", "LOEVM": "",
}  # fmt: skip
EMAIL = {
    "ADDRNUMBER": "A1", "PERSNUMBER": "", "CONSNUMBER": "001", "FLGDEFAULT": "X", "SMTP_ADDR": "Info@Mueller.example",
}  # fmt: skip
ACCOUNT = {
    "Id": "001A", "Name": "Mueller Maschinenbau", "BillingStreet": "Hauptstr. 12", "BillingCity": "Muenchen",
    "BillingPostalCode": "80331", "BillingCountryCode": "DE", "Phone": "089 123456", "Email__c": "info@mueller.example",
    "Industry": "Manufacturing", "Segment__c": "Mid-Market", "Contract_Status__c": "Active",
    "SAP_Customer_Number__c": "0000100001", "CreatedDate": "2023-06-01T08:00:00.000Z",
    "LastModifiedDate": "2025-02-01T08:00:00.000Z", "SystemModstamp": "2025-02-01T08:00:00.000Z", "IsDeleted": "false",
}  # fmt: skip
PARTY = {
    "PARTY_ID": 77, "PARTY_NAME": "MUELLER MASCHINENBAU GMBH", "ADDRESS1": "Hauptstrasse 12", "CITY": "Muenchen",
    "POSTAL_CODE": "80331", "COUNTRY": "DE", "EMAIL_ADDRESS": "ap@mueller.example", "ORIG_SYSTEM": "SAP",
    "ORIG_SYSTEM_REFERENCE": "0000100001", "STATUS": "A", "CREATION_DATE": datetime(2024, 1, 2),
    "LAST_UPDATE_DATE": datetime(2024, 5, 1),
}  # fmt: skip
PRODUCT = {
    "MATNR": "P-1", "MAKTX": "Ledger Core", "MATKL": "C01", "PRDHA": "Basic", "MTART": "SUBS", "NETPR": "100.00",
    "STPRS": "28.00", "LVORM": "",
}  # fmt: skip
REP = {
    "Id": "005A", "Rep_Id__c": "REP-01", "Name": "Freya Ashworth", "Region__c": "EMEA", "Hired_Date__c": "2019-07-01",
}  # fmt: skip
SAP_ORDER = {
    "VBELN": "0001", "POSNR": "000010", "KUNNR": "0000100001", "MATNR": "P-1", "ERDAT": "20251001", "ERZET": "101500",
    "KWMENG": "3", "NETPR": "100.00", "RABATT": "10", "NETWR": "270.00", "PERNR": "REP-01", "LAND1_WE": "DE",
    "BSTNK": "PO-1",
}  # fmt: skip
SF_ORDER = {
    "Id": "801A", "AccountId": "001A", "Product_Code__c": "P-1", "CreatedDate": "2024-03-01T09:30:00.000Z",
    "Quantity": "1", "UnitPrice": "100.00", "Discount__c": "0", "TotalAmount": "100.00", "Rep_Id__c": "REP-01",
    "ShippingCountryCode": "DE", "PoNumber": "", "SystemModstamp": "2024-03-01T09:30:00.000Z", "IsDeleted": "false",
}  # fmt: skip
ORACLE_ORDER = {
    "HEADER_ID": 9, "SOLD_TO_PARTY_ID": 77, "INVENTORY_ITEM": "P-1", "ORDERED_DATE": datetime(2025, 6, 1, 12),
    "ORDERED_QUANTITY": 2, "UNIT_LIST_PRICE": 100.0, "DISCOUNT_PCT": 0.0, "EXTENDED_AMOUNT": 200.0,
    "SALESREP_NUMBER": "REP-01", "SHIP_TO_COUNTRY": "DE",
}  # fmt: skip
WEB_ORDER = {
    "order_id": "WEB-1", "customer_ref": "SAP:0000100001", "sku": "P-1", "ordered_at": datetime(2025, 12, 24, 23),
    "quantity": 1, "unit_price": 100.0, "discount_pct": 5.0, "total": 95.0, "account_owner": "REP-01",
    "ship_country": "DE",
}  # fmt: skip
TASK = {
    "Id": "00TA", "AccountId": "001A", "ActivityDateTime": "2026-01-10T10:00:00.000Z", "Channel__c": "Phone",
    "Type": "Support Ticket", "Sentiment__c": "Positive", "CSAT__c": "5", "NPS__c": "9", "Resolution_Hours__c": "2.5",
    "Subject": "Login fails", "SystemModstamp": "2026-01-10T10:00:00.000Z", "IsDeleted": "false",
}  # fmt: skip
DEAL = {
    "Id": "006A", "AccountId": "001A", "Rep_Id__c": "REP-01", "LeadSource": "Inbound Web", "Amount": "5000.00",
    "StageName": "SQL", "CreatedDate": "2025-11-01T00:00:00.000Z", "MQL_Date__c": "2025-11-10",
    "SQL_Date__c": "2025-12-01", "CloseDate": "2026-03-01", "Original_Close_Date__c": "2026-02-01", "IsWon": "false",
    "IsClosed": "false", "SystemModstamp": "2026-01-10T10:00:00.000Z", "IsDeleted": "false",
}  # fmt: skip
EVENT = {
    "event_id": "E1", "session_id": "S1", "visitor_id": "V1", "customer_ref": "SAP:0000100001",
    "event_ts": datetime(2026, 1, 20, 9), "page_url": "/demo-request", "event_type": "form_submit",
    "device_type": "Desktop", "referrer_source": "Google Ads", "utm_campaign": "q4_push",
}  # fmt: skip
ALERT = {
    "alert_id": "F1", "customer_ref": "SAP:0000100001", "order_ref": "SAP-0001",
    "detected_at": datetime(2025, 10, 1, 11), "fraud_type": "Round Amount", "severity": "Low", "risk_score": 20.0,
    "status": "Resolved", "detection_method": "Rule-Based", "source_system": "SAP", "flagged_amount": 270.0,
    "financial_impact": 0.0, "held_before_shipment": False, "resolved_at": datetime(2025, 10, 3),
}  # fmt: skip
METRIC = {
    "ts": datetime(2026, 1, 31, 10), "active_users": 10, "page_views": 50, "api_calls": 900, "avg_response_ms": 120.0,
    "p99_response_ms": 400.0, "error_rate_pct": 0.2, "orders": 3, "revenue": 1200.0, "new_leads": 2,
    "dq_pass_rate": 99.5,
}  # fmt: skip
ROWS = {
    "bronze.sap_kna1": CUSTOMER, "bronze.sap_adr6": EMAIL, "bronze.sap_mara": PRODUCT, "bronze.sap_vbap": SAP_ORDER,
    "bronze.sf_account": ACCOUNT, "bronze.sf_user": REP, "bronze.sf_order": SF_ORDER, "bronze.sf_task": TASK,
    "bronze.sf_opportunity": DEAL, "bronze.oracle_hz_parties": PARTY, "bronze.oracle_oe_order": ORACLE_ORDER,
    "bronze.ecom_order": WEB_ORDER, "bronze.web_event": EVENT, "bronze.fraud_alert": ALERT, "bronze.ops_metric": METRIC,
}  # fmt: skip

GOLDEN = {
    "customer_uid": "C-0000000001", "full_name": "Müller Maschinenbau GmbH", "email": "info@mueller.example",
    "phone": "+49 89 123456", "street": "Hauptstraße 12", "city": "München", "postal_code": "80331", "country": "DE",
    "segment": "Mid-Market", "industry": "Manufacturing", "tax_id": "DE123456789", "is_churned": False,
    "created_date": "2023-05-10", "source_systems": "SAP+Salesforce+Oracle", "source_records": 3, "match_score": 1.0,
    "first_seen_at": ARRIVED,
}  # fmt: skip
RECORDS = ("SAP:0000100001", "Salesforce:001A", "Oracle:77")


def empty() -> duckdb.DuckDBPyConnection:
    """Every declared table, without a row."""
    con = duckdb.connect()
    for layer in ("bronze", "silver", "mdm", "gold"):
        con.execute(f"create schema {layer}")
    for name, columns in {**schemas.BRONZE, **schemas.MDM, "silver.quarantine": QUARANTINE}.items():
        con.execute(f"create table {name} ({', '.join(f'{quoted(c)} {t}' for c, t in columns.items())})")
    return con


def small() -> duckdb.DuckDBPyConnection:
    """One good row in every source table, all about one customer, and the customer's golden record."""
    con = empty()
    for table, row in ROWS.items():
        add(con, table, **row)
    golden(con)
    for record_id in RECORDS:
        link(con, record_id)
    return con


def add(con: duckdb.DuckDBPyConnection, table: str, **row: Any) -> str:
    """Insert a row; a bronze row gets its metadata, and its hash is returned."""
    if table.startswith("bronze."):
        content = {key: value for key, value in row.items() if not key.startswith("_")}
        row.setdefault("_ingestion_ts", ARRIVED)
        row.setdefault("_batch_id", "batch-20260131")
        row.setdefault("_source_system", "Test")
        row["_row_hash"] = hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()[:32]
    columns = ", ".join(map(quoted, row))
    con.execute(f"insert into {table} ({columns}) values ({', '.join('?' for _ in row)})", list(row.values()))
    return str(row.get("_row_hash", ""))


def golden(con: duckdb.DuckDBPyConnection, **change: Any) -> None:
    """A golden customer, and its snapshot of the as-of date."""
    row = GOLDEN | change
    add(con, "mdm.golden_customer", **row)
    snapshot(con, "2026-01-31", **row)


def snapshot(con: duckdb.DuckDBPyConnection, day: str, **change: Any) -> None:
    add(con, "mdm.golden_snapshot", snapshot_date=day, **({"sequence": 0, "is_retired": False} | GOLDEN | change))


def link(con: duckdb.DuckDBPyConnection, record_id: str, customer_uid: str = "C-0000000001") -> None:
    system, _, source_id = record_id.partition(":")
    add(
        con,
        "mdm.crosswalk",
        record_id=record_id,
        source_system=system,
        source_id=source_id,
        party_id=record_id,
        customer_uid=customer_uid,
        link_rule="SINGLE",
    )


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return con.sql(sql).fetchall()


def built(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The same database with silver and gold filled."""
    for layer in runner.LAYERS:
        runner.run(con, layer)
    return con


def quoted(column: str) -> str:
    return f'"{column}"'
