"""The Oracle connector over the DB-API: the SQL against SQLite, recorded rows, Arrow batches, and its errors."""

import re
import sqlite3
from datetime import datetime
from decimal import Decimal

import polars as pl
import pytest

from lakehouse.connectors.errors import SourceChanged, SourceError, SourceRefused, SourceUnreachable
from lakehouse.connectors.oracle import OracleSource, fetched
from lakehouse.connectors.oracle_objects import OBJECTS, mapped
from lakehouse.connectors.retry import Backoff
from lakehouse.connectors.settings import OracleSettings
from lakehouse.connectors.source import columns
from lakehouse.standins import oracle as stand_in
from tests.connectors import frames

PARTIES, ORDERS = OBJECTS
STAMP = datetime(2026, 1, 5, 8, 30)

# Rows as python-oracledb fetches them: whole numbers as int, DATE as datetime, an empty string as None.
RECORDED = [
    dict(
        zip(
            ["PARTY_ID", "PARTY_NUMBER", "PARTY_NAME", "PARTY_TYPE", "ADDRESS1", "CITY", "POSTAL_CODE", "COUNTRY"],
            [100234, "P-100234", "Vision Corporation", "ORGANIZATION", "475 Park Ave", "New York", "10022", "US"],
            strict=True,
        )
    )
    | {
        "EMAIL_ADDRESS": "ap@vision.example",
        "PRIMARY_PHONE": None,
        "ORIG_SYSTEM": "SAP",
        "ORIG_SYSTEM_REFERENCE": "0000100234",
        "TAX_REFERENCE": None,
        "STATUS": "A",
        "CREATION_DATE": datetime(2019, 3, 1, 9, 15, 1),
        "LAST_UPDATE_DATE": STAMP,
        "CHANGED_PARTY": STAMP,
        "CHANGED_EMAIL": datetime(2026, 1, 7, 23, 59, 59),
        "CHANGED_PHONE": None,
        "CHANGED_REFERENCE": datetime(2020, 1, 1),
    }
]


@pytest.fixture
def settings(tmp_path) -> OracleSettings:
    dsn = stand_in.create(tmp_path / "oracle.sqlite", frames.all_frames(), user="mdm", password="a-password")
    return OracleSettings(user="mdm", dsn=dsn, password="a-password")


def source(settings: OracleSettings, **options) -> OracleSource:
    return OracleSource(settings, backoff=Backoff(sleep=lambda seconds: None), **options)


def execute(settings: OracleSettings, *statements: str) -> None:
    with sqlite3.connect(settings.dsn.removeprefix("sqlite:")) as db:
        for statement in statements:
            db.execute(statement)
    db.close()


def party(settings: OracleSettings, number: int = 100001) -> dict:
    return source(settings).read(PARTIES).frame.filter(PARTY_ID=number).to_dicts()[0]


def test_recorded_rows_become_bronze_rows():
    extract = mapped(PARTIES, [pl.DataFrame(RECORDED)])
    [row] = extract.frame.to_dicts()
    assert row["PARTY_ID"] == 100234
    assert row["PRIMARY_PHONE"] is None
    assert row["CREATION_DATE"] == datetime(2019, 3, 1, 9, 15, 1)
    assert extract.high_water_mark == "2026-01-07T23:59:59.000Z"  # the contact point was changed last
    assert not any(name.startswith("CHANGED_") for name in row)


def test_numbers_of_any_kind_take_the_types_of_bronze():
    row = {
        "HEADER_ID": Decimal("901"),
        "SOLD_TO_PARTY_ID": 100001.0,
        "INVENTORY_ITEM": "PRD-001",
        "ORDERED_DATE": STAMP,
        "ORDERED_QUANTITY": 3,
        "UNIT_LIST_PRICE": 10,
        "DISCOUNT_PCT": Decimal("5.5"),
        "EXTENDED_AMOUNT": 28.35,
        "SALESREP_NUMBER": "REP-01",
        "SHIP_TO_COUNTRY": None,
        "CUST_PO_NUMBER": None,
        "CHANGED_ORDER": STAMP,
    }
    frame = mapped(ORDERS, [pl.DataFrame([row])]).frame
    assert frame.schema == frames.all_frames()["bronze.oracle_oe_order"].schema
    assert frame.row(0)[:2] == (901, 100001)


