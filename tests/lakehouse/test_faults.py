"""What may go wrong while the lakehouse is written: a clear error or a right result, never wrong numbers."""

import ctypes
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
from lakehouse.errors import LakehouseError, Locked, NotWritable, ReleaseBroken
from lakehouse.storage import Store
from tests.lakehouse.test_decisions import LOGS, Past, a_pair, decide, open_reviews, rows
from tests.lakehouse.test_next_day import assert_rebuild_is_equal

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_FOWNER = 24, 1, 3  # of prctl(2) and capabilities(7)
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


def test_fifty_readers_beside_a_build_see_whole_releases(store):
    """Golden customers, dimension and lifecycle of one connection always belong together."""
    stop, wrong, reads = threading.Event(), [], []

    def read():
        held = con = None
        while not stop.is_set() or con is None:
            newest = store.latest()
            if newest.release_id != held:  # as the app does: one connection a release
                held, con = newest.release_id, store.connect(newest.tables)
            counts = con.sql(
                "select (select count(*) from mdm.golden_customer), (select count(*) from gold.dim_customer where "
                "is_current), (select count(*) from gold.dim_customer_lifecycle)"
            ).fetchall()[0]
            reads.append(counts)
            if len(set(counts)) > 1:
                wrong.append(counts)
            stop.wait(0.5)

    readers = [threading.Thread(target=read) for _ in range(50)]
    for reader in readers:
        reader.start()
    data_gen.next_day(uri=store.uri)
    stop.set()
    for reader in readers:
        reader.join()
    assert len(reads) >= 50 and not wrong


def test_a_read_only_folder_can_be_read_and_says_what_to_do(store):
    """Without the rights of root, who writes everywhere: whoever runs the tests may be root."""
    for path in (Path(store.uri), *Path(store.uri).rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    pair = a_pair(store)

    def run(*arguments):
        command = [*command_line(store), *arguments]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, preexec_fn=without_rights)

    try:
        if run("build").returncode == 0:
            pytest.skip("this process may not give up the rights of root")
        read, built = run("releases", "--json"), run("build")
        decided = run("decide", pair, "approve", "--reason", "same", "--who", "ana")
    finally:
        for path in (Path(store.uri), *Path(store.uri).rglob("*")):
            path.chmod(0o755)
    assert read.returncode == 0 and '"release_id": 1' in read.stdout, read.stderr
    for refused in (built, decided):
        assert refused.returncode == 2, refused.stderr
        assert "Cannot write to" in refused.stderr and "choose another folder with LAKEHOUSE_URI" in refused.stderr


def without_rights():
    """Root that is bound by file modes: its capability to override them does not survive the exec."""
    if os.geteuid() == 0:
        for capability in (CAP_DAC_OVERRIDE, CAP_FOWNER):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


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


@pytest.mark.parametrize("table", ["gold.fact_sales", "silver.customer", "mdm.golden_snapshot", "mdm.run_step"])
def test_a_flipped_bit_is_never_a_number_and_the_next_build_heals(store, table):
    before = export.digests(store, store.latest())
    flip_a_bit(next(Path(store.location(table)).glob("*.parquet")))
    with pytest.raises(ReleaseBroken, match=rf"{table} at version 0 .*is not what was written.*lakehouse build"):
        store.connect(store.latest().tables)
    after = export.digests(store, pipeline.build(store))
    assert {name for name in before if before[name] != after[name]} <= LOGS


@pytest.mark.parametrize("work", ["build", "day", "decision"])
def test_a_flipped_bit_in_what_is_delivered_or_decided_stops_all_work(store, work):
    """Nothing can make these rows anew, and no run goes on from wrong ones."""
    table = "silver.customer" if work == "decision" else "bronze.sf_account"
    flip_a_bit(next(Path(store.location(table)).glob("*.parquet")))
    run = {
        "build": lambda: pipeline.build(store),
        "day": lambda: data_gen.next_day(uri=store.uri),
        "decision": lambda: decide(store, a_pair(store)),
    }
    with pytest.raises(ReleaseBroken, match=rf"{table} .*Put the file back from a copy"):
        run[work]()
    assert len(store.releases()) == 1


def command_line(store):
    return [sys.executable, "-m", "lakehouse", "--uri", store.uri]


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


def test_a_clock_that_goes_backwards_does_not_turn_releases_around(store, monkeypatch):
    monkeypatch.setattr(pipeline, "datetime", Past)
    day = data_gen.next_day(uri=store.uri)
    assert (store.latest().release_id, store.latest().published_at.year) == (day.release.release_id, 2001)
    monkeypatch.undo()
    assert pipeline.build(store).release_id == 3 and store.latest().release_id == 3


def test_two_processes_that_decide_at_once_both_land_or_are_told(store):
    first, other = (pair for pair, is_same in open_reviews(store)[:2])
    asked = [(first, "ana"), (other, "bo"), (first, "cy")]
    processes = [
        subprocess.Popen(
            [*command_line(store), "decide", pair, "reject", "--reason", "two companies", "--who", who],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for pair, who in asked
    ]
    told = [(process.communicate()[1], process.returncode) for process in processes]
    assert sorted(code for _, code in told) == [0, 0, 2]
    [refusal] = [text for text, code in told if code == 2]
    assert f"{first} was decided already: reject by" in refusal
    log = store.read("mdm.steward_decision")
    assert set(log["pair_id"]) == {first, other} and len(log) == 2
    assert [release.release_id for release in store.releases()] == [1, 2, 3]


@pytest.mark.parametrize("table", ["bronze.sap_kna1", "gold.fact_sales", "mdm.steward_decision"])
def test_a_truncated_delta_log_is_named(store, table):
    log = Path(store.location(table)) / "_delta_log" / "00000000000000000000.json"
    log.write_text(log.read_text()[:100])
    with pytest.raises(LakehouseError, match=f"{table} .*put it back from a copy"):
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
