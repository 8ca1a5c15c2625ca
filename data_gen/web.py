"""Web events in parts of bounded size: what the tracker writes down of every session."""

from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import polars as pl

from data_gen import clock, web_sessions
from data_gen.plan import Plan
from data_gen.population import Population
from data_gen.randomness import Bools, Ints, Rng, pick, quota, stream
from data_gen.records import Records
from data_gen.vocabulary.website import CAMPAIGN_MONTHS, CHANNELS, DEVICES, EVENT_TYPES, PAGES
from data_gen.web_paths import INTENTS, Events, walk
from data_gen.web_sessions import Sessions

PART_EVENTS = 500_000
HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 8, 15, 21, 23, 22, 18, 20, 22, 21, 18, 14, 10, 9, 9, 8, 6, 4], dtype=float)
EVENTS_OF_SESSION = {"known": 3.25, "anonymous": 3.6}  # on average, counting the planned sessions
SLACK = 6.0  # events drawn beyond those wanted, in square roots of their number
HOME_CHANNEL_SHARE = 0.6
BY_ACCOUNT_SHARE = 0.5  # known visitors log in with the Salesforce account rather than the SAP number

NAMES = tuple(CHANNELS)
FIRST_ID = 1_000_000_000  # so that all ids of a kind are of one length
COLUMNS = (
    "event_id", "session_id", "visitor_id", "customer_ref", "event_ts", "page_url", "event_type", "device_type",
    "referrer_source", "utm_campaign",
)  # fmt: skip
INTENT_TABLE = np.cumsum([list(CHANNELS[name].intents.values()) for name in NAMES], axis=1) / 100


def simulate(seed: int, plan: Plan, people: Population, records: Records, returning: Ints) -> Iterator[pl.DataFrame]:
    """Parts of web_event, each of its own stream and in order of time; the customers in `returning` visit of late."""
    known, anonymous = (quota(plan.web_events[name], np.ones(parts(plan))) for name in ("known", "anonymous"))
    shares = np.array_split(returning, parts(plan))
    first_number = 1
    for part in range(parts(plan)):
        rng = stream(seed, "web_event", part)
        yield _part(rng, part, first_number, people, records, int(known[part]), int(anonymous[part]), shares[part])
        first_number += int(known[part] + anonymous[part])


