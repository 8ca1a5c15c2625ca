"""The six agents over the default lakehouse: in order, resumable, and judged by checks and not by their words."""

import json
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents import audit, results
from agents.choice import Choice
from agents.loop import Budget
from agents.models import Reply, Request
from agents.orchestrator import Orchestrator
from agents.progress import Progress
from agents.roster import BY_NAME, ROSTER, Agent
from agents.scripted import NAME, Call, Result, Scripted
from agents.scripts import dag, etl
from agents.scripts.job import job
from agents.tools import Workbench, run_tests
from agents.tools.approvals import Approvals
from agents.tools.write_pipeline_code import write
from lakehouse.storage import Store

DAG = BY_NAME["dag_builder"]


def orchestrator(
    bench: Workbench, roster: Sequence[Agent], told: list[str] | None = None, model: Any = None
) -> Orchestrator:
    def models(agent: Agent) -> Choice:
        return Choice(model or Scripted(agent.script), "a test")

    tell = (told if told is not None else []).append
    return Orchestrator(bench, models, tell, Budget(), Approvals(), roster)


@pytest.fixture
def own_bench(bench: Workbench, watched_store: Store) -> Workbench:
    """The default lakehouse is read; the trail goes elsewhere, for others look at the same folder."""
    return replace(bench, store=watched_store)


def test_an_agent_whose_files_stand_is_not_run_again(own_bench: Workbench):
    told: list[str] = []
    first = orchestrator(own_bench, [DAG], told).run()
    again = orchestrator(own_bench, [DAG], told).run()
    assert first.agents["dag_builder"].is_accepted
    assert first.run_id == again.run_id and first.agents == again.agents
    assert told[-1].endswith("kept: 1 artefacts, unchanged since they passed")

    (own_bench.workspace / dag.PATH).write_text("{}")
    mended = orchestrator(own_bench, [DAG], told).run()
    assert mended.agents["dag_builder"].is_accepted
    assert json.loads((own_bench.workspace / dag.PATH).read_text())["StartAt"] == "Extract"
    assert orchestrator(own_bench, [DAG]).run(fresh=True).run_id != first.run_id


def test_a_run_that_was_interrupted_goes_on_with_the_next_agent(own_bench: Workbench):
    class Killed(Exception):
        pass

    def dies(brief: str) -> Generator[Sequence[Call], list[Result], str]:
        raise Killed
        yield []

    second = replace(DAG, name="second", folder="second", script=dies)
    with pytest.raises(Killed):
        orchestrator(own_bench, [DAG, second]).run()
    told: list[str] = []
    done = orchestrator(own_bench, [DAG, replace(second, script=DAG.script, folder=DAG.folder)], told).run()
    assert next(line for line in told if "starts" in line).startswith("2/2")
    assert all(one.is_accepted for one in done.agents.values())


def test_words_alone_are_not_accepted(own_bench: Workbench):
    def boasts(brief: str) -> Generator[Sequence[Call], list[Result], str]:
        return "All is written, all checks passed."
        yield []

    told: list[str] = []
    done = orchestrator(own_bench, [replace(DAG, script=boasts), ROSTER[-1]], told).run()
    assert not done.agents["dag_builder"].is_accepted
    assert list(done.agents) == ["dag_builder"]  # nobody builds on it
    assert told[-1].startswith("1/2 DAG Builder")


def test_a_model_is_shown_what_fails_and_mends_it(own_bench: Workbench):
    good = json.dumps(dag.definition({"sap": ["a.py"], "salesforce": ["b.py"], "oracle": ["c.py"]}))
    bad = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})

    class Mends:
        name = "claude-test"

        def reply(self, request: Request) -> Reply:
            seen = str(request.messages[-1]["content"])
            if '"checked_as"' in seen:
                return Reply([{"type": "text", "text": "Written."}], "end_turn")
            content = good if "there is no gate" in seen else bad
            given = {"path": dag.PATH, "content": content}
            id_ = f"t{len(request.messages)}"
            return Reply([{"type": "tool_use", "id": id_, "name": "write_pipeline_code", "input": given}], "tool_use")

    done = orchestrator(own_bench, [DAG], model=Mends()).run()
    assert done.agents["dag_builder"].is_accepted and done.agents["dag_builder"].model == "claude-test"


