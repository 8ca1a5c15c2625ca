"""The source records: every system's rows for every golden customer, with their keys. 500 + 400 + 250 at scale 1."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from data_gen import salesforce_ids
from data_gen.archetypes import Planted, frame
from data_gen.dirt import LIGHT, SMUDGED, Dose, Sighting, bare, sighting
from data_gen.identities import Identity, Registry
from data_gen.plan import AS_OF, Plan, day_number
from data_gen.population import Population
from data_gen.randomness import Bools, Ints, Rng, choose, stream
from lakehouse.mdm.standardise import standardise

SYSTEMS = ("SAP", "Salesforce", "Oracle")
FIRST_NUMBER = {"SAP": 100_001, "Salesforce": 1_000_003, "Oracle": 100_234}
MISSING_EMAIL = {"SAP": 0.08, "Salesforce": 0.03, "Oracle": 0.20}
MISSING_TAX_ID_SHARE = 0.07  # of the SAP customers that nothing else hangs on
FORMER_DOMAIN_SHARE = 0.25  # of SAP's duplicate rows hold a mailbox of another domain
SECOND_DUPLICATE_SHARE = 0.14  # of the duplicate rows are the customer's second
NEVER = 1 << 40


@dataclass(frozen=True)
class Records:
    """One value per source record, sorted by system, golden customer and creation."""

    golden: Ints
    system: Ints  # index into SYSTEMS
    created: Ints
    sightings: list[Sighting]
    source_id: pl.Series
    record_id: pl.Series
    refers_to: Ints  # the record of another system whose key this one carries, -1 for none
    is_duplicate: Bools
    by_customer: tuple[Ints, ...]  # per system: a row per golden customer with its records, -1 padded

    def __len__(self) -> int:
        return len(self.golden)

    def of(self, system: str) -> Ints:
        return np.flatnonzero(self.system == SYSTEMS.index(system))

    def first(self, system: str) -> Ints:
        """The first record of each golden customer in a system, -1 where it has none."""
        return self.by_customer[SYSTEMS.index(system)][:, 0]

    @property
    def known_from(self) -> Ints:
        """The day of each customer's first record, by system; out of reach where there is none."""
        firsts = np.stack([rows[:, 0] for rows in self.by_customer])
        return np.where(firsts >= 0, self.created[firsts], NEVER)

    def used(self, rng: Rng, system: str, golden: Ints, days: Ints) -> Ints:
        """A record of each customer that existed on the day; mostly its first."""
        mine = self.by_customer[SYSTEMS.index(system)][golden]
        exists = (mine >= 0) & (self.created[mine] <= days[:, None])
        at = (rng.random(len(golden)) ** 1.8 * np.maximum(exists.sum(axis=1), 1)).astype(np.int64)
        return mine[np.arange(len(golden)), at]


@dataclass(slots=True)
class Row:
    """A source record before it has its key."""

    golden: int
    system: str
    created: int
    sighting: Sighting
    is_duplicate: bool = False


def simulate(
    seed: int, plan: Plan, people: Population, companies: list[Identity], registry: Registry, planted: Planted
) -> Records:
    rows = _sap(seed, plan, people, companies, registry, planted)
    rows += _salesforce(seed, plan, people, companies, planted)
    rows += _oracle(seed, people, companies)
    rows = _without_email(stream(seed, "missing_email"), plan, people, rows, planted)
    rows.sort(key=lambda row: (SYSTEMS.index(row.system), row.golden, row.created))
    return _keyed(stream(seed, "reference"), people, rows)


def _sap(
    seed: int, plan: Plan, people: Population, companies: list[Identity], registry: Registry, planted: Planted
) -> list[Row]:
    rng = stream(seed, "sap_kna1")
    rows: list[Row] = []
    first: dict[int, Row] = {}
    for g, cell in enumerate(people.cell):
        if cell != "salesforce":
            seen = planted.get((g, "SAP")) or sighting(rng, companies[g], "SAP", LIGHT)
            first[g] = Row(g, "SAP", int(people.created[g]), seen)
    for g in _duplicated(rng, plan.duplicates["SAP"], [g for g in first if people.kind[g] in ("", "spelling")]):
        seen = sighting(rng, companies[g], "SAP", SMUDGED if rng.random() < 0.5 else LIGHT)
        if rng.random() < FORMER_DOMAIN_SHARE:
            former = registry.domain(f"{companies[g].root} {companies[g].city.name}")
            seen = replace(seen, email=f"{registry.mailbox(companies[g].country)}@{former}")
        rows.append(Row(g, "SAP", _later(rng, people, g), seen, is_duplicate=True))
    held = {row.golden for row in rows}
    for g, row in first.items():
        second_of_one = people.kind[g] == "moved_sap" and people.partner[g] < g
        alone = people.kind[g] == "" and g not in held
        if second_of_one or (alone and rng.random() < MISSING_TAX_ID_SHARE):
            row.sighting = replace(row.sighting, tax_id=None)
    return [*first.values(), *rows]


def _salesforce(seed: int, plan: Plan, people: Population, companies: list[Identity], planted: Planted) -> list[Row]:
    rng = stream(seed, "sf_account")
    first: dict[int, Row] = {}
    for g, cell in enumerate(people.cell):
        if cell != "sap":
            seen = planted.get((g, "Salesforce")) or sighting(rng, companies[g], "Salesforce", LIGHT)
            created = int(people.created[g]) if cell == "salesforce" else _later(rng, people, g)
            first[g] = Row(g, "Salesforce", created, seen)
    alone = [g for g in first if people.cell[g] == "salesforce" and people.kind[g] == ""]
    again = _duplicated(rng, plan.duplicates["Salesforce"], alone)
    copies = _respelt(rng, [companies[g] for g in again], [first[g].sighting for g in again])
    rows = [
        Row(g, "Salesforce", _later(rng, people, g), copy, is_duplicate=True)
        for g, copy in zip(again, copies, strict=True)
    ]
    return [*first.values(), *rows]


