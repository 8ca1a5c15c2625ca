"""What may go wrong while the lakehouse is written: a clear error or a right result, never wrong numbers."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import data_gen
from lakehouse import export, pipeline
from lakehouse.errors import LakehouseError, Locked, NotWritable
from lakehouse.storage import Store
from tests.lakehouse.test_decisions import LOGS, a_pair, rows
from tests.lakehouse.test_next_day import assert_rebuild_is_equal

PROJECT = Path(__file__).parents[2]
WORK = {
    "build": ["-m", "lakehouse", "--uri", "{uri}", "build"],
    "day": ["-m", "data_gen", "--out", "{uri}", "--next-days", "1"],
    "decision": [
        "-m",
        "lakehouse",
        "--uri",
        "{uri}",
        "decide",
        "{pair}",
        "approve",
        "--reason",
        "same",
        "--who",
        "ana",
    ],
}


@pytest.fixture
def store(default_uri, tmp_path):
    shutil.copytree(default_uri, tmp_path / "lakehouse")
    return Store(str(tmp_path / "lakehouse"))


def started(work, store, **more):
    command = [part.format(uri=store.uri, pair=a_pair(store) if work == "decision" else "") for part in WORK[work]]
    return subprocess.Popen([sys.executable, *command], cwd=PROJECT, stderr=subprocess.PIPE, text=True, **more)


@pytest.mark.parametrize("work", WORK)
def test_killed_work_leaves_the_last_release_and_the_next_run_converges(store, tmp_path, work):
    """A handful of moments here; benchmarks/faults.py tries hundreds."""
    first = store.latest()
    before, bronze = export.digests(store, first), rows(store, "select count(*) from bronze.sf_task")
    rng = random.Random(work)
    for _ in range(2):
        process = started(work, store, stdout=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.8, 3.0))
        process.kill()
        process.communicate()
        assert export.digests(store, store.releases()[0]) == before
        store.connect(store.latest().tables).close()
    decided = store.read("mdm.steward_decision")
    pipeline.build(store)
    assert rows(store, "select count(*) from mdm.steward_decision") == [(len(decided),)]
    assert rows(store, "select count(*) from bronze.sf_task") >= bronze
    assert_rebuild_is_equal(store, tmp_path / "again")


def test_a_killed_writer_does_not_keep_the_lock(store):
    process = started("build", store, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()  # a step has ended: it holds the lock
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert pipeline.build(store).release_id >= 2


def test_of_two_builds_at_once_one_waits_or_is_told(store):
    told = []

    def build(wait_seconds):
        try:
            told.append(pipeline.build(store, wait_seconds=wait_seconds).release_id)
        except Locked as error:
            told.append(str(error))

    threads = [threading.Thread(target=build, args=(wait,)) for wait in (60.0, 60.0, 0.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    built = sorted(answer for answer in told if isinstance(answer, int))
    refused = [answer for answer in told if isinstance(answer, str)]
    assert built == list(range(2, 2 + len(built))) and len(built) >= 2
    assert all("being written by build" in answer for answer in refused)
    assert [release.release_id for release in store.releases()] == [1, *built]


def test_readers_beside_a_build_see_whole_releases(store):
    """Golden customers, dimension and lifecycle of one connection always belong together."""
    stop, wrong, reads = threading.Event(), [], []

    def read():
        while not stop.is_set():
            con = store.connect(store.latest().tables)
            counts = con.sql(
                "select (select count(*) from mdm.golden_customer), (select count(*) from gold.dim_customer where "
                "is_current), (select count(*) from gold.dim_customer_lifecycle)"
            ).fetchall()[0]
            con.close()
            reads.append(counts)
            if len(set(counts)) > 1:
                wrong.append(counts)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    data_gen.next_day(uri=store.uri)
    stop.set()
    for reader in readers:
        reader.join()
    assert reads and not wrong


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes into read-only folders")
def test_a_read_only_folder_says_what_to_do(store):
    Path(store.uri).chmod(0o500)
    try:
        with pytest.raises(NotWritable, match="choose another folder with LAKEHOUSE_URI"):
            pipeline.build(store)
    finally:
        Path(store.uri).chmod(0o700)


def test_a_folder_that_is_a_file_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable, match="Cannot write to"), Store(str(tmp_path / "file" / "lakehouse")).writer("x"):
        pass


@pytest.mark.parametrize("damage", ["gone", "cut", "overwritten"])
def test_a_damaged_gold_file_is_named_and_the_next_build_heals(store, damage):
    file = next((Path(store.uri) / "gold" / "fact_sales").glob("*.parquet"))
    if damage == "gone":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    else:
        file.write_bytes(b"\0" * file.stat().st_size)
    with pytest.raises(LakehouseError, match=r"gold\.fact_sales"):
        store.connect(store.latest().tables)
    pipeline.build(store)
    assert rows(store, "select count(*) from gold.fact_sales") == [(3500,)]


@pytest.mark.parametrize("table", ["bronze.sap_kna1", "gold.fact_sales", "mdm.steward_decision"])
def test_a_truncated_delta_log_is_named(store, table):
    log = Path(store.location(table)) / "_delta_log" / "00000000000000000000.json"
    log.write_text(log.read_text()[:100])
    with pytest.raises(LakehouseError, match=table):
        store.connect(store.latest().tables)


def test_a_batch_delivered_twice_changes_nothing(store):
    before = export.digests(store, store.latest())
    from data_gen import demo
    from data_gen.world import world

    demo.build(world(), store.uri)
    after = export.digests(store, store.latest())
    assert {name for name in before if before[name] != after[name]} == LOGS


@pytest.mark.skipif(shutil.which("mount") is None or os.geteuid() != 0, reason="needs to mount a small disk")
def test_a_full_disk_keeps_the_last_release(store, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=9m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no permission to mount")
    try:
        shutil.copytree(store.uri, disk / "lakehouse")
        small = Store(str(disk / "lakehouse"))
        before = export.digests(small, small.latest())
        free = shutil.disk_usage(disk).free
        (disk / "filler").write_bytes(b"\0" * max(free - 200_000, 0))
        with pytest.raises(Exception, match=r"(?i)no space|space left|disk"):
            data_gen.next_day(uri=small.uri)
        assert export.digests(small, small.latest()) == before
        (disk / "filler").unlink()
        assert f"{data_gen.next_day(uri=small.uri).day}" == "2026-02-01"
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
