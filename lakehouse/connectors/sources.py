"""The state of the source systems: what is configured, reachable, last loaded, and how far behind."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from lakehouse.connectors import landing, oracle, salesforce_objects, sap
from lakehouse.connectors.errors import SourceError
from lakehouse.connectors.ingest import SOURCES, Connect
from lakehouse.connectors.settings import Settings
from lakehouse.connectors.source import SourceObject, instant
from lakehouse.storage import Store

SCHEMA: Mapping[str, Any] = {
    "source_system": pl.String,
    "source_object": pl.String,
    "table_name": pl.String,
    "configured_from": pl.String,  # null where it is not
    "reachable": pl.String,  # 'yes', 'not asked', or the reason why not
    "rows": pl.Int64,
    "last_loaded_at": pl.Datetime("us"),
    "high_water_mark": pl.String,
    "lag_hours": pl.Float64,  # since the newest change seen, or where there is no such mark since the last load
}


# Every system with its name in the data and what comes from it.
OBJECTS: Mapping[str, tuple[str, Sequence[SourceObject]]] = {
    "sap": (sap.SYSTEM, sap.TABLES),
    "salesforce": (salesforce_objects.SYSTEM, (*salesforce_objects.OBJECTS, salesforce_objects.CHANGE_EVENTS)),
    "oracle": (oracle.SYSTEM, oracle.OBJECTS),
}


def status(
    store: Store,
    settings: Settings,
    *,
    ping: bool = True,
    now: datetime | None = None,
    sources: Mapping[str, Connect] = SOURCES,
) -> pl.DataFrame:
    """One row an object of every source system, configured or not; see SCHEMA for the columns."""
    now = now or datetime.now(UTC).replace(tzinfo=None)
    rows = []
    for name, (system, wanted) in OBJECTS.items():
        origin = settings.origin(name)
        if name in settings.problems:
            reachable = str(settings.problems[name])
        else:
            reachable = _reachable(name, settings, sources) if ping and origin else "not asked"
        rows += [_row(store, system, one, origin, reachable, now) for one in wanted]
    return pl.DataFrame(rows, schema=SCHEMA)


def _reachable(name: str, settings: Settings, sources: Mapping[str, Connect]) -> str:
    try:
        source = sources[name](settings)
        try:
            source.ping()
        finally:
            source.close()
    except SourceError as error:
        return str(error)
    return "yes"


def _row(
    store: Store, system: str, wanted: SourceObject, origin: str | None, reachable: str, now: datetime
) -> dict[str, Any]:
    rows, arrived = _held(store, wanted.table)
    loaded = _loaded(store, system, wanted.name)
    mark = landing.mark(store, system, wanted.name) if wanted.cursor else None
    last = max((moment for moment in (arrived, loaded) if moment), default=None)
    since = instant(mark) if mark else last
    return {
        "source_system": system,
        "source_object": wanted.name,
        "table_name": wanted.table,
        "configured_from": origin,
        "reachable": reachable,
        "rows": rows,
        "last_loaded_at": last,
        "high_water_mark": mark,
        "lag_hours": round(max((now - since).total_seconds(), 0.0) / 3600, 1) if since else None,
    }


def _held(store: Store, table: str) -> tuple[int, datetime | None]:
    if not store.exists(table):
        return 0, None
    return landing.query(store, table, "select count(*), max(_ingestion_ts) from bronze").row(0)


def _loaded(store: Store, system: str, name: str) -> datetime | None:
    if not store.exists(landing.WATERMARKS):
        return None
    loads = store.read(landing.WATERMARKS).filter(
        (pl.col("source_system") == system) & (pl.col("source_object") == name)
    )
    return loads["loaded_at"].max()  # type: ignore[return-value]
