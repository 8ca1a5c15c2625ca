"""The default enterprise at the gates: every planted row is caught, and no other."""

import duckdb
import pytest

import data_gen
from lakehouse import batches, runner
from lakehouse.quality import gate
from tests.models import world

# Counted by hand from what data_gen.bad_rows plants: rejected rows, and rows that were sent again.
BRONZE = {
    "bronze.sap_vbap": (12, 12),  # 5 test orders and 7 impossible values
    "bronze.sf_order": (7, 8),
    "bronze.oracle_oe_order": (5, 4),
    "bronze.ecom_order": (7, 7),
    "bronze.sf_task": (12, 15),
    "bronze.sf_opportunity": (3, 6),
    "bronze.web_event": (5, 60),
    "bronze.fraud_alert": (3, 4),
    "bronze.ops_metric": (2, 2),
}
SILVER = {
    "silver.sales_order": 15,  # orphans of the four order systems
    "silver.interaction": 8,
    "silver.deal": 5,  # 4 orphans and a deal that closed before it began
    "silver.web_event": 21,  # 20 orphans and an event of an unknown type
    "silver.fraud_alert": 3,
}


@pytest.fixture(scope="module")
def reports():
    """The reports of the first two gates; bad rows are kept between them as the pipeline keeps them."""
    con = world.empty()
    for found in data_gen.simulate(seed=42, scale=1):
        rows = batches.with_metadata(
            found.frame,
            batch_id=found.batch_id,
            source_system=found.source_system,
            ingestion_ts=found.ingestion_ts,
        )
        insert(con, found.table, rows)
    bronze = gate.run(con, "bronze_to_silver")
    insert(con, "silver.quarantine", bronze.quarantine)
    runner.run(con, "silver")
    return bronze, gate.run(con, "silver_to_mdm")


def insert(con: duckdb.DuckDBPyConnection, table, rows):
    con.register("incoming", rows.to_arrow())
    con.execute(f"insert into {table} by name select * from incoming")
    con.unregister("incoming")


def test_the_gates_let_the_default_build_pass(reports):
    for report in reports:
        gate.enforce(report)
        assert [result.message for result in report.results if result.finding.error] == []


def test_the_first_gate_catches_what_cannot_be(reports):
    rows = reports[0].quarantine
    found = {
        name: (int(part["is_rejected"].sum()), int((~part["is_rejected"]).sum()))
        for (name,), part in rows.group_by("table_name")
    }
    assert found == BRONZE
    assert set(rows.filter(~rows["is_rejected"])["rules"]) == {"row_arrives_once"}


def test_the_second_gate_catches_orphans_and_contradictions(reports):
    rows = reports[1].quarantine
    assert dict(rows["table_name"].value_counts().iter_rows()) == SILVER
    assert rows["is_rejected"].all()


def test_every_row_has_a_reason_for_every_rule(reports):
    for report in reports:
        counts = report.quarantine.select("rules", "reasons").rows()
        assert all(rules.count("; ") == reasons.count("; ") for rules, reasons in counts)
