"""Test beds with a known truth, and the names, towns and streets that they are made of."""

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
from faker.providers.address.en_US import Provider as Places
from faker.providers.person.en_US import Provider as People

from benchmarks.errors import pick

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
def common_names() -> tuple[list[str], list[str]]:
    def ordered(weights: Any, count: int) -> list[str]:
        common = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        return list(dict.fromkeys(name.lower() for name, _ in common))[:count]

    men, women = ordered(People.first_names_male, 300), ordered(People.first_names_female, 300)
    given = [name for both in zip(men, women, strict=False) for name in both]
    return given, ordered(People.last_names, 1000)


@cache
def some_towns(count: int, seed: int) -> list[tuple[str, str]]:
    rng = np.random.default_rng(seed)
    _, surnames = common_names()
    ends = [str(end) for end in Places.city_suffixes]
    towns = []
    for number in range(count):
        town = pick(rng, surnames) + pick(rng, ends)
        towns.append((town, f"{20000 + number * 7 % 70000:05d}"))
    return towns


def a_street(rng: np.random.Generator) -> str:
    _, surnames = common_names()
    kind = pick(rng, ["street", "avenue", "road", "drive", "lane", "court", "boulevard", "place"], 1.0)
    side = pick(rng, ["", "", "", "north ", "south ", "west ", "east "])
    return f"{int(rng.integers(1, 2500))} {side}{pick(rng, surnames, 0.6)} {kind}"


def a_phone(rng: np.random.Generator) -> str:
    return f"{int(rng.integers(201, 989))}-{int(rng.integers(200, 999))}-{int(rng.integers(0, 9999)):04d}"


STREETS = ("street", "road", "avenue", "lane", "close", "way", "drive", "court", "gardens", "hill")
STREET_SHORT = {"street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "boulevard": "blvd", "north": "n"}
STREET_SHORT |= {"south": "s", "west": "w", "east": "e", "place": "pl", "court": "ct", "lane": "ln"}


def short_street(street: str) -> str:
    return " ".join(STREET_SHORT.get(word, word) for word in street.split())


def numbered(rows: list[Row], rng: np.random.Generator) -> pl.DataFrame:
    frame = pl.DataFrame(rows, infer_schema_length=None).drop("web", strict=False)
    shuffled = frame[rng.permutation(len(frame))]
    return shuffled.with_columns(id=pl.format("r{}", pl.int_range(pl.len()))).select("id", pl.exclude("id"))


@cache
def names_of(locale: str) -> tuple[list[str], list[str]]:
    people = import_module(f"faker.providers.person.{locale}").Provider
    given = sorted({str(name) for name in people.first_names})
    surnames = sorted({str(name) for name in people.last_names})
    rng = np.random.default_rng(len(given))
    return [given[i] for i in rng.permutation(len(given))], [surnames[i] for i in rng.permutation(len(surnames))]


def a_home(rng: np.random.Generator, towns: list[str], surnames: list[str]) -> Row:
    place = int(rng.random() ** 2 * len(towns))
    street = f"{int(rng.integers(1, 200))} {pick(rng, surnames, 0.5)} {pick(rng, STREETS, 1.0)}"
    return {
        "street": street,
        "town": towns[place],
        "zip": f"{'ABCDEFGH'[place % 8]}{place % 90:02d} {int(rng.integers(0, 9))}XQ",
    }


def shuffled(rows: list[Row], rng: np.random.Generator, name: str, fields: dict[str, Any], *, linked: bool) -> Bed:
    frame = pl.DataFrame(rows, infer_schema_length=None).drop("last_true", strict=False)
    frame = frame[rng.permutation(len(frame))].with_columns(id=pl.format("t{}", pl.int_range(pl.len())))
    return Bed(name, frame, fields, source="source" if linked else None, mode="link" if linked else "dedupe")
