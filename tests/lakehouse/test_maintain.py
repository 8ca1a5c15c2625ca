"""Upkeep never loses anything: compaction, retention, restore and the comparison of two releases."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

import data_gen
from lakehouse import compare, export, maintain, pipeline, schemas, views
from lakehouse.errors import Locked, NoRelease, ReleaseBroken
from lakehouse.storage import Store
from tests.lakehouse.test_decisions import a_pair, decide, open_reviews, rows, uids


@pytest.fixture(scope="module")
def lived_in(default_uri, tmp_path_factory):
    """Three releases: the default build, a decision, a day."""
    folder = tmp_path_factory.mktemp("lived_in") / "lakehouse"
    shutil.copytree(default_uri, folder)
    store = Store(str(folder))
    decide(store, a_pair(store))
    data_gen.next_day(uri=store.uri)
    return store


@pytest.fixture
def store(lived_in, tmp_path):
    shutil.copytree(lived_in.uri, tmp_path / "lakehouse")
    return Store(str(tmp_path / "lakehouse"))


def test_maintenance_changes_no_row_of_any_release(store, monkeypatch):
    monkeypatch.setattr(maintain, "SMALL_FILES", 1)
    before = [export.digests(store, release) for release in store.releases()]
    orphan = Path(store.uri) / "gold" / "fact_sales" / "part-of-a-killed-run.parquet"
    orphan.write_bytes(b"half a file")
    done = maintain.maintain(store)
    assert done.release is not None and done.release.release_id == 4
    assert not orphan.exists()
    assert [export.digests(store, release) for release in store.releases()] == [*before, before[-1]]
    files = {row["table"]: (row["files_before"], row["files_after"]) for row in done.tables.to_dicts()}
    assert files["bronze.sf_task"] == (3, 1)  # the batch, its resent rows, the day
    again = maintain.maintain(store)
    assert again.release is None and again.tables["files_removed"].sum() == 0
    files_before = store.delta("gold.fact_sales").file_uris()
    pipeline.build(store)
    assert store.delta("gold.fact_sales").file_uris() == files_before  # its content is known by its fingerprint


def test_a_dry_run_touches_nothing(store):
    orphan = Path(store.uri) / "gold" / "fact_sales" / "part-of-a-killed-run.parquet"
    orphan.write_bytes(b"half a file")
    done = maintain.maintain(store, dry_run=True)
    assert orphan.exists() and done.release is None
    removed = dict(done.tables.select("table", "files_removed").iter_rows())
    assert removed["gold.fact_sales"] == 1


@pytest.mark.parametrize(
    ("days", "layers"),
    [(90, {"bronze", "silver", "mdm", "gold"}), (91, {"silver", "mdm", "gold"}), (366, {"mdm", "gold"})],
)
def test_retention_takes_a_layer_from_an_old_release_and_the_rest_stays_readable(store, days, layers):
    newest = store.latest()
    later = newest.as_of_date + timedelta(days=days - 1)  # the first release is a day older
    store.publish(replace(newest, release_id=4, as_of_date=later))
    golden = rows(store, "select count(*) from mdm.golden_customer", store.releases()[0])
    maintain.maintain(store)
    first, *_, last = store.releases()
    assert {name.split(".")[0] for name in first.tables} == layers
    assert last.tables.keys() == newest.tables.keys()
    assert rows(store, "select count(*) from mdm.golden_customer", first) == golden
    customers = "select count(*) from bronze.sap_kna1"
    assert rows(store, customers, last) == rows(store, customers, newest)


def test_a_restored_release_is_the_newest_and_the_next_run_has_everything_again(store):
    everything = export.digests(store, store.latest())
    restored = maintain.restore(store, 1)
    assert restored.release_id == 4 and restored.note == "restore of release 1"
    assert export.digests(store, store.latest()) == export.digests(store, store.releases()[0])
    rebuilt = export.digests(store, pipeline.build(store))
    changed = {name for name in everything if everything[name] != rebuilt[name]}
    assert changed == {"mdm.quality_result", "mdm.match_run", "mdm.match_run_pass", "mdm.run_step"}


def test_a_decision_over_a_restored_release_keeps_its_day_and_every_earlier_decision(store):
    decided = len(store.read("mdm.steward_decision"))
    maintain.restore(store, 1)
    *_, pair = (pair for pair, is_same in open_reviews(store) if is_same)
    release = decide(store, pair).release
    assert release.as_of_date == store.releases()[0].as_of_date < store.releases()[2].as_of_date
    assert rows(store, "select count(*) from mdm.golden_customer") == [(500 - decided - 1,)]
    assert pipeline.build(store).as_of_date == store.releases()[2].as_of_date
    assert rows(store, "select count(*) from mdm.steward_decision") == [(decided + 1,)]


def test_the_logs_beside_the_releases_are_compacted_too(store):
    """Each load of a source adds a row, and a file, to the watermarks."""
    row = dict.fromkeys(schemas.columns(schemas.SOURCE_WATERMARK)) | {"source_system": "SAP"}
    schema = views.empty_frame(schemas.columns(schemas.SOURCE_WATERMARK)).schema
    for number in range(12):
        loaded = row | {"rows_read": number}
        store.append_rows("mdm.source_watermark", pl.DataFrame([loaded], schema=schema))
    maintain.maintain(store)
    assert len(store.delta("mdm.source_watermark").file_uris()) == 1
    assert sorted(store.read("mdm.source_watermark")["rows_read"]) == list(range(12))


def test_what_cannot_be_restored_says_why(store):
    with pytest.raises(NoRelease, match=r"No release 9 .*published are: 1, 2, 3"):
        maintain.restore(store, 9)
    for file in (Path(store.uri) / "gold" / "dim_customer").glob("*.parquet"):
        file.unlink()
    with pytest.raises(ReleaseBroken, match=r"gold\.dim_customer"):
        maintain.restore(store, 1)
    assert len(store.releases()) == 3


def test_maintenance_and_a_build_do_not_meet(store):
    with store.writer("a build"), pytest.raises(Locked, match="being written by a build"):
        maintain.maintain(store)


def test_two_releases_side_by_side(store):
    first, second, third = store.releases()
    found = compare.compare(store, first, second)
    [gone] = found.customers.filter(change="gone").to_dicts()
    changed = found.customers.filter(change="changed")
    assert gone["redirects_to"] in changed["customer_uid"].to_list()
    assert set(changed["customer_uid"]) == {gone["redirects_to"]}
    figures = {row["figure"]: row["difference"] for row in found.figures.to_dicts()}
    assert (figures["golden customers"], figures["open reviews"], figures["revenue"]) == (-1, -1, 0)
    tables = dict(found.tables.select("table", "is_changed").iter_rows())
    assert tables["mdm.crosswalk"] and not tables["bronze.sap_kna1"]
    day = compare.compare(store, second, third)
    assert {row["figure"]: row["difference"] for row in day.figures.to_dicts()}["web events"] > 0
    assert set(day.scores["score"]) >= {"health", "churn risk"} and (day.scores["difference"] != 0).all()
    same = compare.compare(store, third, third)
    assert same.scores.is_empty()
    assert same.customers.is_empty() and same.figures["difference"].sum() == 0 and not same.tables["is_changed"].any()
    assert uids(store, a_pair(store))
