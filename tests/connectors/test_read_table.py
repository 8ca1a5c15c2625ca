"""RFC_READ_TABLE: its limits, its exceptions and its moods, met by the reader."""

import polars as pl
import pytest

from lakehouse.connectors import rfc
from lakehouse.connectors.column_groups import Field, column_groups
from lakehouse.connectors.errors import (
    SourceChanged,
    SourceError,
    SourceInconsistent,
    SourceRefused,
    SourceUnreachable,
)
from lakehouse.connectors.read_table import TableReader
from lakehouse.connectors.retry import Backoff
from lakehouse.connectors.sap import TABLES, SapSource, alpha
from lakehouse.connectors.settings import SapSettings
from lakehouse.connectors.where import literal, where_lines
from lakehouse.standins.sap import SapStandIn
from tests.connectors import frames

KNA1, ADR6, _, ORDERS = TABLES
SETTINGS = SapSettings("sap.test", "00", "100", "MDM_EXTRACT", "not-a-password")
WIDE = [
    *("MANDT", "KUNNR", "LAND1", "NAME1", "NAME2", "NAME3", "NAME4", "ORT01", "ORT02", "STRAS", "MCOD1", "MCOD2"),
    *("MCOD3", "BAHNE", "BAHNS", "TELFX", "STCEG", "ANRED", "KONZS", "PFACH", "PSTL2", "STCD1", "UMSA1", "ERDAT"),
]


@pytest.fixture
def sap() -> SapStandIn:
    return stand_in()


def stand_in(**options) -> SapStandIn:
    rows = frames.all_frames()
    tables = {table.name: rows[table.table] for table in TABLES}
    return SapStandIn(tables, user=SETTINGS.user, passwd=SETTINGS.passwd, **options)


def reader(sap: SapStandIn, naps: list | None = None) -> TableReader:
    return TableReader(lambda: sap.connect(SETTINGS), backoff=Backoff(sleep=(naps if naps is not None else []).append))


def source(sap: SapStandIn, **options) -> SapSource:
    settings = SapSettings(**{**vars(SETTINGS), **options})
    return SapSource(settings, connect=sap.connect, backoff=Backoff(sleep=lambda seconds: None))


def wide(sap: SapStandIn, page_rows: int = 4) -> list[dict]:
    """Every customer with more columns than one call can carry."""
    table = reader(sap)
    pages = table.rows("KNA1", table.fields("KNA1", WIDE), KNA1.key, page_by="KUNNR", page_rows=page_rows)
    return [row for page in pages for row in page]


@pytest.mark.parametrize(
    ("condition", "lines"),
    [
        ("", []),
        ("LAND1 = 'FR'", ["LAND1 = 'FR'"]),
        (
            "KUNNR > '0000100001' AND KUNNR <= '0000200001' AND LAND1 IN ('DE', 'FR')",
            ["KUNNR > '0000100001' AND KUNNR <= '0000200001' AND LAND1 IN ('DE',", "'FR')"],
        ),
        # broken before a literal with spaces, not within it
        (
            "LAND1 = 'DE' AND NAME1 LIKE 'Some quite long name, with spaces%'",
            ["LAND1 = 'DE' AND NAME1 LIKE 'Some quite long name, with spaces%'"],
        ),
        (
            "LAND1 = 'DE' AND ORT01 = 'X' AND NAME1 = 'A name of several words in it'",
            ["LAND1 = 'DE' AND ORT01 = 'X' AND NAME1 =", "'A name of several words in it'"],
        ),
        ("NAME1 = 'O''Brien and Sons'", ["NAME1 = 'O''Brien and Sons'"]),
        ("A = '" + "x" * 65 + "'", ["A = '" + "x" * 65 + "'"]),
        ("A = '" + "x" * 66 + "'", ["A =", "'" + "x" * 66 + "'"]),
    ],
)
def test_where_lines(condition, lines):
    assert where_lines(condition) == lines
    assert all(len(line) <= 71 for line in lines)


def test_a_literal_that_fits_no_line_is_refused():
    with pytest.raises(SourceError, match="longer than a WHERE line"):
        where_lines(f"NAME1 = {literal('x' * 80)}")


