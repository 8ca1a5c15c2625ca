"""Agents: what did the six agents write, which check did each file pass, and what did every call cost?"""

import streamlit as st

from agents import background, settings, trail
from agents import choice as model_choice
from agents.ask.talk import AGENT, unplayed
from agents.roster import ROSTER
from agents.scripted import NAME
from pages import agents_results, agents_scores, agents_trail
from ui.format import count, score
from ui.kpi import Kpi, kpi_row
from ui.sentence import what_changed

workspace = background.workspace()
done = trail.delivered(workspace)
known = settings.load()
reason = model_choice.choose(known, AGENT, unplayed).reason

finished = list(done.agents.values()) if done else []
checks = [finding for one in finished for finding in one.findings]
models = ", ".join(sorted({one.model for one in finished}))
state = f"What stands below was written by: {models}, for release {done.release_id}." if done else "No agent has run."
what_changed(text=f"**{reason[0].upper()}{reason[1:]}.** {state}")
kpi_row(
    Kpi(
        "Agents accepted",
        f"{sum(one.is_accepted for one in finished)} of {len(ROSTER)}",
        help="An agent's work is accepted when every check of it passes; the orchestrator looks itself.",
        target="each hands its output on to the next",
        reached=sum(one.is_accepted for one in finished) / len(ROSTER),
        tone="good",
    ),
    Kpi(
        "Artefacts",
        count(sum(len(one.artefacts) for one in finished)),
        help="Files that the agents wrote: jobs, suites, rules, models, a state machine and documents.",
        target=f"{count(sum(found.passed for found in checks))} of {count(len(checks))} checks passed",
        reached=sum(found.passed for found in checks) / len(checks) if checks else 0,
        tone="data",
    ),
    Kpi(
        "Tool calls",
        count(sum(one.tool_calls for one in finished)),
        help="Calls of the seven tools in the run; each is a row of the audit trail.",
        target="all on record",
        reached=1.0 if finished else 0.0,
        tone="realtime",
    ),
    Kpi(
        "Tokens and time",
        count(sum(one.tokens for one in finished)),
        help="Tokens of the run; a scripted model uses none.",
        target=f"{score(sum(one.seconds for one in finished), 0)} s in all",
        reached=1.0 if finished else 0.0,
        tone="warning",
    ),
)

names = ("Agents and artefacts", "Audit trail", "Scoreboard")
tabs = dict(zip(names, st.tabs(names, key="agents_tab", on_change="rerun", bind="query-params"), strict=True))
if tabs[names[0]].open:
    with tabs[names[0]]:
        agents_results.draw(workspace, done, has_model=not reason.startswith(NAME))
if tabs[names[1]].open:
    with tabs[names[1]]:
        agents_trail.draw()
if tabs[names[2]].open:
    with tabs[names[2]]:
        agents_scores.draw()
