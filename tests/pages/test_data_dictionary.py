"""The data dictionary's page: a table's columns, a search over all, and the way behind a column and a KPI."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui import meaning

ENTRY = str(Path(__file__).resolve().parents[2] / "streamlit_app.py")
pytestmark = pytest.mark.usefixtures("lakehouse")


def opened(**query):
    app = AppTest.from_file(ENTRY, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page("pages/data_dictionary.py").run()
    assert not app.exception
    return app


def text(app):
    return " ".join(block.proto.body for block in app.get("html"))


def test_a_table_is_shown_with_its_columns_and_the_way_of_the_first():
    app = opened(dictionary_table="gold.fact_sales")
    [shown] = app.dataframe
    assert shown.value["column"].to_list()[:2] == ["order_id", "customer_uid"]
    assert "Order lines with their cost and profit." in text(app)
    assert "bronze.sap_vbap.VBELN" in text(app)
    [drawn] = app.get("plotly_chart")
    assert "sales_order.order_id" in drawn.proto.spec


def test_a_column_is_found_in_any_table():
    app = opened(dictionary_find="E-mail")
    tables = set(app.dataframe[0].value["table"])
    assert {"bronze.sap_adr6", "silver.customer", "mdm.golden_customer", "gold.dim_customer"} <= tables


def test_a_search_without_a_find_says_so():
    app = opened(dictionary_find="no such thing")
    assert "No column is called so." in text(app)


def test_the_figures_of_a_page_lead_to_source_columns():
    app = opened(dictionary_tab="KPIs and cards", dictionary_page="Revenue")
    assert app.dataframe[0].value["label"].to_list()[0] == "Revenue"
    assert "bronze.sap_vbap.NETWR" in text(app)


@pytest.mark.parametrize("page", list(meaning.pages().values()))
def test_every_figure_has_a_way_or_is_computed_live(page):
    for made in meaning.figures().filter(page=page)["columns"]:
        meaning.way(tuple(made))
