"""dbt builds the same tables as the built-in runner, row for row, and documents every one."""

import duckdb
import pytest

from lakehouse import dictionary, runner
from tests.dbt.conftest import MODELS


@pytest.fixture(scope="module")
def built(project, warehouse):
    """dbt's tables as the schemas dbt_silver and dbt_gold beside the release's own."""
    con = duckdb.connect(str(project.database), read_only=True)
    yield con
    con.close()


def test_everything_was_built_and_tested(project):
    assert {result["status"] for result in project.results} <= {
        "success",
        "pass",
        "no-op",
    }  # an exposure builds nothing
    kinds = [result["unique_id"].partition(".")[0] for result in project.results]
    assert kinds.count("model") == len(MODELS)
    assert kinds.count("test") > 170
    assert kinds.count("unit_test") >= 11


@pytest.mark.parametrize("name", MODELS)
def test_both_runners_give_the_same_rows(warehouse, built, name):
    ours, theirs = warehouse.cursor(), built.cursor()
    assert described(theirs, name) == described(ours, name)
    expected = ours.sql(f"from {name}").to_arrow_table()
    theirs.register("expected", expected)
    try:
        for missing, other in (("expected", name), (name, "expected")):
            rows = theirs.execute(f"from {missing} except all from {other} limit 3").fetchall()
            assert rows == [], f"{name}: rows of {missing} that {other} lacks"
    finally:
        theirs.unregister("expected")


def described(con, name):
    return [(column, type_) for column, type_, *_ in con.execute(f"describe {name}").fetchall()]


def test_the_docs_describe_every_table_and_column(project):
    nodes = project.artifact("manifest.json")
    described = {**nodes["nodes"], **nodes["sources"]}
    catalog = project.artifact("catalog.json")
    found = {**catalog["nodes"], **catalog["sources"]}
    assert len(found) > len(MODELS)
    bare = [
        f"{key}.{column}"
        for key, table in found.items()
        for column in table["columns"]
        if not described[key]["columns"].get(column, {}).get("description")
    ]
    assert bare == []


def test_every_page_is_an_exposure_of_what_its_queries_read(project):
    found = project.artifact("manifest.json")["exposures"].values()
    told = {exposure["name"]: {".".join(node.split(".")[-2:]) for node in depends(exposure)} for exposure in found}
    reads = {query["query"]: query["reads"] for query in dictionary.load()["queries"]}
    pages = {
        page["page"]: {t for query in page["queries"] for t in reads[query]} for page in dictionary.load()["pages"]
    }
    assert told == {page: tables for page, tables in pages.items() if tables}
    assert {"executive", "revenue", "customer_360", "lifecycle"} <= set(told)
    assert {"gtm_pipeline", "clickstream", "fraud", "mdm_dq"} <= set(told)


def depends(exposure):
    """The nodes an exposure depends on, each ending in layer.table."""
    layers = {model.name: model.layer for layer in runner.LAYERS for model in runner.load(layer)}
    for node in exposure["depends_on"]["nodes"]:
        kind, *_, name = node.split(".")
        yield f"{layers[name]}.{name}" if kind == "model" else node
