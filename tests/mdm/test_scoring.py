"""Scores worked out by hand, and what must hold for any pair."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler

from lakehouse.mdm.rules import CUSTOMER, Comparison
from lakehouse.mdm.scoring import Scorer, score, score_pair
from lakehouse.mdm.standardise import FIELDS, record_frame, standardise

SAP = {
    "name": "Acme Logistik GmbH",
    "email": "hallo@acme.example",
    "phone": "+49 89 1234567",
    "street": "Hauptstraße 5",
    "postal_code": "80331",
    "city": "München",
    "country": "DE",
    "source_system": "SAP",
}
SALESFORCE = SAP | {"source_system": "Salesforce", "name": "ACME Logistik AG", "phone": "089/1234567"}


@pytest.mark.parametrize(
    ("left", "right", "similarity"),
    [
        ("martha", "marhta", 0.961111),
        ("dwayne", "duane", 0.84),
        ("dixon", "dicksonx", 0.813333),
        ("abcd", "abxy", 0.666667),  # a Jaro similarity up to 0.7 earns no bonus for the common start
        ("acme logistik", "acme logistic", 0.969231),  # 12 of 13 letters: 0.948718 + 4 * 0.1 * 0.051282
        ("zeta alpha", "alpha zeta", 1.0),  # the order of the words does not matter
        ("acme", "acme", 1.0),
        ("abc", "xyz", 0.0),
    ],
)
def test_name_similarity(left, right, similarity):
    assert score_pair({"name": left}, {"name": right})["name_similarity"] == pytest.approx(similarity, abs=5e-7)


def test_similarity_is_not_rounded():
    exact = JaroWinkler.normalized_similarity("acme logistik", "acme logistic", prefix_weight=0.1)
    assert score_pair({"name": "Acme Logistik"}, {"name": "Acme Logistic"})["name_similarity"] == exact


def test_address_keeps_its_order():
    found = score_pair({"street": "Zeta 1 Alpha"}, {"street": "Alpha Zeta 1"})
    assert found["address_similarity"] < 1


@pytest.mark.parametrize(
    ("change", "match_score", "tier"),
    [
        ({}, 1.0, "AUTO_MERGE"),
        ({"source_system": "SAP"}, 0.9, "REVIEW"),  # the ceiling of a pair within one system
        ({"phone": "089 7654321"}, 0.8, "REVIEW"),  # without a matching phone
        ({"phone": None}, 0.8, "REVIEW"),  # a missing field earns nothing
        ({"email": "x@acme.example"}, 0.75, "REVIEW"),  # without a matching e-mail: exactly at the threshold
        ({"email": "", "phone": ""}, 0.55, "NO_MATCH"),
        ({"street": None}, 0.85, "REVIEW"),
        ({"name": "Acme Logistic"}, 0.990769, "AUTO_MERGE"),  # 0.7 + 0.3 * 0.969231
        ({"phone": "+43 89 1234567"}, 0.8, "REVIEW"),  # the same digits in another country
        ({"phone": "+49 89 1234567", "country": "AT"}, 1.0, "AUTO_MERGE"),  # the number's own code counts
        (dict.fromkeys(SAP), 0.0, "NO_MATCH"),
    ],
)
def test_score(change, match_score, tier):
    found = score_pair(SAP, SALESFORCE | change)
    assert found["match_score"] == match_score
    assert found["match_tier"] == tier


def test_missing_is_null_and_different_is_zero():
    found = score_pair(SAP | {"phone": None}, SALESFORCE | {"email": "x@acme.example"})
    assert found["phone_match"] is None
    assert found["email_match"] == 0.0
    assert found["contributions"] == {"name": 0.3, "email": 0.0, "phone": 0.0, "address": 0.15, "source": 0.1}


def test_the_weights_are_the_rules():
    only_email = replace(CUSTOMER, comparisons=(Comparison("email", "exact", 100, "email_match"),))
    assert score_pair(SAP, SALESFORCE | {"name": "Zephyr", "phone": None}, only_email)["match_score"] == 1.0


def test_a_frame_of_pairs_scores_as_each_pair_alone():
    others = [SALESFORCE, SALESFORCE | {"email": None}, SALESFORCE | {"name": "Zephyr AG", "phone": None}]
    left, right = standardise(record_frame([SAP] * 3)), standardise(record_frame(others))
    pairs = pl.concat(
        [left.select(pl.all().name.suffix("_l")), right.select(pl.all().name.suffix("_r"))], how="horizontal"
    )
    expected = [score_pair(SAP, other)["match_score"] for other in others]
    assert score(pairs)["match_score"].to_list() == expected
    above = score(pairs, floor=0.75)
    assert above["match_score"].to_list() == [1.0, 0.75]
    assert above["email_r"].to_list() == ["hallo@acme.example", None]


def test_no_pairs():
    nobody = standardise(record_frame([]))
    nothing = np.array([], dtype=np.int64)
    assert Scorer(nobody).score(nothing, nothing, 0.65).is_empty()
    assert Scorer(nobody).score(nothing, nothing).columns[-2:] == ["match_score", "match_tier"]


def test_pairs_that_are_not_standardised_are_refused():
    with pytest.raises(ValueError, match="Pairs to score lack the columns name_key_l, name_key_r, name_sorted_l"):
        score(pl.DataFrame({"name_l": ["Acme"], "name_r": ["Acme"]}))


words = st.sampled_from(["acme", "acmé", "zeta", "logistik", "logistic", "gmbh", "müller", "mueller", "söhne", "x", ""])
texts = st.one_of(st.none(), st.lists(words, max_size=4).map(" ".join), st.text(max_size=12))
records = st.fixed_dictionaries(
    {
        "name": texts,
        "email": st.sampled_from([None, "", "a@b.co", "A@B.CO", "c@d.org", "c@"]),
        "phone": st.sampled_from([None, "", "+49 89 1234567", "089 1234567", "+43 89 1234567", "12"]),
        "street": texts,
        "city": st.sampled_from([None, "Berlin", "BERLIN", "Wien"]),
        "country": st.sampled_from([None, "DE", "AT"]),
        "source_system": st.sampled_from([None, "SAP", "Salesforce"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(records, records)
def test_any_pair(a, b):
    there, back = score_pair(a, b), score_pair(b, a)
    assert there == back
    assert 0 <= there["match_score"] <= 1
    assert sum(there["contributions"].values()) == pytest.approx(there["match_score"], abs=1e-6)
    assert there["match_tier"] == CUSTOMER.tier(there["match_score"])
    similarities = [there[c.column] for c in CUSTOMER.comparisons]
    assert all(s is None or 0 <= s <= 1 for s in similarities)


@settings(max_examples=40, deadline=None)
@given(st.lists(records, min_size=2, max_size=12), st.sampled_from([0.3, 0.55, 0.65, 0.75, 0.8, 0.9, 1.0]))
def test_pruning_gives_the_same_pairs_as_scoring_everything(rows, floor):
    keyed = standardise(record_frame([dict.fromkeys(FIELDS) | row for row in rows]))
    left, right = np.triu_indices(len(rows), k=1)
    scorer = Scorer(keyed)
    everything = scorer.score(left, right).filter(pl.col("match_score") >= floor)
    assert scorer.score(left, right, floor).equals(everything)
