"""Star-schema models: they build on the release, their schema tests hold, and their rows reconcile with gold's."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from agents.checks import Artefact, dbt_build
from lakehouse import runner
from lakehouse.errors import LakehouseError
from lakehouse.release import Release
from lakehouse.storage import Store

FOLDER = "dbt"


def check(workspace: Path, store: Store, release: Release) -> list[Artefact]:
    """One row a model, and one for dbt itself where it is installed."""
    import yaml

    folder = workspace / FOLDER / "models" / "gold"
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}
    try:
        ordered = runner.ordered(runner.parse("gold", name, text) for name, text in texts.items())
    except LakehouseError as error:
        return [Artefact(f"{FOLDER}/models/gold/{name}.sql", "dbt", False, str(error)) for name in texts]
    schema = yaml.safe_load((folder / "schema.yml").read_text(encoding="utf-8")) if texts else {"models": []}
    tests = {model["name"]: model.get("columns", []) for model in schema["models"]}
    read = {name: version for name, version in release.tables.items() if name.split(".")[0] in ("silver", "mdm")}
    found = []
    with store.connect(read) as con, store.connect(release.tables) as published:
        for model in ordered:
            problems, rows = _built(con, published, model, tests.get(model.name), release)
            detail = "; ".join(problems) or f"{rows:,} rows, {_count(tests[model.name])} schema tests hold"
            found.append(Artefact(f"{FOLDER}/models/gold/{model.name}.sql", "dbt", not problems, detail))
        found += dbt_build.check(workspace, con)
    return found


def _built(
    con: duckdb.DuckDBPyConnection,
    published: duckdb.DuckDBPyConnection,
    model: runner.Model,
    columns: list[dict[str, Any]] | None,
    release: Release,
) -> tuple[list[str], int]:
    try:
        rows = runner.execute(con, "gold", model)
    except LakehouseError as error:
        return [str(error)], 0
    if columns is None:
        return ["schema.yml says nothing of it"], rows
    tests = [(column, test) for column in columns for test in column.get("data_tests", ())]
    problems = [problem for column, test in tests if (problem := _test(con, model, column, test))]
    if model.full_name in release.tables and model.name.startswith("fact_"):
        [(expected,)] = published.execute(f"select count(*) from {model.full_name}").fetchall()
        if rows != expected:
            problems.append(f"{rows:,} rows, the published table has {expected:,}")
    return problems, rows


def _test(con: duckdb.DuckDBPyConnection, model: runner.Model, column: Mapping[str, Any], test: Any) -> str | None:
    """What a schema test finds; None where it holds."""
    name, table = column["name"], model.full_name
    if test == "not_null":
        sql = f'select count(*) from {table} where "{name}" is null'
    elif test == "unique":
        sql = f'select count(*) - count(distinct "{name}") from {table} where "{name}" is not null'
    else:
        arguments = test["relationships"]["arguments"]
        other = f"gold.{arguments['to'].split(chr(39))[1]}"
        sql = f"""select count(*) from {table} where "{name}" is not null
            and "{name}" not in (select "{arguments["field"]}" from {other})"""
    try:
        [(bad,)] = con.execute(sql).fetchall()
    except duckdb.Error as error:
        return f"{name}: {error}"
    return f"{name}: {test if isinstance(test, str) else 'relationships'}: {bad:,} rows are bad" if bad else None


def _count(columns: list[dict[str, Any]]) -> int:
    return sum(len(column.get("data_tests", ())) for column in columns)
