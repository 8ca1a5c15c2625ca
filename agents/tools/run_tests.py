"""run_tests: a fixed list of checks, each in a process without secrets and, where possible, without a network."""

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.errors import ToolError
from agents.tools import isolation
from agents.tools.tool import Input, Tool
from agents.tools.workbench import STATE, Workbench

PROJECT = Path(__file__).resolve().parents[2]
OUTPUT = 6_000  # characters of a failing command's end

CHECKS: Mapping[str, str] = {
    "jobs": "extraction jobs compile and name the keys and columns of their source objects",
    "quality": "quality suites are understood, pass on the release, and catch faults put into it",
    "great_expectations": "the same suites in Great Expectations itself, where it is installed",
    "match": "match configurations are valid, with precision and recall measured against the answer key",
    "dbt": "star-schema models build on the release, their schema tests hold, their rows reconcile",
    "state_machine": "state machines are valid, retry, and end as they should in simulated runs",
    "documents": "documents name every table and column of the release",
}
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "pytest": ("-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "."),
    "gates": ("-m", "lakehouse", "gates"),
}
USUAL_SECONDS = 300.0
SECONDS: Mapping[str, float] = {"great_expectations": 900.0}
# Programs in environments of their own, named by these variables.
PROGRAMS = ("MDM_DBT", "MDM_STATELINT")
GX_PYTHON = "MDM_GX_PYTHON"  # a python that has requirements-dq.txt


def tool(bench: Workbench) -> Tool:
    return Tool(
        name="run_tests",
        description=(
            "Run one check of the workspace: "
            + "; ".join(f"{name}: {what}" for name, what in CHECKS.items())
            + "; pytest: the tests that stand in the workspace; gates: the quality gates of the release."
        ),
        properties={"suite": {"type": "string", "enum": [*CHECKS, *COMMANDS]}},
        required=("suite",),
        run=lambda given: run(bench, given),
        timeout_seconds=max(SECONDS.values()) + 30.0,
    )


def run(bench: Workbench, given: Input) -> dict[str, Any]:
    """Run a check; what it found of each artefact, or the end of the command's output."""
    suite = str(given["suite"])
    seconds = SECONDS.get(suite, USUAL_SECONDS)
    if suite not in CHECKS and suite not in COMMANDS:
        raise ToolError(f"No test suite {suite!r}. Available: {', '.join([*CHECKS, *COMMANDS])}")
    # A check is decided by the release and the files: the same ones are not looked at twice.
    known = (suite, bench.release.release_id, _digest(bench.workspace))
    if known in bench.findings:
        return bench.findings[known]
    own = ("-m", "agents.checks", suite, str(bench.workspace.resolve()))
    # -P: nothing that stands in the workspace is imported in place of a module of ours.
    python = bench.environment.get(GX_PYTHON) if suite == "great_expectations" else None
    command = [python or sys.executable, "-P", "-B", *COMMANDS.get(suite, own)]
    environment = {
        "PYTHONPATH": str(PROJECT),
        "LAKEHOUSE_URI": bench.store.uri,
        "MDM_RELEASE": str(bench.release.release_id),
        "MDM_ALLOW_MODEL_REQUESTS": "0",
    }
    environment |= {name: bench.environment[name] for name in PROGRAMS if name in bench.environment}
    bench.workspace.mkdir(parents=True, exist_ok=True)
    ended = isolation.run(command, seconds=seconds, cwd=bench.workspace, environment=environment)
    if ended.code is None:
        raise ToolError(f"{suite} took longer than {seconds:g} s and was stopped")
    if suite in COMMANDS:
        end = (ended.stdout + ended.stderr)[-OUTPUT:]
        return {"suite": suite, "passed": ended.code == 0, "output": end, "network": isolation.network()}
    try:
        rows = json.loads(ended.stdout)
    except ValueError as error:
        raise ToolError(f"{suite} ended with code {ended.code}: {(ended.stderr or ended.stdout)[-1500:]}") from error
    failed = [row for row in rows if not row["passed"]]
    bench.findings[known] = {
        "suite": suite,
        "passed": bool(rows) and not failed,
        "checked": len(rows),
        "failed": len(failed),
        "rows": [*failed, *(row for row in rows if row["passed"])],
        "network": isolation.network(),
    }
    return bench.findings[known]


def _digest(workspace: Path) -> str:
    """One digest over all files of the workspace but its state."""
    total = hashlib.sha256()
    for path in sorted(workspace.rglob("*")):
        if path.is_file() and STATE not in path.relative_to(workspace).parts:
            total.update(f"{path}\0".encode() + path.read_bytes())
    return total.hexdigest()
