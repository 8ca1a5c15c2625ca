"""A tiny lakehouse for the kit: one release in an in-memory DuckDB, rows that can be checked by hand."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
import streamlit as st

import queries
from lakehouse import session

AS_OF = date(2026, 1, 31)

TABLES = """
    create schema gold;
    create table gold.dim_date as
        select unnest(range(date '2024-01-01', date '2026-02-01', interval 1 day))::date as date_key;
    create table gold.dim_customer (customer_uid varchar, segment varchar, country varchar, is_current boolean);
    insert into gold.dim_customer values
        ('C-1', 'SMB', 'US', true), ('C-2', 'SMB', 'DE', true), ('C-3', 'Enterprise', 'US', true),
        ('C-3', 'Startup', 'FR', false);
    create table gold.fact_sales (order_id varchar, customer_uid varchar, order_date date, line_total decimal(18, 2));
    insert into gold.fact_sales values
        ('O-1', 'C-1', '2026-01-10', 100.00), ('O-2', 'C-2', '2025-12-10', 50.50), ('O-3', 'C-3', '2024-06-01', 7.00);
"""

REVENUE = """-- Revenue by segment.
-- grain:   segment
-- columns: segment VARCHAR,
--          revenue DECIMAL(38,2)
-- params:  $start DATE, $end DATE, $country VARCHAR

select customer.segment, sum(sales.line_total) as revenue
from gold.fact_sales as sales
join gold.dim_customer as customer on sales.customer_uid = customer.customer_uid and customer.is_current
where
    sales.order_date >= $start
    and sales.order_date < $end
    and ($country is null or customer.country = $country)
group by customer.segment
order by revenue desc
"""


def release(release_id: int = 1) -> session.Release:
    gates = {"bronze_to_silver": {"rules": 10, "failed_rules": 1}, "mdm_to_gold": {"rules": 5, "failed_rules": 0}}
    published = datetime(2026, 2, 1, 6, release_id)
    return session.Release(release_id, published, AS_OF, f"run-{release_id}", 1.5, "build", {"gold.x": 1}, {}, gates)


@pytest.fixture(autouse=True)
def no_cache() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def opened() -> list[int | None]:
    """The releases that were opened, in order."""
    return []


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opened: list[int | None]) -> Path:
    """Two releases of the tiny lakehouse, and a folder of queries with `sales/revenue` beside the app's own."""

    def open_release(release_id: int | None = None) -> duckdb.DuckDBPyConnection:
        opened.append(release_id)
        con = duckdb.connect()
        con.execute(TABLES)
        return con

    monkeypatch.setattr(session, "releases", lambda: [release(1), release(2)])
    monkeypatch.setattr(session, "open_release", open_release)
    folder = tmp_path / "queries"
    for name in ("app/options",):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.sql").write_text((queries.FOLDER / f"{name}.sql").read_text())
    (folder / "sales").mkdir()
    (folder / "sales" / "revenue.sql").write_text(REVENUE)
    forget_texts()
    monkeypatch.setattr(queries, "FOLDER", folder)
    yield folder
    forget_texts()


def forget_texts() -> None:
    for cached in (queries.sql, queries.params_of, queries.tables, queries.header):
        cached.cache_clear()
