"""ETL Generator: profile every source object, write a job for each, have them checked."""

from collections.abc import Generator, Sequence
from typing import Any

from agents.scripted import Call, Result
from agents.scripts import closing, good, turns, written
from agents.scripts.job import job

SYSTEMS = ("sap", "salesforce", "oracle")


def script(brief: str) -> Generator[Sequence[Call], list[Result], str]:
    listed = good((yield [Call("profile_data_source", {"system": system}) for system in SYSTEMS]))
    wanted = [(found["system"], one["object"]) for found in listed for one in found["objects"]]
    profiles: list[dict[str, Any]] = []
    for turn in turns(Call("profile_data_source", {"system": s, "object": name}) for s, name in wanted):
        profiles += good((yield turn))
    for turn in turns(written(path(p), job(p)) for p in profiles):
        good((yield turn))
    [check] = good((yield [Call("run_tests", {"suite": "jobs"})]))
    return closing(check, f"{len(profiles)} extraction jobs for {len(SYSTEMS)} systems")


def path(profile: dict[str, Any]) -> str:
    return f"jobs/bronze/{profile['system']}_{profile['object'].lower()}.py"
