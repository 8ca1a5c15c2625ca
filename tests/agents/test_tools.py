"""The tools over the default lakehouse: what they tell, what they refuse, and that they stay where they belong."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from agents import sources
from agents.errors import ToolError
from agents.tools import Access, Workbench, delta_lake_operation, registry, run_tests
from agents.tools.approvals import Approvals
from agents.tools.toolbox import Toolbox
from agents.tools.write_pipeline_code import write
from lakehouse.storage import Store

SEVEN = [
    "query_database",
    "profile_data_source",
    "write_pipeline_code",
    "run_tests",
    "salesforce_query",
    "create_glue_job",
    "delta_lake_operation",
]


def data(toolbox: Toolbox, tool: str, **given: Any) -> Any:
    answer = toolbox.call(tool, given)
    assert not answer.is_error, answer.text
    return json.loads(answer.text)["data"]


def refusal(toolbox: Toolbox, tool: str, **given: Any) -> str:
    answer = toolbox.call(tool, given)
    assert answer.is_error
    return answer.text


def test_there_are_seven_tools_and_each_class_sees_its_own(bench: Workbench):
    actions = {}
    for allowed in Access:
        box = Toolbox(registry(bench), allowed=allowed)
        specs = {spec["name"]: spec["input_schema"]["properties"] for spec in box.specs()}
        actions[allowed] = specs.get("delta_lake_operation", {})["action"]["enum"]
        assert ("approval_token" in specs["delta_lake_operation"]) == (allowed == Access.DESTRUCTIVE)
        assert list(specs) == [name for name in SEVEN if allowed > Access.READ or name != "write_pipeline_code"]
    assert actions[Access.READ] == actions[Access.WRITE] == ["read", "history"]
    assert actions[Access.DESTRUCTIVE] == ["read", "history", "merge", "optimize", "vacuum"]


def test_a_hidden_action_cannot_be_called(toolbox: Toolbox):
    said = refusal(toolbox, "delta_lake_operation", action="vacuum", table="gold.dim_date")
    assert "'vacuum' is not one of ['read', 'history']" in said


# -- profile_data_source


def test_the_dictionaries_hold_more_than_fifty_objects():
    found = [one for system in sources.SYSTEMS for one in sources.objects(system)]
    assert len(found) == 62
    assert len({(one.system, one.name) for one in found}) == 62


def test_a_source_object_is_described_with_what_arrived_of_it(toolbox: Toolbox):
    found = data(toolbox, "profile_data_source", system="sap", object="KNA1")
    assert found["key"] == ["MANDT", "KUNNR"] and found["changed_column"] is None
    assert found["statistics"]["rows"] == 500
    columns = {column["name"]: column for column in found["statistics"]["columns"]}
    assert columns["KUNNR"]["suspected_key"] is True
    assert columns["TELF1"]["suspected_personal"] == "by its name"
    assert all(sample is None or sample.startswith("***") for sample in columns["TELF1"]["samples"])


def test_an_object_without_rows_says_so(toolbox: Toolbox):
    found = data(toolbox, "profile_data_source", system="oracle", object="HZ_LOCATIONS")
    assert found["rows"] is None and "no rows" in found["statistics"]


def test_a_wrong_object_names_those_that_are_there(toolbox: Toolbox):
    assert "Available: KNA1, ADR6" in refusal(toolbox, "profile_data_source", system="sap", object="KNA2")
    assert "gold.fact_sales" in refusal(toolbox, "profile_data_source", system="lakehouse", object="gold.sales")


# -- write_pipeline_code


@pytest.mark.parametrize(
    "path",
    [
        "../escape.py",
        "a/../../escape.py",
        "/etc/escape.py",
        ".agents/progress.json",
        "a/.hidden/x.py",
        "a\\b.py",
        "a.sh",
        "a.py.so",
        "noext",
    ],
)
def test_no_path_leads_out_of_the_workspace(toolbox: Toolbox, bench: Workbench, path: str):
    refusal(toolbox, "write_pipeline_code", path=path, content="x = 1\n")
    assert [p for p in bench.workspace.rglob("*") if p.is_file()] == []
    assert not (bench.workspace.parent / "escape.py").exists()


def test_no_symbolic_link_is_followed(toolbox: Toolbox, bench: Workbench, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (bench.workspace / "jobs").symlink_to(outside)
    (bench.workspace / "one.py").symlink_to(outside / "one.py")
    for path in ("jobs/x.py", "one.py"):
        assert "symbolic link" in refusal(toolbox, "write_pipeline_code", path=path, content="x = 1\n")
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "bad", "good"),
    [
        ("a.py", "def f(:\n", "def f():\n    return 1\n"),
        ("a.sql", "selec 1", "select * from {{ ref('b') }}\n"),
        ("b.sql", "select 1; select 2", "select 1\n"),
        ("m.sql", "{% macro a() %} x", "{% macro a() %} x {% endmacro %}"),
        ("a.yml", "a: [1", "a: [1]\n"),
        ("a.json", "{'a': 1}", '{"a": 1}'),
        ("a.md", "no heading", "# Heading\n"),
        ("a.asl.json", '{"StartAt": "A", "States": {}}', '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'),
    ],
)
def test_a_file_is_what_its_suffix_says(toolbox: Toolbox, bench: Workbench, path: str, bad: str, good: str):
    refusal(toolbox, "write_pipeline_code", path=path, content=bad)
    assert not (bench.workspace / path).exists()
    assert data(toolbox, "write_pipeline_code", path=path, content=good)["status"] == "created"
    assert (bench.workspace / path).read_text() == good


def test_writing_twice_is_writing_once_and_a_preview_writes_nothing(bench: Workbench):
    assert [write(bench.workspace, "a.py", "x = 1\n")["status"] for _ in range(2)] == ["created", "unchanged"]
    preview = write(bench.workspace, "a.py", "x = 2\n", preview=True)
    assert "+x = 2" in preview["diff"] and (bench.workspace / "a.py").read_text() == "x = 1\n"
    assert os.listdir(bench.workspace) == ["a.py"]


# -- run_tests


def test_only_the_checks_of_the_list_can_be_run(toolbox: Toolbox, bench: Workbench):
    assert "is not one of" in refusal(toolbox, "run_tests", suite="rm -rf")
    with pytest.raises(ToolError, match="No test suite 'evil'"):
        run_tests.run(bench, {"suite": "evil"})


def test_a_module_in_the_workspace_does_not_take_the_place_of_a_check(bench: Workbench):
    for path in ("agents/checks/__main__.py", "agents/__init__.py", "json.py"):
        write(bench.workspace, path, 'print(\'[{"path": "x", "check": "x", "passed": true, "detail": ""}]\')\n')
    definition = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    write(bench.workspace, "x.asl.json", json.dumps(definition))
    found = run_tests.run(bench, {"suite": "state_machine"})
    assert (found["checked"], found["failed"]) == (1, 1)
    assert "there is no gate" in found["rows"][0]["detail"]


def test_tests_of_the_workspace_run_without_secrets(bench: Workbench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret")
    honest = "import os\n\ndef test_env():\n    assert 'ANTHROPIC_API_KEY' not in os.environ\n"
    text = honest + "\ndef test_bad():\n    assert 0\n"
    write(bench.workspace, "tests/test_env.py", text)
    found = run_tests.run(bench, {"suite": "pytest"})
    assert found["passed"] is False and "1 failed, 1 passed" in found["output"]


# -- salesforce_query, create_glue_job, delta_lake_operation


def test_soql_runs_on_what_was_extracted_and_masks(toolbox: Toolbox):
    soql = "SELECT Id, Name, Email__c FROM Account WHERE Segment__c = 'SMB'"
    found = data(toolbox, "salesforce_query", soql=soql, max_rows=5)
    assert found["backend"].startswith("local-stub") and len(found["rows"]) == 5
    assert all(email is None or email[1:5] == "***@" for _, _, email in found["rows"])
    for bad in ("DELETE FROM Account", "SELECT Id FROM Account; x", "SELECT Nothing__c FROM Account"):
        refusal(toolbox, "salesforce_query", soql=bad)


def test_a_glue_job_needs_its_script_and_starting_it_a_person(bench: Workbench):
    box = Toolbox(registry(bench), allowed=Access.DESTRUCTIVE)
    create = {"action": "create", "name": "bronze-sap", "script": "jobs/a.py"}
    assert "write it first" in refusal(box, "create_glue_job", **create)
    write(bench.workspace, "jobs/a.py", "x = 1\n")
    assert data(box, "create_glue_job", **create) == {"backend": "local-stub", "job": "bronze-sap", "status": "created"}
    [job] = data(box, "create_glue_job", action="list", name="all")["jobs"]
    assert job["Command"]["ScriptLocation"] == "jobs/a.py"
    answer = box.call("create_glue_job", {"action": "start", "name": "bronze-sap"})
    assert answer.plan_id and not (bench.state / "glue" / "runs.log").exists()


def test_a_merge_shows_its_plan_and_then_does_it(audit_store: Store, default_store: Store, tmp_path: Path):
    import polars as pl

    audit_store.overwrite("gold.thing", pl.DataFrame({"id": ["a", "b"], "n": [1, 2]}).to_arrow(), fingerprint="1")
    approvals = Approvals()
    box = Toolbox(
        [delta_lake_operation.tool(Workbench(audit_store, tmp_path))], allowed=Access.DESTRUCTIVE, approvals=approvals
    )
    merge = {
        "action": "merge",
        "table": "gold.thing",
        "key": ["id"],
        "rows": [{"id": "b", "n": 5}, {"id": "c", "n": 6}],
    }
    planned = box.call("delta_lake_operation", merge)
    assert json.loads(planned.text)["data"]["plan"] == {
        "table": "gold.thing",
        "version": 0,
        "would_update": 1,
        "would_insert": 1,
    }
    assert audit_store.version("gold.thing") == 0
    token = approvals.grant(str(planned.plan_id), "Dana")
    done = box.call("delta_lake_operation", {**merge, "approval_token": token})
    assert done.approver == "Dana" and '"updated": 1' in done.text, done.text
    assert sorted(audit_store.read("gold.thing").rows()) == [("a", 1), ("b", 5), ("c", 6)]


def test_a_table_is_read_at_a_version_and_masked(toolbox: Toolbox):
    found = data(toolbox, "delta_lake_operation", action="read", table="silver.customer", version=0, max_rows=3)
    assert found["row_count"] == 1150 and len(found["rows"]) == 3
    emails = [row[found["columns"].index("email")] for row in found["rows"]]
    assert all(email is None or email[1:5] == "***@" for email in emails)


def test_a_large_result_is_cut_and_says_how_much(toolbox: Toolbox, bench: Workbench):
    answer = toolbox.call("query_database", {"sql": "select * from gold.dim_customer", "max_rows": 200})
    assert len(answer.text) <= 24_000
    assert json.loads(answer.text)["data"]["cut"].endswith("of 200 rows fit the size limit")
