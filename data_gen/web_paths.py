"""Paths over the website: Markov chains by intent, and the events that each visited page leaves behind."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data_gen.randomness import Floats, Ints, Rng, pick_rows
from data_gen.vocabulary.website import EVENT_TYPES, FORM_SUBMIT_SHARE, LANDING, MOVES, PAGES

INTENTS = tuple(MOVES)
MOST_PAGES = 14
EXIT = len(PAGES)
FORMS_OF_STITCHING = tuple(PAGES.index(page) for page in ("/demo-request", "/contact", "/webinars"))

# What may follow a page view, in this order: chances of each event on any page, and where it happens more.
EVENT_ORDER = ("scroll", "video_play", "button_click", "file_download", "form_submit")
ANYWHERE = {"scroll": 0.10, "button_click": 0.20}
WHERE = {
    "video_play": {"/webinars": 0.30, "/": 0.04, "/case-studies": 0.08},
    "file_download": {"/docs": 0.14, "/case-studies": 0.16, "/integrations": 0.06},
    "form_submit": dict(FORM_SUBMIT_SHARE),
}
PAUSE_SECONDS, PAUSE_SPREAD, LONGEST_PAUSE = 38.0, 0.95, 720  # on a page; so that a session ends within four hours
ACTION_SECONDS = 60  # most between two events on one page


@dataclass(frozen=True)
class Events:
    """One value per event, session by session, in order."""

    session: Ints
    page: Ints
    kind: Ints  # index into EVENT_TYPES
    offset: Ints  # seconds since the session began


def _landing() -> Floats:
    weights = np.array([[LANDING[intent].get(page, 0.0) for page in PAGES] for intent in INTENTS])
    return np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)


def _moves() -> Floats:
    """Cumulative chances of the next page, of which the last is the exit; state by state, state n from n to n + 1.

    In one rising row, so that one binary search finds the next page of every session.
    """
    weights = np.zeros((len(INTENTS), len(PAGES), len(PAGES) + 1))
    for i, intent in enumerate(INTENTS):
        for p, page in enumerate(PAGES):
            for target, weight in MOVES[intent].get(page, {"exit": 1.0}).items():
                weights[i, p, EXIT if target == "exit" else PAGES.index(target)] = weight
    cumulative = np.cumsum(weights / weights.sum(axis=2, keepdims=True), axis=2).reshape(-1, EXIT + 1)
    return (cumulative + np.arange(len(cumulative), dtype=np.float64)[:, None]).ravel()


def _event_chances() -> npt.NDArray[np.float32]:
    chances = np.zeros((len(PAGES), len(EVENT_ORDER)), dtype=np.float32)
    for e, event in enumerate(EVENT_ORDER):
        for p, page in enumerate(PAGES):
            chances[p, e] = WHERE.get(event, {}).get(page, ANYWHERE.get(event, 0.0))
    return chances


LANDING_TABLE, MOVES_TABLE, EVENT_CHANCES = _landing(), _moves(), _event_chances()
KINDS = np.array([EVENT_TYPES.index(event) for event in ("page_view", *EVENT_ORDER)])


def walk(rng: Rng, intent: Ints, identifies: np.ndarray) -> Events:
    """The events of one session per intent; sessions that identify their visitor end with a submitted form."""
    session, page, forced = _visits(rng, intent, identifies)
    happens = np.ones((len(page), len(KINDS)), dtype=bool)
    happens[:, 1:] = rng.random((len(page), len(EVENT_ORDER)), dtype=np.float32) < EVENT_CHANCES[page]
    happens[forced, -1] = True
    happens[identifies[session] & ~forced, -1] = False  # the form at the end is the first that is submitted
    happened = np.flatnonzero(happens)
    visit = happened // len(KINDS)
    column = happened - visit * len(KINDS)
    first_of_visit = column == 0
    drawn = rng.standard_normal(len(visit), dtype=np.float32)
    pause = np.minimum(PAUSE_SECONDS * np.exp(PAUSE_SPREAD * drawn), LONGEST_PAUSE)
    action = 1 + rng.random(len(visit), dtype=np.float32) * (ACTION_SECONDS - 1)
    gap = np.ceil(np.where(first_of_visit, pause, action)).astype(np.int64)
    of_session = session[visit]
    starts = np.flatnonzero(np.diff(of_session, prepend=-1))
    gap[starts] = 0
    elapsed = np.cumsum(gap)
    offset = elapsed - np.repeat(elapsed[starts], np.diff(np.append(starts, len(visit))))
    return Events(of_session, page[visit], KINDS[column], offset)


def _next(rng: Rng, state: Ints) -> Ints:
    found = np.searchsorted(MOVES_TABLE, state + rng.random(len(state)), side="right") - state * (EXIT + 1)
    return np.minimum(found, EXIT)


def _visits(rng: Rng, intent: Ints, identifies: np.ndarray) -> tuple[Ints, Ints, np.ndarray]:
    """Pages visited, by session and step; the flag marks the form with which a visitor gives a name."""
    alive = np.arange(len(intent))
    page = pick_rows(rng.random(len(intent)), LANDING_TABLE[intent])
    steps = [(alive, page)]
    for _ in range(1, MOST_PAGES):
        page = _next(rng, intent[alive] * len(PAGES) + page)
        stays = page != EXIT
        alive, page = alive[stays], page[stays]
        steps.append((alive, page))
    visits = np.bincount(np.concatenate([sessions for sessions, _ in steps]), minlength=len(intent)) + identifies
    first = np.cumsum(visits) - visits
    found = np.empty(int(visits.sum()), dtype=np.int64)
    for step, (sessions, pages) in enumerate(steps):
        found[first[sessions] + step] = pages
    named = np.flatnonzero(identifies)
    form = first[named] + visits[named] - 1
    found[form] = np.array(FORMS_OF_STITCHING)[(rng.random(len(named)) * len(FORMS_OF_STITCHING)).astype(np.int64)]
    is_form = np.zeros(len(found), dtype=bool)
    is_form[form] = True
    return np.repeat(np.arange(len(intent)), visits), found, is_form
