"""The run of the six agents: started here, watched here, and every artefact with the check it passed."""

import html
from pathlib import Path

import polars as pl
import streamlit as st

from agents import background, trail
from agents.errors import AgentError
from agents.progress import Progress
from agents.roster import ROSTER
from agents.scripted import NAME
from ui import data
from ui.agent_cards import AgentCard, agent_cards
from ui.cards import card, note, nothing_here
from ui.format import count, moment
from ui.sentence import what_changed

EVERY = 1.5  # seconds between two looks at a run
LANGUAGE = {".py": "python", ".sql": "sql", ".yml": "yaml", ".json": "json", ".md": "markdown"}
COMMAND = "python -m agents.orchestrator --workspace generated"


def draw(workspace: Path, done: Progress | None, *, has_model: bool) -> None:
    run = background.status(workspace)
    _starter(workspace, run, done, has_model=has_model)
    agent_cards(_cards(run, done))
    if done is None:
        way = "" if background.missing() else " Start a run above."
        nothing_here(f"No agent has delivered anything yet.{way}")
        return
    _artefacts(workspace, done)


def _starter(workspace: Path, run: background.Run, done: Progress | None, *, has_model: bool) -> None:
    """The button, and a line for each agent while a run works."""
    with card("Run the six agents", "In a process of its own: leave the page and come back, it goes on."):
        if lacking := background.missing():
            note(
                f"Not installed here: {', '.join(lacking)}. "
                f"pip install -r requirements-agents.txt, then start the app again, or: {COMMAND}"
            )
            return
        label = "Run all six again" if done else "Run the six agents"
        with st.container(horizontal=True, key="agents_start"):
            for with_model in (False, True) if has_model else (False,):
                who = "with Claude" if with_model else "with the scripted model"
                st.button(
                    f"{label} {who}",
                    icon=":material/play_arrow:",
                    type="secondary" if with_model else "primary",
                    disabled=run.is_running,
                    key=f"agents_run_{with_model}",
                    on_click=_start,
                    args=(workspace, data.release().release_id, with_model, done is not None),
                )
        if problem := st.session_state.pop("agents_problem", ""):
            what_changed(text=problem, tone="alert")
        if run.is_running:
            st.fragment(_watch, run_every=EVERY)(workspace)
        elif run.started_at:
            _lines(run)


def _start(workspace: Path, release_id: int, with_model: bool, fresh: bool) -> None:
    try:
        background.start(workspace, release_id, with_model=with_model, fresh=fresh)
    except (AgentError, OSError) as error:
        st.session_state["agents_problem"] = str(error)


def _watch(workspace: Path) -> None:
    """The lines of a run that works; when it ends, the whole page is drawn anew."""
    run = background.status(workspace)
    _lines(run)
    if not run.is_running:
        st.rerun()


def _lines(run: background.Run) -> None:
    begun = f"Started {moment(run.started_at)} UTC" if run.started_at else ""
    cells = []
    for place, agent in enumerate(ROSTER, start=1):
        step = run.steps.get(place)
        text = f"{step.state}: {step.text}" if step else "waits"
        cells.append(f"<b>{place}</b><b>{html.escape(agent.title)}</b><span>{html.escape(text)}</span>")
    st.html(f'<div class="mdm-runline">{"".join(cells)}</div>')
    note(f"{begun}. {run.last}" if not run.is_running else f"{begun}, {NAME} or model as said above; working …")


def _cards(run: background.Run, done: Progress | None) -> list[AgentCard]:
    cards = []
    for place, agent in enumerate(ROSTER, start=1):
        one = done.agents.get(agent.name) if done else None
        step = run.steps.get(place)
        works = run.is_running and step is not None and step.state == "starts"
        if works or one is None:
            cards.append(AgentCard(place, agent.title, "running" if works else "waiting", agent.writes))
            continue
        cards.append(
            AgentCard(
                place,
                agent.title,
                "accepted" if one.is_accepted else "failed",
                one.summary,
                one.model,
                len(one.artefacts),
                len(one.findings),
                sum(found.passed for found in one.findings),
                one.tool_calls,
                one.tokens,
                one.seconds,
            )
        )
    return cards


def _artefacts(workspace: Path, done: Progress) -> None:
    rows = trail.artefacts(done)
    with card(
        "Artefacts",
        f"{count(len(rows))} files and checks · run {done.run_id} on release {done.release_id}",
        empty="No artefact fits.",
    ) as it:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            agents = [agent.title for agent in ROSTER]
            chosen = st.selectbox("Agent", ["All agents", *agents], key="agents_of", bind="query-params", width=220)
            text = st.text_input("Find a file or a check", key="agents_find", width=260)
            failed = st.toggle("Failed only", key="agents_failed")
        if chosen in agents:
            rows = rows.filter(pl.col("agent") == chosen)
        if text:
            wanted = pl.concat_str("path", "check", "detail", separator=" ", ignore_nulls=True).str.to_lowercase()
            rows = rows.filter(wanted.str.contains(text.lower(), literal=True))
        if failed:
            rows = rows.filter(~pl.col("passed"))
        says = pl.when(pl.col("passed")).then(pl.lit("passed")).when(~pl.col("passed")).then(pl.lit("FAILED"))
        picked = it.table(
            {
                "agent": st.column_config.TextColumn("Agent", width=120),
                "path": st.column_config.TextColumn("Artefact", width=330),
                "check": st.column_config.TextColumn("Check", width=150),
                "result": st.column_config.TextColumn("Result", width=80),
                "detail": st.column_config.TextColumn("What it found", width=420),
            },
            frame=rows.with_columns(result=says.otherwise(pl.lit("no check of its own"))),
            height=360,
            key="agents_artefact",
            select=True,
        )
        note("Click a row to read the file.")
        if picked is not None and picked < len(rows):
            path = rows["path"][picked]
            content = trail.content(workspace, path)
            if content is None:
                note(f"{path} is not a file of the workspace any more.")
            else:
                st.code(content, language=LANGUAGE.get(Path(path).suffix), height=420)
