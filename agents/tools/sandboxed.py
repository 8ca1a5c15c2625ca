"""SQL in a process of its own: the side that starts the sandbox."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from agents.errors import ToolError
from agents.tools import isolation

SCRIPT = Path(__file__).with_name("sandbox.py")
STARTING_SECONDS = 10.0  # beyond the query's own time


class SqlDenied(ToolError):
    """The statement is not one that may be run."""


def query(path: Path, sql: str, *, rows: int, seconds: float) -> dict[str, Any]:
    """Run one SELECT on a snapshot: columns, rows, is_cut, tables. Raises ToolError with what is wrong."""
    found = _ask(path, {"sql": sql, "rows": rows}, seconds)
    if "error" in found:
        raise (SqlDenied if found["kind"] == "denied" else ToolError)(found["error"])
    return found


def describe(path: Path) -> dict[str, list[tuple[str, str]]]:
    """The tables of a snapshot with their columns and types."""
    found: dict[str, list[tuple[str, str]]] = _ask(path, {"describe": True, "rows": 0}, 10.0)["tables"]
    return found


def _ask(path: Path, request: dict[str, Any], seconds: float) -> dict[str, Any]:
    given = json.dumps({**request, "path": str(path), "seconds": seconds})
    with tempfile.TemporaryDirectory(prefix="mdm-agents-sql-") as empty:
        command = [sys.executable, "-I", "-B", str(SCRIPT)]
        ended = isolation.run(command, seconds=seconds + STARTING_SECONDS, cwd=Path(empty), stdin=given)
    if ended.code is None:
        raise ToolError(f"The query did not end within {seconds + STARTING_SECONDS:g} s and its process was stopped")
    try:
        found: dict[str, Any] = json.loads(ended.stdout)
    except ValueError as error:
        last = ended.stderr.strip().splitlines()[-1:] or ["nothing"]
        raise ToolError(f"The query's process ended with code {ended.code}: {last[0][:300]}") from error
    return found
