"""query_database: one SELECT on the masked gold tables, or on a configured source database."""

from typing import Any

from agents.tools import isolation, other_databases, sandboxed
from agents.tools.tool import Input, Tool
from agents.tools.workbench import Workbench

MOST_ROWS = 200
SECONDS = 15.0


def tool(bench: Workbench) -> Tool:
    def run(given: Input) -> dict[str, Any]:
        rows = min(int(given.get("max_rows", 50)), MOST_ROWS)
        database = given.get("database", "lakehouse")
        if database == "lakehouse":
            return _lakehouse(bench, given["sql"], rows)
        return other_databases.query(bench, str(database), given["sql"], rows=rows, seconds=SECONDS)

    return Tool(
        name="query_database",
        description=(
            "Run one read-only SELECT and get its first rows. The database 'lakehouse' (DuckDB dialect) holds the gold "
            "star schema, always written with its schema, as gold.fact_sales; personal data are masked. 'sap_hana', "
            "'oracle' and 'snowflake' answer where they are configured."
        ),
        properties={
            "sql": {"type": "string", "minLength": 6, "maxLength": 20_000},
            "database": {"type": "string", "enum": ["lakehouse", *other_databases.URLS], "default": "lakehouse"},
            "max_rows": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50},
        },
        required=("sql",),
        run=run,
        timeout_seconds=2 * SECONDS + sandboxed.STARTING_SECONDS,
    )


def _lakehouse(bench: Workbench, sql: str, rows: int) -> dict[str, Any]:
    found = sandboxed.query(bench.snapshot, sql, rows=rows, seconds=SECONDS)
    return {
        "database": "lakehouse",
        "release": bench.release.release_id,
        "as_of": str(bench.release.as_of_date),
        "tables": found["tables"],
        "columns": found["columns"],
        "rows": found["rows"],
        "row_count": f"more than {rows}" if found["is_cut"] else len(found["rows"]),
        "masked_for": bench.role,
        "network": isolation.network(),
    }
