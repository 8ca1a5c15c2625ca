"""What a configured source system itself says of an object: its columns, types and key, by its own metadata calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.errors import ToolError
from lakehouse.connectors import settings
from lakehouse.connectors.errors import SourceError

# What each system calls its question; told with the answer.
CALLS: Mapping[str, str] = {
    "sap": "DDIF_FIELDINFO_GET",
    "salesforce": "sObject Describe",
    "oracle": "ALL_TAB_COLUMNS",
}
ORACLE_COLUMNS = """select COLUMN_NAME, DATA_TYPE, DATA_LENGTH from ALL_TAB_COLUMNS
    where TABLE_NAME = :name order by COLUMN_ID"""
ORACLE_KEY = """select c.COLUMN_NAME from ALL_CONS_COLUMNS c
    join ALL_CONSTRAINTS k on k.OWNER = c.OWNER and k.CONSTRAINT_NAME = c.CONSTRAINT_NAME
    where k.CONSTRAINT_TYPE = 'P' and c.TABLE_NAME = :name order by c.POSITION"""
ORACLE_SIZED = ("VARCHAR2", "CHAR", "NVARCHAR2")


@dataclass(frozen=True)
class Metadata:
    """Types are written as in our dictionaries: C10, string255, VARCHAR2(30); `key` is empty where none is declared."""

    columns: Mapping[str, str]
    key: tuple[str, ...]


def ask(system: str, name: str, environment: Mapping[str, str]) -> Metadata | None:
    """The source's own words; None where it is not configured. Raises ToolError where it does not answer."""
    found = settings.load((system,), environment=environment)
    if found.origin(system) is None:
        return None
    try:
        return READERS[system](settings.require(found, system), name)
    except SourceError as error:
        raise ToolError(str(error)) from error
    except Exception as error:  # each driver has exceptions of its own
        raise ToolError(f"{system} says of {name}: {type(error).__name__}: {error}") from error


def _sap(wanted: Any, name: str) -> Metadata:
    from lakehouse.connectors import rfc

    connection = rfc.connect(wanted)
    try:
        lines = connection.call("DDIF_FIELDINFO_GET", TABNAME=name)["DFIES_TAB"]
    finally:
        connection.close()
    columns = {line["FIELDNAME"]: f"{line['INTTYPE']}{int(line['LENG'])}" for line in lines}
    return Metadata(columns, tuple(line["FIELDNAME"] for line in lines if line["KEYFLAG"]))


def _salesforce(wanted: Any, name: str) -> Metadata:
    from lakehouse.connectors.bulk_query import BulkQueries

    queries = BulkQueries(wanted)
    try:
        fields = queries.describe(name)["fields"]
    finally:
        queries.close()
    columns = {field["name"]: f"{field['type']}{field['length'] or ''}" for field in fields}
    return Metadata(columns, tuple(field["name"] for field in fields if field["type"] == "id"))


def _oracle(wanted: Any, name: str) -> Metadata:
    from lakehouse.connectors import oracle

    connection = oracle.connect(wanted)
    try:
        rows = _fetched(connection, ORACLE_COLUMNS, name)
        key = tuple(column for (column,) in _fetched(connection, ORACLE_KEY, name))
    finally:
        connection.close()
    if not rows:
        raise ToolError(f"oracle has no object {name} that this user may see")
    return Metadata({c: f"{t}({size})" if t in ORACLE_SIZED else t for c, t, size in rows}, key)


def _fetched(connection: Any, sql: str, name: str) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    try:
        cursor.execute(sql, {"name": name})
        return list(cursor.fetchmany(2_000))
    finally:
        cursor.close()


READERS: Mapping[str, Callable[[Any, str], Metadata]] = {"sap": _sap, "salesforce": _salesforce, "oracle": _oracle}
