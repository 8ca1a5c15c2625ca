"""Test beds that vary what beds.py holds fixed: names, scripts, fill rates, error rates, and records of one entity."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from benchmarks.beds import Bed, Row, a_home, names_of, shuffled
from benchmarks.errors import maybe, mishear, pick, shorten, slip
from benchmarks.registries import firms

ONE_OR_TWO = ((1, 0.55), (2, 0.35), (3, 0.1))
MANY = ((2, 0.1), (5, 0.2), (10, 0.4), (15, 0.2), (25, 0.1))
PERSON = {
    "given_name": "first",
    "surname": "last",
    "date_of_birth": "dob",
    "address": "street",
    "city": "town",
    "postcode": "zip",
}
GAPS = {"first": 0.02, "last": 0.01, "dob": 0.05, "street": 0.08, "town": 0.03, "zip": 0.05, "phone": 0.3, "mail": 0.4}
SHORT = {"street": "st", "road": "rd", "avenue": "ave", "lane": "ln", "drive": "dr", "court": "ct", "gardens": "gdns"}


@dataclass(frozen=True)
class Persons:
    """How the records of a population of persons come about."""

    locale: str = "en_GB"
    sizes: tuple[tuple[int, float], ...] = ONE_OR_TWO
    typos: float = 0.08  # of each value
    gaps: float = 1.0  # times the usual
    skew: float = 1.5  # of names
    towns: int = 200
    dates: str = "day"  # or year, age, vague: often the first of January
    movers: float = 0.1
    swapped: float = 0.01
    nicknames: float = 0.05
    families: float = 0.25
    capitals: bool = False
    fields: tuple[tuple[str, str], ...] = tuple(PERSON.items())
    linked: bool = False


def persons(how: Persons, name: str, records: int = 10_000, seed: int = 1) -> Bed:
    """Persons of any kind."""
    rng = np.random.default_rng([seed, 21])
    given, surnames = names_of(how.locale)
    towns = [
        f"{pick(rng, surnames)}{pick(rng, ['ton', 'ham', ' on sea', 'ford', 'by', ' green'])}" for _ in range(how.towns)
    ]
    rows: list[Row] = []
    entity, home = 0, a_home(rng, towns, surnames)
    counts, shares = zip(*how.sizes, strict=True)
    while len(rows) < records:
        entity += 1
        shares_home = maybe(rng, how.families)
        home = home if shares_home else a_home(rng, towns, surnames)
        last = rows[-1]["last_true"] if shares_home and rows else pick(rng, surnames, how.skew)
        born = np.datetime64("1930-01-01") + int(rng.integers(0, 75 * 365))
        person = {
            "first": pick(rng, given, how.skew),
            "last": last,
            "dob": f"{str(born)[:4]}-01-01" if how.dates == "vague" and maybe(rng, 0.4) else str(born),
            "phone": "0" + str(int(rng.integers(10**9, 10**10))),
            "mail": f"{len(rows)}x{int(rng.integers(0, 10**6))}@mail.example",
            **home,
        }
        for number in range(int(rng.choice(counts, p=shares))):
            row = _written(rng, person if not maybe(rng, how.movers) else person | a_home(rng, towns, surnames), how)
            rows.append({"entity": entity, "source": f"s{number % 2}", **row, "last_true": last})
    return shuffled(rows[:records], rng, name, dict(how.fields), linked=how.linked)


def _written(rng: np.random.Generator, person: Row, how: Persons) -> Row:
    row = dict(person)
    if maybe(rng, how.nicknames):
        row["first"] = shorten(rng, row["first"].lower()) if row["first"].isascii() else row["first"][:1]
    if maybe(rng, how.swapped):
        row["first"], row["last"] = row["last"], row["first"]
    for column in ("first", "last", "street", "town", "zip"):
        if maybe(rng, how.typos):
            row[column] = (slip if maybe(rng, 0.7) else mishear)(rng, row[column])
    if maybe(rng, 0.4):
        row["street"] = " ".join(SHORT.get(word, word) for word in row["street"].split())
    row["dob"] = _date(rng, row["dob"], how)
    for column, share in GAPS.items():
        if maybe(rng, share * how.gaps):
            row[column] = None
    row["full"] = " ".join(part for part in (row["first"], row["last"]) if part) or None
    row["state"] = "xy"
    if how.capitals and maybe(rng, 0.5):
        row = {key: value.upper() if isinstance(value, str) else value for key, value in row.items()}
    return row


def _date(rng: np.random.Generator, day: str, how: Persons) -> str:
    if how.dates == "age":
        return str(2020 - int(day[:4]) + int(rng.choice([0, 1, 2, 4], p=[0.6, 0.15, 0.15, 0.1])))
    if maybe(rng, how.typos):
        at = int(rng.choice([3, 6, 9]))
        day = day[:at] + str(int(rng.integers(0, 9))) + day[at + 1 :]
    return day[:4] if how.dates == "year" else day


def _without(*fields: str) -> tuple[tuple[str, str], ...]:
    return tuple((field, column) for field, column in PERSON.items() if field not in fields)


FULL_NAME = (("name", "full"), ("address", "street"), ("city", "town"), ("postcode", "zip"))
USUAL = Persons()
PEOPLE: dict[str, Persons] = {
    "usual": USUAL,
    "dirty": replace(USUAL, typos=0.25, gaps=2.0, nicknames=0.15),
    "clean": replace(USUAL, typos=0.01, gaps=0.3, nicknames=0.0, movers=0.02),
    "single": replace(USUAL, sizes=((1, 1.0),)),
    "many": replace(USUAL, sizes=MANY, typos=0.15, dates="vague"),
    "aged": replace(USUAL, dates="age", capitals=True),
    "born in": replace(USUAL, dates="year", families=0.4),
    "no date": replace(USUAL, fields=_without("date_of_birth")),
    "no place": replace(USUAL, fields=_without("address", "city", "postcode")),
    "full name": replace(USUAL, fields=FULL_NAME, capitals=True),
    "swapped": replace(USUAL, swapped=0.2),
    "common": replace(USUAL, skew=12.0, towns=3),
    "gaps": replace(USUAL, gaps=6.0),
    "chinese": replace(USUAL, locale="zh_CN", skew=2.0),
    "russian": replace(USUAL, locale="ru_RU"),
    "two rolls": replace(USUAL, sizes=((1, 0.6), (2, 0.4)), linked=True, movers=0.2),
    "movers": replace(USUAL, movers=0.6),
    "contacts": replace(USUAL, fields=(("name", "full"), ("email", "mail"), ("phone", "phone"))),
}
PLACED = ("name", "address", "city", "postcode", "country")
TRIALS: dict[str, Callable[..., Bed]] = {
    **{f"persons: {name}": partial(persons, how, name) for name, how in PEOPLE.items()},
    "firms: placed": partial(firms, "placed", columns=PLACED, linked=False),
    "firms: linked": partial(firms, "linked", columns=PLACED, linked=True),
    "firms: numbered": partial(firms, "numbered", columns=(*PLACED, "number"), linked=True),
    "firms: name and country": partial(firms, "bare", columns=("name", "country"), linked=True),
    "firms: name and town": partial(firms, "town", columns=("name", "city"), linked=False, rate=0.2),
}
