"""One turn of the conversation: the question, and the answer with all that is needed to check it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import polars as pl
import streamlit as st

from agents.ask import periods
from agents.ask.answers import Answer, Choice
from agents.questions import Question
from ui import answers, format, navigation
from ui.answers import Shown
from ui.kpi import Kpi
from ui.slugs import slug
from ui.wording import write

RELATED = 2


def draw(answer: Answer, position: int, queue: Callable[..., None], *, is_last: bool) -> None:
    """Question and answer; the last answer offers what may be asked next."""
    with st.chat_message("user", avatar=":material/person:"):
        st.html(f'<p class="mdm-asked">{format_text(answer.asked)}</p>')
    with (
        st.chat_message("assistant", avatar=":material/database:"),
        st.container(border=True, key=f"card_ask_{position}"),
    ):
        standing = ("verified" if answer.is_verified else "generated") if answer.kind == "answer" else answer.kind
        answers.opening(standing, answer.sentence(write), answer.author)
        if answer.kind == "answer":
            _evidence(answer, position)
        if answer.choices:
            _choices(answer.choices, position, queue, is_last=is_last)
        elif is_last and answer.kind == "answer" and answer.question:
            _choices(follow_ups(answer), position, queue, is_last=True)


def format_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _evidence(answer: Answer, position: int) -> None:
    """The figure, the chart, the rows, and where they come from."""
    question, key = answer.question, f"ask_{position}"
    has_figure = bool(question and question.value and answer.row.get(question.value) is not None)
    drawing = _drawing(answer)
    if has_figure and drawing:
        left, right = st.columns([1, 3], gap="small", vertical_alignment="center")
        with left:
            answers.figure(_kpi(answer))
        with right:
            answers.chart(drawing, f"{key}_chart", answer.asked)
    elif has_figure:
        with st.columns([1, 3])[0]:
            answers.figure(_kpi(answer))
    elif drawing:
        answers.chart(drawing, f"{key}_chart", answer.asked)
    frame = answer.frame
    if frame is not None and not has_figure and len(frame):
        headings = question.columns if question else {}
        numbers = question.numbers if question else ()
        answers.table(frame, headings, f"{key}_rows", f"Rows of: {answer.asked}", numbers)
    answers.facts(_facts(answer))
    with st.container(horizontal=True, key=f"ask_tools_{position}"):
        shown = [Shown(s.query or "SQL of the model", s.sql, s.params, s.tables, s.rows) for s in answer.sources]
        answers.sources(shown, f"{key}_sql")
        if frame is not None and len(frame):
            answers.rows(frame, answer.asked, f"{key}_csv")
        if question:
            where = navigation.BY_KEY[question.page]
            query = {"uid": answer.conditions.customer} if answer.conditions.customer else {}
            given = {n: getattr(answer.conditions, n) for n in ("segment", "country") if getattr(answer.conditions, n)}
            navigation.link(where.key, f"Open {where.title}", icon=":material/arrow_outward:", **{**given, **query})


def _drawing(answer: Answer):
    """The chart of the question, or of the figure over time; of free SQL, one that fits the rows."""
    if answer.question is None:
        frame = answer.frame if answer.frame is not None else pl.DataFrame()
        return answers.drawn(frame, answers.guessed(frame))
    if answer.question.course:
        return answers.drawn(answer.course, answer.question.course)
    return answers.drawn(answer.frame, answer.question.chart)


def _kpi(answer: Answer) -> Kpi:
    """The figure as the page's own card shows it."""
    question, row = answer.question, answer.row
    assert question is not None
    now, before = row[question.value], row.get(question.before) if question.before else None
    as_points = question.unit in ("share", "share2", "points")
    versus = (
        f"vs {answers.days_of(answer.compared)}"
        if answer.compared
        else "vs usual"
        if question.before == "usual"
        else ""
    )
    return Kpi(
        question.label or question.ask,
        write(now, question.unit),
        format.difference(now, before) if as_points else format.change(now, before),
        delta_as=format.points if as_points else format.signed,
        good=question.good,  # type: ignore[arg-type]
        versus=versus if before is not None else "",
        tone="good" if question.good == "up" else "general",
    )


def _facts(answer: Answer) -> list[tuple[str, str]]:
    conditions = answer.conditions
    found = []
    named = {name for source in answer.sources for name in source.params}
    if "start" in named and answer.span:
        label = conditions.period.label if conditions.period else "last 12 months"
        found.append(("Period", f"{label}, {answers.days_of(answer.span)}"))
    if "segment" in named:
        found.append(("Segment", conditions.segment or "all"))
    if "country" in named:
        found.append(("Country", format.country(conditions.country) if conditions.country else "all"))
    if conditions.customer:
        found.append(("Customer", f"{conditions.customer_name}, {conditions.customer}"))
    tables = dict.fromkeys(table for source in answer.sources for table in source.tables)
    rows = answer.sources[0].rows if answer.sources else 0
    found += [
        ("Rows", format.count(rows)),
        ("Release", f"{answer.release_id}, as of {format.day(answer.as_of)}"),
        ("Tables", ", ".join(tables) or "none"),
        ("Role", answer.role),
    ]
    took = format.milliseconds(1000 * answer.seconds)
    return [*found, ("Took", f"{took}, {answer.tokens:,} tokens" if answer.tokens else took)]


def _choices(choices: list[Choice], position: int, queue: Callable[..., None], *, is_last: bool) -> None:
    with st.container(horizontal=True, key=f"ask_choices_{position}"):
        for place, choice in enumerate(choices):
            st.button(
                choice.label,
                key=f"ask_choice_{position}_{place}_{slug(choice.question_id)}",
                on_click=queue,
                args=("", choice),
                disabled=not is_last,
            )


def follow_ups(answer: Answer) -> list[Choice]:
    """What may be asked next: the same for the quarter before, for another country, and its neighbours."""
    question, conditions = answer.question, answer.conditions
    assert question is not None
    named = {name for source in answer.sources for name in source.params}
    found = []
    if conditions.customer:
        others = ("customer-revenue", "customer-health", "customer-next", "customer-timeline", "customer-records")
        names = {"customer-revenue": "What did they buy?", "customer-health": "How healthy are they?",
                 "customer-next": "What should happen next?", "customer-timeline": "What happened lately?",
                 "customer-records": "Which source records are theirs?"}  # fmt: skip
        return [Choice(names[id_], id_, conditions) for id_ in others if id_ != question.id]
    if "start" in named and (conditions.period is None or not conditions.period.key.startswith("quarter")):
        period, _ = periods.find("last quarter", answer.as_of, date.min)
        found.append(Choice("And last quarter?", question.id, replace(conditions, period=period)))
    if "country" in named and conditions.country is None:
        found.append(Choice("And in Germany?", question.id, replace(conditions, country="DE")))
    if "segment" in named and conditions.segment is None:
        found.append(Choice("And for Enterprise?", question.id, replace(conditions, segment="Enterprise")))
    return [*found, *neighbours(question)]


def neighbours(question: Question) -> list[Choice]:
    """The questions that stand beside it on its page."""
    from agents import questions

    here = [other for other in questions.load().of_page(question.page) if not other.is_of_customer]
    if question not in here:
        return []
    at = here.index(question)
    return [Choice(other.ask, other.id) for other in (*here[at + 1 :], *here[:at])][:RELATED]
