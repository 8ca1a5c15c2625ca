"""A small enterprise matched from end to end, and what steward decisions change."""

from dataclasses import replace
from datetime import datetime

import polars as pl
import pytest

from lakehouse.mdm import matching, uid
from lakehouse.mdm.rules import CUSTOMER
from tests.mdm.records import customers, decisions, other, record, verdict

MOVED = {"street": "Neue Allee 77", "city": "Hamburg", "postal_code": "20095"}
ZEPHYR, OMEGA = {"email": "ed@zephyr.example"}, {"name": "Omega Bau AG", "email": "x@omega.example", "phone": None}

ENTERPRISE = (
    # Acme: two SAP records with one VAT id, a Salesforce record that reads alike, and a billing account
    record("SAP:1", name="ACME LOGISTIK GMBH", tax_id="DE123456789", updated_at=datetime(2024, 1, 1)),
    record("SAP:2", name="ACME LOGISTIK", tax_id="DE 123 456 789", email=None, phone=None),
    record("Salesforce:1", name="Acme Logistic"),
    record("Oracle:1", sap_key="SAP:2"),
    # Zephyr: two Salesforce records of which one has moved
    other("Salesforce:2"),
    other("Salesforce:3", **MOVED),
    # Omega: known to Salesforce under its SAP number
    other("SAP:4", **OMEGA),
    other("Salesforce:4", **OMEGA, sap_key="SAP:4"),
)
FOUNDERS = {"SAP:1": 4, "SAP:4": 2, "Salesforce:2": 1, "Salesforce:3": 1}  # and how many records each has


def run(*log, rows=ENTERPRISE, rules=CUSTOMER, minted=()):
    return matching.run(customers(*rows), decisions(*log), rules, minted)


def founders(result):
    """How many source records each customer has, by the record that founded it."""
    names = {uid.customer_uid(row["record_id"]): row["record_id"] for row in ENTERPRISE}
    return {names[u]: n for u, n in result.golden_customer.select("customer_uid", "source_records").iter_rows()}


def statuses(result):
    columns = ("record_a", "record_b", "match_tier", "steward_status")
    return {(a, b): (tier, status) for a, b, tier, status in result.match_pair.select(columns).iter_rows()}


def test_pairs():
    found = run().match_pair
    assert found["record_a"].to_list() == ["SAP:1", "Salesforce:2"]
    assert found["record_b"].to_list() == ["Salesforce:1", "Salesforce:3"]
    [acme, zephyr] = found.to_dicts()
    assert acme["match_score"] == 0.990769  # 0.70 + 0.30 * 0.969231
    assert (acme["match_tier"], acme["steward_status"]) == ("AUTO_MERGE", "Auto-approved")
    assert acme["source_bonus"] == 1.0
    assert acme["blocking_pass"] == "soundex_name"
    assert acme["blocking_passes"] == "soundex_name+soundex_token+email+phone"
    assert acme["model"] == "composite"
    assert (zephyr["match_tier"], zephyr["steward_status"]) == ("REVIEW", "Pending")
    assert zephyr["source_bonus"] == 0.0


def test_crosswalk():
    found = run().crosswalk.sort("record_id").select("record_id", "party_id", "link_rule", "link_score").rows()
    assert found == [
        ("Oracle:1", "SAP:1", "DET-04", 1.0),
        ("SAP:1", "SAP:1", "SINGLE", None),
        ("SAP:2", "SAP:1", "DET-02", 1.0),
        ("SAP:4", "SAP:4", "SINGLE", None),
        ("Salesforce:1", "Salesforce:1", "AUTO_MERGE", 0.990769),
        ("Salesforce:2", "Salesforce:2", "SINGLE", None),
        ("Salesforce:3", "Salesforce:3", "SINGLE", None),
        ("Salesforce:4", "SAP:4", "DET-01", 1.0),
    ]


