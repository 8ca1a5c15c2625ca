"""Delta tables, batches, versions and releases, on real tables in a temporary folder."""

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from lakehouse import schemas
from lakehouse.batches import row_hashes
from lakehouse.errors import Locked, NoRelease, NotWritable, ReleaseBroken, SchemaMismatch
from lakehouse.release import Release
from lakehouse.storage import Store

LOADED_AT = datetime(2026, 1, 31, 23, 59, 59)
MATERIAL = {name: None for name in schemas.BRONZE["bronze.sap_mara"] if not name.startswith("_")}


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "lakehouse"))


def materials(*numbers: str) -> pl.DataFrame:
    return pl.DataFrame(
        [{**MATERIAL, "MATNR": number} for number in numbers], schema=dict.fromkeys(MATERIAL, pl.String)
    )


def land(store: Store, frame: pl.DataFrame, batch_id: str = "sap-1", **kwargs) -> int:
    return store.append(
        "bronze.sap_mara", frame, batch_id=batch_id, source_system="SAP", ingestion_ts=LOADED_AT, **kwargs
    )


def release(release_id: int, tables: dict[str, int]) -> Release:
    return Release(release_id, LOADED_AT, date(2026, 1, 31), f"run-{release_id}", 1.5, "test", tables, {"floor": 0.65})


def test_a_batch_carries_its_metadata(store):
    assert land(store, materials("M1", "M2")) == 2
    row = store.read("bronze.sap_mara").sort("MATNR").row(0, named=True)
    assert (row["_source_system"], row["_batch_id"], row["_ingestion_ts"]) == ("SAP", "sap-1", LOADED_AT)
    assert len(row["_row_hash"]) == 32


def test_a_batch_delivered_twice_adds_nothing(store):
    land(store, materials("M1"))
    assert land(store, materials("M1")) == 0
    assert land(store, materials("M2"), batch_id="sap-2") == 1
    assert store.read("bronze.sap_mara")["MATNR"].sort().to_list() == ["M1", "M2"]


def test_the_parts_of_a_large_batch_all_land(store):
    assert land(store, materials("M1"), part=0) + land(store, materials("M2"), part=1) == 2
    assert land(store, materials("M2"), part=1) == 0


def test_row_hash_tells_null_from_empty_and_where_a_value_ends():
    rows = pl.DataFrame({"a": ["x", "x", None, "", "xy"], "b": ["y", "y", "z", "z", ""]})
    hashes = list(row_hashes(rows))
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 4


def test_a_batch_of_another_shape_is_refused_with_all_its_problems(store):
    wrong = materials("M1").drop("MAKTX").with_columns(NETPR=pl.lit(1), EXTRA=pl.lit("?"))
    with pytest.raises(SchemaMismatch) as error:
        land(store, wrong)
    assert "bronze.sap_mara: column MAKTX is missing; column EXTRA is not declared; column NETPR is" in str(error.value)
    assert not store.exists("bronze.sap_mara")


def test_partitioned_tables_keep_their_partition_column(store):
    names = [name for name in schemas.BRONZE["bronze.sap_kna1"] if not name.startswith("_")]
    rows = pl.DataFrame({name: ["DE", "FR", "001"] for name in names})
    store.append("bronze.sap_kna1", rows, batch_id="b", source_system="SAP", ingestion_ts=LOADED_AT)
    assert DeltaTable(store.location("bronze.sap_kna1")).metadata().partition_columns == ["LAND1"]
    assert store.read("bronze.sap_kna1").select("LAND1", "NAME1").sort("LAND1").rows() == [
        ("001", "001"),
        ("DE", "DE"),
        ("FR", "FR"),
    ]


def test_equal_content_adds_no_version_and_old_versions_stay(store):
    one, two = pl.DataFrame({"n": [1]}).to_arrow(), pl.DataFrame({"n": ["two"]}).to_arrow()
    assert store.overwrite("gold.numbers", one, fingerprint="1") == 0
    assert store.overwrite("gold.numbers", one, fingerprint="1") == 0
    assert store.overwrite("gold.numbers", two, fingerprint="2") == 1
    assert store.read("gold.numbers", 0)["n"].to_list() == [1]
    assert store.read("gold.numbers")["n"].to_list() == ["two"]


def test_a_release_shows_its_own_versions(store):
    for number in (1, 2):
        version = store.overwrite("gold.numbers", pl.DataFrame({"n": [number]}).to_arrow(), fingerprint=str(number))
        store.publish(release(number, {"gold.numbers": version}))
    first, second = store.releases()
    assert (first.rules, second.release_id, store.latest().release_id) == ({"floor": 0.65}, 2, 2)
    assert store.connect(first.tables).sql("from gold.numbers").fetchall() == [(1,)]
    assert store.connect(store.release(2).tables).sql("from gold.numbers").fetchall() == [(2,)]


def test_a_release_whose_number_is_taken_is_not_published(store):
    """What a writer finds whose lock expired while it ran."""
    store.publish(release(2, {}))
    for number in (1, 2):
        with pytest.raises(Locked, match="Release 2 was published meanwhile by another writer"):
            store.publish(release(number, {}))
    assert [found.release_id for found in store.releases()] == [2]


def test_missing_releases_say_what_there_is(store):
    with pytest.raises(NoRelease, match="Build one with"):
        store.latest()
    store.publish(release(7, {}))
    with pytest.raises(NoRelease, match=r"No release 3 at .*; published are: 7"):
        store.release(3)


def test_a_lost_file_and_a_lost_table_are_named(store):
    store.overwrite("gold.numbers", pl.DataFrame({"n": [1]}).to_arrow(), fingerprint="1")
    for uri in DeltaTable(store.location("gold.numbers")).file_uris():
        Path(uri.removeprefix("file://")).unlink()
    with pytest.raises(ReleaseBroken, match=r"gold\.numbers at version 0 cannot be read"):
        store.connect({"gold.numbers": 0})
    with pytest.raises(ReleaseBroken, match=r"gold\.absent is missing"):
        store.connect({"gold.absent": 0})


def test_deletion_vectors_are_never_read_as_plain_parquet(store, monkeypatch):
    """A table with a reader feature that plain Parquet cannot honour goes through delta-rs."""
    from lakehouse import views

    store.overwrite("gold.numbers", pl.DataFrame({"n": [1, 2]}).to_arrow(), fingerprint="1")
    monkeypatch.setattr(views, "_is_plain", lambda delta: False)
    monkeypatch.setattr(views, "select_sql", lambda delta: pytest.fail("read as plain Parquet"))
    assert store.connect({"gold.numbers": 0}).sql("select sum(n) from gold.numbers").fetchall() == [(3,)]


def test_an_unwritable_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable, match="choose another folder"):
        Store(str(tmp_path / "file" / "lakehouse")).ensure_folder()


@pytest.mark.parametrize("damage", ["removed", "emptied", "overwritten"])
def test_writing_equal_content_again_heals_a_damaged_table(store, damage):
    rows = pl.DataFrame({"n": [1]}).to_arrow()
    store.overwrite("gold.numbers", rows, fingerprint="1")
    [path] = [Path(uri.removeprefix("file://")) for uri in store.delta("gold.numbers").file_uris()]
    if damage == "removed":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "emptied" else b"?" * path.stat().st_size)
    version = store.overwrite("gold.numbers", rows, fingerprint="1")
    assert version == 1
    assert store.connect({"gold.numbers": version}).sql("from gold.numbers").fetchall() == [(1,)]
