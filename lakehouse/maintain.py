"""Keep the lakehouse small and its past readable: compact, vacuum, retain, and restore an old release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable

from lakehouse import attempts, catalog, checksums, mirror, refusals, remote_lock
from lakehouse.release import Release
from lakehouse.storage import RELEASE_TABLE, Store

SMALL_FILES = 8  # a table with more files than this is compacted
LOG_VERSIONS_KEPT = 10  # of the list of releases, for readers that have just opened it
BESIDE = (
    attempts.TABLE,
    checksums.TABLE,
    refusals.TABLE,
    remote_lock.TABLE,
    "mdm.source_watermark",
    *catalog.BESIDE_RELEASES,
)


@dataclass(frozen=True)
class Maintained:
    """What was done: `tables` has one row a table, `release` is set where compaction gave a new one."""

    tables: pl.DataFrame  # table, files_before, files_after, versions_kept, files_removed
    release: Release | None


def maintain(store: Store, *, dry_run: bool = False) -> Maintained:
    """Compact tables of many small files, and remove the files that no release within retention needs.

    Retention counts from the newest release's as-of date: a release of the last 90 days can be read whole, an older
    one no longer offers its bronze tables, after a year its silver ones; mdm and gold are kept for good. The newest
    version of a table and whatever the newest release names are never touched, so no row of bronze is lost.
    """
    with store.writer("maintain"):
        newest = store.latest()
        published = [_retained(release, newest) for release in store.releases()]
        if not dry_run and published != store.releases():
            store.replace_releases(published)
        rows = []
        versions = dict(newest.tables)
        for name in sorted(newest.tables):
            delta = store.delta(name)
            before = len(delta.file_uris())
            if not dry_run and before > SMALL_FILES and _compact(delta) and delta_is_newest(versions, name, delta):
                versions[name] = store.version(name)
            removed, kept = _vacuum(store, name, published, dry_run=dry_run)
            rows.append(
                {
                    "table": name,
                    "files_before": before,
                    "files_after": len(store.delta(name).file_uris()),
                    "versions_kept": kept,
                    "files_removed": removed,
                }
            )
        release = None
        if versions != dict(newest.tables):
            release = _published_again(store, newest, replace(newest, tables=versions), "maintain: compacted files")
        if not dry_run:
            for name in (RELEASE_TABLE, *BESIDE):
                _tidy(store, name)
        return Maintained(pl.DataFrame(rows), release)


def restore(store: Store, release_id: int, *, wait_seconds: float = 30.0) -> Release:
    """Publish the tables of an old release again, as the newest one.

    Readers see the old state until the next build, and decisions are taken over it. That build starts, as every build,
    from all of bronze and all decisions: nothing that arrived or was decided since is lost.
    """
    with store.writer("restore", wait_seconds=wait_seconds):
        wanted = store.release(release_id)
        store.connect(wanted.tables).close()  # raises ReleaseBroken where a file is gone
        return _published_again(store, store.latest(), wanted, f"restore of release {release_id}")


def delta_is_newest(versions: Mapping[str, int], name: str, delta: DeltaTable) -> bool:
    """Whether the release names the version that was compacted, and not an older one."""
    return versions[name] == delta.version()


def _published_again(store: Store, newest: Release, state: Release, note: str) -> Release:
    published_at = datetime.now(UTC).replace(tzinfo=None)
    again = replace(state, release_id=newest.release_id + 1, published_at=published_at, note=note, seconds=0.0)
    store.publish(again)
    return again


def _compact(delta: DeltaTable) -> bool:
    """Rewrite small files as one; whether there were any."""
    return bool(DeltaTable(delta.table_uri).optimize.compact()["numFilesRemoved"])


def _retained(release: Release, newest: Release) -> Release:
    """The release without the tables whose retention has passed."""
    age = (newest.as_of_date - release.as_of_date).days
    kept = {name: version for name, version in release.tables.items() if age <= _days(name)}
    return replace(release, tables=kept)


def _days(name: str) -> float:
    """How long versions of a table are kept; the newest is kept for good."""
    days = catalog.table(name).retention_days
    return inf if days is None else days


def _vacuum(store: Store, name: str, published: Sequence[Release], *, dry_run: bool) -> tuple[int, int]:
    """Files removed (or, dry, that would be), and versions that stay readable."""
    kept = {release.tables[name] for release in published if name in release.tables}
    delta = store.delta(name)
    versions = sorted({*kept, delta.version()})
    removed = delta.vacuum(
        retention_hours=0,
        dry_run=dry_run,
        enforce_retention_duration=False,
        keep_versions=versions,
        full=True,
    )
    if catalog.is_remote(store.uri) and not dry_run:
        mirror.forget(delta.table_uri, {path for version in versions for path in _paths(store.delta(name, version))})
    return len(removed), len(versions)


def _paths(delta: DeltaTable) -> list[str]:
    """The files of a version, as they are named within the table."""
    return [str(path) for path in pa.table(delta.get_add_actions(flatten=True))["path"].to_pylist()]


def _tidy(store: Store, name: str) -> None:
    """Upkeep of a log that no release names: its newest version holds all its rows."""
    if not store.exists(name):
        return
    delta = store.delta(name)
    if len(delta.file_uris()) > SMALL_FILES:
        delta.optimize.compact()
        delta = store.delta(name)
    recent = range(max(0, delta.version() - LOG_VERSIONS_KEPT), delta.version() + 1)
    delta.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False, keep_versions=list(recent))
