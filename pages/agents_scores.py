"""The scoreboard: evaluation questions by grade, each against the result of its gold SQL, and checks of artefacts."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import polars as pl
import streamlit as st

from agents.scripted import NAME
from ui import charts
from ui.cards import board, card, note, nothing_here
from ui.format import count, percent, score
from ui.kpi import Kpi, kpi_row
from ui.sentence import what_changed

COMMAND = "python -m agents.evals"


@st.cache_data(ttl=3, show_spinner=False)
def scores() -> Mapping[str, Any] | None:
    """The newest evaluation; None where there is none."""
    try:
        return import_module("agents.evals").load()
    except ImportError:
        return None


def draw() -> None:
    found = scores()
    if not found:
        nothing_here(f"Nothing was evaluated yet. Run: {COMMAND}")
        return
    who = f"**{NAME[0].upper()}{NAME[1:]}.** " if found.get("scripted") else f"**{found.get('model')}.** "
    what_changed(text=f"{who}{found.get('note', '')}")
    total = found["total"]
    questions = pl.DataFrame(found["questions"], infer_schema_length=None)
    kpi_row(
        Kpi(
            "Right",
            percent(total["right"] / total["questions"] if total["questions"] else None, 0),
            help="Answers whose rows equal those of the gold SQL, and questions rightly asked back or declined.",
            target=f"{count(total['right'])} of {count(total['questions'])} questions",
            reached=total["right"] / total["questions"] if total["questions"] else 0,
            tone="good",
        ),
        Kpi(
            "Valid SQL",
            count(total.get("valid_sql")),
            help="Answers whose SQL ran.",
            target=f"of {count(total.get('with_sql', total.get('valid_sql')))} answers with SQL",
            reached=1.0,
            tone="data",
        ),
        Kpi("Tokens", count(total.get("tokens")), help="A scripted model uses none.",
            target=f"model: {found.get('model')}", reached=1.0, tone="warning"),
        Kpi("Time", f"{score(found.get('seconds'), 1)} s", help="All questions together.",
            target=f"release {found.get('release_id')}, as of {found.get('as_of')}", reached=1.0, tone="general"),
    )  # fmt: skip
    grades = found["grades"]
    titles = {grade["grade"]: grade["title"] for grade in grades}
    page = board(2)
    with page.card(
        "By grade", "Share of each grade's questions that was answered, asked back or declined rightly"
    ) as it:
        parts = [
            {"grade": f"{grade['title']}, {grade['right']} of {grade['questions']}", "part": part, "questions": size}
            for grade in grades
            for part, size in (("Right", grade["right"]), ("Not right", grade["questions"] - grade["right"]))
        ]
        tones = {"Right": "good", "Not right": "neutral"}
        it.figure(charts.shares(pl.DataFrame(parts), label="grade", part="part", value="questions", tones=tones))
    with page.card("Artefacts", "Faults caught, clean data passed, builds green") as it:
        checks = pl.DataFrame(
            found.get("artefacts") or [], schema={"name": pl.String, "passed": pl.Boolean, "detail": pl.String}
        )
        it.table(
            {
                "name": "Evaluation",
                "passed": st.column_config.CheckboxColumn("Passed", width=70),
                "detail": "What was found",
            },
            frame=checks,
            height=250,
        )
    with card("Questions", f"{count(len(questions))} questions, each beside its gold SQL") as it:
        picked = it.table(
            {
                "grade": st.column_config.TextColumn("Grade", width=140),
                "question": st.column_config.TextColumn("Question", width=420),
                "kind": st.column_config.TextColumn("Expected", width=80),
                "right": st.column_config.CheckboxColumn("Right", width=60),
                "status": st.column_config.TextColumn("Ended", width=90),
                "detail": st.column_config.TextColumn("Detail", width=320),
            },
            frame=questions.with_columns(pl.col("grade").replace_strict(titles, default=pl.col("grade"))),
            height=380,
            key="agents_score",
            select=True,
        )
        if picked is not None:
            row = questions.row(picked, named=True)
            left, right = st.columns(2)
            for place, name, label in ((left, "sql", "SQL of the answer"), (right, "gold_sql", "Gold SQL")):
                with place:
                    note(label)
                    st.code(row.get(name) or "-- none", language="sql", height=260)
