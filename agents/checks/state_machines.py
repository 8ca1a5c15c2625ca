"""State machines: valid, and in simulated runs they succeed, retry, stop at a gate, and never fail unseen."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from agents import state_machine
from agents.checks import Artefact
from lakehouse.release import Release
from lakehouse.storage import Store

PASSING = {"Payload": {"passed": True}}
FAILING = {"Payload": {"passed": False}}


def check(workspace: Path, store: Store, release: Release) -> list[Artefact]:
    """One row a definition."""
    found = []
    for path in sorted(workspace.rglob("*.asl.json")):
        definition = json.loads(path.read_text(encoding="utf-8"))
        problems = state_machine.problems(definition) or _simulated(definition)
        linted = _linted(path)
        problems += linted or []
        gates = [] if problems else _gates(definition)
        said = "" if linted is None else "statelint finds nothing; "
        detail = "; ".join(problems) or f"valid; {said}{4 + len(gates)} simulated runs end as they should"
        found.append(Artefact(str(path.relative_to(workspace)), "state_machine", not problems, detail))
    return found


def _simulated(definition: Mapping[str, Any]) -> list[str]:
    """What goes otherwise than it should."""
    gates = _gates(definition)
    problems = [] if gates else ["there is no gate: no state's name begins with Gate"]

    def ends(wanted: str, what: str, does: state_machine.Does) -> None:
        ended, path = state_machine.simulate(definition, does)
        if ended != wanted:
            problems.append(f"{what}: the run ends with {ended} after {' → '.join(path[-4:])}, expected {wanted}")

    ends("Succeed", "all goes well", lambda name, attempt: PASSING)
    ends("Succeed", "every task is throttled once", lambda name, attempt: PASSING if attempt else "States.TaskFailed")
    ends("Fail", "every task fails for good", lambda name, attempt: _unless_it_tells(name, "States.TaskFailed"))
    ends("Fail", "every task fails in an unknown way", lambda name, attempt: _unless_it_tells(name, "Unknown.Error"))
    for gate in gates:
        ends("Fail", f"{gate} finds breaches", partial(_breach, gate))
    return problems


def _gates(definition: Mapping[str, Any]) -> list[str]:
    states = definition["States"].items()
    return [name for name, state in states if name.startswith("Gate") and state["Type"] == "Task"]


def _breach(gate: str, name: str, attempt: int) -> Mapping[str, Any]:
    return FAILING if name == gate else PASSING


def _unless_it_tells(name: str, error: str) -> Mapping[str, Any] | str:
    """Telling the operators works; all else fails."""
    return PASSING if name.startswith("Notify") else error


def _linted(path: Path) -> list[str] | None:
    """The findings of statelint, where it is installed; MDM_STATELINT names it in an environment of its own."""
    program = os.environ.get("MDM_STATELINT") or shutil.which("statelint")
    if program is None:
        return None
    ended = subprocess.run([program, str(path)], capture_output=True, text=True, timeout=60, check=False)
    said = (ended.stdout + ended.stderr).strip()
    return [f"statelint: {said[:500]}"] if ended.returncode or said else []
