"""create_glue_job against AWS as moto plays it: listed, created, replaced, and started only with a person's token."""

import json
from typing import Any

import pytest

from agents.tools import Access, Workbench, create_glue_job
from agents.tools.approvals import Approvals
from agents.tools.toolbox import Toolbox
from agents.tools.write_pipeline_code import write

boto3 = pytest.importorskip("boto3", reason="requirements-connectors.txt is not installed")
stub = pytest.importorskip("botocore.stub")
moto = pytest.importorskip("moto", reason="requirements-dev.txt is not installed")

AWS = {
    "MDM_GLUE_BACKEND": "aws",
    "MDM_GLUE_ROLE": "arn:aws:iam::123456789012:role/mdm-glue",
    "MDM_GLUE_SCRIPTS": "s3://scripts/jobs/",
}
CREATE = {"action": "create", "name": "bronze-sap", "script": "bronze/sap_kna1.py", "concurrent_runs": 5}


@pytest.fixture
def glue(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with moto.mock_aws():
        yield boto3.client("glue")


@pytest.fixture
def box(bench: Workbench) -> Toolbox:
    on_aws = Workbench(bench.store, bench.workspace, environment=AWS)
    write(bench.workspace, "bronze/sap_kna1.py", "rows = 1\n")
    return Toolbox([create_glue_job.tool(on_aws)], allowed=Access.DESTRUCTIVE, approvals=Approvals())


def data(box: Toolbox, **given: Any) -> Any:
    answer = box.call("create_glue_job", given)
    assert not answer.is_error, answer.text
    return json.loads(answer.text)["data"]


def test_a_job_is_created_and_listed(glue: Any, box: Toolbox):
    assert data(box, **CREATE) == {"backend": "aws", "job": "bronze-sap", "status": "created"}
    job = glue.get_job(JobName="bronze-sap")["Job"]
    assert job["Command"]["ScriptLocation"] == "s3://scripts/jobs/bronze/sap_kna1.py"
    assert job["ExecutionProperty"]["MaxConcurrentRuns"] == 5 and job["GlueVersion"] == "5.0"
    assert data(box, action="list", name="all")["jobs"] == ["bronze-sap"]


def test_a_job_that_is_there_is_replaced(glue: Any, box: Toolbox, monkeypatch: pytest.MonkeyPatch):
    """moto knows no update_job: the call is held to botocore's model of the service instead."""
    with stub.Stubber(glue) as stubbed:
        stubbed.add_response("list_jobs", {"JobNames": ["bronze-sap"]})
        stubbed.add_response("update_job", {"JobName": "bronze-sap"}, {"JobName": "bronze-sap", "JobUpdate": stub.ANY})
        monkeypatch.setattr(boto3, "client", lambda service: glue)
        assert data(box, **CREATE)["status"] == "replaced"
        stubbed.assert_no_pending_responses()


def test_a_start_waits_for_a_person_and_runs_once(glue: Any, box: Toolbox):
    data(box, **CREATE)
    start = {"action": "start", "name": "bronze-sap"}
    planned = box.call("create_glue_job", start)
    assert planned.plan_id and glue.get_job_runs(JobName="bronze-sap")["JobRuns"] == []
    token = box.approvals.grant(planned.plan_id, "Dana")
    assert data(box, **start, approval_token=token)["run_id"]
    box.call("create_glue_job", {**start, "approval_token": token})
    assert len(glue.get_job_runs(JobName="bronze-sap")["JobRuns"]) == 1


def test_a_role_and_a_place_for_scripts_are_asked_for(glue: Any, bench: Workbench):
    write(bench.workspace, "bronze/sap_kna1.py", "rows = 1\n")
    lacking = Workbench(bench.store, bench.workspace, environment={"MDM_GLUE_BACKEND": "aws"})
    answer = Toolbox([create_glue_job.tool(lacking)], allowed=Access.WRITE).call("create_glue_job", CREATE)
    assert answer.is_error and "MDM_GLUE_ROLE" in answer.text and glue.list_jobs()["JobNames"] == []
