"""The suites of every gate, in the built-in engine and in Great Expectations: rule by rule the same verdict."""

import duckdb
import pytest

from lakehouse.quality import suite
from tests.dq.engines import both, differences

pytest.importorskip("great_expectations", reason="needs requirements-dq.txt")


@pytest.fixture(scope="module")
def spoilt(warehouse):
    """Some rows of every table of the default release, and beside them copies, empty rows and nonsense."""
    source, con = warehouse.cursor(), duckdb.connect()
    for layer in ("bronze", "silver", "mdm", "gold"):
        con.execute(f"create schema {layer}")
    tables = source.sql(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('bronze', 'silver', 'mdm', 'gold') order by all"
    ).fetchall()
    for (name,) in tables:
        con.register("incoming", source.sql(f"from {name} order by all limit 300").to_arrow_table())
        con.execute(f"create table {name} as from incoming")
        con.unregister("incoming")
        if name != "silver.as_of":
            spoil(con, name)
    yield con
    con.close()


def spoil(con, name):
    types = [type_.partition("(")[0] for _, type_, *_ in con.sql(f"describe {name}").fetchall()]
    con.execute(f"insert into {name} from {name} order by all limit 20")
    con.execute(f"insert into {name} select {', '.join('null' for _ in types)} from range(3)")
    con.execute(f"insert into {name} select {', '.join(NONSENSE.get(type_, 'null') for type_ in types)} from range(2)")


NONSENSE = {
    "VARCHAR": "'???'",
    "BIGINT": "-999",
    "INTEGER": "-999",
    "DECIMAL": "-999",
    "DOUBLE": "-999",
    "BOOLEAN": "true",
    "DATE": "date '1999-01-01'",
    "TIMESTAMP": "timestamp '1999-01-01 00:00:00'",
}


@pytest.mark.parametrize("name", suite.GATES)
def test_both_engines_agree_on_every_rule(warehouse, name):
    ours, theirs = both(warehouse, name, suite.load(name))
    assert differences(ours, theirs) == []
    assert [result.message for result in ours.results if result.finding.error] == []
    assert sum(result.finding.failed for result in theirs.results), "the planted rows must be found"


@pytest.mark.parametrize("name", suite.GATES)
def test_both_engines_agree_on_spoilt_tables(spoilt, name):
    ours, theirs = both(spoilt, name, suite.load(name))
    assert differences(ours, theirs) == []
    bad = sum(result.finding.failed > 0 for result in theirs.results)
    assert bad > 0.7 * len(theirs.results), f"only {bad} of {len(theirs.results)} rules saw a bad row"


def test_every_layer_is_compared():
    assert {found.layer for name in suite.GATES for found in suite.load(name)} == {"bronze", "silver", "mdm", "gold"}
