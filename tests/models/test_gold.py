"""Gold: keys that resolve, history that is derived, and a lifecycle that follows from the facts."""

from datetime import date, timedelta

import pytest

from tests.models import world

AS_OF = date(2026, 1, 31)


@pytest.fixture
def con():
    return world.small()


def customers(con, columns, where="true"):
    return world.rows(world.built(con), f"select {columns} from gold.dim_customer where {where}")


def alone(**change):
    """A customer whose only activity is one order on a given day."""
    con = world.empty()
    for table in ("bronze.sap_kna1", "bronze.sap_mara", "bronze.sf_user"):
        world.add(con, table, **world.ROWS[table])
    ordered = (AS_OF - timedelta(days=change.pop("days"))).strftime("%Y%m%d")
    world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"ERDAT": ordered}))
    world.golden(con, **change)
    world.link(con, "SAP:0000100001")
    return con


def test_facts_resolve_to_the_golden_customer(con):
    world.built(con)
    assert world.rows(con, "select distinct customer_uid from gold.fact_sales") == [("C-0000000001",)]
    amounts = "quantity, cost_total::double, profit::double"
    assert world.rows(con, f"select {amounts} from gold.fact_sales where order_id = 'SAP-0001'") == [(3, 84.0, 186.0)]


@pytest.mark.parametrize(
    ("table", "key", "fact"),
    [
        ("silver.sales_order", "SAP-0001", "gold.fact_sales"),
        ("silver.interaction", "00TA", "gold.fact_interactions"),
        ("silver.deal", "006A", "gold.fact_pipeline"),
        ("silver.web_event", "E1", "gold.fact_clickstream"),
        ("silver.fraud_alert", "F1", "gold.fact_fraud_signals"),
    ],
)
def test_a_row_rejected_before_the_match_is_in_no_fact(con, table, key, fact):
    world.add(con, "silver.quarantine", table_name=table, row_key=key, is_rejected=True)
    world.built(con)
    [column] = world.rows(con, f"describe {fact}")[0][:1]
    assert world.rows(con, f"select * from {fact} where {column} = '{key}'") == []


def test_an_alert_outlives_its_rejected_order(con):
    world.add(con, "silver.quarantine", table_name="silver.sales_order", row_key="SAP-0001", is_rejected=True)
    assert world.rows(world.built(con), "select alert_id, order_id from gold.fact_fraud_signals") == [("F1", None)]


def test_an_anonymous_visitor_stays_in_the_clickstream(con):
    anonymous = {"event_id": "E2", "customer_ref": None, "referrer_source": None, "utm_campaign": None}
    world.add(con, "bronze.web_event", **(world.EVENT | anonymous | {"page_url": "/pricing"}))
    world.built(con)
    found = world.rows(
        con, "select customer_uid, channel_id, is_converted from gold.fact_clickstream order by event_id"
    )
    assert found == [
        ("C-0000000001", "google_ads~q4_push", True),
        (None, "direct~none", False),
    ]


@pytest.mark.parametrize(
    ("page", "event_type", "is_converted"),
    [
        ("/demo-request", "form_submit", True),
        ("/free-trial", "form_submit", True),
        ("/checkout", "form_submit", True),
        ("/contact", "form_submit", False),
        ("/checkout", "page_view", False),
    ],
)
def test_conversions_are_submitted_forms_on_three_pages(con, page, event_type, is_converted):
    world.add(con, "bronze.web_event", **(world.EVENT | {"event_id": "E2", "page_url": page, "event_type": event_type}))
    world.built(con)
    assert world.rows(con, "select is_converted from gold.fact_clickstream where event_id = 'E2'") == [(is_converted,)]


@pytest.mark.parametrize(
    ("change", "days"),
    [
        ({"StageName": "SQL"}, 61),  # since 2025-12-01, until the as-of date
        ({"StageName": "Lead", "MQL_Date__c": None, "SQL_Date__c": None}, 91),
        ({"StageName": "Lost", "Closed_Date__c": "2025-12-11", "Loss_Reason__c": "Price"}, 10),  # until it closed
    ],
)
def test_days_in_stage(con, change, days):
    world.add(con, "bronze.sf_opportunity", **(world.DEAL | {"Id": "006B"} | change))
    world.built(con)
    assert world.rows(con, "select days_in_stage from gold.fact_pipeline where deal_id = '006B'") == [(days,)]


