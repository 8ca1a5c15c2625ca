"""SAP HANA, Oracle and Snowflake through SQLAlchemy URLs: here SQLite's, with the same code on the way."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.errors import ToolError
from agents.tools import Access, Workbench, registry
from agents.tools.other_databases import URLS, query
from agents.tools.toolbox import Toolbox

pytest.importorskip("sqlalchemy", reason="requirements-agents.txt is not installed")
pytest.importorskip("sqlglot", reason="requirements-agents.txt is not installed")
ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"


@pytest.fixture
def configured(bench: Workbench, tmp_path: Path) -> Workbench:
    """Each of the three points at a SQLite file of ours, opened read-only."""
    file = tmp_path / "source.db"
    with sqlite3.connect(file) as db:
        db.execute("create table customer (id integer, name text, email text, phone text)")
        rows = [(n, f"Customer {n}", f"someone{n}@example.com", f"+49 30 1234{n:02d}") for n in range(60)]
        db.executemany("insert into customer values (?, ?, ?, ?)", rows)
    db.close()
    url = f"sqlite:///file:{file}?mode=ro&uri=true"
    return Workbench(bench.store, bench.workspace, environment=dict.fromkeys(URLS.values(), url))


@pytest.mark.parametrize("database", list(URLS))
def test_each_database_answers_with_masked_rows_up_to_the_limit(configured: Workbench, database: str):
    sql = "select id, name, email, phone from customer order by id"
    found = query(configured, database, sql, rows=3, seconds=5)
    assert found["rows"][0] == [0, "Customer 0", "s***@example.com", "***00"]
    assert (len(found["rows"]), found["row_count"]) == (3, "more than 3")
    assert query(configured, database, "select count(*) as n from customer", rows=3, seconds=5)["rows"] == [[60]]


def test_a_steward_sees_what_is_there(configured: Workbench):
    found = query(replace(configured, role="steward"), "oracle", "select email from customer", rows=1, seconds=5)
    assert found["rows"] == [["someone0@example.com"]]


def test_a_query_that_does_not_end_is_stopped_at_the_source(configured: Workbench):
    with pytest.raises(ToolError, match=r"snowflake: the query took longer than 0\.3 s and was stopped"):
        query(configured, "snowflake", ENDLESS, rows=1, seconds=0.3)


@pytest.mark.parametrize(
    "sql",
    [
        "delete from customer",
        "select 1; select 2",
        "with gone as (delete from customer returning id) select * from gone",
        "insert into customer values (1, 'a', 'b', 'c')",
        "create table other as select * from customer",
        "select * into other from customer",
        "update customer set name = 'x'",
        "attach database 'x' as y",
        "pragma table_info(customer)",
    ],
)
def test_nothing_but_one_select_reaches_a_database(configured: Workbench, sql: str):
    box = Toolbox(registry(configured), allowed=Access.READ)
    answer = box.call("query_database", {"sql": sql, "database": "oracle"})
    assert answer.is_error and ("Only one SELECT is allowed" in answer.text or "not understood" in answer.text)


def test_an_address_is_not_told(bench: Workbench):
    secret = {"MDM_ORACLE_URL": "oracle+nothing://reader:hunter2-hunter2@db/x"}
    with pytest.raises(ToolError, match="MDM_ORACLE_URL is not usable") as fault:
        query(Workbench(bench.store, bench.workspace, environment=secret), "oracle", "select 1", rows=1, seconds=1)
    assert "hunter2" not in str(fault.value)


def test_an_unconfigured_database_says_what_to_set(bench: Workbench):
    box = Toolbox(registry(bench), allowed=Access.READ)
    for database, variable in URLS.items():
        answer: Any = box.call("query_database", {"sql": "select 1 as one", "database": database})
        assert answer.is_error and f"set {variable}" in answer.text
