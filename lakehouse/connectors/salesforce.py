"""Salesforce in bulk: what changed since the last time, and what was deleted."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time

import polars as pl
import requests

from lakehouse.connectors.bulk_query import BulkQueries
from lakehouse.connectors.salesforce_objects import OBJECTS, SYSTEM, SalesforceObject
from lakehouse.connectors.settings import SalesforceSettings
from lakehouse.connectors.source import Extract, columns, instant, iso

IDS_A_QUERY = 200


class SalesforceSource:
    """The objects above, from one organisation."""

    system = SYSTEM
    objects = OBJECTS

    def __init__(
        self,
        settings: SalesforceSettings,
        session: requests.Session | None = None,
        *,
        queries: Callable[[SalesforceSettings, requests.Session | None], BulkQueries] = BulkQueries,
    ) -> None:
        self._settings = settings
        self._queries = queries(settings, session)

    def close(self) -> None:
        self._queries.close()

    def ping(self) -> None:
        """Raise a SourceError where the organisation cannot be reached, refuses us, or has no calls left."""
        self._queries.limits()

    def read(self, source: SalesforceObject, since: date | None = None, mark: str | None = None) -> Extract:
        """The records changed since the high-water mark, less an overlap; all of them where there is no mark.

        The overlap catches what was committed late, under an older stamp; landing drops what it brings again.
        """
        condition = ""
        if source.cursor and (since or mark):
            start = datetime.combine(since, time()) if since else instant(mark or "") - self._settings.overlap
            condition = f" WHERE {source.field(source.cursor)} >= {iso(start)}"
        return self._extract(source, condition)

    def read_ids(self, source: SalesforceObject, ids: Sequence[str]) -> Extract:
        """The present state of single records; one that is gone for good is missing from the result."""
        frames = []
        for start in range(0, len(ids), IDS_A_QUERY):
            listed = ", ".join(f"'{_plain_id(record)}'" for record in ids[start : start + IDS_A_QUERY])
            frames.append(self._extract(source, f" WHERE Id IN ({listed})").frame)
        return Extract(source, pl.concat(frames))

    def _extract(self, source: SalesforceObject, condition: str) -> Extract:
        wanted = columns(source)
        fields = [source.field(column) for column in wanted]
        soql = f"SELECT {', '.join(fields)} FROM {source.name}{condition}"
        rows = self._queries.rows(source.name, soql, fields, with_deleted=source.with_deleted)
        frame = pl.DataFrame(rows, schema=dict.fromkeys(wanted, pl.String), orient="row")
        return Extract(source, frame, _newest(frame, source.cursor))


def _newest(frame: pl.DataFrame, cursor: str | None) -> str | None:
    """The newest cursor value seen: never the clock's, which may be ahead of what was committed."""
    if cursor is None or frame.is_empty():
        return None
    return max((text for text in frame[cursor].drop_nulls()), key=instant, default=None)


def _plain_id(record: str) -> str:
    if not (record.isascii() and record.isalnum() and len(record) in (15, 18)):
        raise ValueError(f"{record!r} is no Salesforce id: 15 or 18 letters and digits")
    return record
