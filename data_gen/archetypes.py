"""Plants the pairs that a match run is to find: drawn anew until the public scorer puts each into its tier.

The match engine knows nothing of this. A pair must also be blockable by sound, so that no seed is merely lucky.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from data_gen.dirt import CLEAN, HEAVY, LIGHT, SMUDGED, Dose, Sighting, sighting
from data_gen.identities import Identity, Registry, related
from data_gen.plan import PAIRS
from data_gen.population import Population
from data_gen.randomness import Rng, stream
from lakehouse.mdm.rules import CUSTOMER
from lakehouse.mdm.scoring import Scorer
from lakehouse.mdm.standardise import standardise

MOST_ROUNDS = 200
ROUNDS_PER_RELATIVE = 4  # then the relative itself is drawn anew
MARGIN = 0.0005  # scores this near to a threshold are not planted

# Most sightings of one company sound alike from the first letter on; the others, and relatives, in a later word.
SAME_NAME_SOUND_SHARE = 0.94
# By kind: how often up to, and how dirty the two sightings are. The dirt sits in SAP; salespeople type more carefully.
DOSES: Mapping[str, tuple[tuple[float, Dose, Dose], ...]] = {
    "spelling": ((0.14, CLEAN, CLEAN), (0.35, LIGHT, LIGHT), (0.7, SMUDGED, LIGHT), (1.0, HEAVY, LIGHT)),
    "moved_sap": ((0.5, LIGHT, LIGHT), (1.0, SMUDGED, LIGHT)),
    "moved_salesforce": ((0.6, LIGHT, LIGHT), (1.0, LIGHT, SMUDGED)),
    "changed_phone": ((1.0, SMUDGED, LIGHT),),
    "stale_email": ((1.0, SMUDGED, LIGHT),),
}
OTHERWISE = ((0.5, CLEAN, CLEAN), (1.0, LIGHT, LIGHT))

Planted = dict[tuple[int, str], Sighting]  # by golden customer and system


class NoSuchPair(RuntimeError):
    """The vocabulary cannot produce a pair of the kind that was planned."""


@dataclass
class Draft:
    """A pair still looking for its sightings."""

    kind: str
    left: int
    right: int
    systems: tuple[str, str]
    doses: tuple[Dose, Dose]
    by_name_sound: bool


def plant(seed: int, people: Population, companies: list[Identity], registry: Registry) -> Planted:
    """A sighting for both sides of every planned pair; relatives that would not fit are replaced in `companies`."""
    rng = stream(seed, "match_pair")
    waiting = _drafts(rng, people)
    planted: Planted = {}
    for turn in range(MOST_ROUNDS):
        if not waiting:
            return planted
        if turn and turn % ROUNDS_PER_RELATIVE == 0:
            for draft in waiting:
                if draft.kind != "spelling":
                    companies[draft.right] = related(registry, companies[draft.left], draft.kind)
        tried = [
            tuple(
                sighting(rng, companies[g], system, dose)
                for g, system, dose in zip((draft.left, draft.right), draft.systems, draft.doses, strict=True)
            )
            for draft in waiting
        ]
        fits = _fits(waiting, [a for a, _ in tried], [b for _, b in tried])
        for draft, (a, b), fit in zip(waiting, tried, fits, strict=True):
            if fit:
                planted[draft.left, draft.systems[0]], planted[draft.right, draft.systems[1]] = a, b
        waiting = [draft for draft, fit in zip(waiting, fits, strict=True) if not fit]
    kinds = ", ".join(sorted({draft.kind for draft in waiting}))
    raise NoSuchPair(f"{len(waiting)} pairs of the kinds {kinds} found no sightings in {MOST_ROUNDS} rounds")


def _drafts(rng: Rng, people: Population) -> list[Draft]:
    drafts = []
    for g, kind in enumerate(people.kind):
        partner = int(people.partner[g])
        if kind == "" or partner > g:
            continue
        left, right = (g, g) if kind == "spelling" else (partner, g)
        systems = ("SAP", "Salesforce") if kind == "spelling" else (_system(people, left), _system(people, right))
        at = rng.random()
        doses = next((a, b) for upto, a, b in DOSES.get(kind, OTHERWISE) if at < upto)
        by_name_sound = PAIRS[kind].same and rng.random() < SAME_NAME_SOUND_SHARE
        drafts.append(Draft(kind, left, right, systems, doses, bool(by_name_sound)))
    return drafts


def _system(people: Population, g: int) -> str:
    return "Salesforce" if people.cell[g] == "salesforce" else "SAP"


def _fits(drafts: list[Draft], left: list[Sighting], right: list[Sighting]) -> list[bool]:
    """Whether each pair of sightings scores in the tier of its kind, clear of the thresholds, and shares a block."""
    systems = [draft.systems[0] for draft in drafts] + [draft.systems[1] for draft in drafts]
    forms = standardise(frame([*left, *right], systems))
    rows = np.arange(len(drafts))
    scored = Scorer(forms, CUSTOMER).score(rows, rows + len(drafts))
    a, b = forms.head(len(drafts)), forms.tail(len(drafts))
    both = pl.DataFrame(
        {
            "score": scored["match_score"],
            "tier": scored["match_tier"],
            "wanted": [PAIRS[draft.kind].tier for draft in drafts],
            "by_name": [draft.by_name_sound for draft in drafts],
            "same_sound": a["name_soundex"] == b["name_soundex"],
            "a": a["token_soundex"],
            "b": b["token_soundex"],
        }
    )
    score = pl.col("score")
    clear = pl.all_horizontal((score - limit).abs() > MARGIN for limit in (CUSTOMER.audit_floor, CUSTOMER.review_at))
    clear &= (score - CUSTOMER.auto_merge_at).abs() > MARGIN
    shared = (pl.col("a").list.set_intersection("b").list.len() > 0) & (pl.col("same_sound") | ~pl.col("by_name"))
    fit = (pl.col("tier") == pl.col("wanted")) & (score >= CUSTOMER.audit_floor) & clear & shared
    return both.select(fit.fill_null(False)).to_series().to_list()


def frame(sightings: list[Sighting], systems: list[str]) -> pl.DataFrame:
    """Sightings in the columns that the standardiser takes."""
    fields = ("name", "email", "phone", "street", "postal_code", "city", "country", "tax_id")
    columns = {field: [getattr(s, field) for s in sightings] for field in fields}
    return pl.DataFrame(
        columns | {"source_system": systems}, schema=dict.fromkeys([*fields, "source_system"], pl.String)
    )
