"""Test beds with a known truth, each with its own errors: organisations, restaurants, voters, historical persons."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from faker.providers.address.en_US import Provider as Places
from faker.providers.person.en_US import Provider as People

from benchmarks.errors import maybe, mishear, pick, shorten, slip

Row = dict[str, Any]


@dataclass(frozen=True)
class Bed:
    """Records with an entity each, and how their columns map to the engine's fields."""

    name: str
    records: pl.DataFrame
    fields: dict[str, Any]
    source: str | None = None
    mode: str = "dedupe"
    splink: dict[str, Any] = field(default_factory=dict)


@cache
def _names() -> tuple[list[str], list[str]]:
    def ordered(weights: Any, count: int) -> list[str]:
        common = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        return list(dict.fromkeys(name.lower() for name, _ in common))[:count]

    men, women = ordered(People.first_names_male, 300), ordered(People.first_names_female, 300)
    given = [name for both in zip(men, women, strict=False) for name in both]
    return given, ordered(People.last_names, 1000)


@cache
def _towns(count: int, seed: int) -> list[tuple[str, str]]:
    rng = np.random.default_rng(seed)
    _, surnames = _names()
    ends = [str(end) for end in Places.city_suffixes]
    towns = []
    for number in range(count):
        town = pick(rng, surnames) + pick(rng, ends)
        towns.append((town, f"{20000 + number * 7 % 70000:05d}"))
    return towns


def _street(rng: np.random.Generator) -> str:
    _, surnames = _names()
    kind = pick(rng, ["street", "avenue", "road", "drive", "lane", "court", "boulevard", "place"], 1.0)
    side = pick(rng, ["", "", "", "north ", "south ", "west ", "east "])
    return f"{int(rng.integers(1, 2500))} {side}{pick(rng, surnames, 0.6)} {kind}"


def _phone(rng: np.random.Generator) -> str:
    return f"{int(rng.integers(201, 989))}-{int(rng.integers(200, 999))}-{int(rng.integers(0, 9999)):04d}"


