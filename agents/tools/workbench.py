"""What the tools of a run work on: a lakehouse at one release, a workspace folder, a role."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from agents import masking, snapshot
from lakehouse.release import Release
from lakehouse.storage import Store

STATE = ".agents"  # the folder of a workspace that no tool writes into


@dataclass(frozen=True)
class Workbench:
    """The release is fixed when it is first needed, so that a run sees one state of the tables."""

    store: Store
    workspace: Path
    role: str = masking.DEFAULT_ROLE
    release_id: int | None = None
    folder: str = ""  # of the workspace, to which a run's files are confined; all of it where none is named
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    findings: dict[tuple[str, int, str], dict[str, Any]] = field(default_factory=dict, compare=False)

    @cached_property
    def release(self) -> Release:
        return self.store.release(self.release_id)

    @cached_property
    def snapshot(self) -> Path:
        return snapshot.path(self.store, self.release, self.role)

    @property
    def state(self) -> Path:
        folder = self.workspace / STATE
        folder.mkdir(parents=True, exist_ok=True)
        return folder
