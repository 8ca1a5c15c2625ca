"""Two layers around SQL: a locked read-only file that holds masked tables alone, and one SELECT over named tables."""

from pathlib import Path

import duckdb
import pytest

from agents import snapshot
from agents.errors import ToolError
from agents.tools import Workbench, isolation, sandboxed, sql_guard
from agents.tools.toolbox import Toolbox

TABLES = ["gold.dim_customer", "gold.fact_sales"]
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}

# What the first layer stops by itself, whatever the second lets through.
STOPPED_BY_THE_FILE = [
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from read_text('/etc/passwd')",
    "select * from glob('/*')",
    "select * from sniff_csv('/etc/passwd')",
    "copy (select 1) to '{folder}/out.csv'",
    "copy gold.dim_customer from '/etc/passwd'",
    "export database '{folder}/out'",
    "attach '{folder}/other.duckdb' as other",
    "install httpfs",
    "load httpfs",
    "set enable_external_access = true",
    "reset enable_external_access",
    "set lock_configuration = false",
    "set memory_limit = '64GB'",
    "insert into gold.dim_customer select * from gold.dim_customer",
    "update gold.dim_customer set full_name = 'x'",
    "delete from gold.dim_customer",
    "drop table gold.dim_customer",
    "create table gold.mine as select 1",
]
# What it would allow, and the second layer denies.
STOPPED_BY_THE_GUARD = [
    "select 1; select 2",
    "select 1; drop table gold.dim_customer",
    "create temp table t as select 1",
    "set variable x = 1",
    "pragma database_list",
    "call pragma_version()",
    "select current_setting('temp_directory')",
    "select getenv('HOME')",
    "select system.main.getenv('HOME')",
    "select getvariable('x')",
    "select current_database()",
    "select version()",
    "select * from duckdb_settings()",
    "from duckdb_tables",
    "select * from pragma_database_list()",
    "select * from information_schema.tables",
    "select * from system.information_schema.tables",
    "select * from sqlite_master",
    "select * from pg_catalog.pg_tables",
    "select * from query('select 1')",
    "select * from query_table('dim_customer')",
    "select (select max(getenv('HOME')))",
    "select * from gold.fact_sales where order_id in (select getenv('HOME'))",
    "with a as (select * from duckdb_settings()) select * from a",
    "with gold_x as (select 1) select * from silver.customer",
    "select * from dim_customer",
    "select * from (select * from gold.secrets)",
    "explain select 1",
    "show tables",
    "describe gold.dim_customer",
    "summarize gold.dim_customer",
    "select x from (select 1 as x) ); drop table gold.dim_customer; --",
    "copy (select 1) to '/tmp/out.csv'",
    "",
    "   -- nothing",
]
ALLOWED = [
    ("select count(*) from gold.dim_customer", ["gold.dim_customer"]),
    ("from gold.fact_sales", ["gold.fact_sales"]),
    ("with a as (select * from gold.fact_sales) select count(*) from a", ["gold.fact_sales"]),
    ("with recursive t(n) as (select 1 union all select n + 1 from t where n < 3) select sum(n) from t", []),
    ("select * from (values (1), (2)) as v(x)", []),
    ("select * from range(3)", []),
    ("select unnest([1, 2])", []),
    ("select c.customer_uid from gold.dim_customer c left join gold.fact_sales s using (customer_uid)", TABLES),
    ("select 1 union all select 2 -- a comment", []),
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("file") / "tables.duckdb"
    with duckdb.connect(path) as con:
        con.execute("create schema gold; create table gold.dim_customer (customer_uid varchar, full_name varchar)")
        con.execute(
            "create table gold.fact_sales (order_id varchar, customer_uid varchar); create table gold.secrets (s int)"
        )
    return path


@pytest.fixture
def con(file: Path):
    with duckdb.connect(file, read_only=True, config=CONFIG) as con:
        yield con


@pytest.mark.parametrize("sql", STOPPED_BY_THE_FILE)
def test_the_file_alone_stops_it(con: duckdb.DuckDBPyConnection, sql: str, tmp_path: Path):
    with pytest.raises(duckdb.Error):
        con.execute(sql.format(folder=tmp_path)).fetchall()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sql", [*STOPPED_BY_THE_FILE, *STOPPED_BY_THE_GUARD])
def test_the_guard_alone_stops_it(con: duckdb.DuckDBPyConnection, sql: str, tmp_path: Path):
    with pytest.raises(sql_guard.Denied):
        sql_guard.check(con, sql.format(folder=tmp_path), TABLES)


@pytest.mark.parametrize(("sql", "tables"), ALLOWED)
def test_an_honest_select_passes(con: duckdb.DuckDBPyConnection, sql: str, tables: list[str]):
    assert sql_guard.check(con, sql, TABLES) == tables
    con.execute(sql).fetchall()


def test_a_frame_of_the_calling_program_is_no_table(con: duckdb.DuckDBPyConnection):
    secret_frame = duckdb.sql("select 'secret' as word")
    with pytest.raises(sql_guard.Denied, match="no table secret_frame"):
        sql_guard.check(con, "select * from secret_frame", TABLES)
    assert secret_frame is not None


def test_a_snapshot_holds_masked_gold_and_nothing_else(bench: Workbench):
    with duckdb.connect(bench.snapshot, read_only=True) as con:
        schemas = con.execute("select distinct table_schema from information_schema.tables").fetchall()
        rows = con.execute("select email, phone, street from gold.dim_customer where email is not null").fetchall()
    assert schemas == [("gold",)]
    assert all(email[1:5] == "***@" for email, _, _ in rows)
    assert {len(phone) for _, phone, _ in rows if phone} == {5}
    assert {street for _, _, street in rows} <= {"***", None}
    real = bench.store.read("gold.dim_customer")["email"].drop_nulls().to_list()
    assert bench.snapshot.read_bytes().count(real[0].encode()) == 0


def test_a_steward_s_snapshot_is_another_file(bench: Workbench):
    steward = snapshot.path(bench.store, bench.release, "steward")
    assert steward != bench.snapshot
    with pytest.raises(ValueError, match="No role 'guest'"):
        snapshot.path(bench.store, bench.release, "guest")


def test_the_process_answers_with_rows_and_their_source(toolbox: Toolbox, bench: Workbench):
    answer = toolbox.call("query_database", {"sql": "select order_id from gold.fact_sales order by 1;", "max_rows": 2})
    assert not answer.is_error, answer.text
    for part in ('"tables": ["gold.fact_sales"]', '"row_count": "more than 2"', '"release": 1', "untrusted"):
        assert part in answer.text


def test_the_process_stops_a_query_that_takes_too_long(bench: Workbench):
    endless = "select count(*) from range(100000) a, range(100000) b, range(1000) c"
    with pytest.raises(ToolError, match=r"took longer than 0\.2 s and was stopped"):
        sandboxed.query(bench.snapshot, endless, rows=1, seconds=0.2)


def test_the_process_tells_a_denial_from_a_fault(bench: Workbench):
    with pytest.raises(sandboxed.SqlDenied, match=r"There is no table silver\.customer"):
        sandboxed.query(bench.snapshot, "select * from silver.customer", rows=1, seconds=2)
    with pytest.raises(ToolError, match="no_such_column") as fault:
        sandboxed.query(bench.snapshot, "select no_such_column from gold.dim_date", rows=1, seconds=2)
    assert str(bench.snapshot) not in str(fault.value)


def test_a_process_has_no_secrets_and_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    found = isolation.run(["env"], seconds=5, cwd=tmp_path)
    assert "secret" not in found.stdout and "HOME=" in found.stdout
    if isolation.without_network():
        assert isolation.run(["ls", "/sys/class/net"], seconds=5, cwd=tmp_path).code == 0
        addresses = isolation.run(["cat", "/proc/net/route"], seconds=5, cwd=tmp_path).stdout.splitlines()
        assert len(addresses) <= 1  # the heading


def test_a_process_that_does_not_end_is_ended_with_its_children(tmp_path: Path):
    script = "sleep 60 & sleep 60"
    assert isolation.run(["sh", "-c", script], seconds=0.3, cwd=tmp_path).code is None
