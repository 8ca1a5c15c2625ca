"""The evaluation: every gold SQL runs, the scoring is neither kind nor harsh, and the scoreboard says who was asked."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from agents import evals
from agents.ask.desk import Desk
from agents.evals import answerers, artefacts, asking, catalogue, report
from agents.evals.answerers import Said
from agents.evals.catalogue import Gold
from agents.evals.scoring import equal
from agents.scripted import NAME
from agents.settings import Settings
from agents.tools import Workbench, sql_guard
from lakehouse.storage import Store
from tests.agents.messages_api import serving, text, tools

GOLD = catalogue.load()
WITH_SQL = [one for one in GOLD if one.sql]


def test_there_are_fifty_questions_with_gold_sql_in_four_grades():
    counted = Counter(one.grade for one in WITH_SQL)
    assert sum(counted.values()) >= 50
    assert len(counted) == 4 and min(counted.values()) >= 12
    kinds = Counter(one.kind for one in GOLD)
    assert kinds["clarify"] >= 5 and kinds["decline"] >= 5
    assert all(one.trap for one in GOLD if one.grade == "metric")


@pytest.fixture(scope="module")
def gold_file(default_store: Store) -> Any:
    bench = Workbench(default_store, Path(), environment={})
    with duckdb.connect(bench.snapshot, read_only=True) as con:
        yield con


@pytest.mark.parametrize("gold", WITH_SQL, ids=lambda one: f"{one.grade}-{one.id}")
def test_a_gold_query_is_allowed_and_has_an_answer(gold_file: duckdb.DuckDBPyConnection, gold: Gold):
    listed = gold_file.execute("select table_schema || '.' || table_name from information_schema.tables").fetchall()
    assert sql_guard.check(gold_file, gold.sql, [name for (name,) in listed])
    rows = gold_file.execute(gold.sql).fetchall()
    assert 0 < len(rows) <= asking.MOST_ROWS
    assert all(value not in (None, 0) for row in rows for value in row)


@pytest.mark.parametrize(
    ("gold", "found", "is_equal"),
    [
        ([[1, "a"], [2, "b"]], [[2, "b"], [1, "a"]], True),
        ([[1, "a"], [2, "b"]], [["a", 1], ["b", 2]], True),
        ([[1, "a"], [2, "b"]], [["a", "x", 1], ["b", "y", 2]], True),
        ([[1, "a"], [2, "b"]], [["a", 2], ["b", 1]], False),
        ([[1], [1], [2]], [[1], [2], [2]], False),
        ([[1], [2]], [[1]], False),
        ([[27.4468]], [[27.4]], False),
        ([[27.4468]], [[27.45]], True),
        ([[Decimal("102005616.15")]], [[102005616]], True),
        ([[102005616.15]], [["102005616.15"]], True),
        ([[date(2025, 12, 1), 5.0]], [["2025-12-01", 5]], True),
        ([[None, 1]], [[None, 1]], True),
        ([], [], False),
        ([[1]], [], False),
    ],
)
def test_result_sets_are_compared(gold: Any, found: Any, is_equal: bool):
    assert equal(gold, found) is is_equal


def said(kind: str, rows: Any = ()) -> Said:
    return Said(kind, "words", "select 1", [rows], True if kind == "answer" else None, 7, 0.25)


def test_an_answer_is_right_where_the_right_reaction_came():
    gold = Gold("g", "join", "How many?", sql="select 42")
    back = Gold("b", "talk", "Best?", kind="clarify")
    assert asking.score(gold, [[42]], said("answer", [[42]])).right
    wrong = asking.score(gold, [[42]], said("answer", [[41]]))
    assert not wrong.right and wrong.detail == "expected 42, got 41"
    assert "expected an answer, got a refusal" in asking.score(gold, [[42]], said("decline")).detail
    assert asking.score(back, [], said("clarify")).right
    assert not asking.score(back, [], said("answer", [[42]])).right


def test_whoever_knows_the_gold_sql_is_right_throughout(default_store: Store):
    chosen = [one for one in GOLD if one.id in ("customers", "pairs-by-tier", "weather")]
    snapshot = Workbench(default_store, Path(), environment={}).snapshot

    def ask(text: str) -> Said:
        gold = next(one for one in chosen if one.ask == text)
        return said(gold.kind, asking.gold_rows(snapshot, gold) if gold.sql else ())

    scores = asking.all_scores(chosen, snapshot, ask)
    total = asking.total(scores)
    assert (total["right"], total["questions"], total["wrong_answers"]) == (3, 3, 0)
    assert (total["refusals_right"], total["with_sql"], total["tokens"]) == (1, 2, 21)
    silent = asking.all_scores(chosen, snapshot, lambda text: said("decline"))
    assert [one.right for one in silent] == [False, False, True]


@pytest.fixture
def desk(watched_store: Store) -> Any:
    opened = Desk(watched_store, watched_store.latest())
    yield opened
    opened.close()


def test_without_a_key_the_verified_questions_answer(desk: Desk):
    model, reason, ask = answerers.answerer(desk, Settings())
    assert model == NAME and "ANTHROPIC_API_KEY" in reason
    customers = ask("How many customers do we have?")
    assert (customers.kind, customers.claims, customers.is_valid_sql) == ("answer", [[[500]]], True)
    assert ask("How was the weather in Berlin last Monday?").kind == "decline"


def test_with_a_key_claude_is_asked_and_its_sql_is_scored(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("anthropic", reason="requirements-agents.txt is not installed")
    gold = next(one for one in GOLD if one.id == "customers-without-orders")
    with serving(tools(("query_database", {"sql": gold.sql})), text("20 customers have never ordered.")) as api:
        monkeypatch.setenv("ANTHROPIC_API_KEY", "test")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", api.url)
        model, _, ask = answerers.answerer(desk, Settings(has_key=True))
        snapshot = Workbench(desk.store, Path(), environment={}).snapshot
        [scored] = asking.all_scores([gold], snapshot, ask)
    assert model == "claude-opus-4-6"
    assert scored.right and scored.valid_sql and scored.sql == gold.sql and scored.tokens > 0


ROWS = [
    {"check": "job", "passed": True, "detail": "compiles"},
    {"check": "job", "passed": False, "detail": "does not compile"},
    {"check": "quality", "passed": True, "detail": "3 of 3 injected faults caught"},
    {"check": "quality", "passed": False, "detail": "1 of 2 injected faults caught, missed: x"},
    {"check": "quality", "passed": False, "detail": "bronze.x: breached"},
]


def test_artefacts_are_evaluated_by_their_checks():
    jobs, suites = artefacts.evaluate({"artefacts": ROWS})
    assert not jobs["passed"] and jobs["detail"].startswith("1 of 2 jobs")
    assert suites["detail"] == "4 of 5 injected faults caught; 2 of 3 suites pass on clean data"
    with pytest.raises(ValueError, match=r"run: python -m agents\.orchestrator"):
        artefacts.load(Path("nowhere"))


def test_the_scoreboard_is_written_whole_and_says_who_was_asked(tmp_path: Path):
    scores = [asking.score(Gold("g", "join", "How | many?", sql="select 42"), [[42]], said("answer", [[41]]))]
    board = {
        "model": NAME,
        "note": "No model was asked.",
        "release_id": 1,
        "as_of": "2026-01-31",
        "total": asking.total(scores),
        "grades": asking.grades(scores),
        "questions": asking.as_rows(scores),
        "artefacts_by": NAME,
        "artefacts": artefacts.evaluate({"artefacts": ROWS}),
    }
    report.write(board, tmp_path)
    assert evals.load(tmp_path) == json.loads(json.dumps(board))
    page = (tmp_path / "evals.md").read_text()
    assert f"**{NAME}**: 0 of 1 right. No model was asked." in page
    assert "expected 42, got 41" in page and "| Joins | 1 | 0 | 1 | 1 of 1 | 7 | 0.2 |" in page
    assert evals.load(tmp_path / "nowhere") is None


def test_the_published_scoreboard_is_of_these_questions():
    board = evals.load()
    assert board is not None
    assert [(one["grade"], one["id"], one["question"]) for one in board["questions"]] == [
        (one.grade, one.id, one.ask) for one in GOLD
    ]
    assert board["model"] in (evals.DOCS / "evals.md").read_text()
    assert board["scripted"] == (board["model"] == NAME)
