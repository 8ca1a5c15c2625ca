"""The whole pipeline on the default enterprise: its counts, its repeatability, and what a kill leaves behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import data_gen
from lakehouse import export, pipeline
from lakehouse.errors import NoRelease
from lakehouse.storage import Store

# DESIGN.md, section 3: rows of the default build.
ROWS = {
    "bronze.sap_kna1": 500,
    "bronze.sf_account": 400,
    "bronze.oracle_hz_parties": 250,
    "bronze.sap_mara": 80,
    "silver.customer": 1150,
    "mdm.crosswalk": 1150,
    "mdm.golden_customer": 500,
    "gold.dim_customer": 500,
    "gold.dim_product": 80,
    "gold.dim_customer_lifecycle": 500,
    "gold.dim_date": 762,
    "gold.dim_sales_rep": 25,
    "gold.fact_sales": 3500,
    "gold.fact_interactions": 6000,
    "gold.fact_clickstream": 25000,
    "gold.fact_pipeline": 1200,
    "gold.fact_fraud_signals": 450,
    "gold.fact_realtime_metrics": 168,
    "gold.mdm_match_pairs": 200,
}
SHARES = {
    "select status, count(*) from gold.dim_customer where is_current group by all": {
        "Active": 300,
        "At-Risk": 75,
        "New": 75,
        "Churned": 50,
    },
    "select sentiment, count(*) from gold.fact_interactions group by all": {
        "Positive": 3000,
        "Neutral": 2100,
        "Negative": 900,
    },
    "select match_tier, count(*) from gold.mdm_match_pairs group by all": {
        "AUTO_MERGE": 116,
        "REVIEW": 54,
        "NO_MATCH": 30,
    },
    "select discount_pct > 0, count(*) from gold.fact_sales group by all": {False: 2100, True: 1400},
    "select customer_uid is null, count(*) from gold.fact_clickstream group by all": {True: 7500, False: 17500},
}
# Every key of gold and the table that it must be found in.
REFERENCES = [
    ("fact_sales.customer_uid", "dim_customer.customer_uid"),
    ("fact_sales.product_id", "dim_product.product_id"),
    ("fact_sales.order_date", "dim_date.date_key"),
    ("fact_sales.sales_rep_id", "dim_sales_rep.sales_rep_id"),
    ("fact_interactions.customer_uid", "dim_customer.customer_uid"),
    ("fact_clickstream.customer_uid", "dim_customer.customer_uid"),
    ("fact_clickstream.channel_id", "dim_channel.channel_id"),
    ("fact_pipeline.customer_uid", "dim_customer.customer_uid"),
    ("fact_pipeline.sales_rep_id", "dim_sales_rep.sales_rep_id"),
    ("fact_fraud_signals.customer_uid", "dim_customer.customer_uid"),
    ("fact_fraud_signals.order_id", "fact_sales.order_id"),
    ("dim_customer_lifecycle.customer_uid", "dim_customer.customer_uid"),
]


def copy_of(uri: str, folder: Path) -> Store:
    shutil.copytree(uri, folder)
    return Store(str(folder))


@pytest.mark.parametrize(("table", "rows"), ROWS.items())
def test_rows_of_the_default_build(warehouse, table, rows):
    assert warehouse.cursor().sql(f"select count(*) from {table}").fetchall() == [(rows,)]


@pytest.mark.parametrize(("query", "expected"), SHARES.items())
def test_shares_of_the_default_build(warehouse, query, expected):
    assert dict(warehouse.cursor().sql(query).fetchall()) == expected


@pytest.mark.parametrize(("key", "target"), REFERENCES)
def test_gold_has_no_orphan(warehouse, key, target):
    table, column = key.split(".")
    other, other_column = target.split(".")
    orphans = (
        f"select {column} from gold.{table} where {column} is not null except select {other_column} from gold.{other}"
    )
    assert warehouse.cursor().sql(orphans).fetchall() == []


def test_only_the_web_events_may_lack_a_customer(warehouse):
    for table in ("fact_sales", "fact_interactions", "fact_pipeline", "fact_fraud_signals", "dim_customer_lifecycle"):
        found = warehouse.cursor().sql(f"select count(*) from gold.{table} where customer_uid is null").fetchall()
        assert found == [(0,)], table


def test_no_row_is_lost_between_bronze_and_gold(warehouse):
    """Each web event is in gold, or in quarantine with its reasons, or a second copy of one that is."""
    [(bronze, gold, held, copies)] = (
        warehouse.cursor()
        .sql(
            """
            select
                (select count(*) from bronze.web_event),
                (select count(*) from gold.fact_clickstream),
                (select count(*) from silver.quarantine where table_name like '%.web_event' and is_rejected),
                (select count(*) from silver.quarantine where table_name like '%.web_event' and not is_rejected)
            """
        )
        .fetchall()
    )
    assert held > 0 and copies > 0
    assert bronze == gold + held + copies


def test_the_same_sources_give_the_same_tables(default_uri, tmp_path):
    """A second build of the same bronze, with the answer key gone, differs in no table that does not log runs."""
    store = copy_of(default_uri, tmp_path / "copy")
    before = export.digests(store, store.latest())
    shutil.rmtree(tmp_path / "copy" / "_answer_key")
    after = export.digests(store, pipeline.build(store))
    logs = {"mdm.quality_result", "mdm.match_run", "mdm.match_run_pass", "mdm.run_step"}
    assert {name for name in before if before[name] != after[name]} == logs
    assert store.latest().tables["gold.fact_sales"] == store.releases()[0].tables["gold.fact_sales"]


def test_another_folder_gives_the_same_enterprise_byte_for_byte(default_store, tmp_path):
    uri = str(tmp_path / "again")
    data_gen.ensure_demo(uri=uri)
    again = Store(uri)
    assert export.digests(again, again.latest()) == export.digests(default_store, default_store.latest())


def test_an_empty_bronze_says_what_to_do(tmp_path):
    with pytest.raises(NoRelease, match="Simulate the sources with"):
        pipeline.build(Store(str(tmp_path / "lakehouse")))


@pytest.mark.parametrize("after_seconds", [0.3, 0.8, 1.3])
def test_a_killed_build_leaves_the_last_release_and_the_next_converges(default_uri, tmp_path, after_seconds):
    store = copy_of(default_uri, tmp_path / "copy")
    before = export.digests(store, store.latest())
    command = [sys.executable, "-m", "lakehouse", "--uri", store.uri, "build"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2]
    )
    time.sleep(after_seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    killed_before_publishing = len(store.releases()) == 1
    assert export.digests(store, store.releases()[0]) == before
    rebuilt = export.digests(store, pipeline.build(store))
    undisturbed = copy_of(default_uri, tmp_path / "undisturbed")
    if killed_before_publishing:
        assert rebuilt == export.digests(undisturbed, pipeline.build(undisturbed))
