"""What a generated artefact must pass; each check runs in a process of its own, started by run_tests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Artefact:
    """One file and what was found of it."""

    path: str
    check: str
    passed: bool
    detail: str
