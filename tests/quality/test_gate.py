"""The gate: shares and severities, what counts as an error, what is set aside, and what the stop says."""

import json
from datetime import datetime

import pytest

from lakehouse import schemas
from lakehouse.quality import gate
from lakehouse.quality.gate import GateFailed
from tests.models import world
from tests.quality.tiny import report, result, rule, table

TWENTY = [(str(i), i, 0) for i in range(1, 21)]


@pytest.mark.parametrize(("mostly", "success"), [(1.0, False), (0.96, False), (0.95, True), (0.9, True)])
def test_a_small_share_of_bad_rows_is_tolerated(mostly, success):
    found = result(table(*TWENTY), rule("column_values_to_be_between", column="a", max_value=19, mostly=mostly))
    assert found.failed_share == 0.05
    assert found.success is success


def test_a_breach_stops_and_a_warning_shows():
    con = table(("1", 1, 1))
    found = report(
        con,
        rule("column_values_to_be_null", id="a_is_empty", column="a"),
        rule("column_values_to_be_null", id="b_is_empty", column="b", severity="warning"),
    )
    assert [breach.rule.id for breach in found.breaches] == ["a_is_empty"]
    assert [warning.rule.id for warning in found.warnings] == ["b_is_empty"]


def test_all_breaches_are_told_at_once():
    con = table(("1", 1, 1), ("1", 2, None), ("3", 3, None))
    found = report(
        con,
        rule("column_values_to_not_be_null", id="b_is_present", column="b", mostly=0.5),
        rule("column_values_to_be_unique", id="id_is_unique", column="id"),
        rule("table_row_count_to_be_between", id="table_is_large", min_value=1000),
        rule("column_values_to_be_between", id="z_is_small", column="z", max_value=1),
    )
    with pytest.raises(GateFailed) as error:
        gate.enforce(found)
    assert str(error.value) == (
        "Quality gate silver_to_mdm failed:\n"
        "silver.thing: b is present: 2 of 3 rows (66.7%) are bad, 50.0% tolerated\n"
        "silver.thing: id is unique: 2 of 3 rows (66.7%) are bad, 0.0% tolerated\n"
        "silver.thing: table is large: 3 rows, expected at least 1000\n"
        "silver.thing: z is small: could not be evaluated: there is no column z in silver.thing"
    )


def test_a_sound_table_passes():
    gate.enforce(report(table(("1", 1, 1)), rule("column_values_to_be_unique", column="id")))


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (rule("column_values_to_be_null", column="z"), "there is no column z in silver.thing"),
        (rule("column_values_to_be_between", column="id", min_value=1), "Cannot compare"),
        (rule("column_values_to_be_in_set", column="a", reference="gold.gone.id"), "gone"),
        (rule("column_values_to_be_lovely", column="a"), "expect_column_values_to_be_lovely"),
        (rule("column_values_to_match_regex", column="a"), "regex"),
    ],
    ids=["column", "type", "reference", "rule", "argument"],
)
def test_what_cannot_be_evaluated_is_an_error_and_harms_no_other_rule(one, message):
    con = table(("x", 1, 1))
    broken, sound = report(con, one, rule("column_values_to_be_unique", id="other", column="a")).results
    assert message in broken.finding.error
    assert (broken.success, broken.finding.checked, broken.finding.failed) == (False, 0, 0)
    assert sound.success and sound.finding.error is None


def test_a_missing_table_is_an_error_of_every_rule():
    con = table(("1", 1, 1))
    con.execute("drop table silver.thing")
    found = result(con, rule("column_to_exist", column="a"))
    assert found.finding.error == "there is no table silver.thing"


def test_an_empty_table_does_not_pass(monkeypatch):
    con = world.small()
    con.execute("delete from bronze.sf_order")
    found = gate.run(con, "bronze_to_silver", ["bronze.sf_order"])
    assert [breach.message for breach in found.breaches] == [
        "bronze.sf_order: table has rows: 0 rows, expected at least 1"
    ]
    assert gate.run(con, "bronze_to_silver", ["bronze.sf_account_change_event"]).breaches == []