def test_golden_customers():
    result = run()
    assert founders(result) == FOUNDERS
    shown = result.golden_customer.select("full_name", "source_systems", "match_score").sort("full_name").rows()
    assert shown == [
        ("Acme Logistic", "SAP+Salesforce+Oracle", 0.990769),  # SAP sends capitals only
        ("Omega Bau AG", "SAP+Salesforce", 1.0),
        ("Zephyr Werke AG", "Salesforce", None),
        ("Zephyr Werke AG", "Salesforce", None),
    ]


def test_the_run_counts_what_it_did():
    [row] = run().match_run.drop("run_id", "rules", "seconds").to_dicts()
    assert row == {
        "model": "composite",
        "source_records": 8,
        "parties": 5,
        "possible_pairs": 10,
        "candidate_pairs": 2,
        "recorded_pairs": 2,
        "auto_merge": 1,
        "review": 1,
        "no_match": 0,
        "golden_customers": 4,
    }
    passes = run().match_run_pass.select("blocking_pass", "pairs_found", "pairs_new", "recorded_pairs_found").rows()
    assert passes == [("soundex_name", 2, 2, 2), ("soundex_token", 2, 0, 2), ("email", 2, 0, 2), ("phone", 2, 0, 2)]


def test_the_run_stores_its_rules():
    stricter = replace(CUSTOMER, auto_merge_at=0.995)
    found = run(rules=stricter)
    assert found.match_run["rules"][0] == stricter.to_json()
    assert statuses(found)["SAP:1", "Salesforce:1"] == ("REVIEW", "Pending")


def test_the_same_rows_in_any_order_give_the_same_tables():
    there, back = run(), run(rows=ENTERPRISE[::-1])
    for name in ("match_pair", "crosswalk", "golden_customer", "golden_attribute", "match_run_pass"):
        assert getattr(there, name).equals(getattr(back, name)), name


def test_approve_joins_and_retires_the_younger_uid():
    result = run(verdict("approve", "Salesforce:3", "Salesforce:2"))
    assert statuses(result)["Salesforce:2", "Salesforce:3"] == ("REVIEW", "Approved")
    assert founders(result) == {"SAP:1": 4, "SAP:4": 2, "Salesforce:2": 2}
    retired, kept = uid.customer_uid("Salesforce:3"), uid.customer_uid("Salesforce:2")
    assert result.uid_redirect.rows() == [(retired, kept, datetime(2026, 2, 1, 10, 1))]
    [link] = result.crosswalk.filter(pl.col("record_id") == "Salesforce:3").to_dicts()
    assert (link["link_rule"], link["customer_uid"]) == ("STEWARD", kept)
    assert link["link_score"] == result.match_pair["match_score"][1]


def test_reject_settles_the_pair():
    result = run(verdict("reject", "Salesforce:2", "Salesforce:3"))
    assert statuses(result)["Salesforce:2", "Salesforce:3"] == ("REVIEW", "Rejected")
    assert founders(result) == FOUNDERS


@pytest.mark.parametrize("log", [(), (verdict("approve", "SAP:9", "Salesforce:2"),)])
def test_decisions_about_lost_records_change_nothing(log):
    assert founders(run(*log)) == FOUNDERS


def test_unmerge_parts_what_the_score_joined():
    result = run(verdict("unmerge", "SAP:1", "Salesforce:1"))
    assert statuses(result)["SAP:1", "Salesforce:1"] == ("AUTO_MERGE", "Rejected")
    assert founders(result) == FOUNDERS | {"SAP:1": 3, "Salesforce:1": 1}


def test_unmerge_parts_what_a_trusted_key_joined():
    """SAP:2 leaves with the billing account that names it; it has no e-mail to be found by."""
    result = run(verdict("unmerge", "SAP:2", "SAP:1"))
    assert founders(result) == FOUNDERS | {"SAP:1": 2, "SAP:2": 2}


def test_undo_restores_the_state_before():
    before = run()
    log = (verdict("unmerge", "SAP:1", "Salesforce:1"), verdict("undo", "SAP:1", "Salesforce:1"))
    after = run(*log)
    assert after.crosswalk.equals(before.crosswalk)
    assert after.golden_customer.equals(before.golden_customer)
    assert after.match_pair.equals(before.match_pair)


