"""The agents' work in the programs it is meant for: real Great Expectations, real dbt, statelint. See .ci/tools.

Each program lives in an environment of its own, named by a variable; without it the test is skipped and says so.
"""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.choice import Choice
from agents.loop import Budget
from agents.orchestrator import Orchestrator
from agents.progress import Finding
from agents.roster import BY_NAME
from agents.scripted import Scripted
from agents.tools import Workbench
from agents.tools.approvals import Approvals
from lakehouse.storage import Store

# As the environment was before the fixtures of other tests could change it.
PROGRAMS = {name: os.environ.get(name, "") for name in ("MDM_GX_PYTHON", "MDM_DBT", "MDM_STATELINT")}

pytestmark = pytest.mark.slow


@pytest.fixture
def findings(bench: Workbench, watched_store: Store) -> Any:
    """What the checks of one agent's work find, with one of the programs."""

    def of(agent: str, variable: str) -> list[Finding]:
        program = PROGRAMS[variable]
        if not program:
            pytest.skip(f"{variable} names no program: see .ci/tools")
        assert Path(program).is_file()
        own = replace(bench, store=watched_store, environment={variable: program})
        one = BY_NAME[agent]
        choice = Choice(Scripted(one.script), "a test")
        done = Orchestrator(own, lambda _: choice, lambda _: None, Budget(), Approvals(), [one]).run(fresh=True)
        assert done.agents[agent].is_accepted, done.agents[agent].findings
        return done.agents[agent].findings

    return of


def test_the_suites_hold_in_great_expectations_and_catch_faults_there(findings: Any):
    found = [one for one in findings("dq_engine", "MDM_GX_PYTHON") if one.check == "great_expectations"]
    assert len(found) >= 50
    caught = [re.search(r"(\d+) of (\d+) faults caught", one.detail) for one in found]
    assert all(match and match[1] == match[2] and int(match[2]) > 0 for match in caught)


def test_dbt_builds_the_star_schema(findings: Any):
    [built] = [one for one in findings("dbt_modeler", "MDM_DBT") if one.check == "dbt build"]
    assert re.search(r"PASS=\d{2,} WARN=0 ERROR=0 SKIP=0", built.detail)


def test_statelint_finds_nothing_in_the_daily_run(findings: Any):
    [linted] = findings("dag_builder", "MDM_STATELINT")
    assert "statelint finds nothing" in linted.detail
