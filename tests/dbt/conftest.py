"""One dbt build over the tables of the default release, in the environment that DBT_BIN names."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from lakehouse import runner

REASON = "needs requirements-dbt.txt in an environment of its own; name its bin folder in DBT_BIN"
MODELS = [model.full_name for layer in runner.LAYERS for model in runner.load(layer)]


def program(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("DBT_BIN") or os.defpath)
    if found is None and os.environ.get("DBT_BIN"):
        pytest.fail(f"{os.environ['DBT_BIN']} holds no {name}")
    if found is None:
        pytest.skip(REASON)
    return found


class Project:
    """The models as a dbt project over one DuckDB file; dbt writes nothing into the repository."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "lakehouse.duckdb"
        self.target = folder / "target"
        self.environment = os.environ | {
            "DBT_DUCKDB_PATH": str(self.database),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_USE_COLORS": "false",
        }

    def run(self, *arguments: str) -> str:
        """What dbt printed; a failure shows it."""
        command = [
            program("dbt"),
            *arguments,
            "--project-dir",
            str(runner.FOLDER),
            "--profiles-dir",
            str(runner.FOLDER),
        ]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def artifact(self, name: str):
        return json.loads((self.target / name).read_text())


def copy_inputs(warehouse, database: Path) -> None:
    """The tables that no model fills, at the release's versions."""
    source = warehouse.cursor()
    tables = source.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('bronze', 'silver', 'mdm') order by all"
    ).fetchall()
    with duckdb.connect(str(database)) as con:
        for layer in ("bronze", "silver", "mdm", "gold"):
            con.execute(f"create schema {layer}")
        for (name,) in tables:
            if name not in MODELS:
                con.register("incoming", source.sql(f"from {name}").to_arrow_table())
                con.execute(f"create table {name} as from incoming")
                con.unregister("incoming")


@pytest.fixture(scope="session")
def project(warehouse, tmp_path_factory) -> Project:
    """The project after a build, with models, schema tests and unit tests all passed, and with its docs."""
    program("dbt")
    made = Project(tmp_path_factory.mktemp("dbt"))
    copy_inputs(warehouse, made.database)
    made.run("build", "--quiet")
    made.results = made.artifact("run_results.json")["results"]  # the next command overwrites them
    made.run("docs", "generate", "--quiet")
    return made
