"""dbt itself over the generated project: MDM_DBT names its program, for it lives in an environment of its own."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import duckdb

from agents.checks import Artefact

SECONDS = 240
CLOCK = re.compile(r"^\d\d:\d\d:\d\d\s+")  # in front of every line that dbt tells


def check(workspace: Path, con: duckdb.DuckDBPyConnection) -> list[Artefact]:
    """`dbt build` against a DuckDB file with the silver and mdm tables; no row where dbt is not named."""
    program = os.environ.get("MDM_DBT")
    project = workspace / "dbt"
    if not program or not (project / "dbt_project.yml").is_file():
        return []
    with tempfile.TemporaryDirectory(prefix="mdm-agents-dbt-") as folder:
        database = Path(folder) / "lakehouse.duckdb"
        _export(con, database)
        command = [program, "build", "--project-dir", str(project), "--profiles-dir", str(project)]
        command += ["--target-path", f"{folder}/target", "--log-path", f"{folder}/logs", "--no-use-colors"]
        environment = {**os.environ, "DBT_DUCKDB_PATH": str(database), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        ended = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    last = [line for line in ended.stdout.splitlines() if line.strip()][-1:] or [ended.stderr[-300:]]
    return [Artefact("dbt/dbt_project.yml", "dbt build", ended.returncode == 0, CLOCK.sub("", last[0])[-300:])]


def _export(con: duckdb.DuckDBPyConnection, database: Path) -> None:
    tables = con.execute(
        "select table_schema, table_name from information_schema.tables where table_schema in ('silver', 'mdm')"
    ).fetchall()
    with duckdb.connect(database) as target:
        for schema, table in tables:
            rows = con.sql(f"select * from {schema}.{table}").to_arrow_table()
            target.execute(f"create schema if not exists {schema}")
            target.register("incoming", rows)
            target.execute(f"create table {schema}.{table} as from incoming")
            target.unregister("incoming")
