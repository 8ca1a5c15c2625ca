"""DAG Builder: the daily run as a state machine, with retries, catches and gates, and a Glue job for each system."""

from collections.abc import Generator, Sequence
from typing import Any

from agents.scripted import Call, Result
from agents.scripts import AUTHOR, as_json, closing, good, handed_on, written

PATH = "orchestration/daily_pipeline.asl.json"
SYSTEMS = ("sap", "salesforce", "oracle")
PASSING = [
    "Glue.ConcurrentRunsExceededException",
    "Lambda.TooManyRequestsException",
    "States.Timeout",
    "States.TaskFailed",
]
STEPS = (
    ("GateBronzeToSilver", "gate"),
    ("BuildSilver", "lambda"),
    ("GateSilverToMdm", "gate"),
    ("MatchCustomers", "lambda"),
    ("GateMdmToGold", "gate"),
    ("BuildGold", "lambda"),
    ("PublishRelease", "lambda"),
)
# What an execution is given: where the scripts and the tables are, the batch's name, whom to tell.
ITEM = {
    "script.$": "States.Format('{}/{}', $.scripts, $$.Map.Item.Value.script)",
    "lakehouse.$": "$.lakehouse",
    "batch_id.$": "$.batch_id",
}
ARGUMENTS = {"--scriptLocation.$": "$.script", "--lakehouse.$": "$.lakehouse", "--batch-id.$": "$.batch_id"}
AT_ONCE = 5


def script(brief: str) -> Generator[Sequence[Call], list[Result], str]:
    jobs = [path for path in handed_on(brief).get("etl_generator", {}).get("artefacts", ()) if path.endswith(".py")]
    files = {system: sorted(p for p in jobs if p.rpartition("/")[2].startswith(f"{system}_")) for system in SYSTEMS}
    calls = [written(PATH, as_json(definition(files)))]
    for system, paths in files.items():
        if paths:
            job = {"action": "create", "name": f"bronze-{system}", "script": paths[0]}
            calls.append(Call("create_glue_job", {**job, "workers": 2, "concurrent_runs": AT_ONCE}))
    good((yield calls))
    [check] = good((yield [Call("run_tests", {"suite": "state_machine"})]))
    return closing(check, f"The daily run over {len(jobs)} extraction jobs, {len(STEPS)} steps and 3 gates")


def definition(jobs: dict[str, list[str]]) -> dict[str, Any]:
    """Extract in parallel, then one step after the other; a gate that finds breaches ends the run."""
    states: dict[str, Any] = {
        "Extract": {
            "Type": "Parallel",
            "Branches": [_extraction(system, paths) for system, paths in jobs.items()],
            "ResultPath": "$.extract",
            "Catch": _catch(),
            "Next": STEPS[0][0],
        }
    }
    for place, (name, kind) in enumerate(STEPS):
        following = STEPS[place + 1][0] if place + 1 < len(STEPS) else "Done"
        states |= _gate(name, following) if kind == "gate" else {name: _lambda(name, following)}
    failed = {"Type": "Fail", "Error": "RunFailed"}
    states |= {"Done": {"Type": "Succeed"}, "NotifyOperators": _notify(), "Failed": failed}
    return {"Comment": f"The daily run of the lakehouse. {AUTHOR}", "StartAt": "Extract", "States": states}


def _extraction(system: str, paths: list[str]) -> dict[str, Any]:
    """One system's objects, a few at a time; one Glue job a system, whose script each run names."""
    name = f"Extract{system.title()}"
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": f"bronze-{system}", "Arguments": ARGUMENTS},
        "TimeoutSeconds": 3600,
        "Retry": _retry(),
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": f"{name}Failed"}],
        "End": True,
    }
    item = {
        "ProcessorConfig": {"Mode": "INLINE"},
        "StartAt": f"{name}Object",
        "States": {
            f"{name}Object": task,
            f"{name}Failed": {"Type": "Fail", "Error": "ExtractionFailed", "Cause": f"{system} object"},
        },
    }
    objects = {"Type": "Pass", "Result": [{"script": path} for path in paths], "ResultPath": "$.objects", "Next": name}
    each = {
        "Type": "Map",
        "ItemsPath": "$.objects",
        "ItemSelector": ITEM,
        "MaxConcurrency": AT_ONCE,
        "ItemProcessor": item,
        "End": True,
    }
    return {"StartAt": f"{name}Objects", "States": {f"{name}Objects": objects, name: each}}


def _gate(name: str, following: str) -> dict[str, Any]:
    choice = {
        "Type": "Choice",
        "Choices": [{"Variable": f"$.{name}.Payload.passed", "BooleanEquals": True, "Next": following}],
        "Default": "NotifyOperators",
    }
    return {name: _lambda(name, f"{name}Passed"), f"{name}Passed": choice}


def _lambda(name: str, following: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": f"mdm-{name}", "Payload.$": "$"},
        "TimeoutSeconds": 900,
        "ResultPath": f"$.{name}",
        "Retry": _retry(),
        "Catch": _catch(),
        "Next": following,
    }


def _notify() -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn.$": "$.operators_topic", "Message.$": "States.JsonToString($)"},
        "ResultPath": None,
        "Retry": _retry(),
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.notify_error", "Next": "Failed"}],
        "Next": "Failed",
    }


def _retry() -> list[dict[str, Any]]:
    waits = {"IntervalSeconds": 15, "BackoffRate": 2.0, "MaxAttempts": 3, "JitterStrategy": "FULL"}
    return [{"ErrorEquals": PASSING, **waits}]


def _catch() -> list[dict[str, Any]]:
    return [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "NotifyOperators"}]
