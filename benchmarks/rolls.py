"""Test beds of persons: two voter rolls some years apart, and mentions in historical registers."""

import numpy as np

from benchmarks.beds import Bed, Row, a_phone, a_street, common_names, numbered, short_street, some_towns
from benchmarks.errors import maybe, mishear, pick, shorten, slip


def voters(records: int = 20_000, seed: int = 1) -> Bed:
    """Two rolls some years apart: movers, married names, households with one surname, sons named as their fathers."""
    rng = np.random.default_rng([seed, 11])
    given, surnames = common_names()
    towns = some_towns(max(20, records // 400), 3)
    rows: list[Row] = []
    entity = 0
    while len(rows) < records:
        town, postcode = towns[int(rng.random() ** 1.7 * len(towns))]
        home = {"address": a_street(rng), "city": town, "postcode": postcode, "phone": a_phone(rng)}
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
    frame = numbered(rows[:records], rng)
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
    _, surnames = common_names()
    later = dict(person)
    if maybe(rng, 0.15):
        town, postcode = towns[int(rng.random() ** 1.7 * len(towns))]
        later |= {"address": a_street(rng), "city": town, "postcode": postcode, "phone": a_phone(rng)}
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
        row["address"] = short_street(row["address"])
    if maybe(rng, rate):
        row["postcode"] = slip(rng, row["postcode"])
    return row


def historical(records: int = 20_000, seed: int = 1) -> Bed:
    """One to twelve mentions of a person in registers: spellings vary, dates are approximate, much is missing."""
    rng = np.random.default_rng([seed, 12])
    given, surnames = common_names()
    towns = some_towns(300, 5)
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
    frame = numbered(rows[:records], rng)
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