def test_the_primary_contact_point_wins_and_an_inactive_one_is_none(settings):
    assert party(settings)["EMAIL_ADDRESS"] == "info1@example.fr"
    execute(
        settings,
        "insert into HZ_CONTACT_POINTS values (77, 'HZ_PARTIES', 100001, 'EMAIL', 'N', 'A', 'z@x.fr', null, null)",
        "insert into HZ_CONTACT_POINTS values (78, 'HZ_PARTY_SITES', 100001, 'EMAIL', 'Y', 'A', 's@x.fr', null, null)",
    )
    assert party(settings)["EMAIL_ADDRESS"] == "info1@example.fr"
    assert len(source(settings).read(PARTIES).frame) == 3  # and no party comes twice
    execute(settings, "update HZ_CONTACT_POINTS set STATUS = 'I' where EMAIL_ADDRESS = 'info1@example.fr'")
    assert party(settings)["EMAIL_ADDRESS"] == "z@x.fr"


def test_the_reference_to_sap_wins_over_that_to_salesforce(settings):
    execute(
        settings,
        "insert into HZ_ORIG_SYS_REFERENCES values (1000, 'HZ_PARTIES', 100003, 'SAP', '0000100009', 'A', null)",
        "insert into HZ_ORIG_SYS_REFERENCES values (1001, 'HZ_PARTIES', 100003, 'LEGACY', 'x', 'A', null)",
    )
    found = party(settings, 100003)
    assert (found["ORIG_SYSTEM"], found["ORIG_SYSTEM_REFERENCE"]) == ("SAP", "0000100009")


def test_persons_are_not_read(settings):
    execute(settings, "update HZ_PARTIES set PARTY_TYPE = 'PERSON' where PARTY_ID = 100002")
    assert len(source(settings).read(PARTIES).frame) == 2


def test_a_mark_reads_what_changed_since_less_the_overlap(settings):
    extract = source(settings).read(PARTIES, mark="2026-01-03T08:20:00.000Z")
    assert extract.frame["PARTY_ID"].to_list() == [100003]
    extract = source(settings).read(PARTIES, mark="2026-01-03T08:26:00.000Z")
    assert extract.frame.is_empty()
    assert extract.high_water_mark is None


def test_arrow_batches_are_used_where_the_driver_offers_them():
    """As python-oracledb: named parameters in, frames with the Arrow interface out, lower-case names allowed."""

    class Driver:
        asked: tuple

        def fetch_df_batches(self, statement, parameters, size):
            self.asked = (statement, parameters, size)
            yield pl.DataFrame(RECORDED).rename(str.lower).to_arrow()
            yield pl.DataFrame(RECORDED).to_arrow()

    driver = Driver()
    batches = list(fetched(driver, "select …", {"since": STAMP}, 500))
    assert driver.asked == ("select …", {"since": STAMP}, 500)
    assert len(mapped(PARTIES, batches).frame) == 2


def test_the_installed_driver_has_what_we_call():
    """The real python-oracledb, though without a database: the names and parameters exist."""
    import inspect

    oracledb = pytest.importorskip("oracledb", reason="requirements-connectors.txt is not installed")
    parameters = inspect.signature(oracledb.Connection.fetch_df_batches).parameters
    assert {"statement", "parameters", "size"} <= set(parameters)
    assert oracledb.is_thin_mode()
    assert {"user", "password", "dsn"} <= set(inspect.signature(oracledb.connect).parameters)
    assert "old_password" in inspect.signature(oracledb.Connection.changepassword).parameters


def test_a_frame_of_the_driver_is_understood():
    oracledb = pytest.importorskip("oracledb", reason="requirements-connectors.txt is not installed")

    class Driver:
        def fetch_df_batches(self, statement, parameters, size):
            yield oracledb.from_arrow(pl.DataFrame(RECORDED).to_arrow())

    [row] = mapped(PARTIES, list(fetched(Driver(), "select …", {}, 500))).frame.to_dicts()
    assert (row["PARTY_ID"], row["PARTY_NAME"], row["LAST_UPDATE_DATE"]) == (100234, "Vision Corporation", STAMP)


