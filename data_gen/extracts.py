"""An extract: the rows that one source system delivers for one bronze table, as one batch."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from data_gen.plan import ARRIVED_AT

SOURCES = {
    "sap": "SAP", "sf": "Salesforce", "oracle": "Oracle", "ecom": "E-Commerce", "web": "Web Tracker",
    "fraud": "Fraud Monitor", "ops": "Operations",
}  # fmt: skip


@dataclass(frozen=True)
class Extract:
    """A batch, or one part of a large one."""

    table: str  # as bronze.sap_kna1
    source_system: str
    batch_id: str
    ingestion_ts: datetime
    frame: pl.DataFrame
    part: int = 0


def extract(table: str, frame: pl.DataFrame, *, part: int = 0, redelivery: bool = False) -> Extract:
    """The table's batch of the day; a redelivery is a batch of its own that brings rows again."""
    system = table.partition("_")[0]
    name = table if system in ("web", "fraud", "ops") else f"{system}-{table.partition('_')[2]}"
    batch_id = f"{name.replace('_', '-')}-{ARRIVED_AT:%Y%m%d}{'-again' if redelivery else ''}"
    return Extract(f"bronze.{table}", SOURCES[system], batch_id, ARRIVED_AT, frame, part)


def text(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column as text, nulls as they are."""
    return frame.cast(dict.fromkeys(frame.columns, pl.String))


def sap_date(column: pl.Expr) -> pl.Expr:
    """YYYYMMDD; a missing date is eight zeros."""
    return column.dt.strftime("%Y%m%d").fill_null("00000000")


def salesforce_time(column: pl.Expr) -> pl.Expr:
    return column.dt.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def plain(column: pl.Expr) -> pl.Expr:
    """A number with two decimals as text, the sign behind it as SAP writes it."""
    cents = (column.abs() * 100).round().cast(pl.Int64)
    digits = pl.format("{}.{}", cents // 100, (cents % 100).cast(pl.String).str.zfill(2))
    return pl.when(column < 0).then(digits + "-").otherwise(digits)
