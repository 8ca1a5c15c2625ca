"""The schema files: every model and column is described, in the order of the header, and every key is tested."""

from functools import cache

import pytest
import yaml

from lakehouse import runner, schemas
from lakehouse.quality import suite

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
    known = {*schemas.BRONZE, *schemas.MDM, *schemas.BESIDE_RELEASES, "silver.quarantine"}
    assert set(declared_sources()) <= known


def test_every_relation_and_every_set_of_values_of_the_gates_is_a_schema_test():
    """What a gate demands of a model's column in the pipeline, dbt demands as well."""
    lacking = []
    for found in (one for name in suite.GATES for one in suite.load(name) if one.table in NAMES):
        for rule in found.rules:
            [column, *_] = rule.columns or ("",)
            if rule.type != "expect_column_values_to_be_in_set" or column in found.derived or column in FLAGS:
                continue
            told = schema_tests(found.table, column)
            if rule.reference:
                [arguments] = told.get("relationships", [{"field": "", "to": ""}])
                _, table, field = rule.reference.split(".")
                fits = field == arguments["field"] and f"'{table}'" in arguments["to"]
            else:
                fits = any(set(a["values"]) == set(rule.kwargs["value_set"]) for a in told.get("accepted_values", ()))
            lacking += [] if fits else [f"{found.table}.{column}: {rule.label}"]
    assert lacking == []


NAMES = {model.full_name for model in MODELS}
FLAGS = {"is_overdue"}  # a warning about the data, not about the table


def schema_tests(table, column):
    """The arguments of the generic tests on a column, by their name."""
    layer, name = table.split(".")
    [entry] = [one for one in described(layer)[name]["columns"] if one["name"] == column]
    told = {}
    for test in entry.get("data_tests", ()):
        if isinstance(test, dict):
            for kind, content in test.items():
                told.setdefault(kind, []).append(content["arguments"])
    return told
