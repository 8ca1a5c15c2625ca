"""How far an orchestrated run has come, kept in its workspace, so that an interrupted one goes on."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FILE = "progress.json"


@dataclass(frozen=True)
class Finding:
    """One artefact and a check it went through."""

    path: str
    check: str
    passed: bool
    detail: str


@dataclass
class Finished:
    """What one agent delivered."""

    agent: str
    model: str
    status: str
    summary: str
    artefacts: list[str]
    findings: list[Finding]
    digest: str  # of the artefacts: one that was changed or removed since is made again
    iterations: int = 0
    tool_calls: int = 0
    tokens: int = 0
    seconds: float = 0.0

    @property
    def is_accepted(self) -> bool:
        return self.status == "answered" and bool(self.findings) and all(found.passed for found in self.findings)


@dataclass
class Progress:
    run_id: str
    release_id: int
    agents: dict[str, Finished] = field(default_factory=dict)

    def save(self, state: Path) -> None:
        part = state / f"{FILE}.part"
        part.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False))
        part.replace(state / FILE)


def load(state: Path) -> Progress | None:
    """The progress of the run in a workspace; None where there is none, or none that can be read."""
    try:
        content: dict[str, Any] = json.loads((state / FILE).read_text())
        agents = {
            name: Finished(**{**one, "findings": [Finding(**found) for found in one["findings"]]})
            for name, one in content["agents"].items()
        }
        return Progress(content["run_id"], content["release_id"], agents)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def files(workspace: Path, folder: str) -> list[str]:
    """The artefacts of one agent, as paths in the workspace."""
    kept = {".py", ".sql", ".yml", ".yaml", ".json", ".md"}
    found = (path for path in (workspace / folder).rglob("*") if path.is_file() and path.suffix in kept)
    return sorted(path.relative_to(workspace).as_posix() for path in found)


def digest(workspace: Path, paths: Iterable[str]) -> str:
    """One digest over the content of files; a missing file counts as empty."""
    total = hashlib.sha256()
    for path in paths:
        place = workspace / path
        total.update(f"{path}\0".encode() + (place.read_bytes() if place.is_file() else b""))
    return total.hexdigest()
