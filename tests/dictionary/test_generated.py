"""The shipped dictionary: nothing is stale, nothing is missing, and it says what the lakehouse really holds."""

import ast
from pathlib import Path

import pytest

import queries
from lakehouse import dictionary, schemas
from lakehouse.dictionary import collect, command
from ui import navigation

ROOT = Path(__file__).resolve().parents[2]
CONTENT = dictionary.load()
UNMADE = {"mdm.steward_decision", "mdm.snapshot_day", "silver.quarantine"}  # by people, by the pipeline, by the gates
LOGS = {"mdm.match_run", "mdm.match_run_pass", "mdm.quality_result", "mdm.run_step"}


@pytest.fixture(scope="module")
def collected():
    pytest.importorskip("sqlglot", reason="needs requirements-dev.txt")
    return collect.collect()


def test_the_generated_files_are_up_to_date(collected, monkeypatch):
    monkeypatch.setattr(collect, "collect", lambda root: collected)
    assert command.stale() == [], "run: python -m lakehouse dictionary"


def test_nothing_lacks_a_description(collected):
    assert collect.missing(collected) == []


def test_every_table_of_the_lakehouse_is_there(warehouse):
    held = warehouse.cursor().execute(
        "select table_schema || '.' || table_name, list(column_name order by ordinal_position) "
        "from information_schema.columns where table_schema in ('bronze', 'silver', 'mdm', 'gold') group by all"
    )
    told = {table["table"]: [column["column"] for column in table["columns"]] for table in CONTENT["tables"]}
    beside = {name: list(columns) for name, columns in schemas.BESIDE_RELEASES.items()}
    assert told == dict(held.fetchall()) | beside | {"silver.quarantine": told["silver.quarantine"]}


def test_every_query_is_there():
    assert [query["query"] for query in CONTENT["queries"]] == queries.names()


def test_every_page_is_there():
    told = [(page["page"], page["title"], page["question"]) for page in CONTENT["pages"]]
    assert told == [(entry.key, entry.title, entry.question) for entry in navigation.PAGES]


def test_every_query_belongs_to_a_page_or_to_the_frame_of_the_app():
    of_pages = {query for page in CONTENT["pages"] for query in page["queries"]}
    assert {name.partition("/")[0] for name in set(queries.names()) - of_pages} <= {"app", "tour"}


def test_a_source_is_a_column_of_the_dictionary():
    known = {f"{t['table']}.{c['column']}" for t in CONTENT["tables"] for c in t["columns"]}
    assert {origin for many in dictionary.sources().values() for origin in many} <= known


def test_every_column_of_a_model_comes_from_somewhere():
    """Constants and counts of rows come from none: they are few, and named here."""
    bare = {
        f"{table['table']}.{column['column']}"
        for table in CONTENT["tables"]
        if table["layer"] != "bronze" and table["table"] not in UNMADE | LOGS | schemas.BESIDE_RELEASES.keys()
        for column in table["columns"]
        if not column["sources"]
    }
    assert bare == MADE_OF_NOTHING


MADE_OF_NOTHING = {
    "mdm.customer_hierarchy.customer_uid",
    "mdm.customer_hierarchy.group_size",
    "mdm.customer_hierarchy.parent_uid",
    "silver.arrival.rows",
    "silver.arrival.table_name",
    "silver.arrival.usual_rows",
    "silver.arrival.volume_share",
    "silver.customer.source_system",  # a constant for each system
    "silver.sales_order.order_source",
    "gold.customer_activity.orders",  # counts of rows
    "gold.customer_activity.interactions",
    "gold.customer_activity.web_events",
    "mdm.match_pair.model",  # names that the rules give
    "mdm.golden_attribute.attribute",
    "mdm.golden_attribute.rule",
    "mdm.golden_snapshot.sequence",
}


def test_every_kpi_card_is_there():
    """As many labels as the pages' code names."""
    for page in CONTENT["pages"]:
        tree = ast.parse((ROOT / "pages" / f"{page['page']}.py").read_text())
        made = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Kpi"]
        labels = {n.args[0].value for n in made if isinstance(n.args[0], ast.Constant)}
        assert labels <= {kpi["label"] for kpi in page["kpis"]}


def test_personal_data_are_classed_by_what_they_are():
    telling = {"email": "contact", "phone": "contact", "street": "address", "tax_id": "tax id", "full_name": "name"}
    for table in CONTENT["tables"]:
        for column in table["columns"]:
            if column["column"] in telling:
                assert column["pii"] == telling[column["column"]], f"{table['table']}.{column['column']}"


def test_personal_data_keep_their_class_on_the_way():
    """What is copied from one classed column is classed, too; a figure made of several is none."""
    classes = {f"{t['table']}.{c['column']}": c["pii"] for t in CONTENT["tables"] for c in t["columns"]}
    lost = [
        f"{made} ← {origin}"
        for made, origins in dictionary.sources().items()
        if made in classes and len(origins) == 1 and made.rpartition(".")[2] == origins[0].rpartition(".")[2]
        for origin in origins
        if classes[origin] and not classes[made]
    ]
    assert lost == []


def test_a_kpi_is_traced_to_the_source_systems():
    arrows = dictionary.trace("query.revenue/summary.revenue")
    assert ("gold.fact_sales.line_total", "query.revenue/summary.revenue") in arrows
    assert ("silver.sales_order.line_total", "gold.fact_sales.line_total") in arrows
    origins = {origin for origin, _ in arrows}
    assert {
        "bronze.sap_vbap.NETWR",
        "bronze.sf_order.TotalAmount",
        "bronze.oracle_oe_order.EXTENDED_AMOUNT",
        "bronze.ecom_order.total",
    } <= origins
