"""Plants true frauds into the order book: real orders are bent until they show what each kind of fraud looks like."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from data_gen import clock
from data_gen.plan import DAYS, Plan
from data_gen.population import ENTERPRISE, SMB, Population
from data_gen.randomness import Bools, Floats, Ints, Rng, choose, stream
from data_gen.vocabulary.selling import FRAUD_TYPES

APPROVAL_LIMIT = 2_500_000  # cents; larger orders need a second signature
ROUND_STEP = 500_000  # cents
SMALL_ORDER, CHEAP_PIECE = 1_200_000, 45_000  # cents
SPIKE = (11.0, 17.0)  # times the usual quantity
DIVISORS = np.array([1, 2, 4, 5, 8, 10, 16, 20, 25, 40, 50])
GROUPS = ("Velocity Anomaly", "Split Transaction", "Sequential IDs", "Duplicate Invoice")


@dataclass
class Book:
    """The order book in columns that may be bent, and which orders were."""

    columns: dict[str, np.ndarray]
    kind: np.ndarray  # fraud type of each order, '' for honest ones
    bent: Bools  # takes part in a case, as culprit or as its honest original

    @property
    def day(self) -> Ints:
        return self.columns["seconds"] // clock.DAY_SECONDS

    def mark(self, name: str, rows: Ints) -> None:
        self.kind[rows] = name
        self.bent[rows] = True


@dataclass(frozen=True)
class Weak:
    """Where frauds find their way in: customers without tax id, and orders that may run over an odd record."""

    no_tax_id: Bools  # by customer
    odd_record: Ints  # by customer: a SAP record whose mailbox is of another domain, -1 for none
    odd_since: Ints  # the day of that record


def plant(seed: int, plan: Plan, people: Population, orders: pl.DataFrame, weak: Weak) -> pl.DataFrame:
    """The order book in order of time, with the column `fraud_type`, null for honest orders."""
    rng = stream(seed, "fraud")
    book = Book(
        {name: orders[name].to_numpy().copy() for name in orders.columns},
        np.full(len(orders), "", dtype=object),
        np.zeros(len(orders), dtype=bool),
    )
    proneness = rng.normal(size=len(people))
    for name in GROUPS:
        _plant_groups(rng, plan, book, name)
    for name, (eligible, bend) in _singles(people, book, weak).items():
        rows = _chosen(rng, book, eligible, proneness, plan.rows(FRAUD_TYPES[name].cases))
        bend(rng, book, rows, people)
        book.mark(name, rows)
    bent = pl.DataFrame({name: values for name, values in book.columns.items()}, schema=orders.schema)
    kinds = pl.Series("fraud_type", [kind or None for kind in book.kind], dtype=pl.String)
    total = pl.col("quantity") * pl.col("price_cents") * (100 - pl.col("discount")) // 100
    return bent.with_columns(kinds, total_cents=total).sort("seconds", "golden", maintain_order=True)


Bend = Callable[[Rng, Book, Ints, Population], None]


def _singles(people: Population, book: Book, weak: Weak) -> dict[str, tuple[Bools, Bend]]:
    """Of each kind with one order a case: which orders qualify, and how they are bent."""
    golden, source = book.columns["golden"], book.columns["source"]
    segment = people.segment[golden]
    often = np.bincount(golden, minlength=len(people))[golden] >= 5
    full_price = book.columns["discount"] == 0
    by_desk = source != "E-Commerce"
    odd = (weak.odd_record[golden] >= 0) & (weak.odd_since[golden] <= book.day) & (source == "SAP")
    small = book.columns["quantity"] * book.columns["price_cents"] < SMALL_ORDER
    cheap = book.columns["price_cents"] < CHEAP_PIECE
    everything = np.ones(len(golden), dtype=bool)
    return {
        "Amount Spike": ((segment >= SMB) & often & small, _spike),
        "Geo Mismatch": (everything, _reroute),
        "After-Hours Access": (by_desk, _at_night),
        "Phantom Vendor": (_youngest(weak.no_tax_id[golden], book.day - people.created[golden]), _leave),
        "Identity Mismatch": (odd, lambda rng, book, rows, people: _over_odd_record(book, rows, weak)),
        "Round Amount": (full_price, _rounded),
        "PO Mismatch": (everything, _leave),
        "Unusual Pattern": ((segment != ENTERPRISE) & by_desk & full_price & small & cheap, _unusual),
    }


def _youngest(eligible: Bools, age: Ints) -> Bools:
    """Of the eligible orders the fifth that came soonest after the account was opened."""
    if not eligible.any():
        return eligible
    return eligible & (age <= np.quantile(age[eligible], 0.2))


def _chosen(rng: Rng, book: Book, eligible: Bools, proneness: Floats, cases: int) -> Ints:
    """Free orders of the more prone customers; any free order where none qualifies."""
    free = np.flatnonzero(eligible & ~book.bent)
    if len(free) < cases:
        free = np.flatnonzero(~book.bent)
    return free[choose(rng, proneness[book.columns["golden"][free]], cases)]


def _leave(rng: Rng, book: Book, rows: Ints, people: Population) -> None:
    """The order stands as it is: what is wrong is the account, or the purchase order number that it will get."""


def _spike(rng: Rng, book: Book, rows: Ints, people: Population) -> None:
    times = rng.uniform(*SPIKE, len(rows))
    book.columns["quantity"][rows] = np.ceil(book.columns["quantity"][rows] * times).astype(np.int64)


def _reroute(rng: Rng, book: Book, rows: Ints, people: Population) -> None:
    home = people.country[book.columns["golden"][rows]]
    book.columns["ship"][rows] = (home + rng.integers(1, 10, len(rows))) % 10


def _at_night(rng: Rng, book: Book, rows: Ints, people: Population) -> None:
    country = people.country[book.columns["golden"][rows]]
    local = 22.0 + rng.random(len(rows)) * 6.5
    second = ((local - clock.UTC_OFFSET[country]) % 24 * 3600).astype(np.int64)
    book.columns["seconds"][rows] = book.day[rows] * clock.DAY_SECONDS + second


def _over_odd_record(book: Book, rows: Ints, weak: Weak) -> None:
    golden = book.columns["golden"][rows]
    usable = (weak.odd_record[golden] >= 0) & (weak.odd_since[golden] <= book.day[rows])
    book.columns["record"][rows] = np.where(usable, weak.odd_record[golden], book.columns["record"][rows])


def _rounded(rng: Rng, book: Book, rows: Ints, people: Population) -> None:
    """A total of full thousands, reached by a price that no list has."""
    quantity, price = book.columns["quantity"][rows], book.columns["price_cents"][rows]
    total = np.maximum(1, np.round(quantity * price / ROUND_STEP)).astype(np.int64) * ROUND_STEP
    nearest = DIVISORS[np.abs(DIVISORS[None, :] - quantity[:, None]).argmin(axis=1)]
    book.columns["quantity"][rows] = nearest
    book.columns["price_cents"][rows] = total // nearest


def _unusual(rng: Rng, book: Book, rows: Ints, people: Population) -> None:
    """Far more pieces than usual, late in the evening."""
    quantity = book.columns["quantity"]
    quantity[rows] = np.maximum(quantity[rows] * 3, 90) + rng.integers(0, 60, len(rows))
    country = people.country[book.columns["golden"][rows]]
    second = ((20.0 + 1.8 * rng.random(len(rows)) - clock.UTC_OFFSET[country]) % 24 * 3600).astype(np.int64)
    book.columns["seconds"][rows] = book.day[rows] * clock.DAY_SECONDS + second


def _plant_groups(rng: Rng, plan: Plan, book: Book, name: str) -> None:
    """Cases of several orders: neighbours in a customer's history are drawn together."""
    wanted = FRAUD_TYPES[name]
    length, cases = wanted.orders_per_case, plan.rows(wanted.cases)
    order = np.lexsort((book.columns["seconds"], book.columns["golden"]))
    golden = book.columns["golden"][order]
    starts = np.flatnonzero(golden[: len(golden) - length + 1] == golden[length - 1 :])
    for start in rng.permutation(starts):
        rows = order[start : start + length]
        if cases == 0:
            return
        if book.bent[rows].any() or not _fits(book, name, rows):
            continue
        _bend_group(rng, book, name, rows)
        cases -= 1


