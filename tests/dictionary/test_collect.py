"""What the dictionary reads from SQL and from the pages' code, on examples checked by hand."""

import copy
import json

import pytest

from lakehouse import dictionary
from lakehouse.__main__ import main
from lakehouse.dictionary import command
from lakehouse.dictionary.pages import pages

TABLES = {
    "bronze.a": {"ID": "VARCHAR", "Price": "DOUBLE", "n": "INTEGER"},
    "gold.b": {"id": "VARCHAR", "name": "VARCHAR"},
}


@pytest.fixture(scope="module")
def lineage():
    pytest.importorskip("sqlglot", reason="needs requirements-dev.txt")
    from lakehouse.dictionary import lineage

    return lineage


@pytest.mark.parametrize(
    ("sql", "sources"),
    [
        ("select id as x from bronze.a", ["bronze.a.ID"]),
        ("select PRICE * n as x from bronze.a", ["bronze.a.Price", "bronze.a.n"]),
        ("with t as (select *, price + 1 as more from bronze.a) select more as x from t", ["bronze.a.Price"]),
        ("select id as x from bronze.a union all select name from gold.b", ["bronze.a.ID", "gold.b.name"]),
        ("select b.name as x from bronze.a join gold.b on a.id = b.id", ["gold.b.name"]),
        ("select count(*) as x from bronze.a", []),
        ("select 'text' as x from bronze.a where n > 1", []),
        ("select sum(price) filter (where n > $start) as x from bronze.a", ["bronze.a.Price", "bronze.a.n"]),
        ("select id as x from bronze.a qualify row_number() over (partition by n order by price) = 1", ["bronze.a.ID"]),
    ],
)
def test_the_sources_of_a_column(lineage, sql, sources):
    assert lineage.Columns(TABLES).sources("q", sql, ["x"]) == {"x": sources}


def test_sql_that_cannot_be_read_is_named(lineage):
    with pytest.raises(lineage.LakehouseError, match=r"gold\.broken: the lineage cannot be read"):
        lineage.Columns(TABLES).sources("gold.broken", "select from where", ["x"])


NAVIGATION = """PAGES = (Entry("sales", "Sales", "payments", "Is it growing?", ()),)"""
PAGE = '''"""Sales: is it growing?"""
from pages import sales_parts
from ui.kpi import Kpi, kpi_row

[now] = fetch("sales/summary").to_dicts()
share = now["won"] / now["all"]
kpi_row(Kpi("Revenue", money(now["revenue"]), help="x"), Kpi("Share", percent(share)), Kpi("Live", str(elapsed)))
with page.card("By month", "USD", query="sales/by_month") as it:
    pass
'''
PARTS = '''"""Parts."""
def small(label, row):
    return Kpi(label, money(row["best"]))
small("Best", fetched)
fetch("other/extra")
'''
QUERIES = {
    "sales/summary": ["revenue", "won", "all"],
    "sales/by_month": ["month", "best"],
    "sales/unused": ["month"],
    "other/extra": ["best"],
}


def test_a_page_is_read_from_its_code(tmp_path):
    for name, text in (("ui/navigation.py", NAVIGATION), ("pages/sales.py", PAGE), ("pages/sales_parts.py", PARTS)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    [found] = pages(tmp_path, QUERIES)
    assert (found["title"], found["question"]) == ("Sales", "Is it growing?")
    assert found["queries"] == ["other/extra", "sales/by_month", "sales/summary", "sales/unused"]
    assert {kpi["label"]: kpi["columns"] for kpi in found["kpis"]} == {
        "Revenue": ["query.sales/summary.revenue"],
        "Share": ["query.sales/summary.all", "query.sales/summary.won"],
        "Live": [],
        "Best": ["query.sales/by_month.best"],
    }
    assert found["cards"] == [{"title": "By month", "query": "sales/by_month"}]


def test_what_is_missing_is_named_with_its_file():
    pytest.importorskip("sqlglot", reason="needs requirements-dev.txt")
    from lakehouse.dictionary.collect import missing

    content = copy.deepcopy(json.loads(dictionary.SHIPPED.read_text()))
    table = next(table for table in content["tables"] if table["table"] == "mdm.crosswalk")
    table["columns"][0]["description"] = ""
    table["columns"][1]["pii"] = "secret"
    content["queries"][0]["columns"] = []
    content["pages"][0]["question"] = ""
    assert [line.partition(";")[0] for line in missing(content)] == [
        "mdm.crosswalk.record_id has no description",
        "mdm.crosswalk.source_system has the PII class 'secret'",
        f"queries/{content['queries'][0]['query']}.sql needs a sentence and 'columns:' at its top",
        f"{content['pages'][0]['page']} needs a question in ui/navigation.py",
    ]


def test_the_command_tells_what_is_stale(monkeypatch, tmp_path, capsys):
    one = tmp_path / "docs" / "data_dictionary.md"
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "_texts", lambda root: {one: "new"})
    assert main(["dictionary", "--check"]) == 1
    assert "stale: docs/data_dictionary.md" in capsys.readouterr().out
    assert not one.exists()
    assert main(["dictionary"]) == 0
    assert one.read_text() == "new"
    assert main(["dictionary", "--check"]) == 0
    assert "up to date" in capsys.readouterr().out
