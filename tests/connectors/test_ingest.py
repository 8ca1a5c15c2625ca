"""Extracts pulled through the connectors land as if the source's frames had been landed directly."""

from dataclasses import replace

import polars as pl
import pytest

from lakehouse.batches import row_hashes
from lakehouse.connectors import landing
from lakehouse.connectors.ingest import IngestFailed, ingest
from lakehouse.connectors.settings import SYSTEMS
from lakehouse.storage import Store
from tests.connectors import frames
from tests.connectors.frames import AT


def pull(world, systems=SYSTEMS, **options):
    return ingest(world.store, systems, world.settings, sources=world.sources, **{"at": AT, **options})


def test_bronze_is_the_same_row_for_row(world):
    landed = pull(world)
    for table, frame in frames.all_frames().items():
        rows = world.store.read(table)
        assert sorted(rows["_row_hash"]) == sorted(row_hashes(frame)), table
        assert rows.drop("_source_system", "_ingestion_ts", "_batch_id", "_row_hash").schema == frame.schema
        assert set(rows["_ingestion_ts"]) == {AT}
    assert {one.table for one in landed} == set(frames.all_frames())
    assert world.store.delta("bronze.sap_kna1").metadata().partition_columns == ["LAND1"]


def test_a_repeated_ingestion_adds_nothing(world):
    first = pull(world)
    again = pull(world)
    assert sum(one.rows_landed for one in first) == sum(map(len, frames.all_frames().values()))
    assert sum(one.rows_landed for one in again) == 0
    assert len(world.store.read(landing.WATERMARKS)) == 2 * len(first)


def test_a_changed_row_and_its_way_back_are_landed_under_the_same_batch(sap_world):
    pull(sap_world, ["sap"])
    row = next(line for line in sap_world.enterprise.sap.rows["KNA1"] if line["KUNNR"] == "0000100004")
    city = row["ORT01"]
    for town in ("Paris", city):
        row["ORT01"] = town.ljust(35)
        assert [one.rows_landed for one in pull(sap_world, ["sap"])] == [1, 0, 0, 0]
        newest = landing.latest(sap_world.store.read("bronze.sap_kna1"), ["MANDT", "KUNNR"])
        assert newest.filter(KUNNR="0000100004")["ORT01"].item() == town.strip()


def test_a_dry_run_lands_nothing(world):
    assert sum(one.rows_landed for one in pull(world, dry_run=True)) > 0
    assert not world.store.exists("bronze.sap_kna1")
    assert not world.store.exists(landing.WATERMARKS)


def test_one_system_fails_and_the_others_go_on(world):
    world.enterprise.sap.faults.plan("logon", times=99)
    with pytest.raises(IngestFailed, match=r"SAP KNA1: SAP sap.test refused user MDM_EXTRACT in client 100") as failed:
        pull(world)
    assert {one.system for one in failed.value.landed} == {"Salesforce", "Oracle"}
    assert not world.store.exists("bronze.sap_kna1")


def test_salesforce_goes_on_from_the_newest_stamp_seen_less_the_overlap(world):
    pull(world, ["salesforce"])
    assert landing.mark(world.store, "Salesforce", "Account") == "2026-01-09T10:00:00.000Z"
    accounts = world.enterprise.salesforce.objects["Account"]
    accounts.append(frames.account(10, "Late commit", SystemModstamp="2026-01-09T09:55:00.000Z"))
    accounts.append(frames.account(11, "Too old to be seen", SystemModstamp="2026-01-09T09:00:00.000Z"))
    accounts[4]["IsDeleted"], accounts[4]["SystemModstamp"] = "true", "2026-01-30T10:00:00.000Z"
    account = pull(world, ["salesforce"])[0]
    assert (account.rows_read, account.rows_landed) == (3, 2)  # the account at the mark is read again, and dropped
    assert account.high_water_mark == "2026-01-30T10:00:00.000Z"
    rows = landing.latest(world.store.read("bronze.sf_account"), ["Id"])
    assert rows.filter(IsDeleted="true")["Name"].sort().to_list() == ["Account 5", "Gone Inc"]


def test_since_reads_from_that_day_on(world):
    from datetime import date

    landed = pull(world, ["sap", "salesforce", "oracle"], since=date(2026, 1, 3))
    read = {one.object: one.rows_read for one in landed}
    assert read["Account"] == 7
    assert read["HZ_PARTIES"] == 1
    assert read["KNA1"] == 11  # has no date of change
    assert read["ZMDM_VBAP"] == 8


def test_a_mark_never_goes_back(world):
    pull(world, ["salesforce"])
    for row in world.enterprise.salesforce.objects["Account"]:
        row["SystemModstamp"] = "2026-01-01T00:00:00.000Z"
    assert pull(world, ["salesforce"])[0].high_water_mark == "2026-01-09T10:00:00.000Z"


def test_oracle_sees_a_changed_contact_point_of_an_unchanged_party(world):
    import sqlite3

    pull(world, ["oracle"])
    with sqlite3.connect(world.enterprise.oracle_dsn.removeprefix("sqlite:")) as db:
        db.execute(
            "update HZ_CONTACT_POINTS set EMAIL_ADDRESS = 'new@example.fr', LAST_UPDATE_DATE = '2026-02-01 08:00:00' "
            "where OWNER_TABLE_ID = 100001 and CONTACT_POINT_TYPE = 'EMAIL'"
        )
    db.close()
    party = pull(world, ["oracle"])[0]
    assert (party.rows_landed, party.high_water_mark) == (1, "2026-02-01T08:00:00.000Z")
    newest = landing.latest(world.store.read("bronze.oracle_hz_parties"), ["PARTY_ID"])
    assert newest.filter(PARTY_ID=100001)["EMAIL_ADDRESS"].item() == "new@example.fr"


def test_small_pages_give_the_same_rows(world):
    small = replace(
        world.settings,
        sap=replace(world.settings.sap, page_rows=2),
        salesforce=replace(world.settings.salesforce, page_rows=2),
        oracle=replace(world.settings.oracle, batch_rows=1),
    )
    ingest(world.store, SYSTEMS, small, sources=world.sources, at=AT)
    for table, frame in frames.all_frames().items():
        assert sorted(world.store.read(table)["_row_hash"]) == sorted(row_hashes(frame)), table


def test_a_later_arrival_is_never_dated_before_what_is_there(store: Store):
    from lakehouse.connectors.sap import TABLES
    from lakehouse.connectors.source import Extract

    for name in ("First", "Second"):
        extract = Extract(TABLES[0], frames.frame("bronze.sap_kna1", frames.customer(1, name)))
        landing.land(store, "SAP", extract, batch_id="sap-1", at=AT)
    rows = store.read("bronze.sap_kna1").sort("_ingestion_ts")
    assert rows["NAME1"].to_list() == ["First", "Second"]
    assert rows["_ingestion_ts"].is_unique().all()
    assert set(rows.select(pl.col("_batch_id").n_unique()).to_series()) == {1}
