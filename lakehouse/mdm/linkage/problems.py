"""What a linkage cannot work with, found before anything is computed, and told in one error."""

from collections.abc import Sequence

import polars as pl

from lakehouse.errors import LakehouseError
from lakehouse.mdm.linkage.fields import Fields
from lakehouse.mdm.linkage.settings import Settings

MODELS = ("fellegi_sunter", "composite")
MODES = ("dedupe", "link")
COMPARABLE = ("name", "given_name", "surname", "email", "phone", "address", "tax_id", "date_of_birth")
BY_COMPOSITE = ("name", "given_name", "surname", "email", "phone", "address")
USUAL_KEYS = ("tax_id",)  # trusted by default, declared or not
UNCOMPARABLE = (pl.List, pl.Array, pl.Struct, pl.Object)
SHOWN = 5


class LinkageError(LakehouseError, ValueError):
    """The records or the options cannot be linked; the text names every problem."""


def check(records: pl.DataFrame, settings: Settings, further: Sequence[str] = ()) -> None:
    """LinkageError with all problems, if there are any."""
    if found := [*of(records, settings), *further]:
        raise LinkageError("Cannot link the records: " + "; ".join(found))


def of(records: pl.DataFrame, settings: Settings) -> list[str]:
    """Everything that is wrong with the records and the options."""
    return [*_settings(settings), *_columns(records, settings.id, settings.source, settings.fields, settings.mode)]


def table_of(records: object) -> pl.DataFrame:
    """The records as a table; LinkageError where they are none."""
    if isinstance(records, pl.LazyFrame):
        return records.collect()
    if isinstance(records, pl.DataFrame):
        return records
    kind = type(records)
    raise LinkageError(
        f"Cannot link the records: they must be a polars DataFrame or LazyFrame, but are a "
        f"{kind.__module__}.{kind.__qualname__}. pl.from_pandas(…) or pl.DataFrame(…) makes one"
    )


def _settings(settings: Settings) -> list[str]:
    found = []
    source, fields, model, mode = settings.source, settings.fields, settings.model, settings.mode
    if settings.threshold is not None and not 0 < settings.threshold < 1:
        found.append(f"threshold must lie between 0 and 1, but is {settings.threshold}")
    if settings.max_cluster is not None and settings.max_cluster < 2:
        found.append(f"max_cluster must be at least 2, but is {settings.max_cluster}")
    if model not in MODELS:
        found.append(f"no model '{model}', available: {', '.join(MODELS)}")
    if mode not in MODES:
        found.append(f"no mode '{mode}', available: {', '.join(MODES)}")
    if mode == "link" and source is None:
        found.append("mode 'link' needs a source column, but none is given")
    declared = [name for name, _ in fields]
    if settings.one_to_one and mode == "dedupe":
        found.append("one_to_one needs mode 'link': it says that every source holds an entity once")
    if unknown := [key for key in settings.trusted_keys if key not in {*declared, *USUAL_KEYS}]:
        found.append(f"trusted_keys name what is no declared field: {', '.join(unknown)}")
    if model == "composite" and declared and not set(declared) & set(BY_COMPOSITE):
        found.append(f"the composite model compares {', '.join(BY_COMPOSITE)}, but none of them is declared")
    if not declared:
        found.append("no field is declared: name at least one column, for example name='company'")
    elif not fields.identifier_columns and not set(declared) & set(COMPARABLE):
        found.append(
            f"no usable field: {', '.join(declared)} alone cannot tell records apart; "
            f"one of {', '.join(COMPARABLE)} or an identifier is needed"
        )
    return found


def _columns(records: pl.DataFrame, id: str, source: str | None, fields: Fields, mode: str) -> list[str]:
    found = []
    wanted = [("id", id), *([("source", source)] if source is not None else []), *fields]
    missing = [f"'{column}' ({name})" for name, column in wanted if column not in records.columns]
    if missing:
        found.append(f"missing columns {', '.join(missing)}; there are {', '.join(records.columns) or 'none'}")
    columns = [column for _, column in wanted]
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        found.append(f"columns declared more than once: {', '.join(twice)}")
    if records.is_empty():
        return [*found, "there are no records"]
    nested = [column for _, column in wanted if column in records.columns and _is_nested(records.schema[column])]
    if nested:
        found.append(f"columns that hold lists or structures: {', '.join(nested)}")
    if id in records.columns and id not in nested:
        found += _ids(records[id])
    present = [column for _, column in fields if column in records.columns and column not in nested]
    if present and not missing and all(_is_empty(records[column]) for column in present):
        found.append(f"every declared field is empty in all {len(records):,} records")
    if source is not None and source in records.columns and records[source].null_count():
        found.append(f"{records[source].null_count():,} records have no source in '{source}'")
    if mode == "link" and source in records.columns and source not in nested and records[source].n_unique() == 1:
        found.append(f"mode 'link' needs records of several sources, but all are of '{records[source][0]}'")
    return found


def _ids(ids: pl.Series) -> list[str]:
    found = []
    if nulls := ids.null_count():
        found.append(f"{nulls:,} records have no id in '{ids.name}'")
    counts = (
        ids.drop_nulls().value_counts().filter(pl.col("count") > 1).sort("count", ids.name, descending=[True, False])
    )
    if len(counts):
        examples = ", ".join(f"{value!s} ({count} times)" for value, count in counts.head(SHOWN).iter_rows())
        found.append(f"{len(counts):,} ids in '{ids.name}' occur more than once: {examples}")
    return found


def _is_nested(dtype: pl.DataType) -> bool:
    return isinstance(dtype, UNCOMPARABLE)


def _is_empty(column: pl.Series) -> bool:
    return column.null_count() == len(column) or (
        column.dtype == pl.String and not (column.str.strip_chars() != "").any()
    )
