"""Test beds of places: companies in two registers, and restaurants in two guides."""

import numpy as np

from benchmarks.beds import Bed, Row, a_phone, a_street, common_names, numbered, short_street, some_towns
from benchmarks.errors import maybe, pick, slip

TRADES = "systems software foods logistics steel trading electric medical textiles consulting energy capital motors"
TRADES += " pharma plastics glass paper shipping press media optics chemicals timber engineering design security"
LEGAL = ["ltd", "limited", "inc", "inc.", "llc", "gmbh", "corp", "corporation", "co", "plc", "s.a.", "ag", ""]
ORG_SHORT = {"systems": "sys", "international": "intl", "engineering": "eng", "limited": "ltd", "company": "co"}
ORG_SHORT |= {"corporation": "corp", "services": "svcs", "and": "&", "manufacturing": "mfg", "group": "grp"}


def organisations(records: int = 20_000, seed: int = 1) -> Bed:
    """Companies in two registers: legal forms and words come and go, branches share a name, sister firms an address."""
    rng = np.random.default_rng([seed, 13])
    _, surnames = common_names()
    towns = some_towns(250, 7)
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
    frame = numbered(rows[:records], rng)
    fields = {key: key for key in ("name", "address", "city", "postcode", "phone")}
    return Bed("organisations", frame, fields)


def _office(rng: np.random.Generator, towns: list[tuple[str, str]]) -> Row:
    town, postcode = towns[int(rng.random() ** 2 * len(towns))]
    return {"address": a_street(rng), "city": town, "postcode": postcode, "phone": a_phone(rng)}


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
        row["address"] = short_street(row["address"])
    if maybe(rng, rate):
        row["address"] = slip(rng, row["address"])
    if maybe(rng, 0.06):
        row |= {**_office(rng, towns), "phone": row["phone"]}
    for name, share in (("address", 0.1), ("phone", 0.35), ("postcode", 0.1), ("city", 0.03)):
        if maybe(rng, share):
            row[name] = None
    if row["phone"] and maybe(rng, 2 * rate):
        row["phone"] = a_phone(rng) if maybe(rng, 0.6) else slip(rng, row["phone"])
    return row


def restaurants(records: int = 900, seed: int = 1) -> Bed:
    """Two guides of the same cities, each without duplicates: names and streets written by different habits, chains."""
    rng = np.random.default_rng([seed, 14])
    given, surnames = common_names()
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
            "address": a_street(rng),
            "city": city,
            "phone": a_phone(rng),
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
    return Bed("restaurants", numbered(rows, rng), fields, source="source", mode="link")


def _listing(rng: np.random.Generator, place: Row, suburbs: dict[str, list[str]], kinds: list[str]) -> Row:
    row = dict(place)
    row["address"] = short_street(row["address"]) + (" at 5th st" if maybe(rng, 0.15) else "")
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
    row["phone"] = a_phone(rng) if maybe(rng, 0.06) else row["phone"].replace("-", "/", 1)
    return row
