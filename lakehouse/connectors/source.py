"""What every connector declares and delivers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from lakehouse import catalog, schemas


@dataclass(frozen=True)
class SourceObject:
    """One table or object of a source system and the bronze table that takes it."""

    name: str  # as the source system calls it
    table: str  # bronze.…
    key: Sequence[str]  # bronze columns that identify a record
    cursor: str | None = None  # the source's column that tells what changed; None: read in full and compared


@dataclass(frozen=True)
class Extract:
    """The rows of one object, complete and checked, in the columns of its bronze table."""

    object: SourceObject
    frame: pl.DataFrame
    high_water_mark: str | None = None  # the newest cursor value seen; None where there is no cursor or no row


def columns(source: SourceObject) -> list[str]:
    """The business columns of the object's bronze table: those that are read from the source."""
    return [name for name in schemas.BRONZE[source.table] if name not in catalog.METADATA]


def iso(instant: datetime) -> str:
    """An instant as sources and high-water marks write it: 2026-01-30T10:00:00.000Z."""
    utc = instant.astimezone(UTC) if instant.tzinfo else instant
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def instant(text: str) -> datetime:
    """The UTC instant of such a text, without a time zone; fractions and offsets vary between sources."""
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
