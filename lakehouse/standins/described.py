"""What the stand-ins say of their objects when they are asked for metadata, in the words of each system."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from lakehouse.connectors import rfc
from lakehouse.standins.sap_dictionary import DictionaryField
from lakehouse.standins.source_dictionary import Column, Described, objects

OWNER = "APPS"
ORACLE_TYPES = {"NUMBER": "numeric", "DATE": "timestamp", "VARCHAR2": "text"}
ORACLE_VIEWS = """
create table ALL_TAB_COLUMNS (OWNER text, TABLE_NAME text, COLUMN_NAME text, DATA_TYPE text, DATA_LENGTH integer,
    COLUMN_ID integer);
create table ALL_CONSTRAINTS (OWNER text, TABLE_NAME text, CONSTRAINT_NAME text, CONSTRAINT_TYPE text);
create table ALL_CONS_COLUMNS (OWNER text, TABLE_NAME text, CONSTRAINT_NAME text, COLUMN_NAME text, POSITION integer);
"""


def sap_fields(known: dict[str, tuple[DictionaryField, ...]]) -> dict[str, tuple[DictionaryField, ...]]:
    """The fields of every table of the dictionary that the stand-in has no rows of."""
    return {
        one.name: tuple(DictionaryField(c.name, c.size, c.word) for c in one.columns)
        for one in objects("sap")
        if one.name not in known
    }


def field_info(fields: dict[str, tuple[DictionaryField, ...]], table: str) -> dict[str, Any]:
    """The answer of DDIF_FIELDINFO_GET."""
    if table not in fields:
        raise rfc.ApplicationError("NOT_FOUND")
    key = next((one.key for one in objects("sap") if one.name == table), ())
    lines = [
        {
            "TABNAME": table,
            "FIELDNAME": field.name,
            "POSITION": f"{place:04d}",
            "KEYFLAG": "X" if field.name in key else "",
            "INTTYPE": field.type,
            "LENG": f"{field.length:06d}",
        }
        for place, field in enumerate(fields[table], start=1)
    ]
    return {"DFIES_TAB": lines}


def salesforce_columns() -> dict[str, frozenset[str]]:
    return {one.name: frozenset(column.name for column in one.columns) for one in objects("salesforce")}


def sobject(name: str) -> dict[str, Any] | None:
    """The answer of sObject Describe; None for an object that there is not."""
    one = next((found for found in objects("salesforce") if found.name == name), None)
    if one is None:
        return None
    fields = [{"name": c.name, "type": c.word, "length": c.size, "custom": c.name.endswith("__c")} for c in one.columns]
    return {"name": one.name, "label": one.description, "queryable": True, "fields": fields}


def describe_oracle(db: sqlite3.Connection) -> None:
    """Oracle's dictionary views, and an empty table for every object that has none yet."""
    db.executescript(ORACLE_VIEWS)
    there = {name for (name,) in db.execute("select name from sqlite_master where type = 'table'").fetchall()}
    for one in objects("oracle"):
        if one.name not in there:
            columns = ", ".join(f"{c.name} {ORACLE_TYPES[c.word]}" for c in one.columns)
            db.execute(f"create table {one.name} ({columns})")
        db.executemany("insert into ALL_TAB_COLUMNS values (?, ?, ?, ?, ?, ?)", _columns(one))
        if not one.name.endswith("_V"):  # a view has no constraint
            name = f"{one.name}_U1"
            db.execute("insert into ALL_CONSTRAINTS values (?, ?, ?, 'P')", (OWNER, one.name, name))
            key = [(OWNER, one.name, name, column, place) for place, column in enumerate(one.key, start=1)]
            db.executemany("insert into ALL_CONS_COLUMNS values (?, ?, ?, ?, ?)", key)


def _columns(one: Described) -> Iterator[tuple[str, str, str, str, int, int]]:
    for place, column in enumerate(one.columns, start=1):
        yield OWNER, one.name, column.name, column.word, _length(column), place


def _length(column: Column) -> int:
    """In bytes, as Oracle keeps it: 22 for a number, 7 for a date."""
    return {"NUMBER": 22, "DATE": 7}.get(column.word, column.size)
