"""The match run finds, by its own rules, exactly the counts that the inputs were arranged for; for any seed."""

import shutil

import polars as pl
import pytest

from data_gen import demo
from data_gen.world import world
from lakehouse import pipeline
from lakehouse.storage import Store

SEEDS = (1, 7, 42, 99)


@pytest.fixture(scope="module", params=SEEDS)
def built(request, tmp_path_factory) -> tuple[Store, dict[str, pl.DataFrame]]:
    simulated = world(request.param, 1)
    key = simulated.answer_key()
    store = Store(str(tmp_path_factory.mktemp("seed") / "lakehouse"))
    demo.build(simulated, store.uri)
    return store, key


def counts(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(frame[column].value_counts().iter_rows())


def test_matching_gives_the_planned_counts(built):
    store, _ = built
    run = store.read("mdm.match_run").row(0, named=True)
    assert (run["source_records"], run["parties"], run["possible_pairs"]) == (1150, 616, 189_420)
    assert (run["recorded_pairs"], run["golden_customers"]) == (200, 500)
    assert counts(store.read("mdm.match_pair"), "match_tier") == {"AUTO_MERGE": 116, "REVIEW": 54, "NO_MATCH": 30}
    assert counts(store.read("gold.dim_customer"), "source_systems") == {
        "SAP": 80, "SAP+Oracle": 70, "SAP+Salesforce": 120, "SAP+Salesforce+Oracle": 120, "Salesforce": 50,
        "Salesforce+Oracle": 60,
    }  # fmt: skip


def test_every_golden_customer_is_a_planned_one(built):
    store, key = built
    crosswalk = store.read("mdm.crosswalk").join(key["entity"], on="record_id")
    assert len(crosswalk) == 1150
    assert (
        crosswalk.group_by("customer_uid").agg(pl.col("planned_uid_group").n_unique())["planned_uid_group"].max() == 1
    )
    assert crosswalk["planned_uid_group"].n_unique() == crosswalk["customer_uid"].n_unique() == 500


def test_automatic_merges_are_all_true_and_the_queue_is_worth_doing(built):
    store, key = built
    entity = key["entity"].select("record_id", "entity_id")
    pairs = store.read("mdm.match_pair").join(entity, left_on="record_a", right_on="record_id")
    pairs = pairs.join(entity, left_on="record_b", right_on="record_id", suffix="_b")
    same = pairs.with_columns(same=pl.col("entity_id") == pl.col("entity_id_b"))
    truly = {name: rows["same"].sum() for (name,), rows in same.group_by("match_tier")}
    assert truly == {"AUTO_MERGE": 116, "REVIEW": 34, "NO_MATCH": 6}


def test_status_and_lifecycle_follow_from_the_facts(built):
    store, _ = built
    assert counts(store.read("gold.dim_customer"), "status") == {"Active": 300, "At-Risk": 75, "New": 75, "Churned": 50}
    assert counts(store.read("gold.dim_customer_lifecycle"), "lifecycle_stage") == {
        "Champion": 95, "Loyal": 105, "Growing": 100, "Activated": 75, "At-Risk": 45, "Dormant": 30, "Churned": 50,
    }  # fmt: skip


def test_facts_have_the_planned_rows(built):
    store, _ = built
    rows = {"fact_sales": 3500, "fact_interactions": 6000, "fact_clickstream": 25_000, "fact_pipeline": 1200}
    rows |= {"fact_fraud_signals": 450, "fact_realtime_metrics": 168, "mdm_match_pairs": 200}
    assert {name: len(store.read(f"gold.{name}")) for name in rows} == rows


def test_the_pipeline_does_without_the_answer_key(built):
    store, _ = built
    before = store.latest().tables["gold.dim_customer"]
    shutil.rmtree(f"{store.uri}/{demo.ANSWER_KEY}", ignore_errors=True)
    assert pipeline.build(store).tables["gold.dim_customer"] == before
