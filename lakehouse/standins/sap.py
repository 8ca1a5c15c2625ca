"""The SAP stand-in: RFC_READ_TABLE with its limits, its six exceptions and its bad habits, over rows it is given."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from lakehouse.connectors import rfc
from lakehouse.connectors.settings import SapSettings
from lakehouse.standins import described, open_sql
from lakehouse.standins.faults import Faults
from lakehouse.standins.sap_dictionary import TABLES, DictionaryField, wire

ROW_WIDTH = 512
LINE_WIDTH = 72

Line = dict[str, str]


class SapStandIn:
    """Holds tables and users; `connect` logs on and gives a connection with call, ping and close.

    `faults`: "drop" breaks a call off, "stale" serves the answer of the call before, "logon" refuses.
    `before_read`, if set, runs before every read of data: a test moves rows there.
    """

    def __init__(
        self,
        tables: Mapping[str, pl.DataFrame],
        *,
        user: str,
        passwd: str,
        unauthorised: frozenset[str] = frozenset(),
        empty_is_an_exception: bool = False,
    ) -> None:
        self.faults = Faults()
        self.calls: Counter[str] = Counter()
        self.before_read: Callable[[str], None] | None = None
        self.dictionary = dict(TABLES)
        self.users = {user: passwd}
        self._unauthorised = unauthorised
        self._empty_is_an_exception = empty_is_an_exception
        self._order = random.Random(4711)
        self._last: dict[tuple, list[Line]] = {}
        self._lock = threading.Lock()
        self.rows: dict[str, list[Line]] = {name: self._lines(name, frame) for name, frame in tables.items()}
        further = described.sap_fields(self.dictionary)
        self.dictionary |= further
        self.rows |= {name: [] for name in further}

    def _lines(self, table: str, frame: pl.DataFrame) -> list[Line]:
        fields = self.dictionary[table]
        unknown = set(frame.columns) - {field.name for field in fields}
        if unknown:
            raise ValueError(f"the stand-in's SAP table {table} has no {', '.join(sorted(unknown))}")
        return [
            {field.name: wire(field, row.get(field.name)) for field in fields} for row in frame.iter_rows(named=True)
        ]

    def insert(self, table: str, row: Mapping[str, str | None]) -> None:
        self.rows[table].append({field.name: wire(field, row.get(field.name)) for field in self.dictionary[table]})

    def connect(self, settings: SapSettings) -> "LocalConnection":
        if self.faults.take("logon") is not None or self.users.get(settings.user) != settings.passwd:
            raise rfc.LogonError("Name or password is incorrect (repeat logon)")
        return LocalConnection(self, settings.user)

    def call(self, user: str, function: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            self.calls[function] += 1
            if self.faults.take("drop") is not None:
                raise rfc.CommunicationError("connection to partner broken")
            if function == "RFC_READ_TABLE":
                return self._read_table(**parameters)
            if function == "DDIF_FIELDINFO_GET":
                return described.field_info(self.dictionary, parameters["TABNAME"])
            if function == "SUSR_USER_CHANGE_PASSWORD_RFC":
                return self._change_password(**parameters)
            raise rfc.SystemFailure(f"FU_NOT_FOUND: function module {function} was not found")

    def _change_password(self, BNAME: str, PASSWORD: str, NEW_PASSWORD: str) -> dict[str, Any]:
        if self.users.get(BNAME) != PASSWORD:
            return {"RETURN": {"TYPE": "E", "MESSAGE": "Name or password is incorrect"}}
        self.users[BNAME] = NEW_PASSWORD
        return {"RETURN": {"TYPE": "S", "MESSAGE": "Password was changed"}}

    def _read_table(
        self,
        *,
        QUERY_TABLE: str,
        DELIMITER: str = " ",
        NO_DATA: str = "",
        ROWSKIPS: int = 0,
        ROWCOUNT: int = 0,
        GET_SORTED: str = "",
        FIELDS: Sequence[Mapping[str, str]] = (),
        OPTIONS: Sequence[Mapping[str, str]] = (),
    ) -> dict[str, Any]:
        if QUERY_TABLE not in self.rows:
            raise rfc.ApplicationError("TABLE_NOT_AVAILABLE")
        if QUERY_TABLE in self._unauthorised:
            raise rfc.ApplicationError("NOT_AUTHORIZED")
        chosen = self._chosen(QUERY_TABLE, [field["FIELDNAME"] for field in FIELDS])
        described = _described(chosen, len(DELIMITER))
        keep = self._condition(QUERY_TABLE, [option["TEXT"] for option in OPTIONS])
        answer: dict[str, Any] = {"FIELDS": described, "DATA": [], "OPTIONS": [dict(option) for option in OPTIONS]}
        if NO_DATA:
            return answer
        lines = self._select(QUERY_TABLE, keep, [field["FIELDNAME"] for field in FIELDS], GET_SORTED)
        lines = lines[ROWSKIPS : ROWSKIPS + ROWCOUNT if ROWCOUNT else None]
        if not lines and self._empty_is_an_exception:
            raise rfc.ApplicationError("TABLE_WITHOUT_DATA")
        answer["DATA"] = [{"WA": DELIMITER.join(line[field.name] for field in chosen)} for line in lines]
        return answer

    def _chosen(self, table: str, names: Sequence[str]) -> list[DictionaryField]:
        fields = {field.name: field for field in self.dictionary[table]}
        if any(name not in fields for name in names):
            raise rfc.ApplicationError("FIELD_NOT_VALID")
        return [fields[name] for name in names or fields]

    def _condition(self, table: str, lines: Sequence[str]) -> open_sql.Predicate:
        if any(len(line) > LINE_WIDTH for line in lines):
            raise rfc.ApplicationError("OPTION_NOT_VALID")
        try:
            return open_sql.predicate(lines, frozenset(field.name for field in self.dictionary[table]))
        except open_sql.NotValid as error:
            raise rfc.ApplicationError("OPTION_NOT_VALID", str(error)) from error

    def _select(self, table: str, keep: open_sql.Predicate, names: Sequence[str], get_sorted: str) -> list[Line]:
        """The rows in no order that a caller could rely on, unless it asks for one."""
        if self.before_read:
            self.before_read(table)
        found = [line for line in self.rows[table] if keep({name: value.rstrip() for name, value in line.items()})]
        if self.faults.take("stale") is not None:
            return self._last.get((table, tuple(names)), found)
        if get_sorted:
            found.sort(key=lambda line: tuple(line.values()))
        else:
            self._order.shuffle(found)
        self._last[(table, tuple(names))] = found
        return found


class LocalConnection:
    """A logged-on connection within this process."""

    def __init__(self, stand_in: SapStandIn, user: str) -> None:
        self._stand_in = stand_in
        self._user = user
        self._is_open = True

    def call(self, function: str, **parameters: Any) -> dict[str, Any]:
        if not self._is_open:
            raise rfc.CommunicationError("connection is closed")
        try:
            return self._stand_in.call(self._user, function, parameters)
        except rfc.CommunicationError:
            self._is_open = False
            raise

    def ping(self) -> None:
        if not self._is_open:
            raise rfc.CommunicationError("connection is closed")

    def close(self) -> None:
        self._is_open = False


def _described(chosen: Sequence[DictionaryField], separator: int) -> list[Line]:
    described, offset = [], 0
    for field in chosen:
        if offset + field.length > ROW_WIDTH:
            raise rfc.ApplicationError("DATA_BUFFER_EXCEEDED")
        described.append(
            {
                "FIELDNAME": field.name,
                "OFFSET": f"{offset:06d}",
                "LENGTH": f"{field.length:06d}",
                "TYPE": field.type,
                "FIELDTEXT": field.name.title(),
            }
        )
        offset += field.length + separator
    return described