@pytest.mark.parametrize(
    ("value", "width", "padded"),
    [("4711", 10, "0000004711"), ("0000004711", 10, "0000004711"), ("A-4711", 10, "A-4711"), ("", 10, "")],
)
def test_alpha(value, width, padded):
    assert alpha(value, width) == padded


def test_groups_fit_the_row_and_carry_the_key():
    fields = [Field("K", 10, "C"), *(Field(f"C{i}", 100, "C") for i in range(9))]
    groups = column_groups(fields, ["K"])
    assert [[field.name for field in group] for group in groups] == [
        ["K", "C0", "C1", "C2", "C3"],
        ["K", "C4", "C5", "C6", "C7"],
        ["K", "C8"],
    ]
    exactly = [Field("K", 10, "C"), Field("A", 250, "C"), Field("B", 250, "C")]
    assert len(column_groups(exactly, ["K"])) == 1  # 510 and two separators
    assert len(column_groups([*exactly, Field("D", 1, "C")], ["K"])) == 2


def test_the_recommended_columns_of_kna1_need_one_call_a_page(sap):
    source(sap).read(KNA1)
    assert sap.calls["RFC_READ_TABLE"] == 3  # metadata, keys, one page


def test_wide_rows_are_joined_from_their_groups(sap):
    sap.rows["KNA1"][0]["UMSA1"] = "12.50-".rjust(17)
    rows = wide(sap)
    assert len(column_groups(reader(sap).fields("KNA1", WIDE), KNA1.key)) == 2
    expected = frames.all_frames()["bronze.sap_kna1"].select("KUNNR", "NAME1", "STRAS", "ERDAT")
    assert sorted((r["KUNNR"], r["NAME1"], r["STRAS"], r["ERDAT"]) for r in rows) == sorted(expected.iter_rows())
    assert {row["UMSA1"].strip() for row in rows} == {"12.50-", "0"}


def test_values_survive_as_bronze_keeps_them(sap):
    kna1 = source(sap).read(KNA1).frame
    names = dict(kna1.select("KUNNR", "NAME1").iter_rows())
    assert names["0000100001"] == "Müller | Söhne GmbH"
    assert names["0000100002"] == "O'Brien & 'Partners'"
    assert names["0000100003"] == " leading blank"
    assert kna1["REGIO"].unique().to_list() == [""]  # SAP has no null
    orders = source(sap).read(ORDERS).frame
    assert orders.filter(VBELN="0000000008").select("KWMENG", "NETWR").row(0) == ("2-", "39.80-")


def test_a_missing_date_is_kept_as_sap_sends_it(sap):
    sap.insert("KNA1", frames.customer(50, "No date", ERDAT=""))
    kna1 = source(sap).read(KNA1).frame
    assert kna1.filter(KUNNR="0000100050")["ERDAT"].to_list() == ["00000000"]  # silver reads it as null


def test_an_empty_table_is_no_rows_by_either_answer():
    for is_exception in (False, True):
        sap = stand_in(empty_is_an_exception=is_exception)
        sap.rows["KNA1"].clear()
        assert source(sap).read(KNA1).frame.is_empty()


def test_rows_inserted_and_deleted_between_pages(sap):
    """Ranges of keys keep their meaning: nothing is lost, nothing comes twice."""
    reads = []

    def meddle(table: str) -> None:
        reads.append(table)
        if len(reads) == 3:  # after the keys and the first page
            sap.insert("KNA1", frames.customer(0, "Came late, sorts first"))
            sap.insert("KNA1", frames.customer(99, "Came late, sorts last"))
            sap.rows["KNA1"][:] = [row for row in sap.rows["KNA1"] if row["KUNNR"] != "0000100009"]

    sap.before_read = meddle
    keys = source(sap, page_rows=3).read(KNA1).frame["KUNNR"].to_list()
    before = {f"{100000 + n:010d}" for n in range(1, 12)}
    assert set(keys) == (before - {"0000100009"}) | {"0000100099"}
    assert len(keys) == len(set(keys))


