"""Copies of a lakehouse, from a folder or a bucket to another."""

from pyarrow import fs


def copy(source: str, target: str) -> None:
    """Every object below one URI, to the same names below another."""
    (one, one_base), (other, other_base) = (
        fs.FileSystem.from_uri(uri) if "://" in uri else (fs.LocalFileSystem(), uri) for uri in (source, target)
    )
    if isinstance(other, fs.LocalFileSystem):
        other.create_dir(other_base)
    fs.copy_files(one_base, other_base, source_filesystem=one, destination_filesystem=other)
