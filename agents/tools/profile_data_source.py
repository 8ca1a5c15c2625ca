"""profile_data_source: what a source object or a table of the lakehouse holds."""

import re
from typing import Any

import duckdb

from agents import masking, source_metadata, sources
from agents.errors import ToolError
from agents.tools.tool import Input, Tool
from agents.tools.workbench import Workbench

SAMPLES = 3
MEASURES = 5  # of each column
ORDERED = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "DATE", "TIMESTAMP")
KEY_SHARE = 0.999
FEW = 12  # distinct values that are listed
PERSONAL_NAME = re.compile(
    r"(?i)(mail|phone|tel(f|nr|_num)|mobile|street|stras|address1|firstname|lastname|namev|tax|stc)"
)
PERSONAL_VALUE = {"e-mail address": r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "telephone number": r"^\+?[\d\s()/.-]{8,}$"}


def tool(bench: Workbench) -> Tool:
    def run(given: Input) -> dict[str, Any]:
        system, name = given["system"], given.get("object")
        if name is None:
            return _listed(bench, system)
        if system == "lakehouse":
            return {"system": system, "object": name, **_table(bench, name)}
        return _source(bench, sources.find(system, name))

    return Tool(
        name="profile_data_source",
        description=(
            "Describe a data source. Without an object: the objects of 'sap', 'salesforce', 'oracle', or the tables of "
            "the 'lakehouse' (layer.table). With one: columns, types, rows, share of nulls, distinct values, masked "
            "samples, suspected keys and personal data."
        ),
        properties={
            "system": {"type": "string", "enum": [*sources.SYSTEMS, "lakehouse"]},
            "object": {"type": "string", "maxLength": 100},
        },
        required=("system",),
        run=run,
        timeout_seconds=60.0,
    )


def _listed(bench: Workbench, system: str) -> dict[str, Any]:
    if system == "lakehouse":
        return {"system": system, "release": bench.release.release_id, "objects": sorted(bench.release.tables)}
    found = [
        {"object": o.name, "description": o.description, "columns": len(o.columns), "bronze_table": o.bronze}
        for o in sources.objects(system)
    ]
    return {"system": system, "backend": "stand-in dictionary", "objects": found}


def _source(bench: Workbench, found: sources.SourceObject) -> dict[str, Any]:
    told = source_metadata.ask(found.system, found.name, bench.environment)
    types = {c.name: c.type for c in found.columns}
    if told is not None:
        gone = [name for name in types if name not in told.columns]
        if gone:
            raise ToolError(f"{found.system} {found.name} has no column {', '.join(gone)} (any more)")
        types = {name: told.columns[name] for name in types}
    described = {
        "system": found.system,
        "object": found.name,
        "description": found.description,
        "backend": source_metadata.CALLS[found.system] if told else "stand-in dictionary",
        "key": list(told.key if told and told.key else found.key),
        "changed_column": found.changed,
        "columns": [{"name": name, "type": type_, **_suspected(name)} for name, type_ in types.items()],
    }
    if found.bronze is None or found.bronze not in bench.release.tables:
        return {**described, "rows": None, "statistics": "no rows of this object have arrived in the lakehouse yet"}
    return {**described, "bronze_table": found.bronze, "statistics": _table(bench, found.bronze)}


def _table(bench: Workbench, name: str) -> dict[str, Any]:
    """Statistics of a table of the release, counted in one scan."""
    version = bench.release.tables.get(name)
    if version is None:
        raise ToolError(f"The release has no table {name!r}. Available: {', '.join(sorted(bench.release.tables))}")
    with bench.store.connect({name: version}) as con:
        types = [(column[0], str(column[1])) for column in con.sql(f"select * from {name} limit 0").description]
        counts = con.execute(f"select count(*), {', '.join(_counted(column) for column, _ in types)} from {name}")
        [(rows, *numbers)] = counts.fetchall()
        samples = con.sql(
            f"select {masking.select_list([column for column, _ in types], bench.role)} from {name} limit {SAMPLES}"
        ).fetchall()
        columns = [
            _column(con, name, column, type_, rows, *numbers[MEASURES * place : MEASURES * place + MEASURES])
            for place, (column, type_) in enumerate(types)
        ]
    for place, column in enumerate(columns):
        column["samples"] = [sample[place] for sample in samples]
    keys = [c["name"] for c in columns if c["suspected_key"]]
    return {"version": version, "rows": rows, "suspected_keys": keys, "columns": columns}


def _counted(column: str) -> str:
    quoted = '"' + column.replace('"', '""') + '"'
    return (
        f"count({quoted}), count(distinct {quoted}), max(length(cast({quoted} as varchar))), "
        f"cast(min({quoted}) as varchar), cast(max({quoted}) as varchar)"
    )


def _column(
    con: duckdb.DuckDBPyConnection, table: str, name: str, type_: str, rows: int, *measured: Any
) -> dict[str, Any]:
    filled, distinct, longest, least, most = measured
    found: dict[str, Any] = {
        "name": name,
        "type": type_,
        "nulls": rows - filled,
        "null_share": round(1 - filled / rows, 4) if rows else None,
        "distinct": distinct,
        "longest": longest,
        "suspected_key": rows > 0 and filled == rows and distinct >= KEY_SHARE * rows,
        **_suspected(name),
    }
    if type_.startswith(ORDERED):
        found |= {"min": least, "max": most}
    if type_ == "VARCHAR" and distinct <= FEW and "suspected_personal" not in found:
        values = con.execute(f'select distinct "{name}" from {table} where "{name}" is not null order by 1').fetchall()
        found["values"] = [value for (value,) in values]
    if type_ == "VARCHAR" and "suspected_personal" not in found and filled:
        for kind, pattern in PERSONAL_VALUE.items():
            share = con.execute(f'select avg(regexp_matches("{name}", ?)::int) from {table}', [pattern]).fetchall()
            if (share[0][0] or 0) > 0.8 and (kind != "telephone number" or "+" in str(_any(con, table, name))):
                found["suspected_personal"] = kind
    return found


def _any(con: duckdb.DuckDBPyConnection, table: str, name: str) -> Any:
    return con.execute(f'select max("{name}") from {table}').fetchall()[0][0]


def _suspected(name: str) -> dict[str, str]:
    if masking.is_masked(name) or PERSONAL_NAME.search(name):
        return {"suspected_personal": "by its name"}
    return {}