def test_the_calendar_has_every_day_once(con):
    world.built(con)
    [(first, last, days)] = world.rows(con, "select min(date_key), max(date_key), count(*) from gold.dim_date")
    assert (first, last, days) == (date(2024, 1, 1), AS_OF, 762)
    saturday = "year, quarter, month, month_name, week, day_of_week, is_weekend"
    assert world.rows(con, f"select {saturday} from gold.dim_date where date_key = date '2026-01-31'") == [
        (2026, 1, 1, "January", 5, 6, True)
    ]


def test_a_change_opens_a_version_and_closes_the_one_before(con):
    world.snapshot(con, "2025-06-30", city="Augsburg")
    assert customers(con, "city, valid_from, valid_to, is_current, customer_key") == [
        ("Augsburg", date(2023, 5, 10), AS_OF, False, "C-0000000001@2023-05-10"),
        ("München", AS_OF, None, True, "C-0000000001@2026-01-31"),
    ]


def test_a_snapshot_that_changes_nothing_shown_opens_no_version(con):
    world.snapshot(con, "2025-06-30", source_records=2)
    assert customers(con, "valid_from, is_current") == [(date(2023, 5, 10), True)]


def test_a_version_knows_what_was_true_on_its_last_day(con):
    """The order of 2025-06-01 is the first of the version that starts on that day."""
    world.snapshot(con, "2024-01-01", city="Ulm", created_date="2023-05-31")
    world.snapshot(con, "2025-06-01", city="Augsburg")
    assert customers(con, "city, lifetime_value::double, last_activity_date, status") == [
        ("Ulm", 100.0, date(2024, 3, 1), "At-Risk"),
        ("Augsburg", 665.0, date(2026, 1, 20), "Active"),
        ("München", 665.0, date(2026, 1, 20), "Active"),
    ]


def test_the_age_of_a_version_is_that_of_its_last_day(con):
    """Created on 2024-02-05 and changed on 2024-05-05: on 2024-05-04 not yet three months old."""
    world.snapshot(con, "2024-02-06", city="Ulm", created_date="2024-02-05")
    world.snapshot(con, "2024-05-05", city="Augsburg", created_date="2024-02-05")
    assert customers(con, "status", "city = 'Ulm'") == [("New",)]


def test_a_customer_that_is_no_more_is_closed_on_the_day_that_it_was_first_missing(con):
    gone = {"customer_uid": "C-0000000002", "created_date": "2024-02-02"}
    world.snapshot(con, "2025-12-31", **gone)
    world.snapshot(con, "2026-01-15", is_retired=True, **gone)
    columns = "valid_from, valid_to, is_current"
    assert customers(con, columns, "customer_uid = 'C-0000000002'") == [(date(2024, 2, 2), date(2026, 1, 15), False)]
    assert world.rows(con, "select customer_uid from gold.dim_customer_lifecycle") == [("C-0000000001",)]


def test_a_customer_that_comes_back_opens_a_version_after_the_gap(con):
    back = {"customer_uid": "C-0000000002", "created_date": "2024-02-02"}
    world.snapshot(con, "2025-12-31", **back)
    world.snapshot(con, "2026-01-15", is_retired=True, **back)
    world.snapshot(con, "2026-01-20", **back)
    world.add(con, "mdm.golden_customer", **(world.GOLDEN | back))
    assert customers(con, "valid_from, valid_to", "customer_uid = 'C-0000000002' order by valid_from") == [
        (date(2024, 2, 2), date(2026, 1, 15)),
        (date(2026, 1, 20), None),
    ]


def test_of_two_states_of_one_day_the_later_holds(con):
    """As loaded, then as a steward decided: the version that would have no length is left out."""
    world.snapshot(con, "2026-01-31", sequence=1, city="Augsburg")
    assert customers(con, "city, valid_from, valid_to") == [
        ("München", date(2023, 5, 10), AS_OF),
        ("Augsburg", AS_OF, None),
    ]
    world.snapshot(con, "2025-06-30", city="Ulm")
    assert customers(con, "city, valid_from, valid_to") == [
        ("Ulm", date(2023, 5, 10), AS_OF),
        ("Augsburg", AS_OF, None),
    ]