def test_a_row_that_moves_between_two_groups_is_read_again(sap):
    reads = []

    def meddle(table: str) -> None:
        reads.append(table)
        if len(reads) == 3:  # between the two groups of the first page
            sap.insert("KNA1", frames.customer(0, "Came between"))

    sap.before_read = meddle
    rows = wide(sap, page_rows=100)
    assert sorted(row["KUNNR"] for row in rows) == [f"{100000 + n:010d}" for n in range(12)]
    assert reads.count("KNA1") == 5  # keys, two groups, and both again


def test_rows_that_keep_moving_fail_loudly(sap):
    number = iter(range(500, 600))
    sap.before_read = lambda table: sap.insert("KNA1", frames.customer(next(number), "Moving"))
    with pytest.raises(SourceInconsistent, match=r"rows moved between two reads \(1 keys differ, first: 100/"):
        wide(sap)


def test_a_page_served_twice_is_read_again(sap):
    sap.faults.plan("stale", after=2)  # the second page's call gets the first page's answer
    keys = source(sap, page_rows=4).read(KNA1).frame["KUNNR"]
    assert sorted(keys) == [f"{100000 + n:010d}" for n in range(1, 12)]


def test_a_page_that_stays_wrong_fails(sap):
    sap.faults.plan("stale", after=2, times=9)
    with pytest.raises(SourceInconsistent, match=r"rows do not belong to the page .* nothing was taken"):
        source(sap, page_rows=4).read(KNA1)


def test_a_row_that_is_listed_but_never_delivered_fails(sap):
    class Hiding(SapStandIn):
        def _select(self, table, keep, names, get_sorted):
            found = super()._select(table, keep, names, get_sorted)
            return found if len(names) == 1 else [row for row in found if row["KUNNR"] != "0000100003"]

    sap.__class__ = Hiding
    with pytest.raises(SourceInconsistent, match="key 0000100003 exists and was not delivered"):
        source(sap).read(KNA1)


def test_a_lost_connection_is_made_anew_and_the_load_is_complete(sap):
    naps: list[float] = []
    sap.faults.plan("drop", after=2, times=2)
    table = reader(sap, naps)
    pages = table.rows("KNA1", table.fields("KNA1", ["KUNNR", "NAME1"]), ["KUNNR"], page_by="KUNNR", page_rows=4)
    assert sum(len(page) for page in pages) == 11
    assert naps == [1.0, 2.0]


def test_a_connection_that_stays_lost_is_an_error(sap):
    sap.faults.plan("drop", times=99)
    with pytest.raises(SourceUnreachable, match=r"broke off while reading table KNA1, 5 times.*nothing was taken"):
        source(sap).read(KNA1)


def test_no_other_error_is_tried_again(sap):
    sap = stand_in(unauthorised=frozenset({"KNA1"}))
    with pytest.raises(SourceRefused, match=r"S_TABU_NAM .*NOT_AUTHORIZED"):
        source(sap).read(KNA1)
    assert sap.calls["RFC_READ_TABLE"] == 1


def test_a_lost_column_is_named_and_so_are_all_of_them(sap):
    sap.dictionary["KNA1"] = tuple(f for f in sap.dictionary["KNA1"] if f.name not in ("STCEG", "BRSCH"))
    with pytest.raises(SourceChanged, match="SAP table KNA1 has no column BRSCH, STCEG"):
        source(sap).read(KNA1)


@pytest.mark.parametrize(
    ("key", "error", "advice"),
    [
        ("TABLE_NOT_AVAILABLE", SourceChanged, "check the name"),
        ("OPTION_NOT_VALID", SourceError, "did not understand the condition"),
        ("FIELD_NOT_VALID", SourceChanged, "no column"),
        ("NOT_AUTHORIZED", SourceRefused, "grant"),
        ("DATA_BUFFER_EXCEEDED", SourceError, "wider than the 512"),
    ],
)
def test_each_exception_says_what_to_do(key, error, advice):
    class Raising:
        def call(self, function, **parameters):
            raise rfc.ApplicationError(key)

        def ping(self): ...

        def close(self): ...

    with pytest.raises(error, match=advice):
        SapSource(SETTINGS, connect=lambda settings: Raising()).read(KNA1)


def test_an_unknown_table(sap):
    del sap.rows["ADR6"]
    with pytest.raises(SourceChanged, match="SAP table ADR6 is not known or not active"):
        source(sap).read(ADR6)


