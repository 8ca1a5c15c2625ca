"""A published release as one read-only DuckDB file that holds masked gold tables and nothing else."""

import hashlib
import os
import tempfile
from pathlib import Path

import duckdb

from agents import masking
from lakehouse.release import Release
from lakehouse.storage import Store

LAYERS = ("gold",)
VERSION = 1  # of the masks and the layout: part of the file's name


def path(store: Store, release: Release, role: str = masking.DEFAULT_ROLE) -> Path:
    """The file of a release for a role, made at the first call. What is masked never enters the file."""
    folder = cache_folder()
    digest = hashlib.sha256(f"{store.uri}|{release.run_id}|{sorted(release.tables.items())}".encode()).hexdigest()[:16]
    file = folder / f"v{VERSION}-{digest}-r{release.release_id}-{role}.duckdb"
    if not file.is_file():
        _write(store, release, role, file)
    return file


def cache_folder() -> Path:
    """A folder of this user alone: MDM_AGENT_CACHE, or one below the system's temporary folder."""
    named = os.environ.get("MDM_AGENT_CACHE")
    folder = Path(named) if named else Path(tempfile.gettempdir()) / f"mdm-agents-{os.getuid()}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another user; choose a folder with MDM_AGENT_CACHE")
    return folder


def _write(store: Store, release: Release, role: str, file: Path) -> None:
    part = file.with_suffix(f".{os.getpid()}.part")
    part.unlink(missing_ok=True)
    wanted = {name: version for name, version in release.tables.items() if name.partition(".")[0] in LAYERS}
    with duckdb.connect(part) as target, store.connect(wanted) as source:
        for layer in LAYERS:
            target.execute(f"create schema {layer}")
        for name in sorted(wanted):
            columns = [column[0] for column in source.sql(f"select * from {name} limit 0").description]
            rows = source.sql(f"select {masking.select_list(columns, role)} from {name}").to_arrow_table()
            target.register("incoming", rows)
            target.execute(f"create table {name} as from incoming")
            target.unregister("incoming")
    part.rename(file)
