"""Ask every question and score what comes back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.errors import ToolError
from agents.evals.answerers import Answerer, Said
from agents.evals.catalogue import GRADES, Gold
from agents.evals.scoring import equal
from agents.tools import sandboxed

MOST_ROWS = 500
SECONDS = 20.0


@dataclass(frozen=True)
class Scored:
    id: str
    grade: str
    question: str
    kind: str  # what was wanted
    status: str  # what came
    right: bool
    valid_sql: bool | None
    detail: str
    sql: str
    gold_sql: str
    tokens: int
    seconds: float


def gold_rows(snapshot: Path, gold: Gold) -> list[list[Any]]:
    """The right answer's rows. Raises ToolError where the gold SQL does not run."""
    found = sandboxed.query(snapshot, gold.sql, rows=MOST_ROWS, seconds=SECONDS)
    rows: list[list[Any]] = found["rows"]
    return rows


def score(gold: Gold, right_rows: Sequence[Sequence[Any]], said: Said) -> Scored:
    """One answer beside what it should have been."""
    is_right = said.kind == gold.kind and (
        gold.kind != "answer" or any(equal(right_rows, rows) for rows in said.claims)
    )
    if is_right:
        detail = ""
    elif said.kind != gold.kind:
        detail = f"expected {_names(gold.kind)}, got {_names(said.kind)}: {said.text[:160]}"
    else:
        got = " or ".join(_few(rows) for rows in said.claims) or "no row"
        detail = f"expected {_few(right_rows)}, got {got}"
    return Scored(
        gold.id,
        gold.grade,
        gold.ask,
        gold.kind,
        said.kind,
        is_right,
        said.is_valid_sql,
        detail,
        said.sql,
        gold.sql,
        said.tokens,
        round(said.seconds, 3),
    )


def all_scores(questions: Sequence[Gold], snapshot: Path, ask: Answerer) -> list[Scored]:
    """Every question asked once. A gold SQL that does not run is an error of ours, and is raised."""
    found = []
    for gold in questions:
        try:
            rows = gold_rows(snapshot, gold) if gold.sql else []
        except ToolError as error:
            raise ToolError(f"The gold SQL of {gold.grade}/{gold.id} does not run: {error}") from error
        found.append(score(gold, rows, ask(gold.ask)))
    return found


def grades(scores: Sequence[Scored]) -> list[dict[str, Any]]:
    """One row a grade."""
    return [_summed(grade, [one for one in scores if one.grade == grade]) for grade in GRADES]


def total(scores: Sequence[Scored]) -> dict[str, Any]:
    """All grades together; `wrong` answers are those that were given although they are not right."""
    summed = _summed("", scores)
    wrong = sum(one.status == "answer" and not one.right for one in scores)
    talk = [one for one in scores if one.kind != "answer"]
    return {
        **{name: value for name, value in summed.items() if name not in ("grade", "title")},
        "wrong_answers": wrong,
        "refusals": len(talk),
        "refusals_right": sum(one.right for one in talk),
    }


def _summed(grade: str, scores: Sequence[Scored]) -> dict[str, Any]:
    with_sql = [one for one in scores if one.valid_sql is not None]
    return {
        "grade": grade,
        "title": GRADES.get(grade, ""),
        "questions": len(scores),
        "right": sum(one.right for one in scores),
        "answered": sum(one.status == "answer" for one in scores),
        "with_sql": len(with_sql),
        "valid_sql": sum(bool(one.valid_sql) for one in with_sql),
        "tokens": sum(one.tokens for one in scores),
        "seconds": round(sum(one.seconds for one in scores), 2),
    }


def as_rows(scores: Sequence[Scored]) -> list[dict[str, Any]]:
    return [asdict(one) for one in scores]


def _names(kind: str) -> str:
    return {"answer": "an answer", "clarify": "a question back", "decline": "a refusal"}.get(kind, kind)


def _few(rows: Sequence[Sequence[Any]]) -> str:
    shown = "; ".join(", ".join(str(value) for value in row) for row in rows[:2])
    return f"{len(rows)} rows: {shown[:120]}" if len(rows) > 1 else shown[:120] or "no row"
