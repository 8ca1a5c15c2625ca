"""Declared columns of the tables that no SELECT defines: the sources' extracts, and what the match engine keeps.

A table is written as one text, `column type, column type, …`; a column without a type is VARCHAR.
SAP and Salesforce send text for every column, and bronze keeps it as it came.
"""

from collections.abc import Mapping

SOURCE_METADATA = "_source_system, _ingestion_ts TIMESTAMP, _batch_id, _row_hash"

_BRONZE = {
    "sap_kna1": """MANDT, KUNNR, LAND1, NAME1, NAME2, ORT01, PSTLZ, REGIO, SORTL, STRAS, TELF1, TELFX, XCPDK, ADRNR,
        ANRED, BRSCH, ERDAT, ERNAM, KTOKD, LOEVM, SPRAS, STCD1, STCD2, STCEG, KUKLA, AUFSD""",
    "sap_adr6": "CLIENT, ADDRNUMBER, PERSNUMBER, DATE_FROM, CONSNUMBER, FLGDEFAULT, SMTP_ADDR",
    "sap_mara": "MATNR, MAKTX, MATKL, PRDHA, MTART, NETPR, STPRS, LVORM, ERSDA",
    "sap_vbap": """VBELN, POSNR, KUNNR, MATNR, ERDAT, ERZET, KWMENG, NETPR, RABATT, NETWR, PERNR, LAND1_WE, BSTNK""",
    "sf_account": """Id, Name, BillingStreet, BillingCity, BillingPostalCode, BillingCountryCode, Phone, Email__c,
        Website, Industry, Segment__c, Contract_Status__c, SAP_Customer_Number__c, OwnerId, CreatedDate,
        LastModifiedDate, SystemModstamp, IsDeleted""",
    "sf_user": "Id, Rep_Id__c, Name, Region__c, Hired_Date__c, IsActive",
    "sf_order": """Id, AccountId, Product_Code__c, CreatedDate, Quantity, UnitPrice, Discount__c, TotalAmount,
        Rep_Id__c, ShippingCountryCode, PoNumber, SystemModstamp, IsDeleted""",
    "sf_task": """Id, AccountId, SAP_Customer_Number__c, ActivityDateTime, Channel__c, Type, Sentiment__c, CSAT__c,
        NPS__c, Resolution_Hours__c, Subject, Description, SystemModstamp, IsDeleted""",
    "sf_opportunity": """Id, AccountId, Rep_Id__c, LeadSource, Amount, StageName, CreatedDate, MQL_Date__c,
        SQL_Date__c, Discovery_Date__c, Proposal_Date__c, Negotiation_Date__c, Closed_Date__c, CloseDate,
        Original_Close_Date__c, IsWon, IsClosed, Loss_Reason__c, SystemModstamp, IsDeleted""",
    "sf_account_change_event": """entity, record_id_sf, change_type, transaction_key, sequence_number BIGINT,
        commit_number BIGINT, commit_ts TIMESTAMP, changed_fields, nulled_fields, payload""",
    "oracle_hz_parties": """PARTY_ID BIGINT, PARTY_NUMBER, PARTY_NAME, PARTY_TYPE, ADDRESS1, CITY, POSTAL_CODE,
        COUNTRY, EMAIL_ADDRESS, PRIMARY_PHONE, ORIG_SYSTEM, ORIG_SYSTEM_REFERENCE, TAX_REFERENCE, STATUS,
        CREATION_DATE TIMESTAMP, LAST_UPDATE_DATE TIMESTAMP""",
    "oracle_oe_order": """HEADER_ID BIGINT, SOLD_TO_PARTY_ID BIGINT, INVENTORY_ITEM, ORDERED_DATE TIMESTAMP,
        ORDERED_QUANTITY INTEGER, UNIT_LIST_PRICE DOUBLE, DISCOUNT_PCT DOUBLE, EXTENDED_AMOUNT DOUBLE,
        SALESREP_NUMBER, SHIP_TO_COUNTRY, CUST_PO_NUMBER""",
    "ecom_order": """order_id, customer_ref, sku, ordered_at TIMESTAMP, quantity INTEGER, unit_price DOUBLE,
        discount_pct DOUBLE, total DOUBLE, account_owner, ship_country, po_number""",
    "web_event": """event_id, session_id, visitor_id, customer_ref, event_ts TIMESTAMP, page_url, event_type,
        device_type, referrer_source, utm_campaign""",
    "fraud_alert": """alert_id, customer_ref, order_ref, detected_at TIMESTAMP, fraud_type, severity,
        risk_score DOUBLE, status, detection_method, source_system, flagged_amount DOUBLE, financial_impact DOUBLE,
        held_before_shipment BOOLEAN, resolved_at TIMESTAMP""",
    "ops_metric": """ts TIMESTAMP, active_users INTEGER, page_views INTEGER, api_calls INTEGER,
        avg_response_ms DOUBLE, p99_response_ms DOUBLE, error_rate_pct DOUBLE, orders INTEGER, revenue DOUBLE,
        new_leads INTEGER, dq_pass_rate DOUBLE""",
}

