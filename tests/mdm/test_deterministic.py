"""Trusted keys, one by one."""

import polars as pl
import pytest

from lakehouse.mdm import deterministic
from lakehouse.mdm.matching import in_founding_order
from lakehouse.mdm.standardise import standardise
from tests.mdm.records import customers, other, record


def parties(*rows, kept_apart=()):
    """The record_ids of each party of more than one record, with the rules that joined it."""
    records = in_founding_order(standardise(customers(*rows)))
    ids = records["record_id"].to_list()
    apart = [(ids.index(a), ids.index(b)) for a, b in kept_apart]
    forest = deterministic.parties(records, kept_apart=apart)
    found: dict[int, list[str]] = {}
    for row, root in enumerate(forest.roots()):
        found.setdefault(root, []).append(ids[row])
    return [members for members in found.values() if len(members) > 1], [link.rule for link in forest.joined]


def test_salesforce_names_its_sap_customer():
    rows = [
        other("SAP:1"),
        record("Salesforce:1", sap_key="SAP:1"),
        record("Salesforce:2", email=None, sap_key="SAP:9"),
    ]
    assert parties(*rows) == ([["SAP:1", "Salesforce:1"]], ["DET-01"])


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("DE 123.456.789", "de123456789", True),
        ("DE123456789", "DE987654321", False),
        ("n/a", "n/a", False),
        (None, None, False),
        ("", "", False),
    ],
)
def test_same_vat_id_within_sap(left, right, joined):
    found = parties(record("SAP:1", tax_id=left), other("SAP:2", tax_id=right))
    assert found == (([["SAP:1", "SAP:2"]], ["DET-02"]) if joined else ([], []))


def test_vat_id_outside_sap_is_no_trusted_key():
    assert parties(record("SAP:1", tax_id="DE123456789"), other("Salesforce:2", tax_id="DE123456789")) == ([], [])


@pytest.mark.parametrize(
    ("change", "joined"),
    [
        ({}, True),
        ({"name": "ACME LOGISTIK AG", "street": "Hauptstr. 5", "email": "HALLO@acme.example"}, True),
        ({"name": "Acme Logistic"}, False),
        ({"street": "Hauptstraße 7"}, False),
        ({"email": "x@acme.example"}, False),
    ],
)
def test_same_name_address_and_email_within_salesforce(change, joined):
    found = parties(record("Salesforce:1"), record("Salesforce:2", phone=None, **change))
    assert found == (([["Salesforce:1", "Salesforce:2"]], ["DET-03"]) if joined else ([], []))


@pytest.mark.parametrize("missing", ["name", "street", "email"])
def test_a_missing_value_is_no_trusted_key(missing):
    assert parties(record("Salesforce:1", **{missing: None}), record("Salesforce:2", **{missing: None})) == ([], [])


def test_same_everything_within_sap_is_left_to_the_fuzzy_run():
    assert parties(record("SAP:1"), record("SAP:2")) == ([], [])


def test_oracle_joins_the_record_it_names():
    rows = [record("SAP:1"), other("Salesforce:2"), record("Oracle:5", sf_key="Salesforce:2")]
    assert parties(*rows) == ([["Salesforce:2", "Oracle:5"]], ["DET-04"])


def test_different_vat_ids_are_not_joined_through_salesforce():
    """Two equal Salesforce records name two SAP customers with VAT ids of their own."""
    rows = [
        record("SAP:1", tax_id="DE123456789"),
        record("SAP:2", tax_id="DE987654321"),
        record("Salesforce:1", sap_key="SAP:1"),
        record("Salesforce:2", sap_key="SAP:2"),
    ]
    assert parties(*rows) == ([["SAP:1", "Salesforce:1"], ["SAP:2", "Salesforce:2"]], ["DET-01", "DET-01"])


def test_a_steward_keeps_apart_what_a_key_joins():
    rows = [record("SAP:1", tax_id="DE123456789"), other("SAP:2", tax_id="DE123456789")]
    assert parties(*rows, kept_apart=[("SAP:2", "SAP:1")]) == ([], [])


def test_a_party_is_represented_by_its_first_fuzzy_record():
    rows = [
        record("SAP:1"),
        record("Salesforce:2", sap_key="SAP:1"),
        other("Oracle:5"),
        other("Oracle:6", sap_key="SAP:1"),
    ]
    records = in_founding_order(standardise(customers(*rows)))
    assert records["record_id"].to_list() == ["SAP:1", "Salesforce:2", "Oracle:5", "Oracle:6"]
    found = deterministic.representatives(records, deterministic.parties(records).roots())
    assert found["party"].to_list() == [0, 0, 2, 0]


def test_who_came_first_founds():
    early, late = pl.datetime(2026, 1, 1), pl.datetime(2026, 2, 1)
    rows = customers(record("SAP:1"), record("Salesforce:1"), record("Salesforce:0"), record("Oracle:1"))
    arrived = rows.with_columns(
        pl.when(pl.col("record_id") == "Oracle:1").then(early).otherwise(late).alias("first_seen_at")
    )
    order = in_founding_order(arrived)["record_id"].to_list()
    assert order == ["Oracle:1", "SAP:1", "Salesforce:0", "Salesforce:1"]
