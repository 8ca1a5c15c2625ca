"""The customers: exact quotas, lifetimes that fit their stage, and contacts that are shared only where planned."""

from collections import Counter

import numpy as np
import polars as pl
import pytest

from data_gen.archetypes import frame
from data_gen.plan import AS_OF, CELLS, ORACLE, PAIRS, STATUSES, day_number
from data_gen.population import STARTUP
from data_gen.records import SYSTEMS
from data_gen.vocabulary.places import COUNTRIES
from data_gen.world import world
from lakehouse.mdm.standardise import standardise

LAST = day_number(AS_OF)


def test_quotas_are_exact(default_world):
    people = default_world.people
    assert Counter(people.stage) == {stage: count for stage, (_, count) in STATUSES.items()}
    assert Counter(people.cell) == CELLS
    assert Counter(np.array(people.cell)[people.oracle].tolist()) == ORACLE
    assert np.bincount(people.segment).tolist() == [60, 140, 190, 110]
    assert dict(zip((c.code for c in COUNTRIES), np.bincount(people.country).tolist(), strict=True))["US"] == 145
    assert len(set(people.entity.tolist())) == 460


def test_pairs_are_disjoint_and_of_the_planned_kinds(default_world):
    people = default_world.people
    kinds = Counter(people.kind)
    for name, kind in PAIRS.items():
        assert kinds[name] == kind.pairs * (1 if name == "spelling" else 2)
    paired = np.flatnonzero(people.partner >= 0)
    assert (people.partner[people.partner[paired]] == paired).all()
    truly = [people.entity[g] == people.entity[people.partner[g]] for g in paired]
    assert truly == [PAIRS[people.kind[g]].same for g in paired]


def test_lifetimes_fit_the_stage(default_world):
    people = default_world.people
    age = {stage: LAST - people.created[np.array(people.stage) == stage] for stage in STATUSES}
    gap = {stage: LAST - people.active_to[np.array(people.stage) == stage] for stage in STATUSES}
    assert age["Champion"].min() > 762
    assert age["Activated"].max() < 90
    assert (gap["At-Risk"].min(), gap["At-Risk"].max()) >= (46, 46)
    assert gap["At-Risk"].max() <= 90 < gap["Dormant"].min()
    for stage in ("Champion", "Loyal", "Growing", "Activated"):
        assert gap[stage].max() == 0
    assert (people.active_from <= people.active_to).all()


def test_start_ups_leave_sooner_than_enterprises():
    people = world(3, 10).people
    left = [people.is_churned[people.segment == s].mean() for s in (0, STARTUP)]
    assert left[1] > 2 * left[0]


def test_churn_peaks_at_the_third_month_and_at_the_first_renewal():
    people = world(3, 20).people
    tenure = ((people.active_to - people.created)[people.is_churned] / 30.44).astype(int)
    by_month = np.bincount(tenure, minlength=26)
    assert by_month[12] > 2 * by_month[9]
    assert by_month[3] > 1.4 * by_month[6]


@pytest.mark.parametrize("scale", [0.1, 1, 3])
def test_mailboxes_and_phones_are_shared_only_where_planned(scale):
    simulated = world(11, scale)
    people, records = simulated.people, simulated.records
    systems = [SYSTEMS[system] for system in records.system.tolist()]
    forms = standardise(frame(records.sightings, systems)).with_columns(golden=pl.Series(records.golden))
    shared = {"email_key": set(), "phone_key": set()}
    for key, pairs in shared.items():
        groups = forms.drop_nulls(key).group_by(key).agg(pl.col("golden").unique().sort())
        for [*members] in groups["golden"].to_list():
            if len(members) > 1:
                pairs.add(tuple(members))
    kinds = {key: Counter(people.kind[a] for a, _ in pairs) for key, pairs in shared.items()}
    planned = {kind: simulated.plan.pairs[kind] for kind in PAIRS if kind != "spelling"}
    assert all(people.partner[a] == b for pairs in shared.values() for a, b in pairs)
    assert kinds["email_key"] == {kind: n for kind, n in planned.items() if kind != "stale_email"}
    by_phone = {k: n for k, n in planned.items() if k != "changed_phone" and not k.startswith("affiliate")}
    assert kinds["phone_key"] == by_phone


def test_sap_fields_keep_their_width(good):
    kna1 = good["sap_kna1"]
    widths = {"NAME1": 35, "NAME2": 35, "STRAS": 35, "ORT01": 35, "TELF1": 16, "PSTLZ": 10, "STCEG": 20, "REGIO": 3}
    for column, width in widths.items():
        assert kna1[column].str.len_chars().max() <= width, column
    assert (kna1["NAME2"] != "").sum() > 10


def test_dirt_is_dosed_as_documented(good):
    kna1, account = good["sap_kna1"], good["sf_account"]
    assert len(kna1) - len(good["sap_adr6"]) == 40  # 8 % without e-mail
    assert account["Email__c"].null_count() == 12  # 3 %
    shouted = (kna1["NAME1"] == kna1["NAME1"].str.to_uppercase()).mean()
    assert 0.4 < shouted < 0.8
    assert account["SAP_Customer_Number__c"].drop_nulls().len() == CELLS["key"]
