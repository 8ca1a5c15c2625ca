"""One writer at a time, and a dead writer's lock does not stay."""

import json
import multiprocessing
import os
import time

import pytest

from lakehouse import lock
from lakehouse.errors import Locked


def held(folder, **changes):
    text = {"owner": "build", "pid": os.getpid(), "host": lock.socket.gethostname(), "token": "t"}
    (folder / lock.LOCK_FILE).write_text(json.dumps({**text, "expires_at": time.time() + 60, **changes}))


def test_a_second_writer_is_told_who_holds_the_lakehouse(tmp_path):
    with (
        lock.writer(tmp_path, "nightly build"),
        pytest.raises(Locked, match="nightly build"),
        lock.writer(tmp_path, "steward"),
    ):
        pytest.fail("two writers at once")
    with lock.writer(tmp_path, "steward"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_lock_is_given_back_when_the_writer_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), lock.writer(tmp_path, "build"):
        _ = 1 / 0
    with lock.writer(tmp_path, "build"):
        pass


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": 0},  # expired
        {"pid": 2**22 + 1},  # a process that is gone: process numbers end below
    ],
)
def test_a_dead_writers_lock_is_taken_over(tmp_path, changes):
    held(tmp_path, **changes)
    with lock.writer(tmp_path, "steward"):
        assert json.loads((tmp_path / lock.LOCK_FILE).read_text())["owner"] == "steward"
    assert list(tmp_path.iterdir()) == []


def test_a_lock_of_another_host_stays_until_it_expires(tmp_path):
    held(tmp_path, host="elsewhere", pid=2**22 + 1)
    with pytest.raises(Locked, match="on elsewhere"), lock.writer(tmp_path, "steward"):
        pass


def _count_up(folder, counter):
    for _ in range(5):
        with lock.writer(folder, "counter", wait_seconds=30):
            seen = int(counter.read_text())
            time.sleep(0.002)
            counter.write_text(str(seen + 1))


def test_writers_that_wait_take_turns(tmp_path):
    folder, counter = tmp_path / "lakehouse", tmp_path / "counter"
    folder.mkdir()
    counter.write_text("0")
    in_three_processes(_count_up, folder, counter)
    assert counter.read_text() == "15"


def in_three_processes(work, *arguments):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=work, args=arguments) for _ in range(3)]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
