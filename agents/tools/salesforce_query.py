"""salesforce_query: SOQL through the Bulk API, or where no organisation is configured over what was extracted."""

import re
from typing import Any

import polars as pl

from agents import masking
from agents.errors import ToolError
from agents.tools.tool import Input, Tool
from agents.tools.workbench import Workbench
from lakehouse.connectors import salesforce_objects, settings
from lakehouse.connectors.source import columns
from lakehouse.standins import soql

MOST_ROWS = 200
QUERY = re.compile(r"^\s*SELECT\s+(?P<fields>[\w.,\s]+?)\s+FROM\s+(?P<object>\w+)\b", re.IGNORECASE)


def tool(bench: Workbench) -> Tool:
    def run(given: Input) -> dict[str, Any]:
        text, limit = given["soql"], min(int(given.get("max_rows", 50)), MOST_ROWS)
        match = QUERY.match(text)
        if not match or ";" in text:
            raise ToolError("Expected one SOQL query: SELECT fields FROM object [WHERE conditions joined by AND]")
        fields = [field.strip() for field in match["fields"].split(",")]
        backend, rows = _rows(bench, match["object"], text, fields)
        masked = [list(masking.mask_values(dict(zip(fields, row, strict=True))).values()) for row in rows[:limit]]
        count = f"more than {limit}" if len(rows) > limit else len(rows)
        return {"backend": backend, "object": match["object"], "columns": fields, "rows": masked, "row_count": count}

    return Tool(
        name="salesforce_query",
        description=(
            "Run one SOQL query: SELECT fields FROM object WHERE comparisons joined by AND, without functions or "
            "subqueries. Values come as text; personal data are masked."
        ),
        properties={
            "soql": {"type": "string", "minLength": 15, "maxLength": 4_000},
            "max_rows": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50},
        },
        required=("soql",),
        run=run,
        timeout_seconds=300.0,
    )


def _rows(bench: Workbench, name: str, text: str, fields: list[str]) -> tuple[str, list[Any]]:
    found = settings.load(("salesforce",), environment=bench.environment)
    if found.origin("salesforce"):
        from lakehouse.connectors.bulk_query import BulkQueries

        queries = BulkQueries(settings.require(found, "salesforce"))
        try:
            return "salesforce bulk api", queries.rows(name, text, fields, with_deleted=False)
        finally:
            queries.close()
    return "local-stub: the rows extracted last", _extracted(bench, text)


def _extracted(bench: Workbench, text: str) -> list[Any]:
    """The query over the bronze tables, with the stand-in's understanding of SOQL."""
    held = {one.name: one for one in salesforce_objects.OBJECTS}
    schema = {name: frozenset(one.field(c) for c in columns(one)) for name, one in held.items()}
    try:
        query = soql.parse(text, schema)
    except soql.Malformed as error:
        raise ToolError(f"{error.code}: {error}") from error
    one = held[query.object]
    frame = bench.store.read(one.table, bench.release.tables[one.table])
    newest = frame.sort("_ingestion_ts", descending=True).unique(list(one.key), keep="first", maintain_order=True)
    rows = newest.select(columns(one)).rename(dict(one.fields)).sort(pl.first()).to_dicts()
    return [[row[f] for f in query.fields] for row in rows if query.keep(row) and row.get("IsDeleted") != "true"]
