"""Simulated customers in any number: people and firms of four countries, three in ten of the records duplicates."""

import numpy as np
import polars as pl
from faker.providers.person.de_DE import Provider as German
from faker.providers.person.en_US import Provider as American
from faker.providers.person.fr_FR import Provider as French
from faker.providers.person.it_IT import Provider as Italian

from benchmarks.beds import Bed
from benchmarks.errors import maybe, shorten, slip
from benchmarks.places import TRADES

DUPLICATES = 0.3
COUNTRIES = ("US", "DE", "FR", "IT")
LEGAL = {"US": ("Inc", "LLC", "Corp"), "DE": ("GmbH", "AG", "KG"), "FR": ("SARL", "SAS", "SA"), "IT": ("Srl", "SpA")}
STREETS = {"US": "{} {} Street", "DE": "{1}straße {0}", "FR": "{} rue {}", "IT": "via {1} {0}"}
MAILS = ("gmail.com", "outlook.com", "yahoo.com", "icloud.com", "web.de", "orange.fr", "libero.it")


def customers(records: int, seed: int = 42) -> Bed:
    """A table of customers with name, e-mail, phone, address, postcode, city and country."""
    rng = np.random.default_rng([seed, records])
    entities = int(records * (1 - DUPLICATES))
    frame = _entities(rng, entities)
    copies = np.sort(rng.choice(entities, records - entities, replace=records > 2 * entities))
    rows = [_copied(rng, row) for row in frame[copies].iter_rows(named=True)]
    table = pl.concat([frame, pl.DataFrame(rows, schema=frame.schema)])
    table = table.with_columns(_gaps(rng, len(table)))
    table = table[rng.permutation(len(table))].with_columns(pl.format("C{}", pl.int_range(pl.len())).alias("id"))
    fields = {field: field for field in ("name", "email", "phone", "address", "postcode", "city", "country")}
    return Bed(f"customers {records}", table, fields)


def _entities(rng: np.random.Generator, size: int) -> pl.DataFrame:
    country = rng.choice(4, size, p=[0.4, 0.3, 0.2, 0.1])
    given = _drawn(rng, country, [list(p.first_names) for p in (American, German, French, Italian)], 1.0)
    surname = _drawn(rng, country, [list(p.last_names) for p in (American, German, French, Italian)], 0.8)
    is_firm = rng.random(size) < 0.3
    trades = np.array([trade.title() for trade in TRADES.split()])[rng.integers(0, len(TRADES.split()), size)]
    towns = max(50, size // 500)
    town = (rng.random(size) ** 1.6 * towns).astype(int)
    town_names = _drawn(rng, np.arange(towns) % 4, [list(p.last_names) for p in (American, German, French, Italian)], 0)
    street = _drawn(rng, country, [list(p.last_names) for p in (American, German, French, Italian)], 0.3)
    number = rng.integers(1, 400, size)
    mail_number = rng.integers(0, max(99, size // 20), size)
    rows = []
    for i in range(size):
        land = COUNTRIES[country[i]]
        forms = LEGAL[land]
        if is_firm[i]:
            name = f"{surname[i]} {trades[i]} {forms[mail_number[i] % len(forms)]}"
            mail = f"info@{_ascii(surname[i])}-{_ascii(trades[i])}{mail_number[i]}.com"
        else:
            name = f"{given[i]} {surname[i]}"
            mail = f"{_ascii(given[i])}.{_ascii(surname[i])}{mail_number[i]}@{MAILS[number[i] % len(MAILS)]}"
        rows.append((name, mail, STREETS[land].format(number[i], street[i]), land))
    parts = pl.DataFrame(rows, schema=["name", "email", "address", "country"], orient="row")
    phone = rng.integers(10**8, 10**9, size)
    postcode = 10000 + (town * 37) % 89000 + rng.integers(0, 5, size)
    return parts.with_columns(
        pl.Series("entity", np.arange(size)),
        pl.Series("phone", phone).cast(pl.String),
        pl.Series("postcode", postcode).cast(pl.String).str.zfill(5),
        pl.Series("city", town_names[town]) + pl.Series(["ville", "burg", "ton", "stadt"])[(town % 4).tolist()],
    ).select("entity", "name", "email", "phone", "address", "postcode", "city", "country")


def _drawn(rng: np.random.Generator, which: np.ndarray, lists: list[list[str]], skew: float) -> np.ndarray:
    found = np.empty(len(which), dtype=object)
    for number, values in enumerate(lists):
        here = np.flatnonzero(which == number)
        pool = np.array(sorted(set(values)), dtype=object)
        rng.shuffle(pool)
        found[here] = pool[(rng.random(len(here)) ** (1 + skew) * len(pool)).astype(int)]
    return found


def _ascii(word: str) -> str:
    return word.lower().encode("ascii", "ignore").decode().replace(" ", "").replace("'", "")


def _copied(rng: np.random.Generator, row: dict) -> dict:
    """The same customer as somebody else typed it."""
    dice = rng.random(8)
    words = row["name"].split()
    if dice[0] < 0.15:
        row["name"] = slip(rng, row["name"])
    elif dice[0] < 0.2:
        row["name"] = " ".join([*words[1:], words[0]])
    elif dice[0] < 0.26:
        row["name"] = " ".join([shorten(rng, words[0].lower()).title(), *words[1:]])
    elif dice[0] < 0.34:
        row["name"] = row["name"].upper()
    if dice[1] < 0.12:
        row["email"] = slip(rng, row["email"])
    elif dice[1] < 0.2:
        row["email"] = row["email"].split("@")[0] + "@" + MAILS[int(rng.integers(0, len(MAILS)))]
    if dice[2] < 0.1:
        row["phone"] = slip(rng, row["phone"])
    elif dice[2] < 0.2:
        row["phone"] = str(int(rng.integers(10**8, 10**9)))
    if dice[3] < 0.2:
        row["address"] = slip(rng, row["address"])
    elif dice[3] < 0.4:
        row["address"] = row["address"].replace("Street", "St").replace("straße", "str.").replace("rue", "r.")
    if dice[4] < 0.06:
        row["postcode"] = slip(rng, row["postcode"])
    if dice[5] < 0.06:
        row["city"] = slip(rng, row["city"])
    if maybe(rng, 0.07):
        row["address"] = f"{int(rng.integers(1, 400))} {row['city']} Avenue"
    return row


def _gaps(rng: np.random.Generator, size: int) -> list[pl.Expr]:
    shares = {"email": 0.15, "phone": 0.2, "address": 0.08, "postcode": 0.06, "city": 0.04, "country": 0.02}
    return [
        pl.when(~pl.Series(rng.random(size) < share)).then(pl.col(name)).alias(name) for name, share in shares.items()
    ]