def parts(plan: Plan) -> int:
    return -(-sum(plan.web_events.values()) // PART_EVENTS)


def _part(
    rng: Rng,
    part: int,
    first_number: int,
    people: Population,
    records: Records,
    known: int,
    anonymous: int,
    returning: Ints,
) -> pl.DataFrame:
    sessions, channel, events = _enough(rng, people, known, anonymous, returning)
    keep = _exactly(sessions, events, known, anonymous)
    return _rows(rng, part, first_number, records, sessions, channel, _kept(events, keep))


def _enough(rng: Rng, people: Population, known: int, anonymous: int, returning: Ints) -> tuple[Sessions, Ints, Events]:
    """Sessions with their channels and events, at least as many of both kinds as are wanted."""
    slack = SLACK
    while True:
        named, nameless = (
            int(events / EVENTS_OF_SESSION[kind] * (1 + slack / np.sqrt(events)))
            for kind, events in (("known", known), ("anonymous", anonymous))
        )
        sessions = web_sessions.simulate(rng, people, named, nameless, returning)
        channel = _channels(rng, sessions)
        events = walk(rng, _intents(rng, channel), sessions.identifies)
        found = int(sessions.is_known[events.session].sum())
        if found >= known and len(events.session) - found >= anonymous:
            return sessions, channel, events
        slack *= 2


def _channels(rng: Rng, sessions: Sessions) -> Ints:
    """The referrer of each session: mostly the visitor's own."""
    known = np.cumsum([CHANNELS[name].known for name in NAMES])
    anonymous = np.cumsum([CHANNELS[name].anonymous for name in NAMES])
    visitors = int(sessions.visitor.max()) + 1
    is_customer = np.zeros(visitors, dtype=bool)
    is_customer[sessions.visitor] = sessions.is_known
    home = np.where(is_customer, pick(rng, known, visitors), pick(rng, anonymous, visitors))[sessions.visitor]
    other = np.where(sessions.is_known, pick(rng, known, len(home)), pick(rng, anonymous, len(home)))
    return np.where(rng.random(len(home)) < HOME_CHANNEL_SHARE, home, other)


def _intents(rng: Rng, channel: Ints) -> Ints:
    return np.minimum((INTENT_TABLE[channel] < rng.random(len(channel))[:, None]).sum(axis=1), len(INTENTS) - 1)


def _exactly(sessions: Sessions, events: Events, known: int, anonymous: int) -> Bools:
    """The events that fill both quotas: whole sessions, but for the last of each that is cut short."""
    keep = np.zeros(len(events.session), dtype=bool)
    is_known = sessions.is_known[events.session]
    for flag, wanted in ((True, known), (False, anonymous)):
        keep[np.flatnonzero(is_known == flag)[:wanted]] = True
    return keep


def _kept(events: Events, keep: Bools) -> Events:
    return Events(*(getattr(events, field.name)[keep] for field in fields(Events)))


def _rows(
    rng: Rng,
    part: int,
    first_number: int,
    records: Records,
    sessions: Sessions,
    channel: Ints,
    events: Events,
) -> pl.DataFrame:
    start = sessions.day * clock.DAY_SECONDS + _start_second(rng, sessions, events)
    reference = np.full(len(sessions), -1)
    reference[sessions.is_known] = _logins(rng, records, sessions.take(np.flatnonzero(sessions.is_known)))
    device = pick(rng, np.cumsum(list(DEVICES.values())), int(sessions.visitor.max()) + 1)
    campaign = _campaigns(channel, clock.MONTH[sessions.day] % 12)
    seconds = start[events.session] + events.offset
    order = np.argsort(seconds * len(sessions) + events.session)  # no session has two events in one second
    session = events.session[order]
    of_session = {
        "session_id": _ids("S-", part * PART_EVENTS + np.arange(len(sessions))),
        "visitor_id": _ids("V-", part * PART_EVENTS + sessions.visitor),
        "customer_ref": _named(records.record_id, reference),
        "device_type": pl.Series(list(DEVICES))[device[sessions.visitor].astype(np.uint32)],
        "referrer_source": pl.Series(NAMES)[channel.astype(np.uint32)],
        "utm_campaign": _named(pl.Series(CAMPAIGNS), campaign),
    }
    of_event = {
        "event_id": _ids("E-", first_number + np.arange(len(order))),
        "event_ts": clock.moments(seconds[order]),
        "page_url": pl.Series(PAGES)[events.page[order].astype(np.uint32)],
        "event_type": pl.Series(EVENT_TYPES)[events.kind[order].astype(np.uint32)],
    }
    repeated = pl.DataFrame(of_session)[pl.Series(session.astype(np.uint32))]
    return pl.DataFrame(of_event).hstack(repeated).select(COLUMNS)


def _start_second(rng: Rng, sessions: Sessions, events: Events) -> Ints:
    """By the visitor's own clock; early enough to end on the same day."""
    hour = pick(rng, np.cumsum(HOURS), len(sessions)) + rng.random(len(sessions))
    second = ((hour - clock.UTC_OFFSET[sessions.country]) % 24 * 3600).astype(np.int64)
    length = np.zeros(len(sessions), dtype=np.int64)
    np.maximum.at(length, events.session, events.offset)
    return np.minimum(second, clock.DAY_SECONDS - 1 - length)


def _logins(rng: Rng, records: Records, sessions: Sessions) -> Ints:
    """The source record that a known visitor is logged in with."""
    golden, day = sessions.golden, sessions.day
    has_account = (records.known_from[1][golden] <= day) & (rng.random(len(golden)) < BY_ACCOUNT_SHARE)
    no_number = records.first("SAP")[golden] < 0
    account, number = records.used(rng, "Salesforce", golden, day), records.used(rng, "SAP", golden, day)
    return np.where(has_account | no_number, account, number)


CAMPAIGNS = tuple(dict.fromkeys(campaign for name in NAMES for campaign in CHANNELS[name].campaigns))


def _campaigns(channel: Ints, month: Ints) -> Ints:
    """The campaign that a channel runs in a month; -1 for channels without."""
    table = np.full((len(NAMES), 12), -1)
    for c, name in enumerate(NAMES):
        for m in range(12):
            running = [x for x in CHANNELS[name].campaigns if m + 1 in CAMPAIGN_MONTHS.get(x, ())]
            if CHANNELS[name].campaigns:
                table[c, m] = CAMPAIGNS.index(running[0] if running else CHANNELS[name].campaigns[-1])
    return table[channel, month]


def _named(names: pl.Series, at: Ints) -> pl.Series:
    """Names by index; null for -1."""
    with_null = pl.concat([names, pl.Series([None], dtype=pl.String)])
    return with_null[np.where(at < 0, len(names), at).astype(np.uint32)]


def _ids(prefix: str, numbers: Ints) -> pl.Series:
    return prefix + pl.Series(FIRST_ID + numbers).cast(pl.String)
