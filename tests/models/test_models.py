"""A promise kept by every model: its header is true, and its order is total."""

import re

import pytest

from lakehouse import runner
from tests.models import world

MODELS = [model for layer in runner.LAYERS for model in runner.load(layer)]


@pytest.fixture(scope="module")
def con():
    con = world.small()
    world.add(con, "bronze.sap_vbap", **(world.SAP_ORDER | {"VBELN": "0002", "ERDAT": "20251105"}))
    world.add(con, "mdm.match_pair", pair_id="P-1", record_a="SAP:0000100001", record_b="Salesforce:001A")
    world.snapshot(con, "2025-06-30", city="Augsburg")
    return world.built(con)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.full_name)
def test_header_is_true(con, model):
    assert model.description.endswith("."), "the first line is a sentence"
    described = world.rows(con, f"describe {model.full_name}")
    assert tuple((name, type_) for name, type_, *_ in described) == model.columns

    [(rows,)] = world.rows(con, f"select count(*) from {model.full_name}")
    assert rows, "the small world must reach every model"
    if not model.grain:
        assert rows == 1
    else:
        grain = ", ".join(map(world.quoted, model.grain))
        assert world.rows(con, f"select {grain} from {model.full_name} group by all having count(*) > 1") == []
        assert world.rows(con, f"select {grain} from {model.full_name} where ({grain}) is null") == []


@pytest.mark.parametrize("model", [model for model in MODELS if model.grain], ids=lambda model: model.full_name)
def test_rows_are_written_in_a_total_order(model):
    """The last line orders by the whole grain, so that the same rows always lie in the same order."""
    source = {"timestamp": "metric_at"}  # the column's name before it is renamed
    order = re.fullmatch(r"order by (.*)", model.sql.splitlines()[-1])
    assert order, f"{model.full_name} must end with order by"
    ordered = {column.split(".")[-1] for column in order[1].split(", ")}
    assert {source.get(column, column) for column in model.grain} <= ordered


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.full_name)
def test_a_model_reads_only_what_it_declares(con, model):
    """Rendered onto names that exist for nothing else, it still runs: no table is named outside ref and source."""
    names = {table: f"only_{table.replace('.', '_')}" for table in model.reads}
    cursor = con.cursor()
    cursor.execute("drop schema if exists only_here cascade")
    cursor.execute("create schema only_here")
    for table, name in names.items():
        cursor.execute(f"create view only_here.{name} as from {table}")
    text = model.render(lambda table: f"only_here.{names[table]}")
    code = re.sub(r"^--.*$|'[^']*'", "", text, flags=re.MULTILINE)
    assert not re.search(r"\b(bronze|silver|mdm|gold)\.\w", code)
    assert cursor.sql(text).fetchall() == cursor.sql(f"from {model.full_name}").fetchall()
