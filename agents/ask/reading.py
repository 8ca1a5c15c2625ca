"""From words to an answer, a question back, or the reason why there is none."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

import queries
from agents.ask.answers import Answer, Choice
from agents.ask.desk import Desk
from agents.ask.matching import CLEAR, NEAR, SURE, Match, matcher
from agents.ask.people import Named, named
from agents.ask.talk import Talk
from agents.ask.words import Conditions, Said, plain, take_apart
from agents.questions import Ambiguous, Outside, Question

UNFIT = 0.08  # less for a question that cannot take a condition that was named
NO_COUNT = 0.15  # less for a question that does not count, where a number of things is asked for
ITSELF = 0.93  # of a follow-up that is a question of its own
PICKED = 88  # of 100: how alike an answer and a choice are
OFFERED = 4
DO_NOT_KNOW = "I know no verified question like this one, and without a model I do not guess."
FIRST = ("revenue", "attention", "top-customers")
COUNTED = re.compile(r"\b(?:how many|number of)\b", re.IGNORECASE)
IN_WORDS = {"segment": "segment", "country": "country", "period": "period"}


def read(desk: Desk, text: str, talk: Talk) -> Answer:
    """What the desk says to a text."""
    said = take_apart(text, desk.segments, desk.countries, desk.as_of, desk.first_day)
    return Reading(desk, said, talk).answer()


class Reading:
    """One text, taken apart, within a conversation."""

    def __init__(self, desk: Desk, said: Said, talk: Talk) -> None:
        self._desk, self._said, self._talk = desk, said, talk
        self._words = matcher().tokens(said.rest)

    def answer(self) -> Answer:
        if choice := _picked(self._said.text, self._talk.choices):
            question = self._desk.catalogue.by_id(choice.question_id)
            return self._desk.answer(question, self._said.conditions.over(choice.conditions))
        if found := _outside(self._said, self._desk.catalogue.outside):
            return self._declined(found.because, self._offered(found.instead))
        if problem := self._impossible():
            return self._declined(problem)
        who = named(self._said, matcher().unknown(self._words), self._desk.fetch)
        if who is None:
            return self._subject()
        if who.hits:
            return self._customer(who)
        strange = f"“{who.text}” is neither a customer of this release nor a word that I know here."
        known = [word for word in self._words if word not in matcher().unknown([word])]
        ranked = self._ranked(known)
        if known and ranked[0].score >= SURE:
            choices = self._near(ranked, self._said.conditions)
            return self._desk.said("clarify", f"{strange} Without it:", choices=choices)
        return self._declined(strange, self._offered(FIRST))

    def _customer(self, who: Named) -> Answer:
        """A question about a customer, or which of several customers is meant."""
        name = set(matcher().tokens(who.text))
        rest = [word for word in self._words if word not in name]
        best = matcher().rank(rest, self._said.rest, of_customer=True)[0]
        last = self._talk.question
        target = best.target if rest and best.score >= NEAR else None
        if last and last.is_of_customer and self._said.is_follow_up and not rest:
            target = last
        if not isinstance(target, Question):
            target = self._desk.catalogue.by_id("who-is")
        found = [
            replace(self._said.conditions, customer=hit["customer_uid"], customer_name=hit["full_name"])
            for hit in who.hits
        ]
        if len(found) == 1:
            return self._fitting(target, found[0])
        labels = [f"{hit['full_name']} · {hit['segment']} · {hit['city']}, {hit['country']}" for hit in who.hits]
        choices = [
            Choice(label if labels.count(label) == 1 else f"{label} · {one.customer}", target.id, one)
            for label, one in zip(labels, found, strict=True)
        ]
        return self._desk.said("clarify", f"Several customers may be “{who.text}”. Which one?", choices=choices)

    def _subject(self) -> Answer:
        """A question about no customer, or about the one that was spoken of last."""
        conditions, last = self._said.conditions, self._talk.question
        leans = last is not None and (self._said.is_follow_up or not self._words)
        if leans:
            conditions = conditions.over(self._talk.conditions)
        if last and not self._words:
            return self._fitting(last, conditions)
        ranked = self._ranked(self._words)
        if last and leans and ranked[0].score < ITSELF:
            both = self._ranked([*matcher().tokens(last.ask), *self._words])
            if both[0].score >= SURE and both[0].target is not last:
                ranked = both
        if self._talk.conditions.customer and self._words:
            about = matcher().rank(self._words, self._said.rest, of_customer=True)[0]
            if about.score > ranked[0].score:
                ranked, conditions = [about, *ranked], conditions.over(self._talk.conditions)
        return self._decided(ranked, conditions)

    def _decided(self, ranked: Sequence[Match], conditions: Conditions) -> Answer:
        best, rest = ranked[0], [match for match in ranked[1:] if isinstance(match.target, Question)]
        if best.score < NEAR or not self._words:
            return self._declined(DO_NOT_KNOW, self._offered(FIRST))
        if not isinstance(best.target, Question):
            choices = [Choice(label, id_, conditions) for label, id_ in best.target.choices.items()]
            return self._desk.said("clarify", best.target.ask, choices=choices)
        if best.target.is_of_customer and not conditions.customer:
            return self._declined("Which customer? Write the name, the way you spell it.", ())
        if best.score >= SURE and (not rest or best.score - rest[0].score >= CLEAR):
            return self._fitting(best.target, conditions)
        asks = "Did you mean one of these?" if best.score < SURE else "That may mean several things. Which one?"
        return self._desk.said("clarify", asks, choices=self._near(ranked, conditions))

    def _fitting(self, question: Question, conditions: Conditions) -> Answer:
        """The answer, unless the query cannot take what was said: then it is asked back without it."""
        if unfit := self._unfit(question, self._said.conditions):
            kept = " or ".join(IN_WORDS[name] for name in unfit)
            choice = Choice(question.ask, question.id, _without(conditions, unfit))
            text = f"That is not kept by {kept}; I can give it for the whole."
            return self._desk.said("clarify", text, choices=[choice])
        return self._desk.answer(question, _without(conditions, self._unfit(question, conditions)))

    def _unfit(self, question: Question, named: Conditions) -> list[str]:
        """The conditions that the question's query does not take."""
        takes = queries.params_of(question.query)
        unfit = [name for name in ("segment", "country") if getattr(named, name) and name not in takes]
        has_period = "start" in takes or "end" in takes
        if named.period and not has_period and named.period.key not in question.spans:
            unfit.append("period")
        return unfit

    def _ranked(self, words: Sequence[str]) -> list[Match]:
        """Questions by how well they fit, less for what one of them cannot give."""
        found = [
            replace(match, score=match.score - self._lack(match.target))
            for match in matcher().rank(words, self._said.rest)
        ]
        return sorted(found, key=lambda match: -match.score)

    def _lack(self, target: Question | Ambiguous) -> float:
        """A condition that the query does not take, or a number of things where it gives something else."""
        if not isinstance(target, Question):
            return 0.0
        unfit = UNFIT if self._unfit(target, self._said.conditions) else 0.0
        counts = target.unit == "count" or any(COUNTED.search(phrase) for phrase in target.phrases)
        return unfit + (NO_COUNT if COUNTED.search(self._said.rest) and not counts else 0.0)

    def _near(self, ranked: Sequence[Match], conditions: Conditions) -> list[Choice]:
        close = [m.target for m in ranked if isinstance(m.target, Question) and m.score >= NEAR / 2][:OFFERED]
        return [Choice(q.ask, q.id, _without(conditions, self._unfit(q, conditions))) for q in close]

    def _offered(self, ids: Sequence[str]) -> list[Choice]:
        return [Choice(self._desk.catalogue.by_id(id_).ask, id_) for id_ in ids]

    def _impossible(self) -> str:
        desk, period = self._desk, self._said.conditions.period
        if self._said.elsewhere:
            return f"There are no customers in {self._said.elsewhere.title()}. Countries: {', '.join(desk.countries)}."
        if period and (period.end <= desk.first_day or period.start > desk.as_of):
            return f"The records reach from {desk.first_day} to {desk.as_of}; {period.label} lies outside."
        return ""

    def _declined(self, because: str, choices: Sequence[Choice] = ()) -> Answer:
        return self._desk.said("decline", because, choices=choices)


def _without(conditions: Conditions, names: Sequence[str]) -> Conditions:
    emptied = {name: None for name in names}
    return replace(conditions, **emptied)  # type: ignore[arg-type]


def _picked(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that a typed answer means."""
    for choice in choices:
        label = plain(choice.label)
        if fuzz.ratio(plain(text), label) >= PICKED or re.fullmatch(
            rf"(?:by |the )?{re.escape(plain(text))}\b.*", label
        ):
            return choice
    return None


def _outside(said: Said, outside: Sequence[Outside]) -> Outside | None:
    """What the lakehouse does not know or do, if the text speaks of it; a question's own phrase is none."""
    best = matcher().rank(matcher().tokens(said.rest), said.rest)[0]
    if best.score >= ITSELF:
        return None
    text = plain(said.text)
    for found in outside:
        if any(re.search(rf"\b{re.escape(phrase)}\b", text) for phrase in found.phrases):
            return found
    return None
