"""The agents' page: before a run, after one, what a run in the background says, the audit trail, and the scores."""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from agents import background
from agents.audit import Audit
from agents.progress import Finding, Finished, Progress
from agents.roster import ROSTER
from agents.scripted import NAME
from lakehouse.storage import Store
from pages import agents_scores
from tests.pages.app import assert_sound, figures, kpis, markup, opened


@pytest.fixture(scope="module")
def own(default_uri: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy with one run in its audit trail."""
    copy = tmp_path_factory.mktemp("agents_page") / "lakehouse"
    shutil.copytree(Path(default_uri), copy)
    for agent, error in (("etl_generator", None), ("dq_engine", "no such table")):
        audit = Audit(Store(str(copy)), "agents-test", agent, NAME)
        audit.note("reply", 1, status="tool_use", seconds=0.1, input_tokens=10, output_tokens=5)
        audit.note("result", 1, tool="run_tests", access="read", seconds=0.2, is_error=bool(error), error=error)
        audit.note("end", 1, status="answered")
        audit.flush()
    return str(copy)


@pytest.fixture(autouse=True)
def workspace(own: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LAKEHOUSE_URI", own)
    monkeypatch.setenv("MDM_AGENT_WORKSPACE", str(tmp_path))
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "MDM_MODEL_PROVIDER"):
        monkeypatch.delenv(name, raising=False)
    agents_scores.scores.clear()
    return tmp_path


def delivered(workspace: Path) -> None:
    """One agent accepted, one not."""
    (workspace / "jobs").mkdir()
    (workspace / "jobs" / "sap_kna1.py").write_text("SYSTEM = 'sap'\n")
    done = Progress("agents-test", 1)
    good = [Finding("jobs/sap_kna1.py", "job", True, "compiles")]
    bad = [Finding("quality/a.json", "suite", False, "a fault was not caught")]
    for agent, path, findings in (("etl_generator", "jobs/sap_kna1.py", good), ("dq_engine", "quality/a.json", bad)):
        done.agents[agent] = Finished(
            agent, NAME, "answered", "62 extraction jobs.", [path], findings, "", 2, 3, 15, 1.5
        )
    state = workspace / ".agents"
    state.mkdir(exist_ok=True)
    done.save(state)


def running(workspace: Path, *lines: str) -> None:
    """A log of a run whose process has ended."""
    state = workspace / ".agents"
    state.mkdir(exist_ok=True)
    (state / background.LOG).write_text("\n".join(lines))
    started = {"pid": 2**22 + 1, "started_at": datetime(2026, 2, 1, 10, tzinfo=UTC).isoformat()}
    (state / background.STATE).write_text(json.dumps(started))


def page(**query: str) -> AppTest:
    app = opened("agents", **query)
    assert_sound(app)
    return app


def test_before_a_run_the_six_agents_wait_in_order():
    app = page()
    shown = markup(app)
    assert "Scripted model, not Claude: ANTHROPIC_API_KEY is not set." in shown
    assert "No agent has delivered anything yet. Start a run above." in shown
    places = [shown.index(f"<h3>{agent.title}</h3>") for agent in ROSTER]
    assert places == sorted(places) and shown.count("Not run yet") == 6
    assert kpis(app) == 4


def test_each_artefact_is_listed_with_the_check_it_passed(workspace: Path):
    delivered(workspace)
    app = page()
    shown = markup(app)
    assert "1 of 6" in shown and shown.count(">Accepted<") == 1 and shown.count(">Not accepted<") == 1
    assert "written by: scripted model, not Claude, for release 1" in shown
    rows = app.dataframe[0].value
    assert rows[["path", "check", "result"]].values.tolist() == [
        ["jobs/sap_kna1.py", "job", "passed"],
        ["quality/a.json", "suite", "FAILED"],
    ]
    app.toggle(key="agents_failed").set_value(True).run()
    assert app.dataframe[0].value["path"].tolist() == ["quality/a.json"]
    app.toggle(key="agents_failed").set_value(False).run()
    app.selectbox(key="agents_of").set_value("ETL Generator").run()
    assert app.dataframe[0].value["path"].tolist() == ["jobs/sap_kna1.py"]


def test_a_run_leaves_its_lines_for_whoever_comes_back(workspace: Path):
    begun = "10:00:00 1/6 ETL Generator  starts: scripted model, not Claude"
    running(workspace, begun, begun.replace("starts:", "answered:"), "10:00:09 error: the lakehouse is locked")
    shown = markup(page())
    assert "answered: scripted model, not Claude" in shown and shown.count("<span>waits</span>") == 5
    assert "Started 1 Feb 2026, 10:00 UTC. 10:00:09 error: the lakehouse is locked" in shown


def test_the_button_starts_a_run_without_a_model_and_never_waits(monkeypatch: pytest.MonkeyPatch):
    started = []
    monkeypatch.setattr(background, "start", lambda *given, **options: started.append((given, options)))
    app = page()
    next(button for button in app.button if button.label.endswith("with the scripted model")).click().run()
    [((folder, release), options)] = started
    assert (folder, release) == (background.workspace(), 1)
    assert options == {"with_model": False, "fresh": False}


def test_a_second_run_is_refused_in_words(monkeypatch: pytest.MonkeyPatch):
    def busy(*_: object, **__: object) -> None:
        raise background.AlreadyRunning("A run works in x already; wait for its end")

    monkeypatch.setattr(background, "start", busy)
    app = page()
    next(button for button in app.button if button.label.endswith("with the scripted model")).click().run()
    assert "A run works in x already" in markup(app)


def test_without_the_libraries_the_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    for name in ("anthropic", "jsonschema", "yaml", "sqlglot"):
        monkeypatch.setitem(sys.modules, name, None)
    app = page()
    assert "Not installed here: jsonschema, yaml, sqlglot. pip install -r requirements-agents.txt, then" in markup(app)
    assert "Start a run above" not in markup(app)
    assert not [button for button in app.button if "scripted model" in button.label]


def test_the_trail_can_be_narrowed_by_agent_tool_and_error():
    app = page(agents_tab="Audit trail")
    assert len(figures(app)) == 2
    assert len(app.dataframe[0].value) == 6
    app.selectbox(key="agents_trail_agent").set_value("dq_engine").run()
    assert set(app.dataframe[0].value["agent"]) == {"dq_engine"}
    app.selectbox(key="agents_trail_tool").set_value("run_tests").run()
    assert app.dataframe[0].value["error"].tolist() == ["no such table"]
    app.selectbox(key="agents_trail_agent").set_value("All").run()
    app.toggle(key="agents_trail_errors").set_value(True).run()
    assert len(app.dataframe[0].value) == 1
    assert_sound(app)


SCORES = {
    "model": NAME,
    "scripted": True,
    "note": "It matches verified questions.",
    "as_of": "2026-01-31",
    "release_id": 1,
    "seconds": 3.2,
    "total": {"questions": 2, "right": 1, "valid_sql": 2, "tokens": 0},
    "grades": [
        {"grade": "one", "title": "One table", "questions": 1, "right": 1, "valid_sql": 1, "seconds": 1.0, "tokens": 0},
        {"grade": "two", "title": "Join", "questions": 1, "right": 0, "valid_sql": 1, "seconds": 2.2, "tokens": 0},
    ],
    "questions": [
        {"id": "a", "grade": "one", "question": "Revenue?", "kind": "answer", "right": True, "valid_sql": True,
         "status": "answer", "detail": "", "sql": "select 1", "gold_sql": "select 1", "seconds": 1.0, "tokens": 0},
        {"id": "b", "grade": "two", "question": "By rep?", "kind": "answer", "right": False, "valid_sql": True,
         "status": "answer", "detail": "other rows", "sql": None, "gold_sql": "select 2", "seconds": 2.2, "tokens": 0},
    ],
    "artefacts": [{"name": "Suites catch faults", "passed": True, "detail": "50 of 50"}],
}  # fmt: skip


@pytest.mark.parametrize("found", [SCORES, None], ids=["evaluated", "not yet"])
def test_the_scoreboard(monkeypatch: pytest.MonkeyPatch, found):
    monkeypatch.setattr(agents_scores, "import_module", lambda _: SimpleNamespace(load=lambda: found))
    app = page(agents_tab="Scoreboard")
    shown = markup(app)
    if found is None:
        assert "Nothing was evaluated yet. Run: python -m agents.evals" in shown
        return
    assert "Scripted model, not claude." not in shown and "<b>Scripted model, not Claude.</b>" in shown
    assert "50%" in shown and "1 of 2 questions" in shown
    [drawn] = figures(app)
    assert [trace["name"] for trace in drawn["data"]] == ["Right", "Not right"]
    assert app.dataframe[1].value["question"].tolist() == ["Revenue?", "By rep?"]
