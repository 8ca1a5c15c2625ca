"""The suites: every file is understood, every table is guarded, and every rule can be evaluated on the real shapes."""

import json
from pathlib import Path

import pytest

from lakehouse import runner, schemas
from lakehouse.quality import gate, suite
from lakehouse.quality.checks import TYPES
from lakehouse.quality.suite import SuiteInvalid
from tests.models import world

SUITES = [found for name in suite.GATES for found in suite.load(name)]
BESIDE_RELEASES = set(schemas.BESIDE_RELEASES)


@pytest.mark.parametrize("found", SUITES, ids=lambda found: f"{found.gate} {found.table}")
def test_a_suite_says_what_great_expectations_expects(found):
    path = Path(suite.FOLDER) / found.gate / f"{found.table}.json"
    content = json.loads(path.read_text())
    assert content["name"] == f"{found.gate}__{found.table.replace('.', '__')}"  # a dot would become a folder
    assert {rule.type for rule in found.rules} <= set(TYPES)
    assert all(set(expectation) == {"type", "kwargs", "severity", "meta"} for expectation in content["expectations"])


def test_every_table_of_every_layer_is_guarded():
    models = {model.full_name for layer in runner.LAYERS for model in runner.load(layer)}
    guarded = {found.table for found in SUITES}
    assert guarded == set(schemas.BRONZE) | {"silver.quarantine"} | models | set(schemas.MDM) | BESIDE_RELEASES


def test_a_build_judges_its_own_logs(warehouse):
    """The results of the rules on the logs are stored like any others; a log that is not there yet has none."""
    stored = warehouse.cursor().sql("select distinct table_name from mdm.quality_result").fetchall()
    logs = {"mdm.match_run", "mdm.match_run_pass", "mdm.quality_result", "mdm.run_step"}
    assert {name for (name,) in stored} & (logs | BESIDE_RELEASES) == logs


def test_every_dimension_of_quality_is_measured_at_every_gate():
    for name in suite.GATES:
        assert {rule.dimension for found in suite.load(name) for rule in found.rules} >= {
            "completeness",
            "validity",
            "uniqueness",
            "timeliness",
        }


def test_every_rule_can_be_evaluated():
    """On one good row a table nothing is an error, no row is bad, and nothing is set aside."""
    con = world.built(world.small())
    for name in suite.GATES:
        found = gate.run(con, name)
        assert [result.message for result in found.results if result.finding.error] == []
        assert [result.message for result in found.breaches if result.rule.id != "table_has_rows"] == []
        assert found.quarantine.is_empty()


def test_a_gate_can_be_run_layer_by_layer():
    con = world.built(world.small())
    layers = {layer: gate.run(con, "mdm_to_gold", layer=layer).results for layer in ("mdm", "gold")}
    assert {result.table_name.split(".")[0] for result in layers["gold"]} == {"gold"}
    assert sum(map(len, layers.values())) == len(gate.run(con, "mdm_to_gold").results)


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("delete from mdm.crosswalk where record_id = 'Oracle:77'", "every_source_record_has_a_customer"),
        ("insert into mdm.crosswalk select * from mdm.crosswalk limit 1", "record_belongs_once"),
        ("update mdm.crosswalk set customer_uid = 'C-0000000009'", "golden_customer_exists"),
        ("update mdm.crosswalk set link_rule = 'AUTO_MERGE', link_score = 0.91", "auto_merge_reaches_its_threshold"),
        ("update mdm.golden_customer set postal_code = null", "postal_code_is_complete"),
        ("update mdm.match_pair set match_tier = 'REVIEW', match_score = 0.7", "tier_follows_from_the_score"),
        ("update mdm.match_pair set name_similarity = 0.5", "score_is_the_weighted_sum"),
    ],
)
def test_the_last_gate_guards_the_match(fault, rule):
    con = world.small()
    runner.run(con, "silver")
    world.add(
        con,
        "mdm.match_pair",
        pair_id="P-1",
        record_a="Oracle:77",
        record_b="SAP:0000100001",
        name_similarity=1.0,
        email_match=1.0,
        phone_match=1.0,
        address_similarity=1.0,
        source_bonus=1.0,
        match_score=1.0,
        match_tier="AUTO_MERGE",
        steward_status="Auto-approved",
        blocking_pass="soundex_name",
        model="composite",
    )
    sound = {breach.rule.id for breach in gate.run(con, "mdm_to_gold", layer="mdm").breaches}
    con.execute(fault)
    assert rule in {breach.rule.id for breach in gate.run(con, "mdm_to_gold", layer="mdm").breaches} - sound


