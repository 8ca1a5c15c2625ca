"""The frames that a gate returns, in the types that the catalog declares."""

from collections.abc import Mapping

import polars as pl

from lakehouse import schemas

TYPES = {
    "VARCHAR": pl.String(),
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "BOOLEAN": pl.Boolean(),
    "TIMESTAMP": pl.Datetime("us"),
}


def _schema(columns: Mapping[str, str]) -> pl.Schema:
    return pl.Schema({name: TYPES[type_] for name, type_ in columns.items()})


QUARANTINE = _schema(schemas.columns(schemas.QUARANTINE))
RESULT = _schema(schemas.MDM["mdm.quality_result"])
