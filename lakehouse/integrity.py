"""Whether a lakehouse can be written to, its files are there and whole, and which content they came from."""

from os import SEEK_END
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable
from pyarrow import fs

from lakehouse import catalog
from lakehouse.errors import NotWritable

PARQUET_END = b"PAR1"
UPKEEP, UPKEEP_COMMITS = ("OPTIMIZE", "VACUUM START", "VACUUM END"), 20


def writable_folder(uri: str) -> Path:
    """The folder of a local lakehouse, made where there is none."""
    folder = Path(uri.removeprefix("file://"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".write_probe"
        probe.write_text("")
        probe.unlink(missing_ok=True)
    except OSError as error:
        raise NotWritable(
            f"Cannot write to {folder}: {error.strerror or error}; "
            "choose another folder with LAKEHOUSE_URI or --out, or change its permissions"
        ) from error
    return folder


def is_whole(table: DeltaTable) -> bool:
    """Whether the files of a version are there, as long as they were written, and end as Parquet files do."""
    actions = pa.table(table.get_add_actions(flatten=True))
    paths, sizes = [unquote(path) for path in actions["path"].to_pylist()], actions["size_bytes"].to_pylist()
    if catalog.is_remote(table.table_uri):
        source, base = fs.FileSystem.from_uri(table.table_uri.rstrip("/"))
        return [file.size for file in source.get_file_info([f"{base}/{path}" for path in paths])] == sizes
    folder = Path(table.table_uri.removeprefix("file://"))
    return all(_is_parquet(folder / path, size) for path, size in zip(paths, sizes, strict=True))


def _is_parquet(path: Path, size: int) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(-len(PARQUET_END), SEEK_END)
            return file.read() == PARQUET_END and path.stat().st_size == size
    except OSError:
        return False


def fingerprint_of(table: DeltaTable) -> str | None:
    """The digest that came with the newest content; upkeep after it changed files but no row."""
    for last in (1, UPKEEP_COMMITS):
        written = [commit for commit in table.history(last) if commit.get("operation") not in UPKEEP]
        if written:
            found = written[0].get("fingerprint")
            return found if isinstance(found, str) else None
    return None


def first_line(error: Exception) -> str:
    """What delta-rs says went wrong, without its stack."""
    return str(error).partition("\n")[0]