def test_a_uid_that_an_undone_unmerge_minted_still_leads_home():
    log = (verdict("unmerge", "SAP:1", "Salesforce:1"), verdict("undo", "SAP:1", "Salesforce:1"))
    [(retired, kept, _)] = run(*log).uid_redirect.rows()
    assert (retired, kept) == (uid.customer_uid("Salesforce:1"), uid.customer_uid("SAP:1"))


def test_no_decision_no_redirect():
    assert run().uid_redirect.is_empty()


def test_uids_of_earlier_runs_stay_resolvable():
    published = [uid.customer_uid("SAP:2"), uid.customer_uid("SAP:1"), "C-UNKNOWN"]
    [(retired, kept, _)] = run(minted=published).uid_redirect.rows()
    assert (retired, kept) == (uid.customer_uid("SAP:2"), uid.customer_uid("SAP:1"))


def test_an_override_follows_its_customer_into_a_merge():
    younger = uid.customer_uid("Salesforce:3")
    override = {"verdict": "override", "customer_uid": younger, "attribute": "city", "value": "Kiel"}
    result = run(override, verdict("approve", "Salesforce:2", "Salesforce:3"))
    [row] = result.golden_customer.filter(pl.col("full_name") == "Zephyr Werke AG").to_dicts()
    assert row["city"] == "Kiel"


def test_a_merge_that_a_guard_refuses_goes_to_review():
    """A Salesforce record fits two SAP customers with VAT ids of their own: only the first is joined."""
    rows = (
        record("SAP:1", tax_id="DE123456789"),
        record("SAP:2", tax_id="DE987654321", name="Acme Logistic"),
        record("Salesforce:1"),
    )
    found = statuses(run(rows=rows))
    assert found["SAP:1", "Salesforce:1"] == ("AUTO_MERGE", "Auto-approved")
    assert found["SAP:2", "Salesforce:1"] == ("REVIEW", "Pending")


def test_pairs_that_other_links_settled_need_no_verdict():
    rows = (record("SAP:1"), record("SAP:2"), record("Salesforce:1", name="Acme Logistic"))
    found = run(rows=rows)
    assert statuses(found)["SAP:1", "SAP:2"] == ("REVIEW", "Auto-approved")  # 0.90, joined through Salesforce
    assert len(found.golden_customer) == 1


def test_oracle_alone_keeps_its_record_but_enters_no_pair():
    """Its reference leads nowhere: the record is not lost, and is compared with nobody."""
    found = run(rows=(record("SAP:1"), record("Oracle:1", sap_key="SAP:9")))
    assert found.match_pair.is_empty()
    assert found.match_run["parties"][0] == 1
    assert found.crosswalk["record_id"].to_list() == ["Oracle:1", "SAP:1"]
    assert len(found.golden_customer) == 2


def test_no_customers():
    found = run(rows=())
    assert found.golden_customer.is_empty()
    assert found.match_run["possible_pairs"][0] == 0
    assert found.match_pair.columns == run().match_pair.columns
    assert found.golden_customer.schema == run().golden_customer.schema


def test_columns_are_those_of_the_tables():
    found = run()
    assert found.match_pair.columns == [
        "pair_id", "record_a", "record_b", "name_similarity", "email_match", "phone_match", "address_similarity",
        "source_bonus", "match_score", "match_tier", "steward_status", "blocking_pass", "blocking_passes", "model",
    ]  # fmt: skip
    assert found.golden_customer.columns == [
        "customer_uid", "full_name", "email", "phone", "street", "city", "postal_code", "country", "segment",
        "industry", "tax_id", "is_churned", "created_date", "source_systems", "source_records", "match_score",
        "first_seen_at",
    ]  # fmt: skip
    assert found.golden_attribute.columns == [
        "customer_uid", "attribute", "record_id", "value", "rule", "rank", "is_survivor",
    ]  # fmt: skip
