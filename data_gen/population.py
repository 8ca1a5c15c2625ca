"""The planned golden customers: what they are, how they behave and which systems know them."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from data_gen.plan import AS_OF, FIRST_DAY, PAIRS, STATUSES, Plan, day_number, shares
from data_gen.randomness import Bools, Floats, Ints, Rng, choose, dealt, quota, stream
from data_gen.vocabulary import companies, people, places

SEGMENTS = tuple(companies.SEGMENTS)
INDUSTRIES = tuple(companies.INDUSTRIES)
STAGES = tuple(STATUSES)
ENTERPRISE, MID_MARKET, SMB, STARTUP = range(4)

# Log weights of a lifecycle stage by segment: start-ups come and go, large customers stay.
STAGE_LEANS = {
    "Churned": (-1.1, -0.3, 0.1, 0.6),
    "Activated": (-0.7, -0.2, 0.1, 0.4),
    "Champion": (0.7, 0.3, -0.1, -0.5),
    "Loyal": (0.1, 0.1, 0.0, -0.2),
    "Growing": (-0.1, 0.0, 0.0, 0.1),
    "At-Risk": (0.0, 0.0, 0.0, 0.0),
    "Dormant": (0.0, 0.0, 0.0, 0.0),
}
# Days between creation and the as-of date, first and last, by stage; churned customers follow CHURN_HAZARD.
TENURE_DAYS = {
    "Activated": (8, 88),
    "Champion": (778, 2900),
    "Loyal": (371, 725),
    "Growing": (98, 358),
    "At-Risk": (180, 1700),
    "Dormant": (280, 1900),
}
GAP_DAYS = {"At-Risk": (48, 88), "Dormant": (95, 230)}  # since the last activity
CHURN_HAZARD = (0.006, 0.009, 0.013, 0.022)  # a month, by segment
CHURN_PEAKS = {3: 3.0, 4: 1.6, 12: 4.5, 13: 2.0, 24: 2.5}  # the hazard at these months of tenure, times
CHURN_DAYS = day_number(date(2024, 3, 4)), day_number(date(2026, 1, 16))


@dataclass(frozen=True)
class Population:
    """One value per golden customer in every array; days count from FIRST_DAY and may be negative."""

    cell: list[str]
    kind: list[str]  # archetype of the pair that the customer belongs to, '' for none
    partner: Ints  # the other customer of that pair, -1 for none
    entity: Ints  # customers of one entity are truly the same company
    country: Ints
    segment: Ints
    industry: Ints
    stage: list[str]
    created: Ints
    active_from: Ints
    active_to: Ints  # the last day on which anything may happen
    size: Floats  # standard normal: how large within the segment
    engagement: Floats  # standard normal: how often in touch
    rep: Ints
    oracle: Bools

    def __len__(self) -> int:
        return len(self.cell)

    @property
    def is_churned(self) -> Bools:
        return np.array([stage == "Churned" for stage in self.stage])

    @property
    def is_leaving(self) -> Bools:
        """Customers whose last day of activity lies well before the as-of date."""
        return np.array([stage in ("Churned", "At-Risk", "Dormant") for stage in self.stage])


def simulate(seed: int, plan: Plan) -> Population:
    rng = stream(seed, "golden")
    cell = [name for name, count in plan.cells.items() for _ in range(count)]
    kind, partner = _paired(rng, plan, cell)
    entity = np.arange(len(cell))
    truly = np.array([name != "" and name != "spelling" and PAIRS[name].same for name in kind])
    entity[truly] = np.minimum(entity, partner)[truly]
    country, segment, industry = (_attribute(rng, partner, shares(of)) for of in ("country", "segment", "industry"))
    stage = _stages(rng, plan, segment, truly)
    created, active_to = _lifetimes(rng, stage, segment)
    size = rng.normal(size=len(cell))
    size += 0.35 * np.array([{"Champion": 1.0, "Loyal": 0.2}.get(name, -0.4) for name in stage])
    return Population(
        cell=cell,
        kind=kind,
        partner=partner,
        entity=entity,
        country=country,
        segment=segment,
        industry=industry,
        stage=stage,
        created=created,
        active_from=np.maximum(created, 0),
        active_to=active_to,
        size=size,
        engagement=rng.normal(size=len(cell)),
        rep=_owners(rng, country, segment),
        oracle=_known_to_oracle(rng, plan, cell),
    )


def _paired(rng: Rng, plan: Plan, cell: list[str]) -> tuple[list[str], Ints]:
    """Each customer in at most one pair; the pairs of the kind `spelling` are a customer with itself."""
    kind = ["spelling" if name == "fuzzy" else "" for name in cell]
    partner = np.full(len(cell), -1, dtype=np.int64)
    free = {name: rng.permutation([g for g, c in enumerate(cell) if c == name]).tolist() for name in plan.cells}
    for name, count in plan.pairs.items():
        if name == "spelling":
            continue
        for _ in range(count):
            left, right = free[PAIRS[name].left].pop(), free[PAIRS[name].right].pop()
            kind[left] = kind[right] = name
            partner[left], partner[right] = right, left
    return kind, partner


def _attribute(rng: Rng, partner: Ints, weights: list[float]) -> Ints:
    """Values in exact proportion to the weights, equal within a pair."""
    total = quota(len(partner), weights)
    lefts = np.flatnonzero((partner >= 0) & (np.arange(len(partner)) < partner))
    of_pairs = np.minimum(quota(len(lefts), weights), total // 2)
    while (missing := len(lefts) - int(of_pairs.sum())) > 0:  # only at the smallest scales
        roomy = np.argsort(2 * of_pairs - total, kind="stable")[:missing]
        of_pairs[roomy] += 1
    found = np.full(len(partner), -1, dtype=np.int64)
    found[lefts] = rng.permutation(np.repeat(np.arange(len(weights)), of_pairs))
    found[partner[lefts]] = found[lefts]
    alone = found < 0
    found[alone] = rng.permutation(np.repeat(np.arange(len(weights)), total - 2 * of_pairs))
    return found


def _stages(rng: Rng, plan: Plan, segment: Ints, truly: Bools) -> list[str]:
    """Exact counts of every stage, leaning by segment; a company held twice has not churned."""
    stage = np.full(len(segment), "", dtype=object)
    for name, count in plan.stages.items():
        lean = np.array(STAGE_LEANS[name])[segment]
        lean = np.where(stage == "", lean, -np.inf)
        if name == "Churned":
            lean = np.where(truly, -np.inf, lean)
        stage[choose(rng, lean, count)] = name
    return stage.tolist()


def _lifetimes(rng: Rng, stage: list[str], segment: Ints) -> tuple[Ints, Ints]:
    """The day of creation and the last possible day of activity."""
    last = day_number(AS_OF)
    u, v = rng.random(len(stage)), rng.random(len(stage))
    churn_tenure = _churn_tenure(rng, segment)
    created, active_to = np.empty(len(stage), dtype=np.int64), np.full(len(stage), last, dtype=np.int64)
    for g, name in enumerate(stage):
        if name == "Churned":
            first_churn, last_churn = CHURN_DAYS
            active_to[g] = first_churn + int(u[g] ** 0.8 * (last_churn - first_churn + 1))
            created[g] = active_to[g] - churn_tenure[g]
            continue
        youngest, oldest = TENURE_DAYS[name]
        created[g] = last - youngest - int(u[g] * (oldest - youngest + 1))
        if name in GAP_DAYS:
            shortest, longest = GAP_DAYS[name]
            active_to[g] = last - shortest - int(v[g] * (longest - shortest + 1))
    return created, active_to


def _churn_tenure(rng: Rng, segment: Ints) -> Ints:
    """Days from creation to churn under a monthly hazard that peaks after the trial and at each renewal."""
    months = np.arange(1, 73)
    peaks = np.array([CHURN_PEAKS.get(int(month), 1.0) for month in months])
    tables = []
    for monthly in CHURN_HAZARD:
        hazard = np.minimum(monthly * peaks, 1.0)
        dies = np.concatenate([[1.0], np.cumprod(1 - hazard)[:-1]]) * hazard
        tables.append(np.cumsum(dies) / dies.sum())
    drawn = rng.random(len(segment))
    month = np.array([np.searchsorted(tables[s], x) + 1 for s, x in zip(segment, drawn, strict=True)])
    return (month * 30.44 + rng.integers(0, 24, len(segment))).astype(np.int64)


def _owners(rng: Rng, country: Ints, segment: Ints) -> Ints:
    """The representative of each customer: one of the region, seniors for the large."""
    owner = np.empty(len(country), dtype=np.int64)
    for index, place in enumerate(places.COUNTRIES):
        team = [r for r, (_, region, _) in enumerate(people.REPS) if region == place.region]
        mine = np.flatnonzero(country == index)
        owner[mine] = np.array(team)[dealt(rng, len(mine), [(seat + 2) ** -0.4 for seat in range(len(team))])]
    return owner


def _known_to_oracle(rng: Rng, plan: Plan, cell: list[str]) -> Bools:
    cells = np.array(cell)
    known = np.zeros(len(cell), dtype=bool)
    for name, count in plan.oracle.items():
        known[rng.permutation(np.flatnonzero(cells == name))[:count]] = True
    return known


assert day_number(FIRST_DAY) == 0
