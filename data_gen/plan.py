"""How many rows of what a scale gives: every count of the default build, in proportion."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data_gen.randomness import quota
from data_gen.vocabulary import companies, places

AS_OF = date(2026, 1, 31)
FIRST_DAY = date(2024, 1, 1)
DAYS = (AS_OF - FIRST_DAY).days + 1
ARRIVED_AT = datetime(2026, 1, 31, 23, 59, 59)
HOURS_SINCE = datetime(2026, 1, 25)
HOURS = 168

SMALLEST, LARGEST = 0.1, 1000.0

# Golden customers at scale 1 by the systems that know them; the first two hold SAP and Salesforce records.
CELLS: Mapping[str, int] = {"key": 124, "fuzzy": 116, "sap": 150, "salesforce": 110}
ORACLE: Mapping[str, int] = {"key": 60, "fuzzy": 60, "sap": 70, "salesforce": 60}  # of which Oracle knows too
DUPLICATE_ROWS: Mapping[str, int] = {"SAP": 110, "Salesforce": 50}  # second rows that a trusted key finds

STATUSES: Mapping[str, tuple[str, int]] = {  # lifecycle stage: status, golden customers
    "Churned": ("Churned", 50),
    "Activated": ("New", 75),
    "Champion": ("Active", 95),
    "Loyal": ("Active", 105),
    "Growing": ("Active", 100),
    "At-Risk": ("At-Risk", 45),
    "Dormant": ("At-Risk", 30),
}


@dataclass(frozen=True)
class PairKind:
    """An archetype of two parties that look alike: where they sit, how alike they score, and the truth."""

    left: str  # cell of CELLS
    right: str
    pairs: int
    tier: str
    same: bool  # truly one company


PAIRS: Mapping[str, PairKind] = {
    "spelling": PairKind("fuzzy", "fuzzy", 116, "AUTO_MERGE", True),
    "moved_sap": PairKind("sap", "sap", 18, "REVIEW", True),
    "moved_salesforce": PairKind("salesforce", "salesforce", 10, "REVIEW", True),
    "changed_phone": PairKind("sap", "salesforce", 6, "REVIEW", True),
    "sister_cross": PairKind("sap", "salesforce", 12, "REVIEW", False),
    "sister_sap": PairKind("sap", "sap", 8, "REVIEW", False),
    "stale_email": PairKind("sap", "salesforce", 6, "NO_MATCH", True),
    "affiliate_cross": PairKind("sap", "salesforce", 12, "NO_MATCH", False),
    "affiliate_sap": PairKind("sap", "sap", 12, "NO_MATCH", False),
}

ORDERS: Mapping[int, int] = {0: 2100, 5: 560, 10: 420, 15: 280, 20: 140}  # by discount, percent
SENTIMENT: Mapping[str, int] = {"Positive": 3000, "Neutral": 2100, "Negative": 900}
WEB_EVENTS: Mapping[str, int] = {"known": 17500, "anonymous": 7500}
DEALS: Mapping[str, int] = {
    "Lead": 95, "MQL": 85, "SQL": 75, "Discovery": 65, "Proposal": 50, "Negotiation": 40, "Won": 200, "Lost": 590,
}  # fmt: skip


class NoSuchWorld(ValueError):
    """The seed or the scale asked for cannot be simulated."""


@dataclass(frozen=True)
class Plan:
    """The counts at one scale. Totals are rounded once, and their parts by largest remainder, so parts sum to totals.

    Products, representatives and hours are no volumes and stay as they are.
    """

    scale: float

    def __post_init__(self) -> None:
        if not SMALLEST <= self.scale <= LARGEST:
            raise NoSuchWorld(f"scale must be between {SMALLEST:g} and {LARGEST:g}, but is {self.scale:g}")

    def rows(self, base: int) -> int:
        """A single count of the default build, in proportion; at least one."""
        return max(1, int(base * self.scale + 0.5))

    def split(self, base: Mapping[str, int]) -> dict[str, int]:
        """Counts that add up to the scaled total."""
        counts = quota(self.rows(sum(base.values())), list(base.values()))
        return dict(zip(base, counts.tolist(), strict=True))

    @property
    def cells(self) -> dict[str, int]:
        return self.split(CELLS)

    @property
    def golden(self) -> int:
        return sum(self.cells.values())

    @property
    def stages(self) -> dict[str, int]:
        counts = quota(self.golden, [count for _, count in STATUSES.values()])
        return dict(zip(STATUSES, counts.tolist(), strict=True))

    @property
    def oracle(self) -> dict[str, int]:
        wanted, cells = self.split(ORACLE), self.cells
        return {cell: min(count, cells[cell]) for cell, count in wanted.items()}

    @property
    def duplicates(self) -> dict[str, int]:
        return {system: self.rows(count) for system, count in DUPLICATE_ROWS.items()}

    @property
    def pairs(self) -> dict[str, int]:
        """Planted pairs by kind; every fuzzily linked customer is one AUTO_MERGE pair."""
        others = {kind: self.rows(spec.pairs) for kind, spec in PAIRS.items() if kind != "spelling"}
        return {"spelling": self.cells["fuzzy"], **others}

    @property
    def parties(self) -> int:
        cells = self.cells
        return sum(cells.values()) + cells["fuzzy"]

    @property
    def discounts(self) -> dict[int, int]:
        counts = quota(self.rows(sum(ORDERS.values())), list(ORDERS.values()))
        return dict(zip(ORDERS, counts.tolist(), strict=True))

    @property
    def sentiments(self) -> dict[str, int]:
        return self.split(SENTIMENT)

    @property
    def web_events(self) -> dict[str, int]:
        return self.split(WEB_EVENTS)

    @property
    def deals(self) -> dict[str, int]:
        return self.split(DEALS)


def day_number(day: date) -> int:
    """Days since FIRST_DAY; negative before it."""
    return (day - FIRST_DAY).days


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def shares(of: str) -> list[float]:
    """The shares of countries, segments or industries, in the order of their vocabulary."""
    if of == "country":
        return [country.share for country in places.COUNTRIES]
    table = companies.SEGMENTS if of == "segment" else companies.INDUSTRIES
    return [share for _, share in table.values()]
