"""The lakehouse on s3://, against a local server: the suites of the other files, and what a bucket adds to them."""

import os
import random
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from deltalake import DeltaTable

import data_gen
from lakehouse import export, maintain, mirror, pipeline, remote_lock, steward
from lakehouse.errors import Locked, ReleaseBroken
from lakehouse.storage import Store
from tests.lakehouse import test_decisions, test_drift, test_faults
from tests.lakehouse.copies import copy
from tests.lakehouse.test_decisions import a_pair, decide, rows
from tests.lakehouse.test_lock import in_three_processes
from tests.lakehouse.test_next_day import assert_rebuild_is_equal

PROJECT = Path(__file__).parents[2]
BUCKET = "lakehouse"

# The same tests, on a store in a bucket.
test_an_approval_moves_what_depends_on_it = (
    test_decisions.test_an_approval_moves_every_table_that_depends_on_it_and_no_other
)
test_two_stewards_at_once = test_decisions.test_two_stewards_at_once_both_land_or_are_told
test_a_steward_who_waits_is_told = test_decisions.test_a_steward_who_waits_too_long_is_told_who_writes
test_a_decision_half_done_is_healed = (
    test_decisions.test_a_decision_that_was_recorded_but_not_published_is_healed_by_the_next_run
)
test_a_refused_batch_is_settled = test_drift.test_a_refused_batch_is_settled_by_the_right_one
test_what_is_published_is_not_withdrawn = test_drift.test_what_a_release_is_built_from_is_not_withdrawn
test_two_builds_at_once = test_faults.test_of_two_builds_at_once_one_waits_or_is_told


@pytest.fixture(scope="module")
def endpoint():
    """A local S3 server, in a process of its own as servers are."""
    boto3, moto = pytest.importorskip("boto3"), pytest.importorskip("moto")
    assert moto
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", f"{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(150):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        client = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        client.create_bucket(Bucket=BUCKET)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture(autouse=True)
def credentials(endpoint, monkeypatch, tmp_path):
    """Nothing but the standard variables tells where the bucket is."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("LAKEHOUSE_CACHE", str(tmp_path / "mirror"))


@pytest.fixture
def uri(request, monkeypatch):
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    found = f"s3://{BUCKET}/{name}"
    monkeypatch.setenv("LAKEHOUSE_URI", found)
    return found


@pytest.fixture
def store(default_uri, uri):
    copy(default_uri, uri)
    return Store(uri)


def test_a_bucket_is_filled_as_a_folder_is(uri, default_store):
    data_gen.ensure_demo(uri=uri)
    made = Store(uri)
    assert export.digests(made, made.latest()) == export.digests(default_store, default_store.latest())


@pytest.mark.slow
def test_days_and_decisions_in_a_bucket_equal_a_rebuild_in_a_folder(store, tmp_path):
    data_gen.next_day(uri=store.uri)
    decide(store, a_pair(store))
    assert_rebuild_is_equal(store, tmp_path / "again")


def test_files_are_fetched_once_and_read_without_the_bucket(store, monkeypatch):
    store.connect(store.latest().tables).close()
    fetched = sorted(mirror.root().rglob("*"))
    assert any(path.suffix == ".parquet" for path in fetched) and not list(mirror.root().rglob(f"*{mirror.PARTIAL}"))
    monkeypatch.setattr(mirror, "_fetch", lambda *gone: pytest.fail("fetched again"))
    assert rows(store, "select count(*) from gold.fact_sales") == [(3500,)]
    con = store.connect(store.latest().tables)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert con.sql("select count(*) from gold.fact_clickstream").fetchall() == [(25000,)]


def test_a_copy_that_was_cut_short_is_fetched_again(store):
    store.connect(store.latest().tables).close()
    [copied] = [p for p in mirror.root().rglob("*.parquet") if "fact_sales" in str(p)]
    copied.write_bytes(b"half")
    assert rows(store, "select count(*) from gold.fact_sales") == [(3500,)]


def test_a_lost_object_is_named_and_the_next_build_heals(store):
    from pyarrow import fs

    [lost] = store.delta("gold.fact_sales").file_uris()
    source, path = fs.FileSystem.from_uri(lost)
    source.delete_file(path)
    with pytest.raises(ReleaseBroken, match=r"gold\.fact_sales"):
        store.connect(store.latest().tables)
    pipeline.build(store)
    assert rows(store, "select count(*) from gold.fact_sales") == [(3500,)]


@pytest.mark.slow
def test_upkeep_keeps_every_release_and_clears_the_mirror(store):
    decide(store, a_pair(store))
    before = [export.digests(store, release) for release in store.releases()]
    stray = mirror.folder_of(store.location("gold.fact_sales")) / "of-a-version-that-is-gone.parquet"
    stray.write_bytes(b"")
    maintain.maintain(store)
    assert not stray.exists()
    assert [export.digests(store, release) for release in store.releases()[:2]] == before


def test_the_lock_is_one_for_all_and_ends_with_its_holder(store):
    with (
        store.writer("a long build"),
        pytest.raises(Locked, match="is being written by a long build"),
        store.writer("x"),
    ):
        pytest.fail("two writers at once")
    with store.writer("another"):
        pass
    assert DeltaTable(f"{store.uri}/{remote_lock.TABLE}").version() == 3


def _count_up(uri, counter):
    for _ in range(4):
        with Store(uri).writer("counter", wait_seconds=60):
            seen = int(counter.read_text())
            time.sleep(0.01)
            counter.write_text(str(seen + 1))


@pytest.mark.slow
def test_writers_that_wait_take_turns(uri, tmp_path):
    counter = tmp_path / "counter"
    counter.write_text("0")
    in_three_processes(_count_up, uri, counter)
    assert counter.read_text() == "12"


@pytest.mark.slow
@pytest.mark.parametrize("work", [["-m", "lakehouse", "build"], ["-m", "data_gen", "--next-days", "1"]])
def test_killed_work_leaves_the_release_and_the_next_run_converges(store, tmp_path, work):
    before, rng = export.digests(store, store.latest()), random.Random(len(work))
    place = ["--out", store.uri] if "data_gen" in work else []
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, *work, *place], cwd=PROJECT, env=os.environ, stdout=subprocess.DEVNULL
        )
        time.sleep(rng.uniform(2.0, 6.0))
        process.kill()
        process.wait()
        assert export.digests(store, store.releases()[0]) == before
        store.connect(store.latest().tables).close()
    decided = steward.record(store, steward.deciding(a_pair(store), "approve", "same", "ana"))
    pipeline.build(store)
    assert decided.decision_id in store.read("mdm.steward_decision")["decision_id"].to_list()
    assert_rebuild_is_equal(store, tmp_path / "again")
