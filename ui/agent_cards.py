"""The agents in order: what state each is in, what it delivered, and what that cost."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from ui import palette
from ui.format import count

TONES = {"accepted": "good", "running": "realtime", "failed": "alert", "waiting": "neutral"}
WORDS = {"accepted": "Accepted", "running": "Working", "failed": "Not accepted", "waiting": "Not run yet"}


@dataclass(frozen=True)
class AgentCard:
    place: int
    title: str
    state: str  # accepted, running, failed, waiting
    summary: str
    model: str = ""
    artefacts: int = 0
    checks: int = 0
    passed: int = 0
    tool_calls: int = 0
    tokens: int = 0
    seconds: float = 0.0


def agent_cards(cards: Sequence[AgentCard]) -> None:
    """Six cards, numbered in the order in which each hands on to the next."""
    st.html(f'<div class="mdm-agents">{"".join(_card(card) for card in cards)}</div>')


def _card(card: AgentCard) -> str:
    figures = (
        ("Artefacts", count(card.artefacts)),
        ("Checks", f"{count(card.passed)} of {count(card.checks)}"),
        ("Tool calls", count(card.tool_calls)),
        ("Tokens", count(card.tokens)),
        ("Time", f"{card.seconds:,.1f} s"),
    )
    known = card.state in ("accepted", "failed")
    cells = "".join(f"<span><i>{name}</i>{value}</span>" for name, value in figures) if known else ""
    author = f'<span class="mdm-author">{html.escape(card.model)}</span>' if card.model else ""
    return (
        f'<article class="mdm-agent" style="--tone:{palette.tone(TONES[card.state])}">'
        f"<header><b>{card.place}</b><h3>{html.escape(card.title)}</h3>"
        f'<span class="mdm-agent-state mdm-agent-{card.state}">{WORDS[card.state]}</span></header>'
        f"<p>{html.escape(card.summary)}</p><div class='mdm-agent-figures'>{cells}</div>{author}</article>"
    )
