"""Paths over the website: Markov chains by intent, and the events that each visited page leaves behind."""

from dataclasses import dataclass

import numpy as np

from data_gen.randomness import Floats, Ints, Rng, pick_rows
from data_gen.vocabulary.website import EVENT_TYPES, FORM_SUBMIT_SHARE, LANDING, MOVES, PAGES

INTENTS = tuple(MOVES)
MOST_PAGES = 14
EXIT = len(PAGES)
FORMS_OF_STITCHING = tuple(PAGES.index(page) for page in ("/demo-request", "/contact", "/webinars"))
PAGE_VIEW, FORM_SUBMIT = EVENT_TYPES.index("page_view"), EVENT_TYPES.index("form_submit")

# Per page visit, in the order in which they happen: chances of each event on any page, and where it happens more.
EVENT_ORDER = ("page_view", "scroll", "video_play", "button_click", "file_download", "form_submit")
ANYWHERE = {"page_view": 1.0, "scroll": 0.10, "button_click": 0.20}
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
    """Cumulative chances by intent, page and next page; the last column is the exit."""
    weights = np.zeros((len(INTENTS), len(PAGES), len(PAGES) + 1))
    for i, intent in enumerate(INTENTS):
        for p, page in enumerate(PAGES):
            for target, weight in MOVES[intent].get(page, {"exit": 1.0}).items():
                weights[i, p, EXIT if target == "exit" else PAGES.index(target)] = weight
    return np.cumsum(weights / weights.sum(axis=2, keepdims=True), axis=2)


def _event_chances() -> Floats:
    chances = np.zeros((len(PAGES), len(EVENT_ORDER)))
    for e, event in enumerate(EVENT_ORDER):
        for p, page in enumerate(PAGES):
            chances[p, e] = WHERE.get(event, {}).get(page, ANYWHERE.get(event, 0.0))
    return chances


LANDING_TABLE, MOVES_TABLE, EVENT_CHANCES = _landing(), _moves(), _event_chances()
KINDS = np.array([EVENT_TYPES.index(event) for event in EVENT_ORDER])


def walk(rng: Rng, intent: Ints, identifies: np.ndarray) -> Events:
    """The events of one session per intent; sessions that identify their visitor end with a submitted form."""
    session, page, forced = _visits(rng, intent, identifies)
    happens = rng.random((len(page), len(EVENT_ORDER))) < EVENT_CHANCES[page]
    happens[forced, -1] = True
    happens[identifies[session] & ~forced, -1] = False  # the form at the end is the first that is submitted
    visit, column = np.nonzero(happens)
    first_of_visit = column == 0
    pause = np.minimum(PAUSE_SECONDS * rng.lognormal(0, PAUSE_SPREAD, len(visit)), LONGEST_PAUSE)
    action = 1 + rng.random(len(visit)) * (ACTION_SECONDS - 1)
    gap = np.ceil(np.where(first_of_visit, pause, action)).astype(np.int64)
    of_session = session[visit]
    starts = np.flatnonzero(np.diff(of_session, prepend=-1))
    gap[starts] = 0
    elapsed = np.cumsum(gap)
    offset = elapsed - np.repeat(elapsed[starts], np.diff(np.append(starts, len(visit))))
    return Events(of_session, page[visit], KINDS[column], offset)


def _visits(rng: Rng, intent: Ints, identifies: np.ndarray) -> tuple[Ints, Ints, np.ndarray]:
    """Pages visited, by session and step; the flag marks the form with which a visitor gives a name."""
    alive = np.arange(len(intent))
    page = pick_rows(rng.random(len(intent)), LANDING_TABLE[intent])
    sessions, pages, steps = [alive], [page], [np.zeros(len(alive), dtype=np.int64)]
    for step in range(1, MOST_PAGES):
        page = pick_rows(rng.random(len(alive)), MOVES_TABLE[intent[alive], page])
        stays = page != EXIT
        alive, page = alive[stays], page[stays]
        sessions.append(alive)
        pages.append(page)
        steps.append(np.full(len(alive), step))
    named = np.flatnonzero(identifies)
    forms = np.array(FORMS_OF_STITCHING)[(rng.random(len(named)) * len(FORMS_OF_STITCHING)).astype(np.int64)]
    session, page = np.concatenate([*sessions, named]), np.concatenate([*pages, forms])
    step_of = np.concatenate([*steps, np.full(len(named), MOST_PAGES)])
    order = np.argsort(session * (MOST_PAGES + 1) + step_of, kind="stable")
    return session[order], page[order], step_of[order] == MOST_PAGES
