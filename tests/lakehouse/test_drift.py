"""Sources that change their shape or send rubbish: nothing of it reaches gold, and everybody is told why."""

import json
import shutil
from datetime import datetime

import polars as pl
import pytest

from lakehouse import attempts, catalog, pipeline, refusals, session
from lakehouse.__main__ import main
from lakehouse.errors import BatchRefused, LakehouseError
from lakehouse.quality.gate import GateFailed
from lakehouse.storage import Store
from tests.lakehouse.test_decisions import a_pair, decide, rows

NEXT_DAY = datetime(2026, 2, 1, 23, 59, 59)


@pytest.fixture
def store(default_uri, tmp_path, monkeypatch):
    shutil.copytree(default_uri, tmp_path / "lakehouse")
    monkeypatch.setenv("LAKEHOUSE_URI", str(tmp_path / "lakehouse"))
    return Store(str(tmp_path / "lakehouse"))


def extract(store, table, count=40):
    """The rows of a source table as the source would send them again."""
    return store.read(table).head(count).drop(catalog.METADATA)


def deliver(store, table, frame, batch_id="bad-20260201", system="SAP"):
    return store.append(table, frame, batch_id=batch_id, source_system=system, ingestion_ts=NEXT_DAY)


def gold(store):
    return rows(store, "select count(*), sum(line_total)::varchar from gold.fact_sales") + rows(
        store, "select count(*), max(valid_from) from gold.dim_customer"
    )