def test_results_are_rows_of_the_declared_table():
    found = report(table(("1", 1, None)), rule("column_values_to_not_be_null", column="b", mostly=0.8))
    frame = found.results_frame()
    assert frame.columns == list(schemas.MDM["mdm.quality_result"])
    [row] = frame.drop("seconds").rows()
    assert row == (
        *("run-1", "silver_to_mdm", "silver.thing", "rule_holds", "expect_column_values_to_not_be_null", "b"),
        *("validity", "critical", 1, 1, 1.0, 0.2, False, None),
    )


def test_a_failing_row_is_set_aside_with_all_its_reasons():
    con = table(("1", 1, 1), ("2", 9, None), ("3", 9, 1))
    found = report(
        con,
        rule("column_values_to_be_between", id="a_is_small", column="a", max_value=5, quarantine=True),
        rule("column_values_to_not_be_null", id="b_is_present", column="b", quarantine=True),
        rule("column_values_to_be_unique", id="a_is_unique", column="a"),  # counts, and sets nothing aside
    ).quarantine
    assert found.columns == list(schemas.columns(schemas.QUARANTINE))
    first, second = found.to_dicts()
    assert first == {
        "table_name": "silver.thing",
        "row_key": "2",
        "row_hash": None,
        "gate": "silver_to_mdm",
        "rules": "a_is_small; b_is_present",
        "reasons": "a is small: a is 9; b is present: b is missing",
        "record": '{"id":"2","a":9,"b":null}',
        "batch_id": None,
        "quarantined_at": datetime(2026, 1, 31),
        "is_rejected": True,
    }
    assert (second["row_key"], second["rules"]) == ("3", "a_is_small")


@pytest.fixture
def con():
    """Fifty good orders in bronze, so that one bad row stays a small share."""
    con = world.small()
    for number in range(2, 51):
        world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"VBELN": f"{number:04}"}))
    return con


def aside(con, table="bronze.sap_vbap"):
    found = gate.run(con, "bronze_to_silver", [table])
    gate.enforce(found)
    return [(row["row_key"], row["rules"], row["is_rejected"]) for row in found.quarantine.to_dicts()]


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"KWMENG": "0"}, "quantity_is_positive"),
        ({"KWMENG": "5-"}, "quantity_is_positive"),  # SAP's trailing minus
        ({"RABATT": "140"}, "discount_is_0_to_100"),
        ({"KUNNR": None}, "customer_is_present"),
        ({"ERDAT": "00000000"}, "ordered_on_is_a_day_since_2020"),
        ({"ERDAT": "20190101"}, "ordered_on_is_a_day_since_2020"),
        ({"ERDAT": "20270101"}, "ordered_before_it_arrived"),
        ({"BSTNK": "TEST DO NOT USE"}, "order_is_no_test"),
        ({"BSTNK": "TESTA AG 4711"}, None),
        ({"NETWR": "12,5"}, "line_total_is_an_amount"),
    ],
)
def test_bad_orders_are_caught(con, change, rules):
    world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"VBELN": "9999"} | change))
    assert aside(con) == ([("9999|000010", rules, True)] if rules else [])


def test_a_resent_row_is_set_aside_and_its_content_goes_on(con):
    world.add(con, "bronze.sap_vbap", **world.SAP_ORDER)
    assert aside(con) == [("0001|000010", "row_arrives_once; key_is_unique_in_batch", False)]


def test_a_resent_row_of_another_batch_is_set_aside(con):
    later = datetime(2026, 2, 1)
    world.add(con, "bronze.sap_vbap", **world.SAP_ORDER, _batch_id="batch-20260201", _ingestion_ts=later)
    assert aside(con) == [("0001|000010", "row_arrives_once", False)]


def test_of_many_identical_rows_all_but_one_are_set_aside(con):
    for _ in range(4):
        world.add(con, "bronze.web_event", **world.EVENT)
    found = gate.run(con, "bronze_to_silver", ["bronze.web_event"])
    assert found.quarantine["row_key"].to_list() == ["E1"] * 4
    assert {result.rule.id: result.finding.failed for result in found.breaches} == {
        "row_arrives_once": 5,
        "key_is_unique_in_batch": 5,
    }


def test_a_changed_row_of_a_later_batch_is_a_new_version(con):
    changed = world.SAP_ORDER | {"KWMENG": "4"}
    world.add(con, "bronze.sap_vbap", **changed, _batch_id="batch-20260201")
    assert aside(con) == []


