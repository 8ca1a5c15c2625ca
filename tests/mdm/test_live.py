"""One record against the customers: found by the same passes and scored as in the batch run."""

from dataclasses import replace

import pytest

from lakehouse.mdm import matching, uid
from lakehouse.mdm.live import Population
from lakehouse.mdm.rules import CUSTOMER
from lakehouse.mdm.scoring import score_pair
from tests.mdm.records import customers, decisions, other, record
from tests.mdm.test_matching import ENTERPRISE

TYPED = {
    "name": "ACME Logistik Gesellschaft mbH",
    "email": "HALLO@acme.example",
    "phone": "0049 89 1234567",
    "street": "Hauptstr. 5",
    "postal_code": "80331",
    "city": "Muenchen",
    "country": "DE",
    "source_system": "Salesforce",
}


@pytest.fixture(scope="module")
def population():
    rows = customers(*ENTERPRISE)
    return Population(rows, matching.run(rows, decisions()).crosswalk)


def test_the_customer_it_would_join(population):
    found = population.match(TYPED)
    assert (found.match_score, found.match_tier) == (1.0, "AUTO_MERGE")
    assert found.customer_uid == uid.customer_uid("SAP:1")
    assert found.candidates[0].record_id == "SAP:1"
    assert found.candidates[0].blocking_passes == ("soundex_name", "soundex_token", "email", "phone")


def test_normalised_form_and_codes(population):
    found = population.match(TYPED)
    assert found.normalised["name_key"] == "acme logistik"
    assert found.normalised["email_key"] == "hallo@acme.example"
    assert (found.normalised["phone_key"], found.normalised["phone_country"]) == ("891234567", "49")
    assert found.normalised["address_key"] == "hauptstr 5 80331 muenchen"
    assert found.soundex == {"acme": "A250", "logistik": "L223"}


def test_what_each_pass_finds(population):
    hits = {hit.blocking_pass: (hit.keys, hit.candidates, hit.new) for hit in population.match(TYPED).passes}
    assert hits == {
        "soundex_name": (("A254",), 3, 3),  # Oracle never takes part
        "soundex_token": (("A250", "L223"), 3, 0),
        "email": (("hallo@acme.example",), 2, 0),
        "phone": (("891234567",), 2, 0),
    }


def test_scores_are_those_of_a_pair(population):
    for candidate in population.match(TYPED).candidates:
        alone = score_pair(TYPED, candidate.record)
        assert candidate.match_score == alone["match_score"]
        assert candidate.contributions == alone["contributions"]
        assert sum(candidate.contributions.values()) == pytest.approx(candidate.match_score, abs=1e-6)


def test_scores_are_those_of_the_batch_run():
    rows = customers(*ENTERPRISE)
    result = matching.run(rows, decisions())
    population = Population(rows, result.crosswalk)
    by_id = {row["record_id"]: row for row in ENTERPRISE}
    for a, b, score in result.match_pair.select("record_a", "record_b", "match_score").iter_rows():
        fields = {name: by_id[a][name] for name in TYPED} | {"record_id": a}
        found = {candidate.record_id: candidate.match_score for candidate in population.match(fields).candidates}
        assert found[b] == score
        assert a not in found


def test_a_pair_for_review_joins_nobody(population):
    found = population.match(TYPED | {"phone": None})
    assert found.match_tier == "REVIEW"
    assert found.customer_uid is None
    assert found.candidates[0].customer_uid == uid.customer_uid("SAP:1")


def test_a_stranger(population):
    found = population.match({"name": "Quux"})
    assert found.candidates == ()
    assert (found.match_score, found.match_tier, found.customer_uid, found.compared) == (0.0, "NO_MATCH", None, 0)


def test_top(population):
    assert len(population.match(TYPED, top=1).candidates) == 1


@pytest.mark.parametrize("typed", [{}, {"name": " "}, {"email": "broken@", "phone": "12", "city": "Bonn"}])
def test_nothing_to_compare(population, typed):
    with pytest.raises(ValueError, match="Nothing to compare: a record needs a name, a valid e-mail or a phone"):
        population.match(typed)


def test_an_empty_population():
    empty = Population(customers(), matching.run(customers(), decisions()).crosswalk)
    assert empty.match(TYPED).candidates == ()


def test_a_block_that_is_too_large_is_cut_as_in_the_batch_run():
    rules = replace(CUSTOMER, max_block=4, window=2)
    rows = customers(
        *(record(f"SAP:{n}", name="Acme Logistik", email=None, phone=None) for n in range(9)), other("SAP:9")
    )
    found = Population(rows, matching.run(rows, decisions(), rules).crosswalk, rules).match({"name": "Acme Logistik"})
    assert found.compared == 4
    assert found.passes[0].capped == ("A254",)
    assert found.passes[1].capped == ("A250", "L223")
