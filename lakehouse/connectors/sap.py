"""SAP: which tables we read over RFC_READ_TABLE, and how their values become bronze text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from lakehouse.connectors import rfc
from lakehouse.connectors.column_groups import Row
from lakehouse.connectors.read_table import TableReader
from lakehouse.connectors.retry import Backoff
from lakehouse.connectors.settings import SapSettings
from lakehouse.connectors.source import Extract, SourceObject, columns

SYSTEM = "SAP"
NUMERIC = frozenset("PIFbs8ae")  # ABAP types that arrive right-justified, a minus behind


@dataclass(frozen=True)
class SapTable(SourceObject):
    """KNA1 has no date of change, so every table is read in full and compared by row hash.

    `page_by` is the part of the key whose ranges make the pages; `alpha` names the columns that SAP pads with
    leading zeros; `created_on` lets --since narrow a table whose rows are never changed.
    """

    page_by: str = ""
    alpha: Mapping[str, int] = field(default_factory=dict)
    created_on: str | None = None


# MARA's text, prices and hierarchy, and the order lines with customer and partner, live in several SAP tables:
# two database views over them (docs/connectors.md) give one row each, and RFC_READ_TABLE reads a view like a table.
TABLES = (
    SapTable("KNA1", "bronze.sap_kna1", ("MANDT", "KUNNR"), page_by="KUNNR", alpha={"KUNNR": 10, "ADRNR": 10}),
    SapTable(
        "ADR6",
        "bronze.sap_adr6",
        ("CLIENT", "ADDRNUMBER", "PERSNUMBER", "DATE_FROM", "CONSNUMBER"),
        page_by="ADDRNUMBER",
        alpha={"ADDRNUMBER": 10},
    ),
    SapTable("ZMDM_MARA", "bronze.sap_mara", ("MATNR",), page_by="MATNR"),
    SapTable(
        "ZMDM_VBAP",
        "bronze.sap_vbap",
        ("VBELN", "POSNR"),
        page_by="VBELN",
        alpha={"VBELN": 10, "KUNNR": 10},
        created_on="ERDAT",
    ),
)


class SapSource:
    """The tables above, from a live connection."""

    system = SYSTEM
    objects = TABLES

    def __init__(
        self,
        settings: SapSettings,
        *,
        connect: Callable[[SapSettings], rfc.RfcConnection] = rfc.connect,
        backoff: Backoff | None = None,
    ) -> None:
        self._settings = settings
        self._connect = connect
        self._reader = TableReader(self._open, backoff=backoff)

    def _open(self) -> rfc.RfcConnection:
        try:
            return self._connect(self._settings)
        except rfc.LogonError as error:
            raise rfc.refused(self._settings, error) from error

    def close(self) -> None:
        self._reader.close()

    def ping(self) -> None:
        """Raise a SourceError where the system cannot be reached or refuses us."""
        self._reader.ping()

    def read(self, table: SapTable, since: date | None = None, mark: str | None = None) -> Extract:
        """All rows of a table, for SAP has no mark to go on from.

        With `since`, of a table with a creation date, those created from that day on.
        """
        where = f"{table.created_on} >= '{since:%Y%m%d}'" if since and table.created_on else ""
        wanted = columns(table)
        fields = self._reader.fields(table.name, wanted)
        types = {found.name: found.type for found in fields}
        pages = self._reader.rows(
            table.name, fields, table.key, page_by=table.page_by, page_rows=self._settings.page_rows, where=where
        )
        rows = [[_value(row, name, types[name], table) for name in wanted] for page in pages for row in page]
        return Extract(table, pl.DataFrame(rows, schema=dict.fromkeys(wanted, pl.String), orient="row"))


def _value(row: Row, name: str, type_: str, table: SapTable) -> str:
    """One value as bronze keeps it, which is as it came without its padding: SAP knows no null.

    Blank text stays empty text and a missing date eight zeros; silver reads both as null.
    """
    text = row[name].strip() if type_ in NUMERIC else row[name]
    return alpha(text, table.alpha[name]) if name in table.alpha else text


def alpha(value: str, width: int) -> str:
    """SAP's ALPHA conversion: a number is padded with zeros to the width of its field, other text is left alone."""
    return value.zfill(width) if re.fullmatch(r"[0-9]+", value) else value
