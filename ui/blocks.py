"""Blocks that say things in words: alerts, facts in a line, who a page is about, actions, stages."""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from ui import navigation, palette, paper
from ui.sentence import bold

ICON = {"alert": "error", "warning": "warning", "data": "join_inner", "good": "check_circle", "neutral": "info"}


@dataclass(frozen=True)
class Alert:
    """One thing that someone should look at, and the page where it is explained."""

    title: str
    detail: str
    page: str
    tone: str = "warning"
    query: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Fact:
    """A small figure with its name; `mood` is good, bad or empty."""

    name: str
    value: str
    note: str = ""
    mood: str = ""


@dataclass(frozen=True)
class Action:
    """What to do, why, and by which rule."""

    title: str
    because: str
    rule: str = ""
    tone: str = "neutral"


@dataclass(frozen=True)
class Stage:
    """A group of customers: what it is, how large, and what to do about it."""

    name: str
    size: str
    worth: str
    definition: str
    action: str


def alert_strip(alerts: Iterable[Alert]) -> None:
    """Alerts side by side, each a link; nothing where there are none."""
    shown = list(alerts)
    if not shown:
        return
    lines = (f"<li><b>{html.escape(alert.title)}</b> {html.escape(alert.detail)}</li>" for alert in shown)
    paper.keep(paper.Text(f'<ul class="mdm-note">{"".join(lines)}</ul>'))
    with st.container(key="alert_strip"):
        for position, alert in enumerate(shown):
            with st.container(key=f"alert_{alert.tone}_{position}"):
                label = f"**{literal(alert.title)}**  {literal(alert.detail)}"
                icon = f":material/{ICON.get(alert.tone, 'info')}:"
                navigation.link(
                    alert.page, label, icon=icon, **{name: str(value) for name, value in alert.query.items()}
                )


def fact_line(facts: Sequence[Fact]) -> None:
    """Small figures in one line that wraps."""
    cells = "".join(
        f'<div class="mdm-fact"><dt>{html.escape(fact.name)}</dt><dd class="{_mood(fact.mood)}">'
        f"{html.escape(fact.value)}<small>{html.escape(fact.note) or '&nbsp;'}</small></dd></div>"
        for fact in facts
    )
    paper.html(f'<dl class="mdm-line">{cells}</dl>')


def headline(name: str, badges: Sequence[tuple[str, str]], line: str) -> None:
    """The name of whom a page is about, badges of (text, value whose colour they take), and one line."""
    marks = "".join(
        f'<span class="mdm-badge"><i style="background:{_colour(value)}"></i>{html.escape(text)}</span>'
        for text, value in badges
    )
    paper.html(
        f'<div class="mdm-headline"><h2>{html.escape(name)}</h2><div class="mdm-badges">{marks}</div>'
        f"<p>{bold(line)}</p></div>"
    )


def action_list(actions: Sequence[Action]) -> None:
    """The first action large, the others below it; each with its reason and its rule."""
    rows = "".join(
        f'<li class="mdm-action" style="--tone:{palette.tone(action.tone)}"><b>{html.escape(action.title)}</b>'
        f"<span>{html.escape(action.because)}</span>"
        f"<small>{html.escape('Rule: ' + action.rule) if action.rule else ''}</small></li>"
        for action in actions
    )
    paper.html(f'<ol class="mdm-actions">{rows}</ol>')


def stage_cards(stages: Sequence[Stage]) -> None:
    """A card a stage: its size, what it is worth, its definition and what to do."""
    cards = "".join(
        f'<article class="mdm-stage" style="--tone:{_colour(stage.name)}"><h3>{html.escape(stage.name)}</h3>'
        f"<p class='mdm-stage-size'>{html.escape(stage.size)}<span>{html.escape(stage.worth)}</span></p>"
        f"<p class='mdm-stage-what'>{html.escape(stage.definition)}</p>"
        f"<p class='mdm-stage-do'>{html.escape(stage.action)}</p></article>"
        for stage in stages
    )
    paper.html(f'<div class="mdm-stages">{cards}</div>')


def _colour(value: str) -> str:
    return palette.OF_VALUE.get(value) or palette.TONE.get(value, palette.SLATE)


def _mood(mood: str) -> str:
    return {"good": "mdm-up", "bad": "mdm-down"}.get(mood, "")


def literal(text: str) -> str:
    """Text in a label that reads Markdown: a dollar sign opens no formula, an underscore no italics."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("_", "\\_")