_GOLDEN = """customer_uid, full_name, email, phone, street, city, postal_code, country, segment, industry, tax_id,
    is_churned BOOLEAN, created_date DATE, source_systems, source_records INTEGER, match_score DOUBLE,
    first_seen_at TIMESTAMP"""

_MDM = {
    "match_pair": """pair_id, record_a, record_b, name_similarity DOUBLE, email_match DOUBLE, phone_match DOUBLE,
        address_similarity DOUBLE, source_bonus DOUBLE, match_score DOUBLE, match_tier, steward_status,
        blocking_pass, blocking_passes, model""",
    "crosswalk": "record_id, source_system, source_id, party_id, customer_uid, link_rule, link_score DOUBLE",
    "golden_customer": _GOLDEN,
    "golden_attribute": "customer_uid, attribute, record_id, value, rule, rank INTEGER, is_survivor BOOLEAN",
    "golden_snapshot": f"snapshot_date DATE, sequence INTEGER, is_retired BOOLEAN, {_GOLDEN}, record_ids",
    "snapshot_day": "snapshot_date DATE, source_rows BIGINT, source_digest, decision_digest",
    "steward_decision": """decision_id, decided_at TIMESTAMP, decided_by, verdict, pair_id, record_a, record_b,
        customer_uid, attribute, value, reason, before, after, as_of_date DATE""",
    "customer_hierarchy": "customer_uid, parent_uid, group_size INTEGER",
    "uid_redirect": "retired_uid, customer_uid, retired_at TIMESTAMP",
    "match_run": """run_id, model, rules, source_records BIGINT, parties BIGINT, possible_pairs BIGINT,
        candidate_pairs BIGINT, recorded_pairs BIGINT, auto_merge BIGINT, review BIGINT, no_match BIGINT,
        golden_customers BIGINT, seconds DOUBLE""",
    "match_run_pass": """run_id, pass_order INTEGER, blocking_pass, pairs_found BIGINT, pairs_new BIGINT,
        recorded_pairs_found BIGINT, recorded_pairs_new BIGINT, largest_block BIGINT, capped_blocks BIGINT""",
    "quality_result": """run_id, gate, table_name, rule_id, expectation_type, column_name, dimension, severity,
        checked BIGINT, failed BIGINT, failed_share DOUBLE, tolerated_share DOUBLE, success BOOLEAN, error,
        seconds DOUBLE""",
    "run_step": "run_id, step_order INTEGER, step, rows BIGINT, seconds DOUBLE, peak_memory_mb DOUBLE",
}

RELEASE = """release_id BIGINT, published_at TIMESTAMP, as_of_date DATE, run_id, seconds DOUBLE, note, tables, rules,
    gates"""
SOURCE_WATERMARK = """source_system, source_object, table_name, cursor_column, high_water_mark, batch_id,
    loaded_at TIMESTAMP, rows_read BIGINT, rows_landed BIGINT, seconds DOUBLE"""
# The agents' audit trail: always read at its newest version, and therefore beside the releases.
AGENT_AUDIT = """at TIMESTAMP, run_id, agent, model, iteration INTEGER, event, tool, tool_use_id, access, input,
    input_hash, result_hash, result_size BIGINT, is_error BOOLEAN, error, status, seconds DOUBLE, input_tokens BIGINT,
    output_tokens BIGINT, cache_read_tokens BIGINT, cache_write_tokens BIGINT, approver"""
ATTEMPT = """attempted_at TIMESTAMP, what, outcome, subject, report, after_release BIGINT, bronze, quarantined"""
CHECKSUM = "recorded_at TIMESTAMP, path, crc BIGINT"
REFUSED_ROW = "table_name, batch_id, source_system, refused_at TIMESTAMP, reason, record"
QUARANTINE = """table_name, row_key, row_hash, gate, rules, reasons, record, batch_id, quarantined_at TIMESTAMP,
    is_rejected BOOLEAN"""


def columns(text: str) -> dict[str, str]:
    """'a, b BIGINT' as {'a': 'VARCHAR', 'b': 'BIGINT'}."""
    parts = [part.split() for part in text.replace("\n", " ").split(",")]
    return {name: " ".join(type_) or "VARCHAR" for name, *type_ in parts}


BRONZE: Mapping[str, dict[str, str]] = {
    f"bronze.{name}": columns(f"{text}, {SOURCE_METADATA}") for name, text in _BRONZE.items()
}
MDM: Mapping[str, dict[str, str]] = {f"mdm.{name}": columns(text) for name, text in _MDM.items()}
# Logs that outlive every release; they are read at their newest version.
BESIDE_RELEASES: Mapping[str, dict[str, str]] = {
    "mdm.agent_audit": columns(AGENT_AUDIT),
    "mdm.source_watermark": columns(SOURCE_WATERMARK),
}
