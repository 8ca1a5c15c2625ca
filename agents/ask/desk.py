"""The desk: one release for one role, and the verified questions that it answers by the app's own queries."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

import queries
from agents import masking, questions
from agents.ask import masked, periods
from agents.ask.answers import Answer, Choice, Source
from agents.ask.talk import Talk, record
from agents.ask.words import Conditions
from agents.questions import Question
from agents.scripted import NAME
from lakehouse import catalog
from lakehouse.release import Release
from lakehouse.storage import Store

NOTHING = "There is no figure: nothing falls into these conditions."


class Desk:
    """Reads through masked views; every ask is on record before its answer is given."""

    def __init__(self, store: Store, release: Release, role: str = masking.DEFAULT_ROLE) -> None:
        self.store, self.release, self.role = store, release, role
        self._con = masked.connect(store, release, role)
        [options] = self.fetch("app/options").to_dicts()
        self.segments: list[str] = options["segments"]
        self.countries: list[str] = options["countries"]
        self.first_day: date = options["first_date"]
        self.catalogue = questions.load()

    @property
    def as_of(self) -> date:
        return self.release.as_of_date

    def fetch(self, query: str, **params: Any) -> pl.DataFrame:
        """The rows of one of the app's queries, with what the role may not see masked."""
        return queries.run(self._con, query, **params)

    def close(self) -> None:
        self._con.close()

    def ask(self, text: str, talk: Talk) -> Answer:
        """The answer to a question in words. Raises AuditFailed where the ask cannot be put on record."""
        from agents.ask import reading

        return self._recorded(text, talk, lambda: reading.read(self, text, talk))

    def choose(self, choice: Choice, talk: Talk) -> Answer:
        """The answer to a question that was asked back or offered."""
        question = self.catalogue.by_id(choice.question_id)
        return self._recorded(choice.label, talk, lambda: self.answer(question, choice.conditions))

    def answer(self, question: Question, conditions: Conditions) -> Answer:
        """A verified question under conditions, by its query."""
        params = self.params(question, conditions)
        frame = self._rows(question.query, params)
        row = _leading(frame, question)
        sources = [_source(question.query, params, len(frame))]
        course = None
        if question.course:
            course = self._rows(question.course["query"], params)
            sources.append(_source(question.course["query"], params, len(course)))
        is_known = bool(row) and (not question.value or row[question.value] is not None)
        compared = (params["compare_start"], params["compare_end"]) if params["compare_start"] else None
        return self.said(
            "answer",
            question.says if is_known else NOTHING,
            question=question,
            conditions=conditions,
            span=(params["start"], params["end"]),
            compared=compared if question.before else None,
            row=row,
            frame=_limited(frame, question, conditions.limit),
            course=course,
            sources=tuple(sources),
        )

    def params(self, question: Question, conditions: Conditions) -> dict[str, Any]:
        """The parameters as the question's page would set them."""
        period = conditions.period or periods.default(self.as_of)
        period = replace(period, start=max(period.start, self.first_day))
        compared = periods.before(period, self.first_day, year=conditions.year_before)
        return {
            "start": period.start,
            "end": period.end,
            "compare_start": compared and compared[0],
            "compare_end": compared and compared[1],
            "segment": conditions.segment,
            "country": conditions.country,
            "severity": None,
            "as_of": self.as_of,
            "uid": conditions.customer,
            **question.fixed,
        }

    def _rows(self, query: str, params: dict[str, Any]) -> pl.DataFrame:
        """A filter that only the query's own page has stands at all."""
        for name in queries.params_of(query):
            params.setdefault(name, None)
        return self.fetch(query, **params)

    def said(self, kind: Any, text: str, **rest: Any) -> Answer:
        return Answer(kind, text, "", NAME, self.release.release_id, self.as_of, self.role, **rest)

    def _recorded(self, text: str, talk: Talk, work: Callable[[], Answer]) -> Answer:
        begun = time.monotonic()
        answer = work()
        answer = replace(answer, asked=text, seconds=time.monotonic() - begun)
        record(self.store, talk, answer)
        return answer


def opened(uri: str | None = None, release_id: int | None = None, role: str = masking.DEFAULT_ROLE) -> Desk:
    """The desk over a release of the lakehouse; the newest of the configured one unless told otherwise."""
    store = Store(uri or catalog.root())
    return Desk(store, store.release(release_id), role)


def _source(query: str, params: Mapping[str, Any], rows: int) -> Source:
    used = {name: params[name] for name in queries.params_of(query)}
    return Source(query, queries.sql(query), used, queries.tables(query), rows)


def _leading(frame: pl.DataFrame, question: Question) -> dict[str, Any]:
    """The row that the sentence speaks of."""
    for name, value in question.row.items():
        frame = frame.filter(pl.col(name) == value)
    if question.top:
        frame = frame.filter(pl.col(question.top).is_not_null()).sort(question.top, descending=True)
    return frame.row(0, named=True) if len(frame) else {}


def _limited(frame: pl.DataFrame, question: Question, limit: int | None) -> pl.DataFrame:
    """The first rows, where so many were asked for."""
    if limit is None or question.value:
        return frame
    return (frame.sort(question.top, descending=True, nulls_last=True) if question.top else frame).head(limit)
