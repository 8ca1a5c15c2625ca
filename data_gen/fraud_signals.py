"""What the fraud monitor sees in an order: a suspicion per fraud type, from order book and master data alone."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data_gen import clock
from data_gen.fraud_cases import APPROVAL_LIMIT
from data_gen.identities import MAILBOXES, Identity
from data_gen.order_book import po_codes
from data_gen.population import Population
from data_gen.products import Products
from data_gen.randomness import Bools, Floats, Ints
from data_gen.records import Records

DAY_HOURS = 24.0
FAR_FUTURE = 1 << 33  # seconds; keeps the customers apart in one sorted key
SPREAD_FLOOR = 0.45  # of log amounts and quantities, for customers with few orders


@dataclass(frozen=True)
class View:
    """The order book as columns, in order of customer and time."""

    golden: Ints
    seconds: Ints
    total: Ints
    frame: pl.DataFrame

    @property
    def key(self) -> Ints:
        return self.golden * FAR_FUTURE + self.seconds

    def follows(self, steps: int = 1) -> Bools:
        """Whether the order some steps before is of the same customer."""
        same = np.zeros(len(self.golden), dtype=bool)
        same[steps:] = self.golden[steps:] == self.golden[:-steps]
        return same

    def before(self, values: np.ndarray) -> np.ndarray:
        """The value of the order before, whosever it is."""
        return np.concatenate([values[:1], values[:-1]])

    def within(self, seconds: int, counts: Bools | None = None) -> Ints:
        """The customer's orders in the seconds around each order, itself included; of those that count."""
        kept = self.key if counts is None else self.key[counts]
        first = np.searchsorted(kept, self.key - seconds, side="left")
        return np.searchsorted(kept, self.key + seconds, side="right") - first


def suspicions(
    book: pl.DataFrame, people: Population, companies: list[Identity], records: Records, products: Products
) -> tuple[pl.DataFrame, dict[str, Floats]]:
    """The book in order of customer and time, and for each fraud type how strongly each order shows its signs."""
    frame = book.sort("golden", "seconds", maintain_order=True)
    view = View(frame["golden"].to_numpy(), frame["seconds"].to_numpy(), frame["total_cents"].to_numpy(), frame)
    country = people.country[view.golden]
    hour = ((view.seconds / 3600 + clock.UTC_OFFSET[country]) % DAY_HOURS).astype(float)
    return frame, {
        "Duplicate Invoice": _duplicate(view),
        "Velocity Anomaly": view.within(86_400) + 0.3 * view.within(7 * 86_400),
        "Amount Spike": _deviation(view, np.log(view.total)),
        "Geo Mismatch": 3.0 * (frame["ship"].to_numpy() != country),
        "After-Hours Access": _after_hours(hour),
        "Phantom Vendor": _phantom(view, people, records),
        "Identity Mismatch": _identity(frame, companies, records),
        "Round Amount": _round(view.total),
        "Sequential IDs": _sequential(view),
        "Split Transaction": _split(view),
        "PO Mismatch": _foreign_po(frame, companies),
        "Unusual Pattern": _unusual(view, products, hour),
    }


def _duplicate(view: View) -> Floats:
    """Like the customer's order before: soon after it, of the same product, for the same amount."""
    hours = (view.seconds - view.before(view.seconds)) / 3600
    product = view.frame["product"].to_numpy()
    near = np.exp(-np.abs(hours) / 200)
    like = np.exp(-3 * np.abs(np.log(view.total / view.before(view.total))))
    return np.where(view.follows(), near + 1.2 * (product == view.before(product)) + like, 0.0)


def _deviation(view: View, values: Floats) -> Floats:
    """Standard deviations above the customer's usual value; few orders count as ordinary."""
    count = np.bincount(view.golden)
    mean = np.bincount(view.golden, weights=values) / np.maximum(count, 1)
    square = np.bincount(view.golden, weights=values**2) / np.maximum(count, 1)
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    steady = SPREAD_FLOOR + spread * count / (count + 8)
    return (values - mean[view.golden]) / steady[view.golden]


def _after_hours(hour: Floats) -> Floats:
    night = (hour >= 22) | (hour < 5)
    return np.select([night, hour >= 20.5, hour < 7.5], [3.0, 1.6, 1.3], 0.0)


def _phantom(view: View, people: Population, records: Records) -> Floats:
    """Accounts without a tax id in SAP, the newer the more suspect."""
    no_tax_id = np.ones(len(people), dtype=bool)
    for row in records.of("SAP"):
        no_tax_id[records.golden[row]] &= records.sightings[row].tax_id is None
    sap = records.first("SAP")[view.golden] >= 0
    age = view.seconds / 86_400 - people.created[view.golden]
    return np.where(no_tax_id[view.golden] & sap, 1.4, 0.0) + np.exp(-np.maximum(age, 0) / 150) * (
        1 + 1.6 * no_tax_id[view.golden]
    )


def _identity(frame: pl.DataFrame, companies: list[Identity], records: Records) -> Floats:
    """The mailbox of the record under which an order came is of another domain than the company's, or missing."""
    odd = np.zeros(len(records))
    for row, (golden, seen) in enumerate(zip(records.golden.tolist(), records.sightings, strict=True)):
        if seen.email is None:
            odd[row] = 1.2
        elif not seen.email.lower().endswith(f"@{companies[golden].domain}"):
            odd[row] = 2.8
        elif seen.email.lower().partition("@")[0] in MAILBOXES:
            odd[row] = 0.4
    return odd[frame["record"].to_numpy()]


def _round(total: Ints) -> Floats:
    return np.select([total % 500_000 == 0, total % 100_000 == 0, total % 10_000 == 0], [3.0, 2.0, 1.2], 0.0)


def _sequential(view: View) -> Floats:
    """Purchase order numbers that follow each other directly."""
    number = view.frame["po"].str.extract(r"(\d+)$", 1).cast(pl.Int64).fill_null(-(10**6)).to_numpy()
    gap = number - view.before(number)
    return np.where(view.follows() & (gap > 0), 3.2 * np.exp(-np.clip(gap - 1, 0, 200) / 2.5), 0.0)


def _split(view: View) -> Floats:
    """Several orders of one customer within days, each just under the limit for a second signature."""
    just_under = (view.total >= 0.9 * APPROVAL_LIMIT) & (view.total < APPROVAL_LIMIT)
    return np.where(just_under, 0.8 + view.within(2 * 86_400, just_under), 0.0)


def _foreign_po(frame: pl.DataFrame, companies: list[Identity]) -> Floats:
    codes = po_codes(companies)[frame["golden"].to_numpy()]
    prefix = frame["po"].str.extract("^([A-Z]+)-", 1)
    foreign = (prefix != pl.Series(codes)).fill_null(False).to_numpy()
    return np.where(foreign, 3.0, np.where(prefix.is_null().to_numpy(), 1.4, 0.0))


def _unusual(view: View, products: Products, hour: Floats) -> Floats:
    """Rare in several ways at once: quantity, hour and line of business."""
    quantity = _deviation(view, np.log(view.frame["quantity"].to_numpy()))
    category = products.category[view.frame["product"].to_numpy()]
    pairs = view.golden * 8 + category
    usual = np.bincount(pairs)[pairs] / np.bincount(view.golden)[view.golden]
    return np.maximum(quantity, 0) + np.abs(hour - 13) / 4 + (1 - usual)
