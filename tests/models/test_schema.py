"""The schema files: every model and column is described, in the order of the header, and every key is tested."""

from functools import cache

import pytest
import yaml

from lakehouse import runner, schemas

MODELS = [model for layer in runner.LAYERS for model in runner.load(layer)]


@cache
def described(layer):
    content = yaml.safe_load((runner.FOLDER / layer / "schema.yml").read_text())
    return {model["name"]: model for model in content["models"]}


@cache
def declared_sources():
    files = [yaml.safe_load((runner.FOLDER / layer / "sources.yml").read_text()) for layer in runner.LAYERS]
    return {
        f"{source['schema']}.{table['name']}": table["description"]
        for content in files
        for source in content["sources"]
        for table in source["tables"]
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.full_name)
def test_every_column_is_described(model):
    entry = described(model.layer)[model.name]
    assert entry["description"].startswith(model.description)
    assert tuple(column["name"] for column in entry["columns"]) == tuple(name for name, _ in model.columns)
    assert all(column["description"].endswith(".") for column in entry["columns"])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.full_name)
def test_every_key_is_tested(model):
    tests = {column["name"]: column.get("data_tests", []) for column in described(model.layer)[model.name]["columns"]}
    if len(model.grain) == 1:
        assert {"unique", "not_null"} <= {test for test in tests[model.grain[0]] if isinstance(test, str)}
    else:
        assert all("not_null" in tests[column] or column == "valid_from" for column in model.grain)


def test_nothing_is_described_that_is_not_there():
    for layer in runner.LAYERS:
        assert set(described(layer)) == {model.name for model in runner.load(layer)}


def test_every_source_is_declared():
    read = {source for model in MODELS for source in model.sources}
    assert read <= set(declared_sources())
    assert set(declared_sources()) <= {*schemas.BRONZE, *schemas.MDM, "silver.quarantine"}
