"""Processes of a tool: an environment without secrets, no network where the system allows that, and an end in time."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

KEPT = ("LANG", "LC_ALL", "TZ", "SYSTEMROOT")


@dataclass(frozen=True)
class Finished:
    code: int | None  # None: stopped, because it took too long
    stdout: str
    stderr: str


def run(
    command: Sequence[str],
    *,
    seconds: float,
    cwd: Path,
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
    output_limit: int = 2_000_000,
) -> Finished:
    """Run a command to its end, or stop it and all that it started."""
    with tempfile.TemporaryDirectory(prefix="mdm-agents-home-") as home:
        process = subprocess.Popen(
            [*without_network(), *command],
            cwd=cwd,
            env={**_environment(home), **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            out, err = process.communicate(stdin, timeout=seconds)
            return Finished(process.returncode, out[:output_limit], err[:output_limit])
        except subprocess.TimeoutExpired:
            _end(process)
            return Finished(None, "", "")


def _environment(home: str) -> dict[str, str]:
    found = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "TMPDIR": home, **found}


def _end(process: subprocess.Popen[str]) -> None:
    """End the session of a process that we started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.communicate()


@cache
def without_network() -> tuple[str, ...]:
    """The words in front of a command that take the network from it; none where the system has no such thing."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    words = (unshare, "--map-root-user", "--net")
    tried = subprocess.run([*words, "true"], capture_output=True, timeout=10, check=False)
    return words if tried.returncode == 0 else ()


def network() -> str:
    """For a result: whether the process could reach a network."""
    return "none" if without_network() else "not cut off on this system"