def test_an_unreachable_database_is_tried_again_then_named():
    pytest.importorskip("oracledb", reason="requirements-connectors.txt is not installed")
    settings = OracleSettings(user="mdm", dsn="127.0.0.1:1/EBS", password="a-password")
    with pytest.raises(
        SourceUnreachable, match=r"Oracle 127.0.0.1:1/EBS broke off at the connection, 2 times: DPY-6005"
    ):
        OracleSource(settings, backoff=Backoff(attempts=2, sleep=lambda seconds: None)).ping()


def test_a_connection_lost_in_the_middle_starts_the_read_again(settings):
    class Breaking:
        times = 0

        def __init__(self):
            self.real = stand_in.connect(settings)

        def cursor(self):
            cursor = self.real.cursor()
            fetch, calls = cursor.fetchmany, []

            def fetchmany(size):
                calls.append(size)
                if len(calls) == 2 and Breaking.times < 2:
                    Breaking.times += 1
                    raise stand_in.DatabaseError("DPY-4011: the database or network closed the connection")
                return fetch(size)

            cursor.fetchmany = fetchmany
            return cursor

        def close(self):
            self.real.close()

    small = OracleSettings(user="mdm", dsn=settings.dsn, password="a-password", batch_rows=1)
    extract = source(small, connect=lambda s: Breaking()).read(PARTIES)
    assert Breaking.times == 2
    assert sorted(extract.frame["PARTY_ID"]) == [100001, 100002, 100003]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("alter table HZ_PARTIES drop column TAX_REFERENCE", "ORA-00904: invalid identifier: p.TAX_REFERENCE"),
        ("drop table HZ_CONTACT_POINTS", "ORA-00942: no such table or view: HZ_CONTACT_POINTS"),
    ],
)
def test_a_lost_column_or_table_is_named(settings, statement, message):
    execute(settings, statement)
    with pytest.raises(SourceChanged, match=message):
        source(settings).read(PARTIES)


def test_a_refused_logon_is_not_tried_again(settings):
    wrong = OracleSettings(user="mdm", dsn=settings.dsn, password="wrong-password")
    with pytest.raises(SourceRefused, match=r"refused user mdm: ORA-01017") as raised:
        source(wrong).read(PARTIES)
    assert "wrong-password" not in str(raised.value)


def test_a_result_of_other_types_is_an_error():
    bad = [RECORDED[0] | {"PARTY_ID": "not a number"}]
    with pytest.raises(SourceChanged, match=r"other types than bronze.oracle_hz_parties takes; found: PARTY_ID String"):
        mapped(PARTIES, [pl.DataFrame(bad)])


def test_any_other_error_is_passed_on_with_its_number(settings):
    def failing(s):
        raise RuntimeError("ORA-01555: snapshot too old\nORA-06512: at line 1")

    with pytest.raises(SourceError, match=r"Oracle HZ_PARTIES: ORA-01555: snapshot too old$"):
        source(settings, connect=failing).read(PARTIES)


@pytest.mark.parametrize("wanted", OBJECTS, ids=lambda wanted: wanted.name)
def test_the_sql_is_oracles_and_selects_every_bronze_column(wanted):
    """Parsed as Oracle's dialect, for there is no Oracle to run it on; no `as` before a table's alias."""
    sqlglot = pytest.importorskip("sqlglot", reason="needs requirements-dev.txt")
    sql = wanted.sql + wanted.changed
    [statement] = sqlglot.parse(sql, dialect="oracle")
    assert set(columns(wanted)) <= set(statement.named_selects)
    foreign = r"\b(?:from|join)\s+\w+\s+as\b|\)\s+as\s+[a-z]\b|\blimit\b|\btrue\b|\bfalse\b"
    assert not re.search(foreign, sql, re.IGNORECASE)
    assert [found.name for found in statement.find_all(sqlglot.exp.Placeholder)].count("since") == sql.count(":since")
