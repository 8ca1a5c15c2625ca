"""One SELECT on SAP HANA, Oracle or Snowflake, through the SQLAlchemy URL that is configured for it."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from agents import masking
from agents.errors import ToolError
from agents.tools.workbench import Workbench

# Each is a URL of a user who may read and nothing else: that user's rights are what holds.
URLS: Mapping[str, str] = {
    "sap_hana": "MDM_SAP_HANA_URL",
    "oracle": "MDM_ORACLE_URL",
    "snowflake": "MDM_SNOWFLAKE_URL",
}
DIALECTS: Mapping[str, str | None] = {"sap_hana": None, "oracle": "oracle", "snowflake": "snowflake"}
STOPS = ("interrupt", "cancel")  # what drivers call the end of a running statement


def query(bench: Workbench, database: str, sql: str, *, rows: int, seconds: float) -> dict[str, Any]:
    """The first rows of one SELECT, masked by the names of its columns. Raises ToolError with what is wrong."""
    url = bench.environment.get(URLS[database])
    if not url:
        raise ToolError(
            f"{database} is not configured: set {URLS[database]} to a SQLAlchemy URL of a read-only user; "
            "the lakehouse holds what was extracted from it"
        )
    only_one_select(sql, database)
    try:
        import sqlalchemy
    except ImportError as error:
        raise ToolError("sqlalchemy is not installed: pip install -r requirements-agents.txt") from error
    try:
        engine = sqlalchemy.create_engine(url)
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        raise ToolError(f"{database}: {URLS[database]} is not usable: {type(error).__name__}") from error
    stopped = threading.Event()
    try:
        with engine.connect() as con:
            timer = threading.Timer(seconds, _stop, (con.connection.dbapi_connection, stopped))
            timer.daemon = True
            timer.start()
            try:
                result = con.execute(sqlalchemy.text(sql))
                names = list(result.keys())
                found = [list(row) for row in result.fetchmany(rows + 1)]
            finally:
                timer.cancel()
            con.rollback()
    except sqlalchemy.exc.SQLAlchemyError as error:
        if stopped.is_set():
            raise ToolError(f"{database}: the query took longer than {seconds:g} s and was stopped") from error
        raise ToolError(f"{database}: {getattr(error, 'orig', None) or type(error).__name__}") from error
    finally:
        engine.dispose()
    return {
        "database": database,
        "columns": names,
        "rows": [_masked(names, row, bench.role) for row in found[:rows]],
        "row_count": f"more than {rows}" if len(found) > rows else len(found),
        "masked_for": f"{bench.role}, by the names of columns",
    }


def _stop(connection: Any, stopped: threading.Event) -> None:
    stopped.set()
    for name in STOPS:
        if hasattr(connection, name):
            with suppress(Exception):  # the statement may have ended in between
                getattr(connection, name)()
            return


def _masked(names: list[str], row: list[Any], role: str) -> list[Any]:
    if not any(masking.is_masked(name, role) for name in names):
        return row
    texts = {name: value if value is None else str(value) for name, value in zip(names, row, strict=True)}
    hidden = masking.mask_values(texts)
    return [hidden[name] if masking.is_masked(name, role) else value for name, value in zip(names, row, strict=True)]


def only_one_select(sql: str, database: str) -> None:
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