def test_of_two_contents_under_one_key_one_is_rejected(con):
    world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"KWMENG": "4"}))
    assert aside(con) == [("0001|000010", "key_is_unique_in_batch", True)]


def test_the_sound_row_of_a_key_goes_on(con):
    """Whichever hash sorts first, the row that breaks another rule is the one that is rejected."""
    for quantity in ("0", "00", "000"):
        world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"VBELN": "9999", "KWMENG": quantity}))
    good = world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"VBELN": "9999", "KWMENG": "4"}))
    found = gate.run(con, "bronze_to_silver", ["bronze.sap_vbap"]).quarantine
    assert found["row_key"].to_list() == ["9999|000010"] * 3
    assert good not in found["row_hash"].to_list()


LATER = {"_batch_id": "batch-20260201", "_ingestion_ts": datetime(2026, 2, 1)}


@pytest.mark.parametrize(
    ("first", "second", "set_aside"),
    [
        ({"KWMENG": "0"}, {"KWMENG": "4"}, []),
        ({"KWMENG": "0"}, {"KWMENG": "00"}, ["0", "00"]),  # still bad
        ({"KWMENG": "4"}, {"KWMENG": "0"}, ["0"]),  # spoilt after it was sound
        ({"KWMENG": "0"}, {"KWMENG": "4", "POSNR": "000020"}, ["0"]),  # another order line
    ],
    ids=["repaired", "still bad", "spoilt", "another"],
)
def test_a_row_that_comes_again_and_sound_leaves_the_quarantine(con, first, second, set_aside):
    world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"VBELN": "9999"} | first))
    world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"VBELN": "9999"} | second | LATER))
    rows = gate.run(con, "bronze_to_silver", ["bronze.sap_vbap"]).quarantine
    assert [json.loads(record)["KWMENG"] for record in rows["record"]] == set_aside


@pytest.mark.parametrize(("stamp", "names"), [("2025-03-01", []), ("2024-01-01", [None])])
def test_a_repair_that_its_model_would_not_prefer_leaves_the_bad_row_aside(con, stamp, names):
    """sf_account_state takes the account with the newest stamp, whenever it arrived."""
    for number in range(2, 51):
        world.add(con, "bronze.sf_account", **(world.ACCOUNT | {"Id": f"001{number:02}"}))
    bad = world.ACCOUNT | {"Id": "0099", "Name": None}
    world.add(con, "bronze.sf_account", **bad)
    repaired = bad | {"Name": "Mueller", "SystemModstamp": f"{stamp}T08:00:00.000Z"}
    world.add(con, "bronze.sf_account", **repaired, **LATER)
    rows = gate.run(con, "bronze_to_silver", ["bronze.sf_account"]).quarantine
    assert [json.loads(record)["Name"] for record in rows["record"]] == names


def test_a_repaired_row_still_counts_in_the_rule(con):
    world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"VBELN": "9999", "KWMENG": "0"}))
    world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"VBELN": "9999"} | LATER))
    results = {
        one.rule.id: one.finding.failed for one in gate.run(con, "bronze_to_silver", ["bronze.sap_vbap"]).results
    }
    assert results["quantity_is_positive"] == 1


def test_a_record_keeps_every_business_column(con):
    world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"VBELN": "9999", "KWMENG": "0"}))
    [row] = gate.run(con, "bronze_to_silver", ["bronze.sap_vbap"]).quarantine.to_dicts()
    assert json.loads(row["record"]) == world.SAP_ORDER | {"VBELN": "9999", "KWMENG": "0"}
    assert (row["batch_id"], row["quarantined_at"]) == ("batch-20260131", world.ARRIVED)


def test_a_gross_fault_stops(con):
    con.execute("update bronze.sap_vbap set KWMENG = '0' where VBELN <= '0010'")
    with pytest.raises(GateFailed, match=r"bronze\.sap_vbap: quantity is positive: 10 of 50 rows \(20\.0%\) are bad"):
        gate.enforce(gate.run(con, "bronze_to_silver"))


def test_a_lost_column_stops(con):
    con.execute("alter table bronze.sap_vbap drop column KWMENG")
    with pytest.raises(GateFailed, match=r"bronze\.sap_vbap: columns are as declared: missing KWMENG"):
        gate.enforce(gate.run(con, "bronze_to_silver"))
