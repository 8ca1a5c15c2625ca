"""The second layer around SQL: one SELECT, over named tables, with functions that cannot look outside.

It runs inside the sandbox, which starts it as a script: nothing of ours can be imported here.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})
REFERENCES = frozenset({"BASE_TABLE", "JOIN", "SUBQUERY", "TABLE_FUNCTION", "EMPTY", "EXPRESSION_LIST", "PIVOT"})
DENIED_PREFIXES = ("duckdb_", "pragma_", "read_", "parquet_", "sniff_", "iceberg_", "delta_", "sqlite_", "http_")
DENIED_NAMES = """
    current_setting getenv getvariable glob query query_table current_database current_schema current_schemas
    current_catalog current_query current_user session_user user version which_secret file_search_path
    from_substrait from_substrait_json get_substrait get_substrait_json json_execute_serialized_sql nextval
    currval txid_current in_search_path pg_get_viewdef pg_size_pretty pg_typeof set_config write_log
    parse_duckdb_log_message checkpoint force_checkpoint summary repeat_row test_all_types arrow_scan
    arrow_scan_dumb pandas_scan python_map_function seq_scan enable_logging disable_logging enable_profiling
"""
DENIED = frozenset(DENIED_NAMES.split())


class Denied(Exception):
    """The statement is not one that may be run; the text says which part of it."""


def check(con: duckdb.DuckDBPyConnection, sql: str, tables: Sequence[str]) -> list[str]:
    """The tables that the statement reads. Raises Denied for anything but one harmless SELECT over `tables`."""
    try:
        statements = con.extract_statements(sql)
    except duckdb.Error as error:
        raise Denied(f"The SQL is not understood: {error}") from error
    if len(statements) != 1:
        raise Denied(f"Expected one statement, found {len(statements)}")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise Denied(f"Only SELECT is allowed, found {statements[0].type.name}")
    [(text,)] = con.execute("select json_serialize_sql(?)", [sql]).fetchall()
    tree = json.loads(text)
    if tree.get("error") or len(tree.get("statements", ())) != 1:
        raise Denied(f"The SQL is not a plain SELECT: {tree.get('error_message', 'it cannot be analysed')}")
    return sorted(_reads(tree, {name.lower() for name in tables}))


def _reads(tree: Any, tables: set[str]) -> set[str]:
    found: set[str] = set()
    for node, names in _nodes(tree, frozenset()):
        if "function_name" in node:
            _check_function(str(node["function_name"]).lower(), node)
        kind = node.get("type")
        if {"alias", "sample"} <= node.keys() and kind not in REFERENCES:
            raise Denied(f"Reading from {str(kind).lower()} is not allowed")
        if kind == "TABLE_FUNCTION":
            name = str(node.get("function", {}).get("function_name", "")).lower()
            if name not in TABLE_FUNCTIONS:
                raise Denied(f"The table function {name}() is not allowed")
        elif kind == "BASE_TABLE":
            found |= _check_table(node, tables, names)
    return found


def _check_function(name: str, node: dict[str, Any]) -> None:
    schema, catalog = str(node.get("schema") or ""), str(node.get("catalog") or "")
    if (
        name in DENIED
        or name.startswith(DENIED_PREFIXES)
        or catalog not in ("", "system")
        or schema not in ("", "main")
    ):
        raise Denied(f"The function {name}() is not allowed")


def _check_table(node: dict[str, Any], tables: set[str], names: frozenset[str]) -> set[str]:
    catalog, schema = str(node.get("catalog_name") or ""), str(node.get("schema_name") or "").lower()
    table = str(node.get("table_name") or "").lower()
    if not catalog and not schema and table in names:
        return set()
    full = f"{schema}.{table}" if schema else table
    if catalog or full not in tables:
        shown = ".".join(part for part in (catalog, schema, table) if part)
        raise Denied(f"There is no table {shown}. Available: {', '.join(sorted(tables))}")
    return {full}


def _nodes(value: Any, names: frozenset[str]) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Every node of the tree with the names of the common table expressions that it can see."""
    if isinstance(value, dict):
        entries = (value.get("cte_map") or {}).get("map", ()) if isinstance(value.get("cte_map"), dict) else ()
        names = names | {str(entry["key"]).lower() for entry in entries}
        if "cte_name" in value:
            names = names | {str(value["cte_name"]).lower()}
        yield value, names
        for part in value.values():
            yield from _nodes(part, names)
    elif isinstance(value, list):
        for part in value:
            yield from _nodes(part, names)
