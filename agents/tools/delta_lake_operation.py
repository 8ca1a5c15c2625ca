"""delta_lake_operation: read, history, merge, optimise and vacuum, the last three with a person's approval."""

from typing import Any

import polars as pl
from deltalake import DeltaTable

from agents import masking
from agents.errors import ToolError
from agents.tools.tool import Access, Input, Tool
from agents.tools.workbench import Workbench
from lakehouse import catalog

MOST_ROWS = 100
LEAST_HOURS = 168


def tool(bench: Workbench) -> Tool:
    actions = {"read": _read, "history": _history, "merge": _merge, "optimize": _optimize, "vacuum": _vacuum}

    def run(given: Input) -> dict[str, Any]:
        delta = _delta(bench, given)
        return {"table": given["table"], **actions[given["action"]](bench, delta, given, True)}

    def plan(given: Input) -> dict[str, Any]:
        delta = _delta(bench, given)
        return {"table": given["table"], **actions[given["action"]](bench, delta, given, False)}

    return Tool(
        name="delta_lake_operation",
        description=(
            "Work on one Delta table of the lakehouse: read its first rows at a version (masked), its history, merge "
            "rows into it by key, optimize (compact small files), vacuum (remove files no release needs)."
        ),
        properties={
            "action": {"type": "string"},
            "table": {"type": "string", "pattern": r"^(bronze|silver|mdm|gold)\.[a-z0-9_]+$"},
            "version": {"type": "integer", "minimum": 0},
            "max_rows": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 20},
            "rows": {"type": "array", "items": {"type": "object"}, "maxItems": 1000, "description": "for merge"},
            "key": {"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "for merge"},
            "retention_hours": {"type": "integer", "minimum": LEAST_HOURS, "default": LEAST_HOURS},
        },
        required=("action", "table"),
        run=run,
        plan=plan,
        access={
            "read": Access.READ,
            "history": Access.READ,
            "merge": Access.DESTRUCTIVE,
            "optimize": Access.DESTRUCTIVE,
            "vacuum": Access.DESTRUCTIVE,
        },
        timeout_seconds=120.0,
    )


def _delta(bench: Workbench, given: Input) -> DeltaTable:
    if not bench.store.exists(given["table"]):
        known = ", ".join(sorted(bench.release.tables))
        raise ToolError(f"There is no table {given['table']}. The release has: {known}")
    return bench.store.delta(given["table"], given.get("version"))


def _read(bench: Workbench, delta: DeltaTable, given: Input, _: bool) -> dict[str, Any]:
    limit = int(given.get("max_rows", 20))
    name = given["table"]
    with bench.store.connect({name: delta.version()}) as con:
        columns = [column[0] for column in con.sql(f"select * from {name} limit 0").description]
        rows = con.sql(f"select {masking.select_list(columns, bench.role)} from {name} limit {limit}").fetchall()
        [(count,)] = con.sql(f"select count(*) from {name}").fetchall()
    return {"version": delta.version(), "row_count": count, "columns": columns, "rows": [list(row) for row in rows]}


def _history(bench: Workbench, delta: DeltaTable, given: Input, _: bool) -> dict[str, Any]:
    kept = ("version", "timestamp", "operation", "operationMetrics")
    commits = delta.history(int(given.get("max_rows", 20)))
    return {"rows": [{key: commit.get(key) for key in kept} for commit in commits]}


def _merge(bench: Workbench, delta: DeltaTable, given: Input, is_approved: bool) -> dict[str, Any]:
    """Update by key, insert the rest. Readers of releases see nothing of it before the next build."""
    if given["table"] in catalog.APPEND_ONLY:
        raise ToolError(f"{given['table']} is append-only: nothing is merged into it")
    rows, key = given.get("rows"), given.get("key")
    if not rows or not key:
        raise ToolError("merge needs rows and key")
    source = _typed(delta, rows, key)
    held = bench.store.read(given["table"], delta.version()).select(key)
    matched = source.select(key).join(held, on=key, how="semi").height
    counted = {"version": delta.version(), "would_update": matched, "would_insert": len(source) - matched}
    if not is_approved:
        return counted
    predicate = " and ".join(f'target."{name}" = source."{name}"' for name in key)
    with bench.store.writer("agents"):
        merger = delta.merge(source.to_arrow(), predicate, source_alias="source", target_alias="target")
        done = merger.when_matched_update_all().when_not_matched_insert_all().execute()
    return {"updated": done["num_target_rows_updated"], "inserted": done["num_target_rows_inserted"]}


def _typed(delta: DeltaTable, rows: list[dict[str, Any]], key: list[str]) -> pl.DataFrame:
    schema = pl.scan_delta(delta).collect_schema()
    unknown = sorted({name for row in rows for name in row} - set(schema)) + [k for k in key if k not in schema]
    if unknown:
        raise ToolError(f"The table has no column {', '.join(dict.fromkeys(unknown))}")
    try:
        frame = pl.DataFrame(rows, infer_schema_length=None)
        missing = [pl.lit(None).alias(name) for name in schema if name not in frame.columns]
        typed = frame.with_columns(missing).select(pl.col(name).cast(type_) for name, type_ in schema.items())
    except pl.exceptions.PolarsError as error:
        raise ToolError(f"The rows do not have the table's types: {error}") from error
    if typed.select(key).is_duplicated().any():
        raise ToolError("The rows hold a key twice")
    return typed


def _optimize(bench: Workbench, delta: DeltaTable, given: Input, is_approved: bool) -> dict[str, Any]:
    if not is_approved:
        return {"version": delta.version(), "would_compact_files": len(delta.file_uris())}
    with bench.store.writer("agents"):
        done = delta.optimize.compact()
    return {"files_added": done["numFilesAdded"], "files_removed": done["numFilesRemoved"]}


def _vacuum(bench: Workbench, delta: DeltaTable, given: Input, is_approved: bool) -> dict[str, Any]:
    """Files that a published release names stay, whatever their age."""
    name = given["table"]
    kept = sorted({r.tables[name] for r in bench.store.releases() if name in r.tables} | {delta.version()})
    hours = max(int(given.get("retention_hours", LEAST_HOURS)), LEAST_HOURS)
    if not is_approved:
        removable = delta.vacuum(hours, dry_run=True, keep_versions=kept)
        return {"would_remove_files": len(removable), "keeps_versions": kept}
    with bench.store.writer("agents"):
        return {"removed_files": len(delta.vacuum(hours, dry_run=False, keep_versions=kept)), "keeps_versions": kept}
