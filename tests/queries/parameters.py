"""Values for the parameters that queries name: a few choices of filters, and things that the default build holds."""

from datetime import date
from typing import Any

import duckdb

AS_OF = date(2026, 1, 31)
EVERYONE = {"segment": None, "country": None, "severity": None, "as_of": AS_OF}

CHOICES: dict[str, dict[str, Any]] = {
    "last_12_months": {
        **EVERYONE,
        "start": date(2025, 2, 1),
        "end": date(2026, 2, 1),
        "compare_start": date(2024, 2, 1),
        "compare_end": date(2025, 2, 1),
    },
    "small_business_2025": {
        **EVERYONE,
        "segment": "SMB",
        "start": date(2025, 1, 1),
        "end": date(2026, 1, 1),
        "compare_start": date(2024, 1, 1),
        "compare_end": date(2025, 1, 1),
    },
    # Nothing to compare with: the queries get nulls.
    "all_time": {
        **EVERYONE,
        "start": date(2024, 1, 1),
        "end": date(2026, 2, 1),
        "compare_start": None,
        "compare_end": None,
    },
}
FILTERS = frozenset(CHOICES["all_time"])


def others(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Parameters that are no filters: a customer of many records, the most urgent alert, the best pair in review."""

    def first(sql: str) -> Any:
        [(found,)] = con.cursor().sql(sql).fetchall()
        return found

    customer = first(
        "select customer_uid from mdm.golden_customer join gold.fact_sales using (customer_uid) "
        "where source_systems = 'SAP+Salesforce+Oracle' group by customer_uid "
        "order by count(*) desc, customer_uid limit 1"
    )
    return {
        "uid": customer,
        "customer_uid": customer,
        "text": "mueler",
        "record_id": first("select min(record_id) from silver.customer"),
        "stage": None,
        "won_back": 0.25,
        "alert_id": first(
            "select alert_id from gold.fact_fraud_signals where status in ('Open', 'Investigating') "
            "order by risk_score desc, alert_id limit 1"
        ),
        "cost_per_review": 45.0,
        "pair_id": first(
            "select pair_id from gold.mdm_match_pairs where steward_status = 'Pending' "
            "order by match_score desc, pair_id limit 1"
        ),
        "table_name": "bronze.sap_vbap",
    }