RUN = {
    "run_id": "run-1", "model": "composite", "source_records": 9, "possible_pairs": 10, "candidate_pairs": 5,
    "recorded_pairs": 3, "auto_merge": 1, "review": 1, "no_match": 1, "golden_customers": 6, "seconds": 0.1,
}  # fmt: skip
PASS = {
    "run_id": "run-1", "pass_order": 1, "blocking_pass": "email", "pairs_found": 4, "pairs_new": 4,
    "recorded_pairs_found": 2, "recorded_pairs_new": 2,
}  # fmt: skip
RESULT = {
    "run_id": "run-1", "gate": "bronze_to_silver", "table_name": "bronze.sap_kna1", "rule_id": "r",
    "dimension": "validity", "severity": "warning", "checked": 5, "failed": 1, "success": False,
}  # fmt: skip
STEP = {"run_id": "run-1", "step_order": 1, "step": "match", "rows": 0, "seconds": 0.0, "peak_memory_mb": 90.0}


@pytest.mark.parametrize(
    ("table", "sound", "fault", "rule"),
    [
        ("mdm.match_run", RUN, {"candidate_pairs": 11}, "candidates_are_possible_pairs"),
        ("mdm.match_run", RUN, {"review": 2}, "tiers_add_up_to_the_recorded_pairs"),
        ("mdm.match_run", RUN, {"golden_customers": 10}, "no_more_customers_than_source_records"),
        ("mdm.match_run_pass", PASS, {"pairs_new": 5}, "new_pairs_are_found_pairs"),
        ("mdm.quality_result", RESULT, {"error": "no such column", "success": True}, "success_follows_from_the_counts"),
        ("mdm.quality_result", RESULT, {"failed": 6}, "success_follows_from_the_counts"),
        ("mdm.run_step", STEP, {"peak_memory_mb": 0.0}, "memory_was_measured"),
        ("mdm.run_step", STEP, {"seconds": -1.0}, "seconds_are_not_negative"),
    ],
)
def test_the_last_gate_guards_the_logs(table, sound, fault, rule):
    for row, broken in ((sound, set()), (sound | fault, {rule})):
        con = world.small()
        world.add(con, table, **row)
        assert {one.rule.id for one in gate.run(con, "mdm_to_gold", [table]).breaches} == broken


def test_a_log_that_is_not_there_yet_is_no_fault():
    con = world.empty()
    assert gate.run(con, "mdm_to_gold", sorted(BESIDE_RELEASES)).results == []


def text(**change):
    expectation = {
        "type": "expect_column_to_exist",
        "kwargs": {"column": "a"},
        "severity": "critical",
        "meta": {"id": "a_exists", "dimension": "validity"},
    }
    content = {"name": "n", "meta": {"key": ["a"], "allow_empty": True}, "expectations": [expectation | change]}
    return json.dumps(content)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("{", "silver_to_mdm/silver.a.json is no JSON"),
        (text(meta={"dimension": "validity"}), "expect_column_to_exist: meta.id is missing"),
        (text(severity="fatal"), "a_exists: severity is 'fatal', expected one of critical, warning"),
        (text(meta={"id": "a", "dimension": "beauty"}), "a: meta.dimension is 'beauty', expected one of accuracy, "),
        (text(kwargs={"column": "a", "mostly": 95}), "a_exists: mostly is 95.0, expected a share above 0 and up to 1"),
        (
            text(meta={"id": "a", "dimension": "validity", "reference": "silver.a"}),
            "a: meta.reference is 'silver.a', expected layer.table.column",
        ),
        (text().replace('"allow_empty": true', '"allow_empty": false'), "no rule wants a row"),
        (text().replace('["a"]', "[]"), "meta.key is missing"),
    ],
)
def test_a_file_that_is_not_understood_is_named(broken, message):
    with pytest.raises(SuiteInvalid) as error:
        suite.parse("silver_to_mdm", "silver.a", broken)
    assert message in str(error.value)


def test_an_unknown_gate_is_named():
    with pytest.raises(ValueError, match=r"No gate 'gold_to_moon'\. Available: bronze_to_silver, "):
        gate.run(world.empty(), "gold_to_moon")
