"""The orchestrator as a program: killed without warning, it goes on where it stopped."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents import audit, progress
from agents.results import load
from agents.scripted import NAME
from lakehouse.storage import Store

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = 240


@pytest.fixture
def own_lakehouse(default_uri: str, tmp_path: Path) -> str:
    shutil.copytree(default_uri, tmp_path / "lakehouse")
    return str(tmp_path / "lakehouse")


def until(workspace: Path, uri: str, last: str) -> list[str]:
    """Run the program and kill it after the line that holds `last`; the lines it told."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "MDM_ALLOW_MODEL_REQUESTS": "0"}
    command = [sys.executable, "-m", "agents.orchestrator", "--workspace", str(workspace), "--lakehouse", uri]
    process = subprocess.Popen(
        command, env=environment, cwd=workspace.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    lines = []
    try:
        for line in _lines(process.stdout):
            lines.append(line)
            if last in line:
                process.send_signal(signal.SIGKILL)
                break
    finally:
        process.kill()
        process.wait(10)
    return lines


def _lines(stream: Iterator[str]) -> Iterator[str]:
    for line in stream:
        yield line.strip()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_run_goes_on_with_the_agent_that_was_at_work(own_lakehouse: str, tmp_path: Path):
    workspace = tmp_path / "workspace"
    first = until(workspace, own_lakehouse, "2/6 DQ Engine      starts")
    assert NAME in first[0] and "62 of 62 checks passed" in first[1], first
    interrupted = progress.load(workspace / ".agents")
    assert interrupted is not None and list(interrupted.agents) == ["etl_generator"]
    listed = load(workspace)
    assert listed is not None and listed["scripted"] and [one["agent"] for one in listed["agents"]] == ["etl_generator"]

    again = until(workspace, own_lakehouse, "3/6 MDM Matcher    starts")
    assert "1/6 ETL Generator  kept: 62 artefacts, unchanged since they passed" in again[0]
    assert "2/6 DQ Engine      starts" in again[1] and "2/6 DQ Engine      answered" in again[2]
    went_on = progress.load(workspace / ".agents")
    assert went_on is not None and went_on.run_id == interrupted.run_id
    assert list(went_on.agents) == ["etl_generator", "dq_engine"]
    assert all(one.is_accepted for one in went_on.agents.values())

    trail = audit.rows(Store(own_lakehouse), went_on.run_id)
    assert trail.filter(agent="etl_generator", event="end").height == 1  # it was not run a second time
    assert json.loads((workspace / "artefacts.json").read_text())["run_id"] == went_on.run_id