DRIFTS = {
    "dropped": (lambda rows: rows.drop("PARTY_NAME"), ["column PARTY_NAME is missing"]),
    "added": (lambda rows: rows.with_columns(LOYALTY=pl.lit("gold")), ["column LOYALTY is not declared"]),
    "renamed": (
        lambda rows: rows.rename({"PARTY_NAME": "NAME"}),
        ["column PARTY_NAME is missing", "column NAME is not declared"],
    ),
    "retyped": (lambda rows: rows.with_columns(pl.col("PARTY_ID").cast(pl.String)), ["column PARTY_ID is "]),
    "text for numbers": (lambda rows: rows.with_columns(PARTY_ID=pl.lit("twelve")), ["expected int64"]),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_a_batch_of_another_shape_is_refused_whole_and_kept_aside(store, drift, capsys):
    change, expected = DRIFTS[drift]
    before, wrong = attempts.bronze_versions(store), change(extract(store, "bronze.oracle_hz_parties"))
    with pytest.raises(BatchRefused) as refused:
        deliver(store, "bronze.oracle_hz_parties", wrong, system="Oracle")
    for part in ("bad-20260201", "bronze.oracle_hz_parties", *expected):
        assert part in str(refused.value)
    assert attempts.bronze_versions(store) == before
    kept = refusals.rows(store)
    assert len(kept) == 40 and set(kept["batch_id"]) == {"bad-20260201"}
    assert json.loads(kept["record"][0]).keys() == set(wrong.columns)
    told = session.last_attempt()
    assert told is not None and (told.outcome, told.subject) == ("batch", "bronze.oracle_hz_parties")
    assert told.after_release == 1 and all(part in told.report for part in expected)
    assert main(["status"]) == 0
    assert "column" in capsys.readouterr().out.partition("are not promoted, release 1 stays")[2]


def test_a_refused_batch_is_settled_by_the_right_one(store):
    table = "bronze.oracle_hz_parties"
    with pytest.raises(BatchRefused):
        deliver(store, table, extract(store, table).drop("COUNTRY"), system="Oracle")
    with pytest.raises(BatchRefused):
        deliver(store, table, extract(store, table).drop("COUNTRY"), system="Oracle")
    assert len(refusals.rows(store)) == 40  # sent twice, kept once
    decide(store, a_pair(store))
    assert session.last_attempt() is not None  # a decision does not bring what is missing
    deliver(store, table, extract(store, table), system="Oracle")
    pipeline.build(store)
    assert session.last_attempt() is None and len(session.attempts()) == 2


def with_nulls(frame, column, share=0.4):
    gone = pl.int_range(pl.len()) < pl.len() * share
    return frame.with_columns(pl.when(gone).then(None).otherwise(pl.col(column)).alias(column))


BAD = {
    "40 % nulls in a master": ("bronze.sap_kna1", lambda f: with_nulls(f, "LAND1"), "40.0%"),
    "40 % nulls in a fact": ("bronze.sap_vbap", lambda f: with_nulls(fresh(f, "VBELN"), "KUNNR"), "40.0%"),
    "text for numbers": ("bronze.sap_vbap", lambda f: fresh(f, "VBELN").with_columns(NETWR=pl.lit("a lot")), "100.0%"),
}


def fresh(frame, key):
    """Rows under keys that no row has yet."""
    return frame.with_columns(pl.format("99{}", pl.int_range(pl.len()).cast(pl.String).str.zfill(8)).alias(key))


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_batch_stops_the_build_and_gold_stays_until_it_is_withdrawn(store, kind, capsys):
    """The batch is one of fifty parts of the table: only its own share of bad rows gives it away."""
    table, spoil, share = BAD[kind]
    good, sent = gold(store), spoil(extract(store, table))
    deliver(store, table, sent)
    with pytest.raises(GateFailed, match=f"batch bad-20260201: {table}: .*{share}"):
        pipeline.build(store)
    assert gold(store) == good and len(store.releases()) == 1
    told = session.last_attempt()
    assert told is not None and (told.outcome, told.subject, told.what) == ("gate", "bronze_to_silver", "build")
    assert any("bad-20260201" in line for line in told.breaches) and told.quarantined
    assert main(["withdraw", "bad-20260201", "--reason", "the source sent rubbish", "--who", "ana"]) == 0
    assert f"40 rows of {table}" in capsys.readouterr().out
    kept = refusals.rows(store)
    assert len(kept) == 40 and set(kept["reason"]) == {"withdrawn by ana: the source sent rubbish"}
    deliver(store, table, extract(store, table, 5))  # mended, under the same name
    pipeline.build(store)
    assert gold(store) == good and session.last_attempt() is None


def test_decisions_go_on_while_a_bad_batch_waits(store):
    deliver(store, "bronze.sap_kna1", with_nulls(extract(store, "bronze.sap_kna1"), "LAND1"))
    with pytest.raises(GateFailed):
        pipeline.build(store)
    release = decide(store, a_pair(store)).release
    assert release.release_id == 2 and rows(store, "select count(*) from mdm.golden_customer") == [(499,)]
    told = session.last_attempt()
    assert told is not None and told.outcome == attempts.GATE


def test_a_file_that_is_sent_again_changes_nothing(store):
    """Under the same name it is known; under another its rows are, by their hash."""
    before = gold(store)
    assert deliver(store, "bronze.sap_kna1", extract(store, "bronze.sap_kna1", 500), "sap-kna1-20260131b") == 500
    assert deliver(store, "bronze.sap_kna1", extract(store, "bronze.sap_kna1", 500), "sap-kna1-20260131b") == 0
    assert deliver(store, "bronze.sf_task", extract(store, "bronze.sf_task", 50), "sf-task-20260131b", "Salesforce")
    pipeline.build(store)
    assert gold(store)[0] == before[0]
    assert rows(store, "select count(*) from gold.fact_interactions") == [(6000,)]
    assert rows(store, "select count(*) from gold.dim_customer where is_current") == [(500,)]


def test_what_a_release_is_built_from_is_not_withdrawn(store):
    batch = store.read("bronze.sap_kna1")["_batch_id"][0]
    with pytest.raises(LakehouseError, match="release 1 is built from batch"):
        refusals.withdraw(store, batch, "x", "ana")
    with pytest.raises(LakehouseError, match="No batch nobody-sent-it in bronze"):
        refusals.withdraw(store, "nobody-sent-it", "x", "ana")
    with pytest.raises(LakehouseError, match="needs a reason"):
        refusals.withdraw(store, batch, " ", "ana")
    assert store.read("bronze.sap_kna1").height == 500
