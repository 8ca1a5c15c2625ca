"""query_database: one SELECT on the masked gold tables, or on a configured source database."""

from collections.abc import Mapping
from typing import Any

from agents.errors import ToolError
from agents.tools import isolation, sandboxed
from agents.tools.tool import Input, Tool
from agents.tools.workbench import Workbench

MOST_ROWS = 200
SECONDS = 15.0

# Each is a SQLAlchemy URL of a user who may read and nothing else.
URLS: Mapping[str, str] = {
    "sap_hana": "MDM_SAP_HANA_URL",
    "oracle": "MDM_ORACLE_URL",
    "snowflake": "MDM_SNOWFLAKE_URL",
}


def tool(bench: Workbench) -> Tool:
    def run(given: Input) -> dict[str, Any]:
        rows = min(int(given.get("max_rows", 50)), MOST_ROWS)
        database = given.get("database", "lakehouse")
        if database == "lakehouse":
            return _lakehouse(bench, given["sql"], rows)
        return _external(bench, str(database), given["sql"], rows)

    return Tool(
        name="query_database",
        description=(
            "Run one read-only SELECT and get its first rows. The database 'lakehouse' (DuckDB dialect) holds the gold "
            "star schema, always written with its schema, as gold.fact_sales; personal data are masked. 'sap_hana', "
            "'oracle' and 'snowflake' answer where they are configured."
        ),
        properties={
            "sql": {"type": "string", "minLength": 6, "maxLength": 20_000},
            "database": {"type": "string", "enum": ["lakehouse", *URLS], "default": "lakehouse"},
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


def _external(bench: Workbench, database: str, sql: str, rows: int) -> dict[str, Any]:
    url = bench.environment.get(URLS[database])
    if not url:
        raise ToolError(
            f"{database} is not configured: set {URLS[database]} to a SQLAlchemy URL of a read-only user; "
            "the lakehouse holds what was extracted from it"
        )
    _one_select(sql, database)
    try:
        import sqlalchemy
    except ImportError as error:
        raise ToolError("sqlalchemy is not installed: pip install -r requirements-agents.txt") from error
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.connect() as con:
            result = con.execute(sqlalchemy.text(sql))
            names = list(result.keys())
            found = [list(row) for row in result.fetchmany(rows + 1)]
            con.rollback()
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise ToolError(f"{database}: {getattr(error, 'orig', None) or type(error).__name__}") from error
    finally:
        engine.dispose()
    return {
        "database": database,
        "columns": names,
        "rows": found[:rows],
        "row_count": f"more than {rows}" if len(found) > rows else len(found),
    }


DIALECTS: Mapping[str, str | None] = {"sap_hana": None, "oracle": "oracle", "snowflake": "snowflake"}


def _one_select(sql: str, database: str) -> None:
    """A first check; the database user's rights are what holds."""
    try:
        import sqlglot
    except ImportError as error:
        raise ToolError("sqlglot is not installed: pip install -r requirements-agents.txt") from error
    try:
        statements = sqlglot.parse(sql, dialect=DIALECTS[database])
    except sqlglot.errors.ParseError as error:
        raise ToolError(f"The SQL is not understood: {error}") from error
    writes = (sqlglot.exp.DML, sqlglot.exp.DDL, sqlglot.exp.Command, sqlglot.exp.Into, sqlglot.exp.Lock)
    only = statements[0] if len(statements) == 1 else None
    if not isinstance(only, sqlglot.exp.Query) or any(
        isinstance(node, writes) and not isinstance(node, sqlglot.exp.Query) for node in only.walk()
    ):
        raise ToolError("Only one SELECT is allowed")