def _fits(book: Book, name: str, rows: Ints) -> bool:
    if book.day[rows[0]] >= DAYS - 3:
        return False
    if name == "Duplicate Invoice":
        return bool((book.columns["discount"][rows] == 0).all())
    if name == "Split Transaction":
        totals = book.columns["quantity"][rows] * book.columns["price_cents"][rows]
        return bool((totals < 4 * APPROVAL_LIMIT).all())
    return True


def _bend_group(rng: Rng, book: Book, name: str, rows: Ints) -> None:
    first, others = rows[0], rows[1:]
    columns = book.columns
    if name != "Sequential IDs":
        left = clock.DAY_SECONDS - 60 - columns["seconds"][first] % clock.DAY_SECONDS
        steps = np.sort(rng.uniform(0.05, 0.9, len(others)) * min(left, 9 * 3600))
        columns["seconds"][others] = columns["seconds"][first] + steps.astype(np.int64)
        columns["source"][others], columns["record"][others] = columns["source"][first], columns["record"][first]
    if name == "Duplicate Invoice":
        for column in ("product", "quantity", "price_cents"):
            columns[column][others] = columns[column][first]
        book.bent[first] = True
        book.mark(name, others)
        return
    if name == "Split Transaction":
        wanted = APPROVAL_LIMIT * rng.uniform(0.94, 0.998, len(rows)) * 100 / (100 - columns["discount"][rows])
        quantity = np.maximum(1, np.round(wanted / columns["price_cents"][rows])).astype(np.int64)
        columns["quantity"][rows] = quantity
        columns["price_cents"][rows] = 100 * (wanted / quantity / 100).astype(np.int64)
    book.mark(name, rows)
