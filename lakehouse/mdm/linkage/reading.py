"""Tables for the command line: CSV, Parquet or Delta in, Parquet or CSV out."""

from pathlib import Path

import polars as pl

from lakehouse.mdm.linkage.problems import LinkageError

FORMATS = ("parquet", "csv")
ENDINGS = (".csv", ".tsv", ".txt", ".parquet", ".pq")


def read(path: str, encoding: str = "utf-8") -> pl.DataFrame:
    """A table; the columns of a CSV file are all text, so that leading zeros stay."""
    file = Path(path)
    if "://" not in path and not file.exists():
        raise LinkageError(f"There is no file or folder {path}")
    if "://" in path or file.is_dir():
        return _delta(path)
    if file.stat().st_size == 0:
        raise LinkageError(f"{path} is empty")
    ending = file.suffix.lower()
    if ending in (".parquet", ".pq"):
        try:
            return pl.read_parquet(file)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise LinkageError(f"{path} cannot be read as Parquet: {error}") from error
    if ending not in ENDINGS:
        raise LinkageError(
            f"{path} is no table that can be read: it must end in {', '.join(ENDINGS)} or be a Delta folder"
        )
    return _csv(file, encoding, "\t" if ending == ".tsv" else None)


def write(frame: pl.DataFrame, folder: Path, name: str, form: str) -> Path:
    """The frame as a file of the folder."""
    path = folder / f"{name}.{form}"
    if form == "csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    return path


def _delta(path: str) -> pl.DataFrame:
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    try:
        table = pl.from_arrow(DeltaTable(path).to_pyarrow_table())
    except (DeltaError, OSError) as error:
        raise LinkageError(f"{path} cannot be read as a Delta table: {error}") from error
    assert isinstance(table, pl.DataFrame)
    return table


def _csv(file: Path, encoding: str, separator: str | None) -> pl.DataFrame:
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except UnicodeDecodeError as error:
        raise LinkageError(
            f"{file} is not written in {encoding}: byte 0x{raw[error.start]:02x} at position {error.start:,} has no "
            f"meaning there. Name its encoding with --encoding, for example latin-1 or cp1252"
        ) from error
    except LookupError as error:
        raise LinkageError(f"There is no encoding {encoding}") from error
    del raw
    if not text.strip():
        raise LinkageError(f"{file} is empty")
    try:
        return pl.read_csv(text.encode(), infer_schema=False, separator=separator or _separator(text))
    except pl.exceptions.PolarsError as error:
        raise LinkageError(f"{file} cannot be read as CSV: {error}") from error


def _separator(text: str) -> str:
    """The one of comma, semicolon and tab that the first line has most of."""
    first = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=first.count)
