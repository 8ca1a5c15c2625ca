"""A local mirror of a remote lakehouse's Parquet files: they never change, so each is fetched once.

DuckDB reads the copies, and needs no extension for any object store.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable
from pyarrow import fs

from lakehouse import catalog
from lakehouse.errors import ReleaseBroken

FETCHERS = 8
PARTIAL = ".partial"


def root() -> Path:
    """Where the copies lie: LAKEHOUSE_CACHE, or a folder of the user below the system's folder for temporary files."""
    default = Path(tempfile.gettempdir()) / f"lakehouse-mirror-{os.environ.get('USER') or os.getuid()}"
    return Path(os.environ.get("LAKEHOUSE_CACHE") or default)


def files(delta: DeltaTable) -> list[str]:
    """Paths that DuckDB can read of a table version's files: as they are, or their local copies."""
    if not catalog.is_remote(delta.table_uri):
        return [uri.removeprefix("file://") for uri in delta.file_uris()]
    actions = pa.table(delta.get_add_actions(flatten=True))
    sizes = dict(zip(actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True))
    folder = folder_of(delta.table_uri)
    missing = {path: size for path, size in sizes.items() if not _is_there(folder / unquote(path), size)}
    if missing:
        source, base = fs.FileSystem.from_uri(delta.table_uri.rstrip("/"))
        with ThreadPoolExecutor(FETCHERS) as pool:
            for fetched in [pool.submit(_fetch, source, base, folder, path, size) for path, size in missing.items()]:
                fetched.result()
    return [str(folder / unquote(path)) for path in sizes]


def folder_of(table_uri: str) -> Path:
    """The folder of a remote table's copies."""
    return root() / table_uri.replace("://", "/").strip("/")


def forget(table_uri: str, kept: Iterable[str]) -> int:
    """Remove the copies of files that the table does not keep; how many there were."""
    folder = folder_of(table_uri)
    wanted = {folder / unquote(path) for path in kept}
    gone = [path for path in folder.rglob("*.parquet") if path not in wanted]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _is_there(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _fetch(source: fs.FileSystem, base: str, folder: Path, path: str, size: int) -> None:
    """Copy one file beside its place and move it there whole: two readers may fetch the same one."""
    target = folder / unquote(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{uuid.uuid4().hex}{PARTIAL}")
    try:
        with source.open_input_stream(f"{base}/{unquote(path)}") as remote, partial.open("wb") as local:
            shutil.copyfileobj(remote, local)
        if partial.stat().st_size != size:
            raise ReleaseBroken(f"{base}/{path} has {partial.stat().st_size:,} bytes, {size:,} were written")
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
