"""A checksum of every file that a release names: one flipped bit in a Parquet file may read as another number.

The sums are taken before a release is published, and compared before its files are read. In a bucket the object store
keeps its own.
"""

import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from deltalake import DeltaTable

from lakehouse import catalog, mirror, schemas, views
from lakehouse.errors import ReleaseBroken

if TYPE_CHECKING:
    from lakehouse.storage import Store

TABLE = "_checksum"
READERS = 4
BLOCK = 1 << 20
HOW_TO_MEND = (
    "Put the file back from a copy of the lakehouse; what is not bronze and no log of decisions is also made anew by: "
    "python -m lakehouse build"
)
_seen: dict[str, tuple[str, dict[str, int]]] = {}  # of each lakehouse, as of a version of its checksums


def note(store: "Store", tables: Mapping[str, int]) -> None:
    """Take the sums of the files that have none yet."""
    if catalog.is_remote(store.uri):
        return
    held = known(store)
    with ThreadPoolExecutor(READERS) as pool:
        listed = pool.map(lambda item: mirror.files(store.delta(*item)), tables.items())
        files = [path for paths in listed for path in paths if _key(store, path) not in held]
        sums = list(pool.map(_crc, files))
    if files:
        schema = views.empty_frame(schemas.columns(schemas.CHECKSUM)).schema
        now = datetime.now(UTC).replace(tzinfo=None)
        rows = [(now, _key(store, path), found) for path, found in zip(files, sums, strict=True)]
        store.append_beside(TABLE, pl.DataFrame(rows, schema=schema, orient="row"))


def verify(store: "Store", deltas: Mapping[str, DeltaTable]) -> None:
    """Compare the files of some table versions with what was written; ReleaseBroken names the first that differs."""
    held = {} if catalog.is_remote(store.uri) else known(store)
    if not held:
        return
    with ThreadPoolExecutor(READERS) as pool:
        for name, problem in pool.map(lambda item: (item[0], _problem(store, held, item[1])), deltas.items()):
            if problem:
                version = deltas[name].version()
                raise ReleaseBroken(f"{name} at version {version} cannot be read: {problem}. {HOW_TO_MEND}")


def is_as_written(store: "Store", delta: DeltaTable) -> bool:
    """Whether no file of a table version is known to have changed."""
    return catalog.is_remote(store.uri) or _problem(store, known(store), delta) is None


def known(store: "Store") -> dict[str, int]:
    """The sum of each file, by its path within the lakehouse."""
    table = store.find(TABLE)
    if table is None:
        return {}
    now = f"{table.metadata().id}@{table.version()}"
    if _seen.get(store.uri, ("", {}))[0] != now:
        _seen[store.uri] = now, dict(views.frame(table).select("path", "crc").iter_rows())
    return _seen[store.uri][1]


def _problem(store: "Store", held: Mapping[str, int], delta: DeltaTable) -> str | None:
    for path in mirror.files(delta):
        wanted = held.get(_key(store, path))
        try:
            if wanted is not None and _crc(path) != wanted:
                return f"the content of {path} is not what was written"
        except OSError as error:
            return f"{path}: {error.strerror or error}"
    return None


def _key(store: "Store", path: str) -> str:
    return path.removeprefix(f"{store.uri.removeprefix('file://').rstrip('/')}/")


def _crc(path: str) -> int:
    found = 0
    with Path(path).open("rb") as file:
        while block := file.read(BLOCK):
            found = zlib.crc32(block, found)
    return found
