"""The Oracle stand-in: the tables that our SQL reads, in a SQLite file that is reached through the DB-API."""

import re
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from lakehouse.connectors.settings import OracleSettings
from lakehouse.standins import described

SCHEMA = """
create table HZ_PARTIES (
    PARTY_ID integer primary key, PARTY_NUMBER text, PARTY_NAME text, PARTY_TYPE text, ADDRESS1 text, CITY text,
    POSTAL_CODE text, COUNTRY text, TAX_REFERENCE text, STATUS text, CREATION_DATE timestamp,
    LAST_UPDATE_DATE timestamp);
create table HZ_CONTACT_POINTS (
    CONTACT_POINT_ID integer primary key, OWNER_TABLE_NAME text, OWNER_TABLE_ID integer, CONTACT_POINT_TYPE text,
    PRIMARY_FLAG text, STATUS text, EMAIL_ADDRESS text, RAW_PHONE_NUMBER text, LAST_UPDATE_DATE timestamp);
create table HZ_ORIG_SYS_REFERENCES (
    ORIG_SYSTEM_REF_ID integer primary key, OWNER_TABLE_NAME text, OWNER_TABLE_ID integer, ORIG_SYSTEM text,
    ORIG_SYSTEM_REFERENCE text, STATUS text, LAST_UPDATE_DATE timestamp);
create table XXMDM_OE_ORDER_V (
    HEADER_ID integer, SOLD_TO_PARTY_ID integer, INVENTORY_ITEM text, ORDERED_DATE timestamp, ORDERED_QUANTITY integer,
    UNIT_LIST_PRICE real, DISCOUNT_PCT real, EXTENDED_AMOUNT real, SALESREP_NUMBER text, SHIP_TO_COUNTRY text,
    CUST_PO_NUMBER text, LAST_UPDATE_DATE timestamp);
create table ALL_USERS_ (NAME text primary key, SECRET text);
"""


class DatabaseError(Exception):
    """As oracledb says it: an error number first."""


def create(path: Path, frames: Mapping[str, pl.DataFrame], *, user: str, password: str) -> str:
    """Write the tables behind bronze.oracle_hz_parties and bronze.oracle_oe_order to a file; its DSN."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as db:
        db.executescript(SCHEMA)
        described.describe_oracle(db)
        db.execute("insert into ALL_USERS_ values (?, ?)", (user, password))
        for party in frames["bronze.oracle_hz_parties"].iter_rows(named=True):
            insert_party(db, party)
        orders = frames["bronze.oracle_oe_order"].with_columns(LAST_UPDATE_DATE=pl.col("ORDERED_DATE"))
        _insert(db, "XXMDM_OE_ORDER_V", orders.to_dicts())
    db.close()
    return f"sqlite:{path}"


def insert_party(db: sqlite3.Connection, party: Mapping[str, Any]) -> None:
    """One bronze row as the rows of the three tables that it comes from."""
    own = ("EMAIL_ADDRESS", "PRIMARY_PHONE", "ORIG_SYSTEM", "ORIG_SYSTEM_REFERENCE")
    _insert(db, "HZ_PARTIES", [{name: value for name, value in party.items() if name not in own}])
    at = {"OWNER_TABLE_NAME": "HZ_PARTIES", "OWNER_TABLE_ID": party["PARTY_ID"], "STATUS": "A"}
    at["LAST_UPDATE_DATE"] = party["LAST_UPDATE_DATE"]
    contacts = {
        "EMAIL": ("EMAIL_ADDRESS", party["EMAIL_ADDRESS"]),
        "PHONE": ("RAW_PHONE_NUMBER", party["PRIMARY_PHONE"]),
    }
    for type_, (column, value) in contacts.items():
        if value is not None:
            _insert(db, "HZ_CONTACT_POINTS", [at | {"CONTACT_POINT_TYPE": type_, "PRIMARY_FLAG": "Y", column: value}])
    if party["ORIG_SYSTEM"] is not None:
        reference = {name: party[name] for name in ("ORIG_SYSTEM", "ORIG_SYSTEM_REFERENCE")}
        _insert(db, "HZ_ORIG_SYS_REFERENCES", [at | reference])


def _insert(db: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        values = {k: v.isoformat(" ") if isinstance(v, datetime) else v for k, v in row.items()}
        db.execute(f"insert into {table} ({names}) values ({marks})", values)


class Connection:
    """A logged-on connection: SQLite's, with timestamps as datetimes and errors with Oracle's numbers."""

    def __init__(self, path: Path, user: str, password: str) -> None:
        if not path.exists():
            raise DatabaseError(f"ORA-12541: cannot connect; no listener at {path}")
        sqlite3.register_converter("timestamp", lambda text: datetime.fromisoformat(text.decode()))
        sqlite3.register_adapter(datetime, lambda moment: moment.isoformat(" "))
        self._db = sqlite3.connect(path, detect_types=sqlite3.PARSE_DECLTYPES)
        self._user = user
        known = self._db.execute("select SECRET from ALL_USERS_ where NAME = ?", (user,)).fetchall()
        if known != [(password,)]:
            self._db.close()
            raise DatabaseError("ORA-01017: invalid credential or not authorized; logon denied")

    def cursor(self) -> "Cursor":
        return Cursor(self._db.cursor())

    def changepassword(self, old_password: str, new_password: str) -> None:
        with self._db:
            self._db.execute("update ALL_USERS_ set SECRET = ? where NAME = ?", (new_password, self._user))

    def close(self) -> None:
        self._db.close()


class Cursor:
    """SQLite's cursor, with Oracle's words for a missing table or column."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    @property
    def description(self) -> Any:
        return self._cursor.description

    def execute(self, sql: str, parameters: Mapping[str, Any]) -> None:
        try:
            self._cursor.execute(sql, parameters)
        except sqlite3.OperationalError as error:
            missing = re.match(r"no such (column|table): (\S+)", str(error))
            if not missing:
                raise DatabaseError(f"ORA-00900: {error}") from error
            number = "ORA-00904: invalid identifier" if missing[1] == "column" else "ORA-00942: no such table or view"
            raise DatabaseError(f"{number}: {missing[2]}") from error

    def fetchmany(self, size: int) -> list[tuple]:
        return self._cursor.fetchmany(size)

    def close(self) -> None:
        self._cursor.close()


def connect(settings: OracleSettings) -> Connection:
    return Connection(Path(settings.dsn.removeprefix("sqlite:")), settings.user, settings.password)
