"""Who each golden customer truly is: registered name, seat, telephone, mailbox and tax id, each unique where due."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from data_gen.plan import PAIRS
from data_gen.population import INDUSTRIES, Population
from data_gen.randomness import Rng, stream
from data_gen.vocabulary.companies import LEGAL_FORMS, ROOTS, TRADES
from data_gen.vocabulary.places import COUNTRIES, City, Country

T = TypeVar("T")
MAILBOXES = ("info", "contact", "office", "hello", "sales", "accounts", "purchasing")
PERSONAL_MAILBOX_SHARE = 0.45
DOMAIN_ENDING = "example"  # reserved for examples: nobody receives this mail
PHONE_RANGE, PHONE_STEP = 8_000_000, 7_368_787  # subscriber numbers; the step shares no factor with the range
TAX_RANGE, TAX_STEP = 900_000_000, 568_717_871
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe"})


@dataclass(frozen=True, slots=True)
class Identity:
    """A company as it would introduce itself."""

    root: str
    trade: str
    core: str  # the name without its legal form
    legal: int  # index into LEGAL_FORMS of its country
    country: Country
    city: City
    street: str
    number: int
    postal: str
    area: str
    subscriber: str
    email: str
    domain: str
    vat: str
    industry: str

    @property
    def name(self) -> str:
        return f"{self.core} {LEGAL_FORMS[self.country.code][self.legal][0]}"


class Registry:
    """Hands out names, domains, numbers and tax ids, each once."""

    def __init__(self, rng: Rng) -> None:
        self.rng = rng
        self._names: set[tuple[str, str]] = set()
        self._domains: set[str] = set()
        self._phone = int(rng.random() * PHONE_RANGE)
        self._tax = int(rng.random() * TAX_RANGE)

    def one(self, options: Sequence[T]) -> T:
        return options[int(self.rng.random() * len(options))]

    def company(self, country: Country, industry: str) -> Identity:
        root, trade, core = self._name(country, industry)
        domain = self.domain(f"{root} {core.removeprefix(root)}")
        legal = LEGAL_FORMS[country.code]
        city = country.cities[int(self.rng.random() ** 1.5 * len(country.cities))]
        return Identity(
            root=root,
            trade=trade,
            core=core,
            legal=int(self.rng.random() ** 1.6 * len(legal)),
            country=country,
            city=city,
            street=self.one(country.streets),
            number=1 + int(self.rng.random() ** 2 * 240),
            postal=self.filled(city.postal),
            area=city.area,
            subscriber=self.subscriber(country),
            email=f"{self.mailbox(country)}@{domain}",
            domain=domain,
            vat=self.vat(country),
            industry=industry,
        )

    def _name(self, country: Country, industry: str) -> tuple[str, str, str]:
        """A root, a trade and the whole core; plain names first, partners and seats where those are taken."""
        roots, trades = ROOTS[country.roots], TRADES[country.trade][industry]
        for attempt in range(12):
            root, trade = self.one(roots), self.one(trades)
            if attempt < 4 and self.rng.random() < 0.8:
                core = f"{root} {trade}"
            elif attempt < 8:
                core = f"{root} & {self.one(roots)} {trade}"
            else:
                core = f"{root} & {self.one(roots)} {trade} {self.one(country.cities).name}"
            if (country.code, core) not in self._names:
                break
        self._names.add((country.code, core))
        return root, trade, core

    def other_trade(self, identity: Identity) -> str:
        """Another trade of the same root, as a sister company would have."""
        return self.one([t for t in TRADES[identity.country.trade][identity.industry] if t not in identity.core])

    def domain(self, text: str) -> str:
        """A host name made of the text; numbered where it is taken."""
        plain = "-".join(slug(text).split("-")[:3])
        host, serial = f"{plain}.{DOMAIN_ENDING}", 2
        while host in self._domains:
            host, serial = f"{plain}-{serial}.{DOMAIN_ENDING}", serial + 1
        self._domains.add(host)
        return host

    def mailbox(self, country: Country) -> str:
        if self.rng.random() < PERSONAL_MAILBOX_SHARE:
            return f"{self.one('abcdefghijklmnoprstvw')}.{slug(self.one(ROOTS[country.roots]))}"
        return self.one(MAILBOXES)

    def subscriber(self, country: Country) -> str:
        self._phone = (self._phone + PHONE_STEP) % PHONE_RANGE
        number = str(2_000_000 + self._phone)
        return number if country.subscriber == 7 else self.one("3456789") + number

    def vat(self, country: Country) -> str:
        """The country's pattern, filled with a serial number that is not used again."""
        self._tax = (self._tax + TAX_STEP) % TAX_RANGE
        digits = iter(str(100_000_000 + self._tax) + "0" * 12)
        return "".join(
            next(digits) if sign == "#" else self.one(LETTERS) if sign == "@" else sign for sign in country.vat
        )

    def filled(self, pattern: str) -> str:
        return "".join(self.one("123456789") if s == "#" else self.one(LETTERS) if s == "@" else s for s in pattern)

    def moved(self, identity: Identity) -> Identity:
        """The same company at another address of its country."""
        city = self.one(identity.country.cities)
        street = self.one([s for s in identity.country.streets if s != identity.street])
        number = 1 + int(self.rng.random() ** 2 * 240)
        return replace(identity, city=city, street=street, number=number, postal=self.filled(city.postal))


