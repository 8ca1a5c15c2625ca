"""Master data and quality figures reconcile: records to customers, contributions to scores, rules to gates."""

import duckdb
import polars as pl
import pytest

import queries
from lakehouse import session


def test_records_less_merges_are_the_golden_customers(ask) -> None:
    steps = ask("mdm_dq/reconciliation")
    level = {row["step"]: row["records"] for row in steps.filter("is_total").to_dicts()}
    assert level == {"Records": 1150, "Golden": 500}
    changes = steps.filter(~pl.col("is_total"))
    assert changes.filter(pl.col("records") > 0)["records"].sum() == level["Records"]
    assert changes["records"].sum() == level["Golden"]
    merges = {row["rule"]: -row["records"] for row in changes.to_dicts() if row["rule"]}
    assert merges == {"DET-01": 124, "DET-02": 110, "DET-03": 50, "DET-04": 250, "AUTO_MERGE": 116}


def test_every_breakdown_of_the_pairs_is_200(ask) -> None:
    tiers = ask("mdm_dq/tiers")
    assert dict(tiers.group_by("match_tier").agg(pl.col("pairs").sum()).iter_rows()) == {
        "AUTO_MERGE": 116,
        "REVIEW": 54,
        "NO_MATCH": 30,
    }
    assert ask("mdm_dq/score_histogram")["pairs"].sum() == 200
    assert ask("mdm_dq/blocking")["recorded_pairs_new"].sum() == 200
    [total] = ask("mdm_dq/summary").to_dicts()
    assert total["recorded_pairs"] == 200
    assert total["pending"] == len(ask("mdm_dq/review_queue")) == 54
    assert total["parties"] * (total["parties"] - 1) // 2 == total["possible_pairs"] == 189_420
    assert ask("mdm_dq/blocking")["pairs_new"].sum() == total["candidate_pairs"]


def test_sources_and_survivors_sum_to_the_customers(ask) -> None:
    sources = {row["source_systems"]: row["customers"] for row in ask("mdm_dq/source_linkage").to_dicts()}
    assert sources == {
        "SAP + Salesforce + Oracle": 120,
        "SAP + Salesforce": 120,
        "SAP + Oracle": 70,
        "Salesforce + Oracle": 60,
        "SAP": 80,
        "Salesforce": 50,
    }
    names = ask("mdm_dq/survivorship").filter(pl.col("attribute") == "Name")
    assert names["customers"].sum() == 500, "every customer's name comes from one record"


def test_contributions_add_up_to_the_score_of_every_pair(warehouse: duckdb.DuckDBPyConnection) -> None:
    pairs = queries.run(warehouse, "mdm_dq/review_queue")
    with warehouse.cursor() as cursor:
        everyone = cursor.sql("select pair_id, match_score from gold.mdm_match_pairs order by pair_id").fetchall()
    assert len(everyone) == 200 and set(pairs["pair_id"]) <= {pair for pair, _ in everyone}
    for pair_id, match_score in everyone:
        detail = queries.run(warehouse, "mdm_dq/pair_detail", pair_id=pair_id)
        *parts, last = detail.to_dicts()
        assert [part["field"] for part in parts] == ["Name", "E-mail", "Phone", "Address", "Source"]
        assert sum(part["contribution"] for part in parts) == pytest.approx(match_score, abs=1e-6)
        assert (last["field"], last["contribution"]) == ("Score", match_score)


def test_mean_contributions_add_up_to_the_mean_score(ask, warehouse: duckdb.DuckDBPyConnection) -> None:
    parts = ask("mdm_dq/field_scores").group_by("match_tier").agg(pl.col("contribution").sum())
    with warehouse.cursor() as cursor:
        means = cursor.sql("select match_tier, avg(match_score) from gold.mdm_match_pairs group by all").fetchall()
    for tier, mean in means:
        assert dict(parts.iter_rows())[tier] == pytest.approx(mean, abs=1e-5)


def test_gates_dimensions_and_rules_agree(ask) -> None:
    [total] = ask("mdm_dq/summary").to_dicts()
    gates, dimensions, rules = (ask(f"mdm_dq/{name}") for name in ("gates", "dimensions", "rules"))
    assert gates["rules"].sum() == dimensions["rules"].sum() == len(rules) == total["rules"]
    assert gates["failed_rows"].sum() == rules["failed"].sum() == ask("mdm_dq/runs")["failed_rows"][-1]
    assert gates["passed"].sum() + gates["tolerated"].sum() == total["rules_passed"]
    assert ask("mdm_dq/gate_history")["failed_rows"].sum() == rules["failed"].sum()
    assert len(dimensions) == 24, "four layers by six dimensions, with or without rules"


def test_quarantine_adds_up(ask) -> None:
    [total] = ask("mdm_dq/summary").to_dicts()
    tables = ask("mdm_dq/quarantine_tables")
    assert tables["rows"].sum() == total["quarantined"] == len(ask("mdm_dq/quarantine_rows", table_name=None))
    assert tables["rejected"].sum() == total["rejected"]
    assert ask("mdm_dq/gates")["quarantined"].sum() == total["quarantined"]
    for row in tables.to_dicts():
        assert len(ask("mdm_dq/quarantine_rows", table_name=row["table_name"])) == row["rows"]


def test_every_delivery_of_the_default_build_is_the_first(ask) -> None:
    delivered = ask("mdm_dq/arrivals")
    assert dict(delivered.select("table_name", "rows").iter_rows())["sap_kna1"] == 500
    assert set(delivered["state"]) == {"First delivery"}
    assert delivered["usual_rows"].is_null().all() and delivered["recent"].list.len().sum() == 0


def test_every_bronze_table_that_holds_rows_is_among_the_deliveries(ask, lakehouse: str) -> None:
    bronze = session.tables().filter((pl.col("layer") == "bronze") & (pl.col("rows") > 0))
    assert sorted(ask("mdm_dq/arrivals")["table_name"]) == sorted(bronze["table"])


def test_the_queue_is_sorted_by_what_depends_on_it(ask) -> None:
    queue = ask("mdm_dq/review_queue")
    assert queue["revenue"].to_list() == sorted(queue["revenue"], reverse=True)
    assert queue["skipped"].is_null().all()
    assert queue["records"].min() >= 2


def test_history_by_layer_adds_up_to_the_gates(ask) -> None:
    assert ask("mdm_dq/layer_history")["failed_rows"].sum() == ask("mdm_dq/gate_history")["failed_rows"].sum()


def test_measured_precision_is_that_of_the_design(lakehouse: str) -> None:
    measured = session.evaluation()
    assert measured is not None
    assert (measured.at(0.92).precision, measured.at(0.92).false_positives) == (1.0, 0)
    assert measured.at(0.75).recall == pytest.approx(0.962, abs=0.001)
    assert measured.passes["cumulative_recall"][-1] == 1.0