def _oracle(seed: int, people: Population, companies: list[Identity]) -> list[Row]:
    rng = stream(seed, "oracle_hz_parties")
    return [
        Row(int(g), "Oracle", _later(rng, people, int(g)), sighting(rng, companies[g], "Oracle", LIGHT))
        for g in np.flatnonzero(people.oracle)
    ]


def _duplicated(rng: Rng, count: int, candidates: Sequence[int]) -> list[int]:
    """The customers that get another row of the same system; a few get two."""
    twice = min(int(count * SECOND_DUPLICATE_SHARE), count - 1)
    once = min(count - twice, len(candidates))
    chosen = [candidates[i] for i in choose(rng, np.zeros(len(candidates)), once)]
    more = rng.permutation(len(chosen))
    return sorted(chosen + [chosen[more[i % len(chosen)]] for i in range(count - once)])


def _later(rng: Rng, people: Population, g: int) -> int:
    """A day after the customer's creation, not past its last day of activity."""
    created = int(people.created[g])
    room = min(240, int(people.active_to[g]) - created, day_number(AS_OF) - created)
    return created + int(rng.random() ** 1.5 * max(room, 0))


def _respelt(rng: Rng, companies: list[Identity], originals: list[Sighting]) -> list[Sighting]:
    """Second Salesforce rows: legal form, case and abbreviations differ, what remains after standardising does not."""
    harmless = Dose(swap=0.0, shorten=0.0, street_slip=0.0, unit=0.0)
    drawn = [sighting(rng, company, "Salesforce", harmless) for company in companies]
    copies = [
        replace(new, street=old.street.upper() if rng.random() < 0.3 else old.street, email=_recased(rng, old.email))
        for new, old in zip(drawn, originals, strict=True)
    ]
    keys = ("name_key", "address_key", "email_key")
    both = standardise(frame([*originals, *copies], ["Salesforce"] * (2 * len(copies)))).select(keys)
    equal = (both.head(len(copies)).hash_rows() == both.tail(len(copies)).hash_rows()).to_list()
    return [
        copy if same else replace(old, name=old.name.upper() if old.name == bare(old.name) else old.name)
        for copy, old, same in zip(copies, originals, equal, strict=True)
    ]


def _recased(rng: Rng, email: str | None) -> str | None:
    return email.capitalize() if email and rng.random() < 0.5 else email


def _without_email(rng: Rng, plan: Plan, people: Population, rows: list[Row], planted: Planted) -> list[Row]:
    """Some rows lose their e-mail address: of those on which no planted pair and no trusted key rests."""
    tied = {row.golden for row in rows if row.system == "Salesforce" and row.is_duplicate}
    for system, share in MISSING_EMAIL.items():
        mine = [row for row in rows if row.system == system]
        free = [
            row
            for row in mine
            if (row.golden, system) not in planted and not (system == "Salesforce" and row.golden in tied)
        ]
        lost = choose(rng, np.zeros(len(free)), min(len(free), round(share * len(mine))))
        for at in lost:
            free[at].sighting = replace(free[at].sighting, email=None)
    return rows


def _keyed(rng: Rng, people: Population, rows: list[Row]) -> Records:
    """Numbers ascend with the day of creation, as they do in the systems."""
    system = np.array([SYSTEMS.index(row.system) for row in rows])
    golden, created = np.array([row.golden for row in rows]), np.array([row.created for row in rows])
    number = np.empty(len(rows), dtype=np.int64)
    for index, name in enumerate(SYSTEMS):
        mine = np.flatnonzero(system == index)
        number[mine[np.argsort(created[mine], kind="stable")]] = FIRST_NUMBER[name] + np.arange(len(mine))
    source_id = pl.concat(
        [
            pl.Series(number[system == 0]).cast(pl.String).str.zfill(10),
            salesforce_ids.ids("Account", number[system == 1]),
            pl.Series(number[system == 2]).cast(pl.String),
        ]
    )
    names = pl.Series([SYSTEMS[index] for index in system])
    by_customer = tuple(_by_customer(golden, system == index, len(people)) for index in range(len(SYSTEMS)))
    return Records(
        golden=golden,
        system=system,
        created=created,
        sightings=[row.sighting for row in rows],
        source_id=source_id,
        record_id=names + ":" + source_id,
        refers_to=_references(rng, people, golden, system, by_customer),
        is_duplicate=np.array([row.is_duplicate for row in rows]),
        by_customer=by_customer,
    )


def _by_customer(golden: Ints, mine: Bools, customers: int) -> Ints:
    rows = np.flatnonzero(mine)
    place = rows - np.searchsorted(golden[rows], golden[rows]) - rows[0]
    found = np.full((customers, int(place.max()) + 1), -1, dtype=np.int64)
    found[golden[rows], place] = rows
    return found


def _references(rng: Rng, people: Population, golden: Ints, system: Ints, by_customer: tuple[Ints, ...]) -> Ints:
    """Salesforce names its SAP twin where a trusted key is planned; Oracle names the record it was made from."""
    sap, salesforce = by_customer[0][golden, 0], by_customer[1][golden, 0]
    by_key = np.array([cell == "key" for cell in people.cell])[golden]
    refers = np.where((system == 1) & by_key, sap, -1)
    from_sap = (sap >= 0) & ((salesforce < 0) | (rng.random(len(golden)) < 0.6))
    return np.where(system == 2, np.where(from_sap, sap, salesforce), refers)