def simulate(seed: int, people: Population) -> tuple[list[Identity], Registry]:
    """The identity of every golden customer; the second of a pair is derived from the first."""
    registry = Registry(stream(seed, "identity"))
    found: list[Identity] = []
    for g in range(len(people)):
        partner = int(people.partner[g])
        if 0 <= partner < g:
            found.append(related(registry, found[partner], people.kind[g]))
        else:
            found.append(registry.company(COUNTRIES[people.country[g]], INDUSTRIES[people.industry[g]]))
    return found, registry


def related(registry: Registry, first: Identity, kind: str) -> Identity:
    """The other customer of a pair: the same company after a change, or a relative of it."""
    if kind.startswith("moved"):
        return registry.moved(first)
    if kind == "changed_phone":
        return replace(first, subscriber=registry.subscriber(first.country))
    if kind == "stale_email":
        former = registry.domain(f"{first.root} {first.country.code}")
        return replace(first, domain=former, email=f"{registry.mailbox(first.country)}@{former}")
    if PAIRS[kind].same:
        raise ValueError(f"no way to derive a second company for the kind {kind!r}")
    return relative(registry, first, kind)


def relative(registry: Registry, first: Identity, kind: str) -> Identity:
    """A sister (shared switchboard and mailbox) or an affiliate (shared mailbox alone) with a tax id of its own."""
    near = kind.endswith("_sap")  # of one source, so nothing is earned by crossing systems: nearer in name and seat
    trade = first.trade if near else registry.other_trade(first)
    if near:
        core = f"{first.core} {registry.one(EXTENSIONS[first.country.trade])}"
    else:
        core = first.core.replace(first.trade, trade) if registry.rng.random() < 0.5 else f"{first.root} {trade}"
    changes = {"trade": trade, "core": core, "vat": registry.vat(first.country)}
    if kind.startswith("affiliate"):
        changes["subscriber"] = registry.subscriber(first.country)
    seat = first if near else registry.moved(first)
    return replace(seat, **changes)  # type: ignore[arg-type]


EXTENSIONS = {
    "english": ("Services", "Holdings", "Group"),
    "german": ("Service", "Holding", "Beteiligungen"),
    "french": ("Services", "Holding", "Participations"),
    "portuguese": ("Serviços", "Holding", "Participações"),
    "japanese": ("Service", "Holdings", "Group"),
}


def slug(text: str) -> str:
    """Plain lower-case letters with hyphens, as in a host name."""
    plain = unicodedata.normalize("NFKD", text.translate(SPELT_OUT)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
