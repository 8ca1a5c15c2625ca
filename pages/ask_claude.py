"""Ask the lakehouse: a question in plain words, a figure with its SQL, tables, release and row count."""

from dataclasses import replace

import streamlit as st

from agents import choice as model_choice
from agents import masking, settings
from agents.ask import desk as asking
from agents.ask.answers import Choice
from agents.ask.talk import AGENT, Talk, unplayed
from agents.errors import AgentError
from agents.scripted import NAME
from pages import ask_answer, ask_start
from ui import data
from ui.sentence import what_changed

ROLES = {"analyst": "Analyst, contacts masked", "steward": "Steward"}


@st.cache_resource(max_entries=4, show_spinner="Opening the release")
def opened(release_id: int, published: str, role: str) -> asking.Desk:
    """The desk over a release for a role; one for all sessions."""
    return asking.opened(release_id=release_id, role=role)


def ask(text: str = "", picked: Choice | None = None) -> None:
    """Answer and keep the answer; what goes wrong is an answer too."""
    talk: Talk = state["ask_talk"]
    try:
        if picked is not None:
            answer = desk.choose(picked, talk)
        elif is_scripted:
            answer = desk.ask(text, talk)
        else:
            from agents.ask import claude

            with st.status(f"{chosen.model.name} is working", expanded=True) as status:
                answer = claude.ask(desk, text, talk, chosen.model, lambda name: status.write(f"Asked `{name}`"))
    except AgentError as error:
        answer = replace(desk.said("failed", str(error)), asked=text or (picked.label if picked else ""))
    state["ask_talk"] = talk.after(answer)
    state["ask_turns"].append(answer)


def queue(text: str = "", picked: Choice | None = None) -> None:
    """For a button: ask in the run that follows."""
    state["ask_next"] = (text, picked)


def submit() -> None:
    queue(state["ask_input"])


def start_over() -> None:
    state["ask_talk"], state["ask_turns"] = Talk(), []


state = st.session_state
if "ask_talk" not in state:
    start_over()
shown = data.release()
chosen = model_choice.choose(settings.load(), AGENT, unplayed)
is_scripted = chosen.model.name == NAME

with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    role = st.segmented_control(
        "You ask as",
        masking.ROLES,
        default=masking.DEFAULT_ROLE,
        format_func=ROLES.__getitem__,
        key="ask_role",
        persist_state="session",
        required=True,
    )
    if state["ask_turns"] or "ask_next" in state:
        st.button(
            "New conversation", icon=":material/restart_alt:", type="tertiary", on_click=start_over, key="ask_new"
        )
desk = opened(shown.release_id, str(shown.published_at), role or masking.DEFAULT_ROLE)
if is_scripted:
    what_changed(
        text=f"**{chosen.reason[0].upper()}{chosen.reason[1:]}.** Your words are matched with "
        f"{len(desk.catalogue.questions)} verified questions, each answered by a query of the app's own pages. "
        "Nothing is made up: what none of them answers is asked back or declined."
    )
else:
    what_changed(
        text=f"**{chosen.reason}** answers, with verified questions first and SQL on masked tables where needed."
    )

waiting = state.pop("ask_next", None)
turns = state["ask_turns"]
started = bool(turns) or waiting is not None
with st.container(key="ask_talk"):
    for position, answer in enumerate(turns):
        ask_answer.draw(answer, position, queue, is_last=not waiting and position == len(turns) - 1)
    if waiting:
        ask(*waiting)
        ask_answer.draw(turns[-1], len(turns) - 1, queue, is_last=True)
with st.container(key="ask_dock" if started else "ask_field"):
    st.chat_input(
        "Ask about revenue, customers, pipeline, web site, fraud or data quality", key="ask_input", on_submit=submit
    )
if not started:
    ask_start.draw(desk.catalogue, queue)
