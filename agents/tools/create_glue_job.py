"""create_glue_job: jobs of AWS Glue, or of a local register where AWS is not chosen."""

import json
from pathlib import Path
from typing import Any

from agents.errors import ToolError
from agents.tools.tool import Access, Input, Tool
from agents.tools.workbench import Workbench
from agents.tools.write_pipeline_code import confined

WORKERS = ("G.1X", "G.2X", "G.4X")
BACKEND = "MDM_GLUE_BACKEND"  # 'aws' for the real service


def tool(bench: Workbench) -> Tool:
    def run(given: Input) -> dict[str, Any]:
        backend = _Aws(bench) if bench.environment.get(BACKEND) == "aws" else _Register(bench)
        action = given["action"]
        if action == "list":
            return {"backend": backend.name, "jobs": backend.jobs()}
        if action == "create":
            return {"backend": backend.name, **backend.create(_definition(bench, given))}
        return {"backend": backend.name, **backend.start(given["name"])}

    def plan(given: Input) -> dict[str, Any]:
        return {"starts": given["name"], "costs": "worker hours of AWS Glue while it runs"}

    return Tool(
        name="create_glue_job",
        description=(
            "Manage Glue jobs: list them, create or replace the definition of one for a script of the workspace, "
            "or start one (which a person approves)."
        ),
        properties={
            "action": {"type": "string"},
            "name": {"type": "string", "pattern": r"^[A-Za-z0-9_-]{3,80}$", "default": "all"},
            "script": {"type": "string", "description": "path of the script in the workspace"},
            "worker_type": {"type": "string", "enum": list(WORKERS), "default": "G.1X"},
            "workers": {"type": "integer", "minimum": 2, "maximum": 20, "default": 2},
            "concurrent_runs": {"type": "integer", "minimum": 1, "maximum": 20, "default": 1},
            "timeout_minutes": {"type": "integer", "minimum": 5, "maximum": 480, "default": 60},
        },
        required=("action", "name"),
        run=run,
        plan=plan,
        access={"list": Access.READ, "create": Access.WRITE, "start": Access.DESTRUCTIVE},
        timeout_seconds=60.0,
    )


def _definition(bench: Workbench, given: Input) -> dict[str, Any]:
    if "script" not in given:
        raise ToolError("create needs the script of the job, a path in the workspace")
    script = confined(bench.workspace, given["script"])
    if script.suffix != ".py" or not script.is_file():
        raise ToolError(f"There is no script {given['script']} in the workspace; write it first")
    return {
        "Name": given["name"],
        "Command": {"Name": "glueetl", "ScriptLocation": given["script"], "PythonVersion": "3"},
        "GlueVersion": "5.0",
        "WorkerType": given.get("worker_type", "G.1X"),
        "NumberOfWorkers": given.get("workers", 2),
        "Timeout": given.get("timeout_minutes", 60),
        "MaxRetries": 0,  # the state machine tries again
        "ExecutionProperty": {"MaxConcurrentRuns": given.get("concurrent_runs", 1)},
    }


class _Register:
    """Job definitions as files below the workspace's state folder; starting one records a run and does no more."""

    name = "local-stub"

    def __init__(self, bench: Workbench) -> None:
        self._folder: Path = bench.state / "glue"
        self._folder.mkdir(exist_ok=True)

    def jobs(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in sorted(self._folder.glob("*.json"))]

    def create(self, definition: dict[str, Any]) -> dict[str, Any]:
        path = self._folder / f"{definition['Name']}.json"
        status = "replaced" if path.exists() else "created"
        path.write_text(json.dumps(definition, indent=1))
        return {"job": definition["Name"], "status": status}

    def start(self, name: str) -> dict[str, Any]:
        if not (self._folder / f"{name}.json").exists():
            raise ToolError(f"There is no Glue job {name!r}; create it first")
        with (self._folder / "runs.log").open("a") as file:
            file.write(f"{name}\n")
        return {"job": name, "status": "recorded; the local register runs nothing"}


class _Aws:
    """The real service, with the credentials of the environment."""

    name = "aws"

    def __init__(self, bench: Workbench) -> None:
        try:
            import boto3
        except ImportError as error:
            raise ToolError("boto3 is not installed: pip install -r requirements-connectors.txt") from error
        self._glue = boto3.client("glue")
        self._role = bench.environment.get("MDM_GLUE_ROLE")
        self._scripts = bench.environment.get("MDM_GLUE_SCRIPTS")

    def jobs(self) -> list[str]:
        return list(self._glue.list_jobs()["JobNames"])

    def create(self, definition: dict[str, Any]) -> dict[str, Any]:
        if not self._role or not self._scripts:
            raise ToolError("Set MDM_GLUE_ROLE to the jobs' IAM role and MDM_GLUE_SCRIPTS to the scripts' s3:// folder")
        location = f"{self._scripts.rstrip('/')}/{definition['Command']['ScriptLocation']}"
        command = {**definition["Command"], "ScriptLocation": location}
        definition = {**definition, "Role": self._role, "Command": command}
        name = definition["Name"]
        if name in self.jobs():
            update = {key: value for key, value in definition.items() if key != "Name"}
            self._glue.update_job(JobName=name, JobUpdate=update)
            return {"job": name, "status": "replaced"}
        self._glue.create_job(**definition)
        return {"job": name, "status": "created"}

    def start(self, name: str) -> dict[str, Any]:
        return {"job": name, "status": "started", "run_id": self._glue.start_job_run(JobName=name)["JobRunId"]}
