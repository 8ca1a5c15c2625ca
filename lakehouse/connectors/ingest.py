"""One ingestion: read every object of the chosen source systems, and land what is new."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from lakehouse.connectors import landing, oracle, salesforce_objects, sap
from lakehouse.connectors import settings as settings_
from lakehouse.connectors.errors import SourceError, SourceUnreachable
from lakehouse.connectors.landing import Landed
from lakehouse.connectors.settings import Settings
from lakehouse.connectors.source import Extract, SourceObject
from lakehouse.errors import SchemaMismatch
from lakehouse.storage import Store

log = logging.getLogger(__name__)


class Source(Protocol):
    """A connected source system."""

    system: str
    objects: tuple[Any, ...]

    def read(self, source: Any, since: date | None = None, mark: str | None = None) -> Extract: ...

    def ping(self) -> None: ...

    def close(self) -> None: ...


Connect = Callable[[Settings], Source]


def _salesforce(settings: Settings) -> Source:
    try:
        from lakehouse.connectors.salesforce import SalesforceSource
    except ImportError as error:
        raise SourceUnreachable(
            "simple-salesforce is not installed: pip install -r requirements-connectors.txt"
        ) from error
    return SalesforceSource(settings_.require(settings, "salesforce"))


SOURCES: Mapping[str, Connect] = {
    "sap": lambda settings: sap.SapSource(settings_.require(settings, "sap")),
    "salesforce": _salesforce,
    "oracle": lambda settings: oracle.OracleSource(settings_.require(settings, "oracle")),
}


NAMES: Mapping[str, str] = {"sap": sap.SYSTEM, "salesforce": salesforce_objects.SYSTEM, "oracle": oracle.SYSTEM}


@dataclass(frozen=True)
class Failure:
    """An object that could not be loaded; nothing of it was landed."""

    system: str
    object: str
    reason: str


class IngestFailed(SourceError):
    """Some objects could not be loaded; `failures` says which, `landed` what could."""

    def __init__(self, failures: list[Failure], landed: list[Landed]) -> None:
        super().__init__("\n".join(f"{failure.system} {failure.object}: {failure.reason}" for failure in failures))
        self.failures = failures
        self.landed = landed


def ingest(
    store: Store,
    systems: Iterable[str],
    settings: Settings,
    *,
    since: date | None = None,
    at: datetime | None = None,
    dry_run: bool = False,
    sources: Mapping[str, Connect] = SOURCES,
    report: Callable[[Landed], None] = lambda landed: None,
) -> list[Landed]:
    """Load the objects of the given systems, each whole or not at all.

    A system that fails is left at the object where it failed, the others go on; IngestFailed then names every failure.
    `at` is the time of arrival (default: now); `since` reads from that day on instead of from the high-water mark.
    """
    landed: list[Landed] = []
    failures: list[Failure] = []
    for system in systems:
        current = "connection"
        try:
            with _connected(sources[system], settings) as source:
                for wanted in source.objects:
                    current = wanted.name
                    landed.append(_load(store, source, wanted, since=since, at=at, dry_run=dry_run))
                    report(landed[-1])
                current = "AccountChangeEvent"
                if system == "salesforce" and not dry_run:
                    _fill_gaps(store, source, at)
        except (SourceError, SchemaMismatch) as error:
            failures.append(Failure(NAMES[system], current, str(error)))
    if failures:
        raise IngestFailed(failures, landed)
    return landed


@contextmanager
def _connected(connect: Connect, settings: Settings) -> Iterator[Source]:
    source = connect(settings)
    try:
        yield source
    finally:
        source.close()


def _load(
    store: Store, source: Source, wanted: SourceObject, *, since: date | None, at: datetime | None, dry_run: bool
) -> Landed:
    """Read outside the lock, for that may take long; land within it."""
    mark = landing.mark(store, source.system, wanted.name) if wanted.cursor else None
    extract = source.read(wanted, since, mark)
    if extract.frame.is_empty() and wanted.cursor is None and store.exists(wanted.table):
        log.warning("%s %s delivered no row at all; bronze keeps what it has", source.system, wanted.name)
    arrived = at or datetime.now(UTC).replace(tzinfo=None)
    batch_id = f"{source.system.lower()}-{arrived:%Y%m%dT%H%M%S}"
    with store.writer(f"ingest {source.system}", wait_seconds=60):
        return landing.land(store, source.system, extract, batch_id=batch_id, at=arrived, before=mark, dry_run=dry_run)


def _fill_gaps(store: Store, source: Any, at: datetime | None) -> None:
    from lakehouse.connectors import gaps

    with store.writer("ingest Salesforce gaps", wait_seconds=60):
        gaps.fill(store, source, at=at)