def test_a_job_reads_the_stand_in_as_the_connector_does(default_store: Store, tmp_path: Path, monkeypatch: Any):
    """KNA1's generated job, run as it is, gives the rows that bronze holds."""
    from agents.tools.profile_data_source import tool
    from lakehouse.connectors import rfc
    from lakehouse.standins.enterprise import Enterprise, frames_of_store

    frames = frames_of_store(default_store)
    played = Enterprise(frames, tmp_path)
    for name, value in played.environment(sap_url="sap.test", salesforce_url="https://sf.test").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(rfc, "connect", played.sap.connect)
    profiled = tool(Workbench(default_store, tmp_path)).run
    for system, name, table in (("sap", "KNA1", "sap_kna1"), ("oracle", "HZ_LOCATIONS", None)):
        text = job(profiled({"system": system, "object": name}))
        module: dict[str, Any] = {"__name__": "job"}
        exec(compile(text, name, "exec"), module)
        if table is None:
            continue
        rows = {row[1]: row for page in module["extract"]() for row in page}
        expected = frames[f"bronze.{table}"].select([column for column, _ in module["COLUMNS"]])
        assert [rows[key] for key in expected["KUNNR"]] == [tuple(v or "" for v in row) for row in expected.rows()]


def test_a_job_that_names_a_wrong_key_is_caught(own_bench: Workbench):
    profile = {
        "system": "oracle",
        "object": "HZ_LOCATIONS",
        "description": "Addresses",
        "key": ["PARTY_ID"],
        "changed_column": None,
        "columns": [{"name": "LOCATION_ID", "type": "NUMBER"}],
    }
    write(own_bench.workspace, etl.path(profile), job(profile))
    [found] = run_tests.run(own_bench, {"suite": "jobs"})["rows"]
    assert not found["passed"]
    for part in ("its key is ['PARTY_ID']", "column of change is None", "its columns differ"):
        assert part in found["detail"]


def test_a_match_configuration_cannot_claim_what_was_not_measured(own_bench: Workbench):
    from lakehouse.mdm.rules import CUSTOMER

    claim = {"auto_merge_at": 0.92, "precision": 1.0, "recall": 1.0, "f1": 1.0, "golden_customers": 500}
    content = {"rules": CUSTOMER.to_dict(), "measured": claim}
    write(own_bench.workspace, "match/customer_match.json", json.dumps(content))
    [found] = run_tests.run(own_bench, {"suite": "match"})["rows"]
    assert not found["passed"]
    measured = json.loads(found["detail"])
    assert measured["claimed"]["recall"] == 1.0 and measured["recall"] < 1.0


@pytest.fixture(scope="module")
def everything(default_store: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Progress, Path, Store]:
    """All six agents, once."""
    trail = Store(str(tmp_path_factory.mktemp("trail")))

    class Split(Store):
        def append_rows(self, table: str, frame: Any) -> int:
            return trail.append_rows(table, frame)

    workspace = tmp_path_factory.mktemp("workspace")
    bench = Workbench(Split(default_store.uri), workspace, environment={})
    return orchestrator(bench, ROSTER).run(), workspace, trail


@pytest.mark.slow
def test_all_six_agents_deliver_what_passes(everything: tuple[Progress, Path, Store]):
    done, workspace, trail = everything
    assert list(done.agents) == [agent.name for agent in ROSTER]
    assert all(one.is_accepted for one in done.agents.values()), (workspace / results.TEXT_FILE).read_text()
    counts = {name: len(one.findings) for name, one in done.agents.items()}
    assert counts["etl_generator"] == 62 and counts["dq_engine"] >= 50 and counts["dbt_modeler"] == 9
    assert {one.model for one in done.agents.values()} == {NAME}
    measured = json.loads(next(f.detail for f in done.agents["mdm_matcher"].findings if f.check == "match"))
    assert measured["precision"] == 1.0 and measured["recall"] > 0.7
    rows = audit.rows(trail, done.run_id)
    assert rows["agent"].unique(maintain_order=True).to_list() == list(done.agents)
    assert rows.filter(event="result").height == sum(one.tool_calls for one in done.agents.values())
    assert not rows.filter(event="result")["is_error"].any()


@pytest.mark.slow
def test_every_file_says_who_wrote_it(everything: tuple[Progress, Path, Store]):
    done, workspace, _ = everything
    listed = json.loads((workspace / results.JSON_FILE).read_text())["artefacts"]
    assert {row["path"] for row in listed} >= {path for one in done.agents.values() for path in one.artefacts}
    assert {row["model"] for row in listed} == {NAME}
    for row in listed:
        assert NAME in (workspace / row["path"]).read_text(), row["path"]
