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
# What a run says of itself: written after the gates.
LOGS = {"mdm.match_run", "mdm.match_run_pass", "mdm.quality_result", "mdm.run_step", "mdm.source_watermark"}


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
    assert (set(schemas.BRONZE) | models | set(schemas.MDM)) - LOGS <= guarded


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
    layers = {layer: gate.run(con, "mdm_to_gold", layer=layer).results for layer in ("silver", "mdm", "gold")}
    assert {result.table_name.split(".")[0] for result in layers["gold"]} == {"gold"}
    assert sum(map(len, layers.values())) == len(gate.run(con, "mdm_to_gold").results)


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