@pytest.mark.parametrize(
    ("created", "days", "is_churned", "status", "stage", "risk", "tier"),
    [
        ("2020-01-01", 0, False, "Active", "Champion", 0.02, "Low"),
        ("2024-01-31", 0, False, "Active", "Champion", 0.02, "Low"),  # 24 completed months
        ("2024-02-01", 0, False, "Active", "Loyal", 0.02, "Low"),
        ("2025-01-31", 0, False, "Active", "Loyal", 0.02, "Low"),
        ("2025-02-01", 0, False, "Active", "Growing", 0.02, "Low"),
        ("2025-10-31", 0, False, "Active", "Growing", 0.02, "Low"),
        ("2025-11-01", 0, False, "New", "Activated", 0.02, "Low"),
        ("2025-11-01", 80, False, "New", "Activated", 0.14, "Low"),  # too new to be at risk
        ("2020-01-01", 45, False, "Active", "Champion", 0.14, "Low"),
        ("2020-01-01", 46, False, "At-Risk", "At-Risk", 0.30, "Medium"),
        ("2020-01-01", 68, False, "At-Risk", "At-Risk", 0.475, "Medium"),
        ("2020-01-01", 90, False, "At-Risk", "At-Risk", 0.65, "High"),
        ("2020-01-01", 91, False, "At-Risk", "Dormant", 0.6039, "High"),
        ("2020-01-01", 180, False, "At-Risk", "Dormant", 0.95, "High"),
        ("2020-01-01", 400, False, "At-Risk", "Dormant", 0.95, "High"),
        ("2020-01-01", 0, True, "Churned", "Churned", 1.0, "High"),
    ],
)
def test_lifecycle(created, days, is_churned, status, stage, risk, tier):
    con = world.built(alone(created_date=created, days=days, is_churned=is_churned))
    assert world.rows(con, "select status from gold.dim_customer") == [(status,)]
    assert world.rows(
        con, "select lifecycle_stage, churn_risk_score, churn_risk_tier, health_score from gold.dim_customer_lifecycle"
    ) == [(stage, risk, tier, pytest.approx(100 - 100 * risk))]


def test_sentiment_moves_risk_and_health(con):
    """One of two interactions of the last 90 days is negative, the third is too old to count."""
    for key, day, sentiment in (("00TB", "2026-01-12", "Negative"), ("00TC", "2025-08-01", "Negative")):
        task = {"Id": key, "ActivityDateTime": f"{day}T10:00:00.000Z", "Sentiment__c": sentiment, "NPS__c": None}
        world.add(con, "bronze.sf_task", **(world.TASK | task))
    world.built(con)
    [(days, risk, health, nps)] = world.rows(
        con, "select days_since_activity, churn_risk_score, health_score, nps_score from gold.dim_customer_lifecycle"
    )
    assert days == 11
    assert risk == pytest.approx(0.02 + 0.12 * 11 / 45 + 0.05 * 0.5, abs=1e-4)
    assert health == pytest.approx(100 - 100 * risk)  # one positive and one negative cancel out
    assert nps == 9


def test_a_customer_without_any_activity_is_not_lost(con):
    world.golden(con, customer_uid="C-0000000002", created_date="2026-01-01")
    world.built(con)
    new = "where customer_uid = 'C-0000000002'"
    assert world.rows(
        con, f"select status, lifetime_value::double, last_activity_date from gold.dim_customer {new}"
    ) == [("New", 0.0, None)]
    columns = "days_since_activity, total_orders, is_repeat_customer, nps_score, cohort_quarter"
    assert world.rows(con, f"select {columns} from gold.dim_customer_lifecycle {new}") == [
        (30, 0, False, None, "2026-Q1")
    ]


def test_pairs_show_the_customers_they_belong_to_now(con):
    world.add(
        con,
        "mdm.match_pair",
        pair_id="P-1",
        record_a="SAP:0000100001",
        record_b="Salesforce:001A",
        match_score=0.93,
        match_tier="AUTO_MERGE",
    )
    found = world.rows(world.built(con), "select customer_a, customer_uid_a, customer_uid_b from gold.mdm_match_pairs")
    assert found == [("SAP:0000100001", "C-0000000001", "C-0000000001")]
