"""What one can ask: verified questions by page, before the first question and beside the conversation."""

from collections.abc import Callable

import streamlit as st

from agents.ask.answers import Choice
from agents.questions import Catalogue, Question
from ui import navigation
from ui.cards import board, section
from ui.format import count

SHOWN = 4  # questions on a card
TRIES = (
    "Revenue last quarter in Germany for Enterprise",
    "Who are our best customers?",
    "What should happen next with Muhlbauer?",
    "How good is our data?",
)


def draw(catalogue: Catalogue, queue: Callable[..., None]) -> None:
    """Examples that show what is understood, then a card of questions for each page."""
    with st.container(horizontal=True, key="ask_choices_try"):
        for position, text in enumerate(TRIES):
            st.button(text, key=f"ask_try_{position}", on_click=queue, args=(text,), icon=":material/chat_bubble:")
    total = count(len(catalogue.questions))
    section(
        "Verified questions", f"{total} in all, by the page whose figure they give. Say period, segment and country."
    )
    page = board(4, narrowest=250)
    for entry in navigation.PAGES:
        found = [question for question in catalogue.of_page(entry.key) if not question.is_of_customer]
        if found:
            with page.card(entry.title, f"{count(len(catalogue.of_page(entry.key)))} questions"):
                _questions(entry.key, found, queue)


def _questions(page: str, found: list[Question], queue: Callable[..., None]) -> None:
    with st.container(key=f"ask_page_{page}"):
        for question in found[:SHOWN]:
            _button(question, queue)
    rest = {question.id: question for question in found[SHOWN:]}
    picked = st.selectbox(
        f"More of {navigation.BY_KEY[page].title}",
        list(rest),
        index=None,
        format_func=lambda id_: rest[id_].ask,
        placeholder=f"{len(rest)} more",
        label_visibility="collapsed",
        key=f"ask_more_{page}",
        filter_mode="fuzzy",
    )
    if picked:
        queue("", Choice(rest[picked].ask, picked))
        st.rerun()


def _button(question: Question, queue: Callable[..., None]) -> None:
    st.button(
        question.ask,
        type="tertiary",
        width="stretch",
        key=f"ask_q_{question.id}",
        on_click=queue,
        args=("", Choice(question.ask, question.id)),
    )