def test_the_stand_in_keeps_the_limits_itself(sap):
    call = sap.connect(SETTINGS).call
    for parameters, key in (
        ({"QUERY_TABLE": "KNA1"}, "DATA_BUFFER_EXCEEDED"),
        ({"QUERY_TABLE": "KNA1", "FIELDS": [{"FIELDNAME": "NOPE"}]}, "FIELD_NOT_VALID"),
        ({"QUERY_TABLE": "ADR6", "OPTIONS": [{"TEXT": "x" * 73}]}, "OPTION_NOT_VALID"),
        ({"QUERY_TABLE": "ADR6", "OPTIONS": [{"TEXT": "CLIENT='100'"}]}, "OPTION_NOT_VALID"),
        ({"QUERY_TABLE": "ADR6", "OPTIONS": [{"TEXT": "CLIENT = '100"}]}, "OPTION_NOT_VALID"),
        # two full lines of 72 run into one another
        (
            {"QUERY_TABLE": "ADR6", "OPTIONS": [{"TEXT": "CLIENT = '100'".rjust(72)}, {"TEXT": "AND X"}]},
            "OPTION_NOT_VALID",
        ),
    ):
        with pytest.raises(rfc.ApplicationError) as raised:
            call("RFC_READ_TABLE", **parameters)
        assert raised.value.key == key


def test_the_stand_in_pads_separates_and_promises_no_order(sap):
    call = sap.connect(SETTINGS).call
    asked = {"QUERY_TABLE": "KNA1", "DELIMITER": "|", "FIELDS": [{"FIELDNAME": "KUNNR"}, {"FIELDNAME": "NAME1"}]}
    first, second = (call("RFC_READ_TABLE", **asked) for _ in range(2))
    assert [(f["OFFSET"], f["LENGTH"]) for f in first["FIELDS"]] == [("000000", "000010"), ("000011", "000035")]
    assert {len(line["WA"]) for line in first["DATA"]} == {46}
    assert [line["WA"] for line in first["DATA"]] != [line["WA"] for line in second["DATA"]]
    page = call("RFC_READ_TABLE", **asked, ROWSKIPS=2, ROWCOUNT=3, OPTIONS=[{"TEXT": "LAND1 = 'US'"}])
    assert len(page["DATA"]) == 3


def test_pyrfc_errors_become_ours():
    class ABAPApplicationError(Exception):  # as pyrfc names them
        key = "NOT_AUTHORIZED"

    class LogonError(Exception): ...

    class Connection:
        def __init__(self, **logon):
            if logon["passwd"] != SETTINGS.passwd:
                raise LogonError("Name or password is incorrect")

        def call(self, function, **parameters):
            raise ABAPApplicationError("key=NOT_AUTHORIZED")

        def ping(self): ...

        def close(self): ...

    pyrfc = type("pyrfc", (), {"Connection": Connection})
    with pytest.raises(rfc.ApplicationError) as raised:
        rfc.PyRfcConnection(pyrfc, SETTINGS).call("RFC_READ_TABLE")
    assert raised.value.key == "NOT_AUTHORIZED"
    with pytest.raises(rfc.LogonError):
        rfc.PyRfcConnection(pyrfc, SapSettings(**{**vars(SETTINGS), "passwd": "wrong"}))


def test_without_pyrfc_the_error_says_where_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyrfc", None)
    with pytest.raises(SourceUnreachable, match="NetWeaver RFC SDK"):
        rfc.connect(SETTINGS)


def test_over_a_port_it_is_the_same(sap):
    from lakehouse.standins import enterprise, rfc_http

    with enterprise.served(rfc_http.handler(sap)) as url:
        remote = SapSource(
            SapSettings(**{**vars(SETTINGS), "ashost": url}), backoff=Backoff(sleep=lambda seconds: None)
        )
        sap.faults.plan("drop", after=4)
        got = remote.read(KNA1).frame.sort("KUNNR")
        remote.close()
        with pytest.raises(SourceRefused, match="refused user MDM_EXTRACT"):
            SapSource(SapSettings(**{**vars(SETTINGS), "ashost": url, "passwd": "wrong"})).ping()
    assert got.equals(pl.DataFrame(frames.all_frames()["bronze.sap_kna1"]).sort("KUNNR"))
