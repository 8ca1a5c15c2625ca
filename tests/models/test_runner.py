"""The runner: what a model may say, in which order models run, and what a failure tells."""

import pytest

from lakehouse import runner
from lakehouse.errors import StepFailed
from lakehouse.runner import ModelInvalid
from tests.models import world


def model(name: str, text: str, layer: str = "silver") -> runner.Model:
    return runner.parse(layer, name, text)


def test_models_come_after_those_they_refer_to():
    models = [
        model("total", "select * from {{ ref('fact') }} join {{ ref('day') }}", "gold"),
        model("fact", "select * from {{ ref('day') }}", "gold"),
        model("day", "select * from {{ source('bronze', 'calendar') }}"),
    ]
    assert [m.full_name for m in runner.ordered(models)] == ["silver.day", "gold.fact", "gold.total"]


def test_a_ref_and_a_source_become_tables():
    [_, fact] = runner.ordered(
        [
            model("day", "select 1"),
            model("fact", """select * from {{ref("day")}} join {{ source( 'mdm' , "crosswalk" ) }}""", "gold"),
        ]
    )
    assert fact.render() == "select * from silver.day join mdm.crosswalk"
    assert fact.render(lambda table: f"release_7.{table.replace('.', '_')}") == (
        "select * from release_7.silver_day join release_7.mdm_crosswalk"
    )
    assert fact.reads == ("mdm.crosswalk", "silver.day")


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ([model("a", "{{ ref('b') }}")], "silver.a refers to 'b', which no model fills"),
        (
            [model("a", "{{ ref('b') }}"), model("b", "{{ ref('a') }}")],
            "Models refer to each other in a circle: a → b → a",
        ),
        (
            [model("a", "{{ ref('b') }}"), model("b", "select 1", "gold")],
            "silver.a refers to gold.b, a later layer",
        ),
        (
            [model("a", "select 1"), model("a", "select 1", "gold")],
            "gold.a has the name of silver.a; names must be unique",
        ),
    ],
)
def test_wrong_refs_are_named(models, message):
    with pytest.raises(ModelInvalid) as error:
        runner.ordered(models)
    assert str(error.value) == message


@pytest.mark.parametrize("tag", ["{{ config(materialized='view') }}", "{{ ref('a', 'b') }}", "{{ source('a') }}"])
def test_other_templates_are_refused(tag):
    with pytest.raises(ModelInvalid, match=r"silver\.a: .* is not understood; use \{\{ ref\('model'\) \}\}"):
        model("a", f"select 1 from {tag}")


def test_a_header_gives_description_grain_and_columns():
    parsed = model(
        "a",
        "-- What it is,\n-- in two lines.\n-- grain:   id, day\n-- columns: id VARCHAR, amount DECIMAL(18,2),\n"
        "--          day DATE\n-- A note.\n\nselect 1",
    )
    assert parsed.description == "What it is, in two lines."
    assert parsed.grain == ("id", "day")
    assert parsed.columns == (("id", "VARCHAR"), ("amount", "DECIMAL(18,2)"), ("day", "DATE"))


def test_a_failing_model_is_named_with_what_it_reads():
    con = world.empty()
    con.execute("drop table bronze.sap_mara")
    with pytest.raises(StepFailed, match=r"silver\.product \(reads bronze\.sap_mara, silver\.quarantine\): .*sap_mara"):
        runner.execute(con, "silver", next(model for model in runner.load("silver") if model.name == "product"))


def test_progress_is_told_every_model_and_its_rows():
    told = {}
    con = world.small()
    runner.run(con, "silver", lambda m, rows: told.update({m.full_name: rows}))
    assert list(told) == [m.full_name for m in runner.load("silver")]
    assert told["silver.customer"] == 3


def test_running_twice_changes_nothing():
    con = world.built(world.small())
    names = [m.full_name for layer in runner.LAYERS for m in runner.load(layer)]
    before = [world.rows(con, f"from {name}") for name in names]
    world.built(con)
    assert before == [world.rows(con, f"from {name}") for name in names]


def test_lineage_leads_from_bronze_to_gold():
    arrows = set(runner.lineage())
    assert ("bronze.sap_vbap", "silver.sales_order") in arrows
    assert ("silver.sales_order", "gold.fact_sales") in arrows
    assert ("mdm.golden_snapshot", "gold.dim_customer") in arrows
    written = {model.full_name for layer in runner.LAYERS for model in runner.load(layer)}
    assert {end for _, end in arrows} == written
