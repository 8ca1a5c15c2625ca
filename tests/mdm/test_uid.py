"""Identifiers are pure functions; the literals are sha256sum, five bits a letter."""

from lakehouse.mdm import uid


def test_customer_uid():
    assert uid.customer_uid("SAP:0000100001") == "C-M30HZ1JV3J"


def test_pair_id_does_not_depend_on_the_order():
    assert uid.pair_id("SAP:1", "Salesforce:2") == uid.pair_id("Salesforce:2", "SAP:1")
    assert uid.pair_id("SAP:1", "Salesforce:2").startswith("P-")
    assert len(uid.pair_id("SAP:1", "Salesforce:2")) == 12


def test_alphabet_has_no_letters_that_are_misread():
    text = "".join(uid.digest(str(n)) for n in range(200))
    assert set(text) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_retired_uids_lead_to_the_customer_of_their_founder():
    a, b = uid.customer_uid("SAP:1"), uid.customer_uid("SAP:2")
    live = {"SAP:1": a, "SAP:2": a}
    assert uid.retired(["SAP:1", "SAP:2", "SAP:gone"], live) == {b: a}