STREET_SHORT = {"street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "boulevard": "blvd", "north": "n"}
STREET_SHORT |= {"south": "s", "west": "w", "east": "e", "place": "pl", "court": "ct", "lane": "ln"}


def _short_street(street: str) -> str:
    return " ".join(STREET_SHORT.get(word, word) for word in street.split())


def voters(records: int = 20_000, seed: int = 1) -> Bed:
    """Two rolls some years apart: movers, married names, households with one surname, sons named as their fathers."""
    rng = np.random.default_rng([seed, 11])
    given, surnames = _names()
    towns = _towns(max(20, records // 400), 3)
    rows: list[Row] = []
    entity = 0
    while len(rows) < records:
        town, postcode = towns[int(rng.random() ** 1.7 * len(towns))]
        home = {"address": _street(rng), "city": town, "postcode": postcode, "phone": _phone(rng)}
        family = pick(rng, surnames, 1.2)
        father = None
        for _ in range(int(rng.choice([1, 2, 3, 4], p=[0.5, 0.3, 0.13, 0.07]))):
            entity += 1
            person = {
                "given_name": pick(rng, given, 1.2),
                "middle_name": pick(rng, given, 1.2) if maybe(rng, 0.8) else None,
                "surname": family if maybe(rng, 0.85) else pick(rng, surnames, 1.2),
                "birth_year": str(int(rng.integers(1930, 2004))),
                **home,
            }
            if father and maybe(rng, 0.06):
                person |= {"given_name": father["given_name"], "surname": father["surname"]}
                person["birth_year"] = str(int(father["birth_year"]) + int(rng.integers(20, 35)))
            father = father or person
            rows.append({"entity": entity, "source": "2016", **_voter(rng, person, 0.02)})
            if maybe(rng, 0.55):
                rows.append({"entity": entity, "source": "2024", **_voter(rng, _years_later(rng, person, towns), 0.05)})
    frame = _numbered(rows[:records], rng)
    fields = {
        "given_name": "given_name",
        "surname": "surname",
        "date_of_birth": "birth_year",
        "address": "address",
        "city": "city",
        "postcode": "postcode",
        "phone": "phone",
        "identifiers": ["middle_name"],
    }
    return Bed("voters", frame, fields)


def _years_later(rng: np.random.Generator, person: Row, towns: list[tuple[str, str]]) -> Row:
    _, surnames = _names()
    later = dict(person)
    if maybe(rng, 0.15):
        town, postcode = towns[int(rng.random() ** 1.7 * len(towns))]
        later |= {"address": _street(rng), "city": town, "postcode": postcode, "phone": _phone(rng)}
    if maybe(rng, 0.05):
        later["surname"] = pick(rng, surnames, 1.2)
    return later


def _voter(rng: np.random.Generator, person: Row, rate: float) -> Row:
    row = dict(person)
    for name in ("given_name", "surname", "middle_name", "address", "city"):
        if row[name] and maybe(rng, rate):
            row[name] = slip(rng, row[name]) if maybe(rng, 0.6) else mishear(rng, row[name])
    if maybe(rng, 0.04):
        row["given_name"] = shorten(rng, row["given_name"])
    if row["middle_name"] and maybe(rng, 0.25):
        row["middle_name"] = row["middle_name"][0]
    if maybe(rng, rate):
        row["birth_year"] = str(int(row["birth_year"]) + int(rng.choice([-10, -1, 1, 10])))
    if maybe(rng, 0.4):
        row["phone"] = None
    if maybe(rng, 0.3):
        row["address"] = _short_street(row["address"])
    if maybe(rng, rate):
        row["postcode"] = slip(rng, row["postcode"])
    return row


def historical(records: int = 20_000, seed: int = 1) -> Bed:
    """One to twelve mentions of a person in registers: spellings vary, dates are approximate, much is missing."""
    rng = np.random.default_rng([seed, 12])
    given, surnames = _names()
    towns = _towns(300, 5)
    trades = [f"trade {i}" for i in range(60)]
    rows: list[Row] = []
    entity = 0
    while len(rows) < records:
        entity += 1
        town, postcode = towns[int(rng.random() ** 2 * len(towns))]
        born = np.datetime64("1800-01-01") + int(rng.integers(0, 100 * 365))
        person = {
            "given_name": pick(rng, given, 1.8) + (" " + pick(rng, given, 1.5) if maybe(rng, 0.3) else ""),
            "surname": pick(rng, surnames, 0.8),
            "born": str(born),
            "birth_place": town,
            "postcode": postcode + pick(rng, [f" {i}{c}" for i in range(9) for c in "abcdef"]),
            "trade": pick(rng, trades, 1.5),
            "gender": pick(rng, ["m", "f"]),
        }
        careless = float(rng.beta(1.5, 8))
        for _ in range(int(rng.choice([1, 2, 3, 5, 8, 12], p=[0.35, 0.2, 0.15, 0.15, 0.1, 0.05]))):
            rows.append({"entity": entity, **_mention(rng, person, careless, towns, trades)})
    frame = _numbered(rows[:records], rng)
    fields = {
        "given_name": "given_name",
        "surname": "surname",
        "date_of_birth": "born",
        "city": "birth_place",
        "postcode": "postcode",
        "identifiers": ["trade", "gender"],
    }
    return Bed("historical", frame, fields)


def _mention(
    rng: np.random.Generator, person: Row, rate: float, towns: list[tuple[str, str]], trades: list[str]
) -> Row:
    row = dict(person)
    if maybe(rng, 0.1):
        row["given_name"] = row["given_name"].split()[0]
    if maybe(rng, rate + 0.05):
        row["given_name"] = shorten(rng, row["given_name"].split()[0])
    for name in ("given_name", "surname", "birth_place"):
        if maybe(rng, rate + 0.08):
            row[name] = mishear(rng, row[name])
        if maybe(rng, rate / 2):
            row[name] = slip(rng, row[name])
    if maybe(rng, rate + 0.1):
        how = int(rng.integers(0, 3))
        born = np.datetime64(row["born"])
        if how == 0:
            row["born"] = f"{row['born'][:4]}-01-01"
        elif how == 1:
            row["born"] = str(born + int(rng.integers(-600, 600)))
        else:
            row["born"] = slip(rng, row["born"].replace("-", "")[2:]).rjust(6, "0")
            row["born"] = f"18{row['born'][:2]}-{row['born'][2:4]}-{row['born'][4:6]}"
    if maybe(rng, rate + 0.12):
        row["postcode"] = towns[int(rng.random() ** 2 * len(towns))][1] + " 1a"
    if maybe(rng, 0.3):
        row["trade"] = pick(rng, trades, 1.5)
    for name, share in (("given_name", 0.04), ("surname", 0.02), ("born", 0.12), ("birth_place", 0.2)):
        if maybe(rng, share + rate / 3):
            row[name] = None
    for name, share in (("postcode", 0.25), ("trade", 0.3), ("gender", 0.15)):
        if maybe(rng, share):
            row[name] = None
    return row


TRADES = "systems software foods logistics steel trading electric medical textiles consulting energy capital motors"
TRADES += " pharma plastics glass paper shipping press media optics chemicals timber engineering design security"
LEGAL = ["ltd", "limited", "inc", "inc.", "llc", "gmbh", "corp", "corporation", "co", "plc", "s.a.", "ag", ""]
ORG_SHORT = {"systems": "sys", "international": "intl", "engineering": "eng", "limited": "ltd", "company": "co"}
ORG_SHORT |= {"corporation": "corp", "services": "svcs", "and": "&", "manufacturing": "mfg", "group": "grp"}


def organisations(records: int = 20_000, seed: int = 1) -> Bed:
    """Companies in two registers: legal forms and words come and go, branches share a name, sister firms an address."""
    rng = np.random.default_rng([seed, 13])
    _, surnames = _names()
    towns = _towns(250, 7)
    trades = TRADES.split()
    rows: list[Row] = []
    entity = 0
    while len(rows) < records:
        stem = pick(rng, surnames, 0.3)
        if maybe(rng, 0.3):
            stem += f" {pick(rng, ['and sons', 'brothers', 'and company', 'group', 'international', 'services'])}"
        elif maybe(rng, 0.2):
            stem += f" and {pick(rng, surnames, 0.3)}"
        home = _office(rng, towns)
        for _ in range(int(rng.choice([1, 2, 4], p=[0.8, 0.14, 0.06]))):
            entity += 1
            name = f"{stem} {pick(rng, trades, 0.5)}"
            name += f" {pick(rng, ['manufacturing', 'holding', 'partners', 'services'])}" if maybe(rng, 0.25) else ""
            firm = {"name": f"{name} {pick(rng, LEGAL, 0.5)}".strip(), **home}
            if maybe(rng, 0.5):
                firm |= _office(rng, towns)
            firm["web"] = "".join(stem.split())[:14] + ".com" if maybe(rng, 0.6) else None
            rows.append({"entity": entity, "source": "register", **_entry(rng, firm, towns, 0.04)})
            for _ in range(int(rng.choice([0, 1, 2], p=[0.6, 0.33, 0.07]))):
                rows.append({"entity": entity, "source": "crm", **_entry(rng, firm, towns, 0.1)})
    frame = _numbered(rows[:records], rng)
    fields = {key: key for key in ("name", "address", "city", "postcode", "phone")}
    return Bed("organisations", frame, fields)


def _office(rng: np.random.Generator, towns: list[tuple[str, str]]) -> Row:
    town, postcode = towns[int(rng.random() ** 2 * len(towns))]
    return {"address": _street(rng), "city": town, "postcode": postcode, "phone": _phone(rng)}


def _entry(rng: np.random.Generator, firm: Row, towns: list[tuple[str, str]], rate: float) -> Row:
    row = dict(firm)
    words = row["name"].split()
    if maybe(rng, 4 * rate) and len(words) > 2 and words[-1] in LEGAL:
        words[-1] = pick(rng, LEGAL) if maybe(rng, 0.5) else ""
    words = [ORG_SHORT.get(word, word) if maybe(rng, 3 * rate) else word for word in words]
    if maybe(rng, rate) and len(words) > 2:
        words.pop(int(rng.integers(1, len(words))))
    if maybe(rng, rate / 2) and len(words) > 2:
        words[0], words[1] = words[1], words[0]
    row["name"] = " ".join(word for word in words if word)
    if maybe(rng, 2 * rate):
        row["name"] = slip(rng, row["name"])
    if maybe(rng, 0.4):
        row["address"] = _short_street(row["address"])
    if maybe(rng, rate):
        row["address"] = slip(rng, row["address"])
    if maybe(rng, 0.06):
        row |= {**_office(rng, towns), "phone": row["phone"]}
    for name, share in (("address", 0.1), ("phone", 0.35), ("postcode", 0.1), ("city", 0.03)):
        if maybe(rng, share):
            row[name] = None
    if row["phone"] and maybe(rng, 2 * rate):
        row["phone"] = _phone(rng) if maybe(rng, 0.6) else slip(rng, row["phone"])
    return row


def restaurants(records: int = 900, seed: int = 1) -> Bed:
    """Two guides of the same cities, each without duplicates: names and streets written by different habits, chains."""
    rng = np.random.default_rng([seed, 14])
    given, surnames = _names()
    cities = ["new york", "los angeles", "san francisco", "atlanta", "las vegas"]
    suburbs = {
        "los angeles": ["hollywood", "west hollywood", "santa monica"],
        "new york": ["new york city", "brooklyn"],
    }
    kinds = ["italian", "french", "american", "steakhouses", "chinese", "mexican", "delis", "japanese", "thai", "cafes"]
    rows: list[Row] = []
    entity = 0
    while len(rows) < records:
        entity += 1
        city = pick(rng, cities, 0.5)
        stem = pick(rng, given) if maybe(rng, 0.4) else pick(rng, surnames)
        ends = ["", "", "'s", " grill", " cafe", " restaurant", " bistro", " house", " kitchen", " bar and grill"]
        fronts = ["", "", "", "cafe ", "the ", "la ", "le ", "chez ", "old "]
        place = {
            "name": pick(rng, fronts) + stem + pick(rng, ends),
            "address": _street(rng),
            "city": city,
            "phone": _phone(rng),
            "cuisine": pick(rng, kinds, 0.7),
        }
        if rows and maybe(rng, 0.06):
            place["name"] = rows[int(rng.integers(0, len(rows)))]["name"]
        first = maybe(rng, 0.65)
        second = not first or maybe(rng, 0.22)
        if first:
            rows.append({"entity": entity, "source": "guide a", **place})
        if second:
            rows.append({"entity": entity, "source": "guide b", **_listing(rng, place, suburbs, kinds)})
    fields = {"name": "name", "address": "address", "city": "city", "phone": "phone", "identifiers": ["cuisine"]}
    return Bed("restaurants", _numbered(rows, rng), fields, source="source", mode="link")


def _listing(rng: np.random.Generator, place: Row, suburbs: dict[str, list[str]], kinds: list[str]) -> Row:
    row = dict(place)
    row["address"] = _short_street(row["address"]) + (" at 5th st" if maybe(rng, 0.15) else "")
    if maybe(rng, 0.2):
        row["address"] = " ".join(row["address"].split()[1:])
    if maybe(rng, 0.4):
        words = row["name"].split()
        how = int(rng.integers(0, 4))
        if how == 0 and len(words) > 1:
            row["name"] = " ".join(words[1:]) + ", " + words[0]
        elif how == 1:
            row["name"] += f" ({pick(rng, ['downtown', row['city'], 'midtown'])})"
        elif how == 2:
            row["name"] = row["name"].replace("restaurant", "").replace("cafe", "").strip() or row["name"]
        else:
            row["name"] = slip(rng, row["name"])
    if row["city"] in suburbs and maybe(rng, 0.25):
        row["city"] = pick(rng, suburbs[row["city"]])
    if maybe(rng, 0.6):
        row["cuisine"] = pick(rng, kinds, 0.7)
    row["phone"] = _phone(rng) if maybe(rng, 0.06) else row["phone"].replace("-", "/", 1)
    return row


def _numbered(rows: list[Row], rng: np.random.Generator) -> pl.DataFrame:
    frame = pl.DataFrame(rows, infer_schema_length=None).drop("web", strict=False)
    shuffled = frame[rng.permutation(len(frame))]
    return shuffled.with_columns(id=pl.format("r{}", pl.int_range(pl.len()))).select("id", pl.exclude("id"))


BEDS: dict[str, Callable[..., Bed]] = {
    "voters": voters,
    "historical": historical,
    "organisations": organisations,
    "restaurants": restaurants,
}
