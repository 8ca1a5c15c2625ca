"""A run of the six agents in a process of its own, which outlives the page that started it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from agents.errors import AgentError

ROOT = Path(__file__).resolve().parents[1]
NEEDED = ("jsonschema", "yaml", "sqlglot")  # of requirements-agents.txt, what the tools and checks import
LOG, STATE = "run.log", "run.json"
STEP = re.compile(r"^\d\d:\d\d:\d\d (\d)/(\d) (.+?)\s+(starts|kept|stopped|\w+): (.*)$")
_children: dict[Path, subprocess.Popen[bytes]] = {}


class AlreadyRunning(AgentError):
    """A workspace takes one run at a time."""


@dataclass(frozen=True)
class Step:
    """The newest line of one agent."""

    place: int
    title: str
    state: str  # starts, kept, stopped, or how it ended
    text: str


@dataclass(frozen=True)
class Run:
    is_running: bool
    started_at: datetime | None
    steps: Mapping[int, Step]
    last: str  # the newest line, which tells an error too


def workspace() -> Path:
    """Where the app's runs write: MDM_AGENT_WORKSPACE, or a folder of the project that git ignores."""
    return Path(os.environ.get("MDM_AGENT_WORKSPACE") or ROOT / "generated").resolve()


def missing() -> list[str]:
    """The libraries that a run needs and that are not installed."""
    return [name for name in NEEDED if not _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def start(folder: Path, release_id: int, *, with_model: bool = False, fresh: bool = False) -> None:
    """Start a run; without `with_model` nothing is sent to a model, whatever key is set."""
    if status(folder).is_running:
        raise AlreadyRunning(f"A run works in {folder} already; wait for its end")
    state = _state(folder)
    command = [sys.executable, "-m", "agents.orchestrator", "--workspace", str(folder), "--release", str(release_id)]
    environment = {**os.environ, **({} if with_model else {"MDM_ALLOW_MODEL_REQUESTS": "0"})}
    with (state / LOG).open("wb") as log:
        child = subprocess.Popen(
            [*command, *(["--fresh"] if fresh else [])],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[folder] = child
    started = {"pid": child.pid, "started_at": datetime.now(UTC).isoformat(timespec="seconds")}
    (state / STATE).write_text(json.dumps(started), encoding="utf-8")


def status(folder: Path) -> Run:
    """How far the newest run of a workspace is, from its log; whichever process asks."""
    state = folder / ".agents"
    try:
        started = json.loads((state / STATE).read_text(encoding="utf-8"))
        lines = (state / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
    except (OSError, ValueError):
        return Run(False, None, {}, "")
    steps = {}
    for line in lines:
        if found := STEP.match(line):
            place, _, title, how, text = found.groups()
            steps[int(place)] = Step(int(place), title, how, text)
    last = next((line for line in reversed(lines) if line.strip()), "")
    return Run(_is_alive(folder, int(started["pid"])), datetime.fromisoformat(started["started_at"]), steps, last)


def _is_alive(folder: Path, pid: int) -> bool:
    child = _children.get(folder)
    if child is not None and child.pid == pid:
        return child.poll() is None
    # Started by an earlier server: alive, and still what we started (numbers of processes are used again).
    with suppress(OSError):
        return b"agents.orchestrator" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _state(folder: Path) -> Path:
    state = folder / ".agents"
    state.mkdir(parents=True, exist_ok=True)
    return state
