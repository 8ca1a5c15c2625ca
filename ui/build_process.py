"""A build of the demo in a process of its own: its memory goes back to the system when it ends."""

import builtins
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lakehouse import session
from ui import theme

# One line of JSON a step; the last one tells an error, if there was one.
CHILD = """
import json
import sys
import data_gen

def tell(**line):
    print(json.dumps(line), flush=True)

try:
    getattr(data_gen, sys.argv[1])(
        lambda p: tell(step=p.step, position=p.position, total=p.total, rows=p.rows, seconds=p.seconds)
    )
except Exception as error:
    tell(error=type(error).__name__, message=str(error))
"""


@dataclass(frozen=True)
class Progress:
    """A step's announcement, or with its seconds its end; as data_gen reports it."""

    step: str
    position: int
    total: int
    rows: int | None
    seconds: float | None


def ensure_demo(report: Callable[[Progress], None]) -> None:
    """Simulate the sources and run the pipeline, if there is no release yet; its error is raised here."""
    _run("ensure_demo", report)


def reset(report: Callable[[Progress], None]) -> None:
    """Put the default enterprise in the place of what is there; its error is raised here."""
    _run("reset", report)


def _run(verb: str, report: Callable[[Progress], None]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, verb],
        cwd=theme.ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as child:
        assert child.stdout and child.stderr
        for line in child.stdout:
            told = json.loads(line)
            if "error" in told:
                raise _error(told["error"], told["message"])
            report(Progress(**told))
        rest = child.stderr.read()
    if child.returncode:
        raise RuntimeError(f"the build ended with code {child.returncode}: {rest.strip()[-400:] or 'it said nothing'}")


def _error(name: str, message: str) -> Exception:
    """The error of that name: the lakehouse's own, or one of Python's."""
    kind: Any = getattr(session, name, None) or getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        return kind(message)
    return RuntimeError(f"{name}: {message}")
