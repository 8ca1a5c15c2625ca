"""All six agents in order, each handing its output on: python -m agents.orchestrator --workspace DIR."""

import argparse
import json
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agents import progress, results, settings
from agents.audit import Audit
from agents.choice import Choice, choose
from agents.loop import Budget, Loop, Outcome
from agents.models import ModelClient
from agents.progress import Finding, Finished, Progress
from agents.roster import ROSTER, Agent
from agents.scripted import NAME
from agents.scripts import HANDED_ON
from agents.tools import registry, run_tests
from agents.tools.approvals import Approvals
from agents.tools.run_tests import GX_PYTHON
from agents.tools.tool import Access
from agents.tools.toolbox import Toolbox
from agents.tools.workbench import Workbench
from lakehouse import catalog, logs
from lakehouse.errors import LakehouseError
from lakehouse.storage import Store

Tell = Callable[[str], None]
Models = Callable[[Agent], Choice]
MENDS = 1  # times an agent is shown what its artefacts fail, and may mend them


@dataclass(frozen=True)
class Orchestrator:
    """One run over a workspace. `models` gives each agent its model; nothing is asked of a person on the way."""

    bench: Workbench
    models: Models
    tell: Tell
    budget: Budget
    approvals: Approvals
    roster: Sequence[Agent] = ROSTER

    def run(self, *, fresh: bool = False) -> Progress:
        """Run every agent that has not delivered yet; stops at the first whose work is not accepted."""
        state = self.bench.state
        known = None if fresh else progress.load(state)
        if known and known.release_id != self.bench.release.release_id:
            self.tell(f"release {self.bench.release.release_id} is newer than the last run's: all agents start anew")
            known = None
        done = known or Progress(f"agents-{uuid.uuid4().hex[:12]}", self.bench.release.release_id)
        for place, agent in enumerate(self.roster, start=1):
            label = f"{place}/{len(self.roster)} {agent.title:<14}"
            if self._stands(done.agents.get(agent.name)):
                self.tell(
                    f"{label} kept: {len(done.agents[agent.name].artefacts)} artefacts, unchanged since they passed"
                )
                continue
            finished = self._one(agent, done, label)
            done.agents[agent.name] = finished
            done.save(state)
            results.write(self.bench.workspace, done, self.roster)
            passed = sum(found.passed for found in finished.findings)
            self.tell(
                f"{label} {finished.status}: {len(finished.artefacts)} artefacts, {passed} of {len(finished.findings)} "
                f"checks passed, {finished.tool_calls} tool calls, {finished.seconds:.1f} s ({finished.model})"
            )
            if not finished.is_accepted:
                self.tell(f"{label} stopped: {finished.summary}")
                break
        return done

    def _stands(self, finished: Finished | None) -> bool:
        """Whether an agent's work was accepted and its files are as they were."""
        if finished is None or not finished.is_accepted:
            return False
        return finished.digest == progress.digest(self.bench.workspace, finished.artefacts)

    def _one(self, agent: Agent, done: Progress, label: str) -> Finished:
        choice = self.models(agent)
        self.tell(f"{label} starts: {choice.reason}")
        confined = replace(self.bench, folder=agent.folder)
        toolbox = Toolbox(
            registry(confined), allowed=Access.WRITE, approvals=self.approvals, run_id=f"{done.run_id}/{agent.name}"
        )
        audit = Audit(self.bench.store, done.run_id, agent.name, choice.model.name)
        loop = Loop(choice.model, toolbox, audit, instructions=agent.instructions, budget=self.budget)
        outcome = loop.run(brief(agent, done))
        findings = self._checked(agent)
        for _ in range(MENDS if _can_mend(choice.model) else 0):
            failed = [found for found in findings if not found.passed]
            if not outcome.is_answered or (findings and not failed):
                break
            outcome = loop.run(_failures(failed), outcome.messages)
            findings = self._checked(agent)
        return self._finished(agent, choice, outcome, findings)

    def _checked(self, agent: Agent) -> list[Finding]:
        """What the agent's checks find now: the orchestrator looks itself and takes nobody's word."""
        found = []
        extra = agent.with_gx if GX_PYTHON in self.bench.environment else ()
        for suite in (*agent.suites, *extra):
            try:
                rows: list[dict[str, Any]] = run_tests.run(self.bench, {"suite": suite})["rows"]
            except LakehouseError as error:
                rows = [{"path": agent.folder, "check": suite, "passed": False, "detail": str(error)}]
            found += [Finding(**row) for row in rows]
        return found

    def _finished(self, agent: Agent, choice: Choice, outcome: Outcome, findings: list[Finding]) -> Finished:
        artefacts = progress.files(self.bench.workspace, agent.folder)
        return Finished(
            agent=agent.name,
            model=choice.model.name,
            status=outcome.status,
            summary=outcome.reason or outcome.text,
            artefacts=artefacts,
            findings=findings,
            digest=progress.digest(self.bench.workspace, artefacts),
            iterations=outcome.iterations,
            tool_calls=outcome.tool_calls,
            tokens=outcome.usage.total,
            seconds=round(outcome.seconds, 2),
        )


def brief(agent: Agent, done: Progress) -> str:
    """The task with what the agents before handed on."""
    handed: Mapping[str, Any] = {
        name: {"summary": one.summary, "artefacts": one.artefacts} for name, one in done.agents.items()
    }
    return f"{agent.task}\n\n{HANDED_ON}{json.dumps(handed, ensure_ascii=False)}"


def _failures(failed: Sequence[Finding]) -> str:
    listed = [f"{found.path}: {found.detail}" for found in failed[:50]] or ["no artefact was found"]
    return "The checks of your work did not pass. Mend it and run them again:\n" + "\n".join(listed)


def _can_mend(model: ModelClient) -> bool:
    """A script plays the same again; only a model can mend."""
    return model.name != NAME


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where every agent's work was accepted."""
    parser = argparse.ArgumentParser(prog="python -m agents.orchestrator", description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True, help="folder that takes the artefacts")
    parser.add_argument("--lakehouse", default=None, help="location of the lakehouse (default: LAKEHOUSE_URI)")
    parser.add_argument("--release", type=int, default=None, help="release to work on (default: the newest)")
    parser.add_argument("--fresh", action="store_true", help="start anew instead of going on where a run stopped")
    given = parser.parse_args(arguments)
    logs.configure()
    try:
        wanted = settings.load()
        given.workspace.mkdir(parents=True, exist_ok=True)
        bench = Workbench(Store(given.lakehouse or catalog.root()), given.workspace.resolve(), release_id=given.release)
        orchestrator = Orchestrator(
            bench, lambda agent: choose(wanted, agent.name, agent.script), _say, Budget(), Approvals()
        )
        done = orchestrator.run(fresh=given.fresh)
    except (LakehouseError, ValueError) as error:
        _say(f"error: {error}")
        return 2
    accepted = sum(one.is_accepted for one in done.agents.values())
    _say(f"{accepted} of {len(ROSTER)} agents accepted; artefacts: {given.workspace / results.JSON_FILE}")
    return 0 if accepted == len(ROSTER) else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
