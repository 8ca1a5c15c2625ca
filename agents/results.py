"""The list of artefacts with the checks that each went through, as JSON and for reading."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agents.progress import Finished, Progress
from agents.roster import Agent
from agents.scripted import NAME

JSON_FILE = "artefacts.json"
TEXT_FILE = "artefacts.md"


def rows(done: Progress, roster: Sequence[Agent]) -> list[dict[str, Any]]:
    """One row an artefact and check, in the order of the agents; an artefact that no check names has none."""
    found = []
    for agent in roster:
        one = done.agents.get(agent.name)
        if one is None:
            continue
        named = {finding.path for finding in one.findings}
        base = {"agent": agent.name, "model": one.model}
        found += [{**base, **asdict(finding)} for finding in one.findings]
        unnamed = [path for path in one.artefacts if path not in named]
        found += [{**base, "path": p, "check": None, "passed": None, "detail": "part of the whole"} for p in unnamed]
    return found


def load(workspace: Path) -> dict[str, Any] | None:
    """The list of a workspace; None where there is none, or none that can be read."""
    try:
        found: dict[str, Any] = json.loads((workspace / JSON_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _agent(agent: Agent, one: Finished) -> dict[str, Any]:
    """One agent's delivery in figures."""
    return {
        "agent": agent.name,
        "title": agent.title,
        "model": one.model,
        "status": one.status,
        "accepted": one.is_accepted,
        "summary": one.summary,
        "artefacts": len(one.artefacts),
        "checks": len(one.findings),
        "passed": sum(found.passed for found in one.findings),
        "iterations": one.iterations,
        "tool_calls": one.tool_calls,
        "tokens": one.tokens,
        "seconds": one.seconds,
    }


def write(workspace: Path, done: Progress, roster: Sequence[Agent]) -> None:
    """Write both files, whole."""
    listed = rows(done, roster)
    models = ", ".join(sorted({one.model for one in done.agents.values()}))
    content = {
        "run_id": done.run_id,
        "release_id": done.release_id,
        "scripted": NAME in models,
        "written_by": models,
        "agents": [_agent(agent, done.agents[agent.name]) for agent in roster if agent.name in done.agents],
        "artefacts": listed,
    }
    _replace(workspace / JSON_FILE, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    lines = [f"# Artefacts\n\nRun {done.run_id} on release {done.release_id}. Written by: {models}.\n"]
    for agent in roster:
        if one := done.agents.get(agent.name):
            passed = sum(found.passed for found in one.findings)
            lines.append(f"## {agent.title}\n\n{one.summary} ({one.status}, {passed} of {len(one.findings)} checks)\n")
            lines.append("| Artefact | Check | Passed | Detail |\n| --- | --- | --- | --- |")
            for row in listed:
                if row["agent"] == agent.name:
                    says = {True: "yes", False: "NO", None: "–"}[row["passed"]]
                    detail = row["detail"].replace("|", "\\|").replace("\n", " ")[:300]
                    lines.append(f"| {row['path']} | {row['check'] or '–'} | {says} | {detail} |")
            lines.append("")
    _replace(workspace / TEXT_FILE, "\n".join(lines))


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
