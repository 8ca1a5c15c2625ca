import duckdb
import pytest

import queries


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute("create schema gold; create table gold.fact_sales as select 1 as n, 'a' as k")
        yield con


@pytest.fixture
def folder(lake):
    (lake / "page").mkdir()

    def write(name: str, text: str) -> None:
        (lake / "page" / f"{name}.sql").write_text(text)

    return write


HEADER = "-- All of it.\n-- grain:   one row\n-- columns: n INTEGER, tags VARCHAR[],\n--          v DECIMAL(38,2)\n"


def test_run_passes_the_parameters_that_the_text_names(con, folder):
    folder("q", HEADER + "select n from gold.fact_sales where $k is null or k = $k -- not $other\n")
    assert queries.run(con, "page/q", k="a", unused=1).rows() == [(1,)]
    assert queries.run(con, "page/q", k=None).rows() == [(1,)]
    assert queries.run(con, "page/q", k="b").is_empty()


def test_a_missing_parameter_is_named(con, folder):
    folder("q", HEADER + "select $start as s, $end as e")
    with pytest.raises(queries.QueryFailed, match="page/q needs the parameters end; given were: start"):
        queries.run(con, "page/q", start=1)


def test_a_failing_query_names_itself_and_its_tables(con, folder):
    folder("q", HEADER + "select * from gold.gone join mdm.pair using (k)")
    with pytest.raises(queries.QueryFailed, match=r"page/q \(reads gold.gone, mdm.pair\): .*gone"):
        queries.run(con, "page/q")


def test_an_unknown_query_lists_what_there_is(folder):
    folder("q", HEADER)
    with pytest.raises(queries.UnknownQuery, match="No query 'page/x'; available: app/options, page/q, sales/revenue"):
        queries.sql("page/x")


def test_header(folder):
    folder("q", HEADER + "-- params:  $start DATE, $segment VARCHAR (null: all)\n\nselect 1 as n -- grain: no\n")
    found = queries.header("page/q")
    assert found.description == "All of it."
    assert found.grain == ()
    assert found.columns == {"n": "INTEGER", "tags": "VARCHAR[]", "v": "DECIMAL(38,2)"}
    assert found.params == {"start": "DATE", "segment": "VARCHAR"}


def test_a_header_without_grain_is_refused(folder):
    folder("q", "-- Something.\nselect 1")
    with pytest.raises(ValueError, match=r"page/q\.sql must open with comment lines"):
        queries.header("page/q")


def test_grain_of_several_columns(lake):
    assert queries.header("sales/revenue").grain == ("segment",)
    assert queries.tables("sales/revenue") == ("gold.fact_sales", "gold.dim_customer")
