"""The generated state machine, executed by moto's Step Functions against its Glue, Lambda and SNS; and statelint.

One word differs from what is deployed: moto 5.2 fails on every `.sync` of Glue ('NoneType' object has no attribute
'interrupt_all'), so that here the extractions are started and not waited for.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.checks import state_machines
from agents.scripts import dag

boto3 = pytest.importorskip("boto3", reason="requirements-connectors.txt is not installed")
pytest.importorskip("moto.stepfunctions.parser.asl", reason="moto[stepfunctions] is not installed")

KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "eu-central-1"}
STARTING_SECONDS = 60
# Extractions first, in parallel; then the Lambda functions, one after the other: each takes the next answer.
LAMBDAS = [name for name, _ in dag.STEPS]


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """A moto server of its own: it calls itself, and must know its port before it is imported."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "MOTO_PORT": str(port), "AWS_ACCESS_KEY_ID": "testing"}
    environment |= {"AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "eu-central-1"}
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        config = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}
        _post(f"{url}/moto-api/config", config)
        yield url
    finally:
        server.kill()
        server.wait(10)


def _wait(url: str) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _post(url: str, body: Any) -> None:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture(scope="module")
def machine(moto: str) -> Any:
    """The state machine over three small systems, with its jobs, functions and topic; a function that executes it."""
    client = {name: boto3.client(name, endpoint_url=moto, **KEYS) for name in ("stepfunctions", "iam", "sns", "glue")}
    functions = boto3.client("lambda", endpoint_url=moto, **KEYS)
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = client["iam"].create_role(RoleName="mdm", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    topic = client["sns"].create_topic(Name="operators")["TopicArn"]
    for system in dag.SYSTEMS:
        command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/any.py"}
        at_once = {"MaxConcurrentRuns": dag.AT_ONCE}
        client["glue"].create_job(Name=f"bronze-{system}", Role=role, Command=command, ExecutionProperty=at_once)
    for name in LAMBDAS:
        code = {"ZipFile": _empty_zip()}
        functions.create_function(FunctionName=f"mdm-{name}", Runtime="python3.12", Role=role, Handler="x.y", Code=code)
    definition = dag.definition({system: [f"jobs/bronze/{system}_{n}.py" for n in "ab"] for system in dag.SYSTEMS})
    text = json.dumps(definition).replace("startJobRun.sync", "startJobRun")
    made = client["stepfunctions"].create_state_machine(name="daily", definition=text, roleArn=role)["stateMachineArn"]
    given = {"scripts": "s3://scripts", "lakehouse": "s3://lakehouse", "batch_id": "b1", "operators_topic": topic}

    def execute(name: str, answers: list[Any]) -> tuple[str, list[str], Any]:
        """The status, the states that were entered, and the Glue runs."""
        body = {"results": [json.dumps(answer) for answer in answers], "region": KEYS["region_name"]}
        _post(f"{moto}/moto-api/static/lambda-simple/response", body)
        arn = client["stepfunctions"].start_execution(stateMachineArn=made, name=name, input=json.dumps(given))
        until = time.monotonic() + 90
        while (found := client["stepfunctions"].describe_execution(executionArn=arn["executionArn"]))[
            "status"
        ] == "RUNNING" and time.monotonic() < until:
            time.sleep(0.2)
        events = client["stepfunctions"].get_execution_history(executionArn=arn["executionArn"], maxResults=1000)
        entered = [e["stateEnteredEventDetails"]["name"] for e in events["events"] if "stateEnteredEventDetails" in e]
        entered += [f"{d['error']}: {d.get('cause')}" for e in events["events"] for d in _failures(e)]
        runs = [run for s in dag.SYSTEMS for run in client["glue"].get_job_runs(JobName=f"bronze-{s}")["JobRuns"]]
        return found["status"], entered, runs

    return execute


def _failures(event: dict[str, Any]) -> list[dict[str, Any]]:
    return [d for name, d in event.items() if name in ("taskFailedEventDetails", "lambdaFunctionFailedEventDetails")]


def _empty_zip() -> bytes:
    return b"PK\x05\x06" + b"\x00" * 18


@pytest.mark.slow
def test_a_run_goes_through_every_step(machine: Any):
    status, entered, runs = machine("good", [{"passed": True}] * len(LAMBDAS))
    assert status == "SUCCEEDED", entered
    assert [name for name in entered if name in LAMBDAS] == LAMBDAS
    assert "NotifyOperators" not in entered and entered[-1] == "Done"
    scripts = sorted(run["Arguments"]["--scriptLocation"] for run in runs)
    assert scripts == sorted(f"s3://scripts/jobs/bronze/{s}_{n}.py" for s in dag.SYSTEMS for n in "ab")
    assert {run["Arguments"]["--batch-id"] for run in runs} == {"b1"}


@pytest.mark.slow
def test_a_breached_gate_tells_the_operators_and_fails(machine: Any):
    status, entered, _ = machine("breached", [{"passed": True}, {}, {"passed": False}])
    assert status == "FAILED"
    assert [name for name in entered if name in LAMBDAS] == LAMBDAS[:3]
    assert entered[-2:] == ["NotifyOperators", "Failed"]


def test_statelint_finds_nothing_in_it_and_something_in_a_bad_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = os.environ.get("MDM_STATELINT") or shutil.which("statelint")
    if program is None:
        pytest.skip("statelint is not installed; name it with MDM_STATELINT: pip install statelint")
    monkeypatch.setenv("MDM_STATELINT", program)
    good = dag.definition({system: ["a.py"] for system in dag.SYSTEMS})
    path = tmp_path / "daily.asl.json"
    path.write_text(json.dumps(good))
    assert state_machines._linted(path) == []
    good["States"]["BuildSilver"]["Retry"][0]["BackoffRate"] = 0.5
    good["States"]["Extract"]["Next"] = "Nowhere"
    path.write_text(json.dumps(good))
    [said] = state_machines._linted(path) or []
    assert "Nowhere" in said
