"""Test beds of companies of several countries in two registries, with groups that have a company in each country."""

from typing import Any

import numpy as np

from benchmarks.beds import Bed, Row, a_home, names_of, shuffled
from benchmarks.errors import maybe, pick, slip

WORDS = (
    "alpha apex atlas aurora beacon bluewater boulder bright cardinal cedar citadel clear coastal compass crown delta"
)
WORDS += " eagle element emerald everest falcon fortune frontier galaxy global golden granite green harbor highland"
WORDS += " horizon imperial insight iron jade keystone lakeside legacy liberty lighthouse magna meridian metro nordic"
WORDS += " northern oak ocean omega orion pacific paragon phoenix pinnacle pioneer premier prime quantum regal ridge"
WORDS += " river royal sierra silver solar southern star sterling summit sun superior titan trident union united"
WORDS += " universal valley vanguard vector venture vertex victory vista western willow zenith"
TRADE = "capital partners holdings ventures foods trading shipping properties insurance consulting construction"
TRADE += " developments technologies solutions services industries laboratories pharmaceuticals engineering estates"
TRADE += " investments management logistics motors electronics textiles energy resources mining media finance"
FORMS = {
    "gb": ("limited", "ltd", "ltd.", "plc", "llp"),
    "us": ("inc", "inc.", "llc", "corp", "corporation", "co"),
    "de": ("gmbh", "ag", "kg", "gmbh & co. kg", "ug"),
    "nl": ("b.v.", "bv", "n.v."),
    "fr": ("sarl", "sas", "s.a.", "sa"),
}


def firms(
    name: str, records: int = 10_000, seed: int = 1, *, columns: tuple[str, ...], linked: bool, rate: float = 0.1
) -> Bed:
    """Companies of several countries in two registries; some groups have a company in each country."""
    rng = np.random.default_rng([seed, 22])
    _, surnames = names_of("en_GB")
    words, trades, lands = WORDS.split(), TRADE.split(), list(FORMS)
    towns = {land: [f"{pick(rng, surnames)} {land}" for _ in range(80)] for land in lands}
    rows: list[Row] = []
    entity = 0
    while len(rows) < records:
        stem = pick(rng, words, 0.3) if maybe(rng, 0.5) else pick(rng, surnames, 0.2)
        stem += f" {pick(rng, words)}" if maybe(rng, 0.3) else ""
        stem += f" {pick(rng, trades, 0.5)}" if maybe(rng, 0.8) else ""
        group = int(rng.choice([1, 2, 4], p=[0.85, 0.1, 0.05]))
        for land in rng.choice(lands, group, replace=False):
            entity += 1
            home = a_home(rng, towns[land], surnames)
            firm = {
                "name": f"{stem} {pick(rng, FORMS[land])}",
                "land": str(land),
                "number": f"{land}{int(rng.integers(10**6, 10**7))}",
                **home,
            }
            for source in range(2) if maybe(rng, 0.45) else [int(rng.integers(0, 2))]:
                rows.append({"entity": entity, "source": f"registry {source}", **_registered(rng, firm, rate)})
    return shuffled(
        rows[:records],
        rng,
        name,
        {key: key if key != "address" else "street" for key in ()} | _mapped(columns),
        linked=linked,
    )


def _mapped(columns: tuple[str, ...]) -> dict[str, Any]:
    known = {"name": "name", "address": "street", "city": "town", "postcode": "zip", "country": "land"}
    fields: dict[str, Any] = {field: known[field] for field in columns if field in known}
    return fields | ({"identifiers": ["number"]} if "number" in columns else {})


def _registered(rng: np.random.Generator, firm: Row, rate: float) -> Row:
    row = dict(firm)
    words = row["name"].split()
    if maybe(rng, 3 * rate):
        words = [word for word in words if word not in FORMS[row["land"]]] or words
    if maybe(rng, rate):
        words = words[:1] + [word[:4] if len(word) > 7 else word for word in words[1:]]
    row["name"] = " ".join(words)
    if maybe(rng, rate):
        row["name"] = slip(rng, row["name"])
    if maybe(rng, rate):
        row["name"] += pick(rng, [f" ({row['land']})", " group", " the", " - " + row["town"]])
    row["name"] = row["name"].upper() if maybe(rng, 0.4) else row["name"].title()
    if maybe(rng, 2 * rate):
        row |= {"street": f"{int(rng.integers(1, 200))} {pick(rng, names_of('en_GB')[1])} road"}
    if maybe(rng, rate):
        row["zip"] = slip(rng, row["zip"])
    for column, share in (("street", 0.1), ("zip", 0.1), ("town", 0.05), ("number", 0.6), ("land", 0.02)):
        if maybe(rng, share):
            row[column] = None
    return row
