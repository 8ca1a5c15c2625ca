"""A run of the agents in a process of its own: started once, read from its log by whoever asks, to its end."""

import os
import sys
import time
from pathlib import Path

import pytest

from agents import background, trail
from agents.background import AlreadyRunning


def fake(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Start this code in place of the orchestrator, which has tests of its own."""
    start = background.subprocess.Popen

    def popen(command, **options):
        return start([sys.executable, "-c", code, *command[2:]], **options)

    monkeypatch.setattr(background.subprocess, "Popen", popen)


LINES = """
import sys, time
print("10:00:00 1/6 ETL Generator  starts: scripted model, not Claude: ANTHROPIC_API_KEY is not set", flush=True)
print("10:00:01 1/6 ETL Generator  answered: 62 artefacts, 62 of 62 checks passed, 128 tool calls, 5.2 s", flush=True)
print("10:00:01 2/6 DQ Engine      starts: scripted model, not Claude", flush=True)
while len(sys.argv) > 1 and not sys.stdin.closed and time.sleep(0.05) is None and {wait}:
    if __import__("os").path.exists(sys.argv[sys.argv.index("--workspace") + 1] + "/stop"):
        break
print("10:00:02 error: the run was stopped by a test", flush=True)
"""


def ended(folder: Path) -> background.Run:
    end = time.monotonic() + 20
    while (run := background.status(folder)).is_running:
        assert time.monotonic() < end, "the run did not end"
        time.sleep(0.05)
    return run


def test_nothing_ran_yet(tmp_path: Path):
    assert background.status(tmp_path) == background.Run(False, None, {}, "")
    assert trail.delivered(tmp_path) is None


def test_a_run_is_followed_to_its_end_and_there_is_one_at_a_time(tmp_path: Path, monkeypatch):
    fake(monkeypatch, LINES.replace("{wait}", "True"))
    background.start(tmp_path, 1)
    end = time.monotonic() + 20
    while len(background.status(tmp_path).steps) < 2:
        assert time.monotonic() < end, "the run said nothing"
        time.sleep(0.05)
    run = background.status(tmp_path)
    assert run.is_running and run.started_at is not None
    assert (run.steps[1].state, run.steps[2].state) == ("answered", "starts")
    assert run.steps[1].text.startswith("62 artefacts, 62 of 62 checks passed")
    with pytest.raises(AlreadyRunning, match="works in"):
        background.start(tmp_path, 1)
    (tmp_path / "stop").touch()
    assert ended(tmp_path).last == "10:00:02 error: the run was stopped by a test"


def test_a_run_of_an_earlier_server_is_known_by_its_command(tmp_path: Path, monkeypatch):
    fake(monkeypatch, LINES.replace("{wait}", "False"))
    background.start(tmp_path, 1)
    ended(tmp_path)
    background._children.clear()
    state = tmp_path / ".agents" / background.STATE
    state.write_text(state.read_text().replace(state.read_text().split('"pid": ')[1].split(",")[0], str(os.getpid())))
    assert not background.status(tmp_path).is_running  # the number is that of another process now


def test_without_a_model_nothing_may_be_sent(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("MDM_ALLOW_MODEL_REQUESTS", "1")
    fake(monkeypatch, "import os; print(os.environ['MDM_ALLOW_MODEL_REQUESTS'])")
    for with_model, allowed in ((False, "0"), (True, "1")):
        background.start(tmp_path, 1, with_model=with_model)
        assert ended(tmp_path).last == allowed


def test_files_are_read_within_the_workspace_only(tmp_path: Path):
    (tmp_path / "ws").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "ws" / "job.py").write_text("KEY = 1")
    (tmp_path / "ws" / "link.py").symlink_to(tmp_path / "secret.txt")
    assert trail.content(tmp_path / "ws", "job.py") == "KEY = 1"
    for path in ("../secret.txt", "link.py", "missing.py", str(tmp_path / "secret.txt")):
        assert trail.content(tmp_path / "ws", path) is None
