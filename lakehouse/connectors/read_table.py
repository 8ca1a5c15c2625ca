"""RFC_READ_TABLE: metadata first, column groups that fit its row, pages by key range, groups joined one to one."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lakehouse.connectors import rfc
from lakehouse.connectors.column_groups import DELIMITER, Field, Row, column_groups, difference, joined
from lakehouse.connectors.errors import (
    SourceChanged,
    SourceError,
    SourceInconsistent,
    SourceUnreachable,
)
from lakehouse.connectors.read_table_errors import explained
from lakehouse.connectors.retry import Backoff
from lakehouse.connectors.where import literal, where_lines

log = logging.getLogger(__name__)

REREADS = 3


@dataclass(frozen=True)
class Page:
    """The keys above `after` and up to `upto`; None leaves that side open."""

    after: str | None
    upto: str | None
    keys: frozenset[str]

    def holds(self, key: str) -> bool:
        return (self.after is None or key > self.after) and (self.upto is None or key <= self.upto)


class TableReader:
    """Reads whole tables over connections that may break: each page is complete, or the reading fails."""

    def __init__(self, connect: Callable[[], rfc.RfcConnection], *, backoff: Backoff | None = None) -> None:
        self._connect = connect
        self._backoff = backoff or Backoff()
        self._connection: rfc.RfcConnection | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ping(self) -> None:
        """Raise SourceUnreachable where no connection can be had."""
        try:
            self._open().ping()
        except rfc.CommunicationError as error:
            self._drop()
            raise SourceUnreachable(f"SAP does not answer: {error}") from error

    def rows(
        self, table: str, fields: Sequence[Field], key: Sequence[str], *, page_by: str, page_rows: int, where: str = ""
    ) -> Iterator[list[Row]]:
        """The rows of a table, page by page, each row with all fields (see `fields`).

        `key` identifies a row; `page_by` is the part of it whose ranges make the pages. Ranges of keys, unlike
        ROWSKIPS, keep their meaning while rows come and go, and RFC_READ_TABLE promises no order.
        """
        groups = column_groups(fields, key)
        for page in self._pages(table, fields, page_by, page_rows, where):
            condition = " AND ".join(part for part in (where, _range(page_by, page)) if part)
            yield self._page(table, groups, key, page_by, page, condition)

    def fields(self, table: str, columns: Sequence[str]) -> list[Field]:
        """The metadata of the columns; every column that the table does not have is named in one error."""
        found, missing = self._describe(table, list(columns))
        if missing:
            raise SourceChanged(
                f"SAP table {table} has no column {', '.join(missing)} (any more); "
                "restore it there, or take it out of lakehouse/connectors/sap.py and the bronze schema"
            )
        return found

    def _describe(self, table: str, columns: list[str]) -> tuple[list[Field], list[str]]:
        """Ask for all at once; a list that is too wide or holds an unknown name is halved."""
        try:
            answer = self._read(table, columns, "", no_data=True)
        except rfc.ApplicationError as error:
            if error.key not in ("FIELD_NOT_VALID", "DATA_BUFFER_EXCEEDED"):
                raise explained(error, table, "") from error
            if len(columns) == 1:
                if error.key == "FIELD_NOT_VALID":
                    return [], columns
                raise explained(error, table, "") from error
            middle = len(columns) // 2
            left, right = self._describe(table, columns[:middle]), self._describe(table, columns[middle:])
            return left[0] + right[0], left[1] + right[1]
        return [Field(f["FIELDNAME"], int(f["LENGTH"]), f["TYPE"]) for f in answer["FIELDS"]], []

    def _pages(self, table: str, fields: Sequence[Field], page_by: str, page_rows: int, where: str) -> list[Page]:
        """Read the keys alone, then cut their whole range where every `page_rows` rows end."""
        rows = Counter(row[page_by] for row in self._group(table, [f for f in fields if f.name == page_by], where))
        cuts: list[list[str]] = [[]]
        room = page_rows
        for key in sorted(rows):
            if rows[key] > room and cuts[-1]:
                cuts.append([])
                room = page_rows
            cuts[-1].append(key)
            room -= rows[key]
        bounds = [None, *(keys[-1] for keys in cuts[:-1]), None]
        return [Page(after, upto, frozenset(keys)) for (after, upto), keys in zip(pairwise(bounds), cuts, strict=True)]

    def _page(
        self,
        table: str,
        groups: Sequence[Sequence[Field]],
        key: Sequence[str],
        page_by: str,
        page: Page,
        condition: str,
    ) -> list[Row]:
        """One page, read again while it does not add up: rows move, and a stale page may be served."""
        problem = ""
        for _ in range(REREADS):
            parts = [self._group(table, group, condition) for group in groups]
            problem = _strangers(parts[0], page_by, page) or difference(parts, key)
            if not problem:
                gone = page.keys - {row[page_by] for row in parts[0]}
                problem = self._still_there(table, groups[0], page_by, gone)
            if not problem:
                return joined(parts, key)
            log.warning("SAP table %s: %s; reading the page again", table, problem)
        raise SourceInconsistent(
            f"SAP table {table}, {condition or 'all keys'}: {problem}, {REREADS} times in a row; "
            "nothing was taken. Extract when the table is not being reorganised"
        )

    def _still_there(self, table: str, group: Sequence[Field], page_by: str, gone: frozenset[str]) -> str:
        """Keys that were listed and then not delivered are fine if they were deleted meanwhile."""
        for key in sorted(gone):
            if self._group(table, [f for f in group if f.name == page_by], f"{page_by} = {literal(key)}"):
                return f"key {key} exists and was not delivered"
        return ""

    def _group(self, table: str, group: Sequence[Field], condition: str) -> list[Row]:
        try:
            answer = self._read(table, [field.name for field in group], condition)
        except rfc.ApplicationError as error:
            if error.key == "TABLE_WITHOUT_DATA":
                return []
            raise explained(error, table, condition) from error
        cuts = [(f["FIELDNAME"], int(f["OFFSET"]), int(f["OFFSET"]) + int(f["LENGTH"])) for f in answer["FIELDS"]]
        return [{name: line["WA"][start:end].rstrip() for name, start, end in cuts} for line in answer["DATA"]]

    def _read(self, table: str, columns: Sequence[str], condition: str, *, no_data: bool = False) -> dict:
        def call() -> dict:
            return self._open().call(
                "RFC_READ_TABLE",
                QUERY_TABLE=table,
                DELIMITER=DELIMITER,
                NO_DATA="X" if no_data else "",
                ROWSKIPS=0,
                ROWCOUNT=0,
                FIELDS=[{"FIELDNAME": name} for name in columns],
                OPTIONS=[{"TEXT": line} for line in where_lines(condition)],
            )

        try:
            return self._backoff.call(
                call, what=f"SAP table {table}", again_on=(rfc.CommunicationError,), before_again=self._drop
            )
        except rfc.CommunicationError as error:
            self._drop()
            raise SourceUnreachable(
                f"SAP broke off while reading table {table}, {self._backoff.attempts} times: {error}; "
                "nothing was taken. Check the network and SM59, then ingest again"
            ) from error
        except rfc.SystemFailure as error:
            raise SourceError(f"SAP gave up reading table {table} (see ST22 there): {error}") from error

    def _open(self) -> rfc.RfcConnection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _drop(self) -> None:
        """Forget a broken connection; the next call makes a new one."""
        broken, self._connection = self._connection, None
        if broken is not None:
            try:
                broken.close()
            except rfc.RfcError:
                log.debug("closing the broken connection failed as well")


def _range(page_by: str, page: Page) -> str:
    parts = []
    if page.after is not None:
        parts.append(f"{page_by} > {literal(page.after)}")
    if page.upto is not None:
        parts.append(f"{page_by} <= {literal(page.upto)}")
    return " AND ".join(parts)


def _strangers(rows: Sequence[Row], page_by: str, page: Page) -> str:
    strange = [row[page_by] for row in rows if not page.holds(row[page_by])]
    return f"{len(strange)} rows do not belong to the page (first: {strange[0]})" if strange else ""
