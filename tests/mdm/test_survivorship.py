"""Which value survives, attribute by attribute."""

from datetime import date, datetime

import polars as pl
import pytest

from lakehouse.mdm import survivorship
from lakehouse.mdm.rules import CUSTOMER
from lakehouse.mdm.standardise import standardise
from lakehouse.mdm.stewardship import Override
from tests.mdm.records import customers, record

OLD, NEW = datetime(2024, 1, 1), datetime(2025, 1, 1)


def owned(*rows):
    """Standardised records that all belong to customer C-1."""
    return standardise(customers(*rows)).with_columns(pl.lit("C-1").alias("customer_uid"))


def ranking(attribute, *rows):
    found = survivorship.candidates(owned(*rows)).filter(pl.col("attribute") == attribute).sort("rank")
    return found.select("record_id", "value").rows()


def golden(*rows, overrides=()):
    records = owned(*rows)
    attributes = survivorship.overridden(survivorship.candidates(records), overrides)
    [row] = survivorship.golden(records, attributes).to_dicts()
    return row


def test_most_recent_wins_an_email():
    rows = [record("SAP:1", email="old@acme.co", updated_at=OLD), record("Salesforce:1", email="new@acme.co")]
    assert ranking("email", *rows) == [("Salesforce:1", "new@acme.co"), ("SAP:1", "old@acme.co")]


def test_a_tie_goes_to_the_trusted_system():
    rows = [record("SAP:1", email="sap@acme.co"), record("Salesforce:1", email="sf@acme.co")]
    assert ranking("email", *rows)[0] == ("Salesforce:1", "sf@acme.co")


def test_a_full_tie_goes_to_the_smaller_id():
    rows = [record("SAP:2", email="two@acme.co"), record("SAP:1", email="one@acme.co")]
    assert ranking("email", *rows)[0] == ("SAP:1", "one@acme.co")


@pytest.mark.parametrize(
    ("attribute", "flawed", "sound"),
    [
        ("email", "broken@", "old@acme.co"),
        ("email", "info@acme.co", "old@acme.co"),
        ("email", "broken@", "info@acme.co"),  # a role mailbox is better than no address
        ("phone", "12345", "089 1234567"),
    ],
)
def test_a_flawed_value_ranks_behind_an_older_sound_one(attribute, flawed, sound):
    rows = [record("SAP:1", **{attribute: sound}, updated_at=OLD), record("Salesforce:1", **{attribute: flawed})]
    assert ranking(attribute, *rows) == [("SAP:1", sound), ("Salesforce:1", flawed)]


def test_a_flawed_value_survives_where_there_is_no_other():
    assert golden(record("SAP:1", email="broken@"))["email"] == "broken@"


def test_a_name_in_capitals_gives_way_to_one_that_reads_well():
    rows = [record("SAP:1", name="ACME LOGISTIK GMBH"), record("Oracle:1", name="Acme Logistik GmbH")]
    assert ranking("full_name", *rows)[0] == ("Oracle:1", "Acme Logistik GmbH")
    assert golden(rows[0])["full_name"] == "Acme Logistik GmbH"


def test_trust_decides_among_names_that_read_well():
    rows = [
        record("Salesforce:1", name="Acme Logistics Inc"),
        record("SAP:1", name="Acme Logistik GmbH", updated_at=OLD),
    ]
    assert ranking("full_name", *rows)[0][0] == "SAP:1"


def test_an_address_survives_as_one_block():
    """The newer record lacks a postcode: the older, complete address wins as a whole."""
    rows = [
        record("SAP:1", street="Alte Gasse 1", city="Bonn", postal_code="53111", updated_at=OLD),
        record("Salesforce:1", street="Neue Allee 9", city="Köln", postal_code=None, updated_at=NEW),
    ]
    found = golden(*rows)
    assert (found["street"], found["city"], found["postal_code"]) == ("Alte Gasse 1", "Bonn", "53111")


def test_the_parts_of_an_address_never_mix():
    rows = [
        record("SAP:1", street="Alte Gasse 1", city="Bonn", postal_code=None, country="DE", updated_at=OLD),
        record("Salesforce:1", street=None, city="Köln", postal_code="50667", country="DE", updated_at=NEW),
    ]
    found = golden(*rows)
    assert (found["street"], found["city"], found["postal_code"]) == (None, "Köln", "50667")


def test_a_postcode_keeps_its_capitals():
    found = golden(record("SAP:1", street="12 HIGH STREET", city="NOTTINGHAM", postal_code="NG2 9BX", country="GB"))
    assert (found["street"], found["city"], found["postal_code"]) == ("12 High Street", "Nottingham", "NG2 9BX")


def test_golden_record():
    rows = [
        record("SAP:1", name="ACME LOGISTIK GMBH", tax_id="DE123456789", created_date=date(2023, 5, 1), updated_at=OLD),
        record("Salesforce:1", segment="Enterprise", email=" Hallo@Acme.Example", phone=None, city="MÜNCHEN"),
        record("Oracle:1", first_seen_at=datetime(2025, 12, 1), email=None, updated_at=OLD),
    ]
    assert golden(*rows) == {
        "customer_uid": "C-1",
        "full_name": "Acme Logistik GmbH",
        "email": "hallo@acme.example",
        "phone": "+49 89 1234567",
        "street": "Hauptstraße 5",
        "city": "München",
        "postal_code": "80331",
        "country": "DE",
        "segment": "SMB",  # SAP's
        "industry": "Logistics",
        "tax_id": "DE123456789",
        "is_churned": False,
        "created_date": date(2023, 5, 1),  # the oldest
        "source_systems": "SAP+Salesforce+Oracle",
        "source_records": 3,
        "first_seen_at": datetime(2025, 12, 1),
    }


def test_every_golden_value_is_a_candidate_and_survives_once():
    records = owned(record("SAP:1", phone=None, updated_at=None), record("Salesforce:1", name="Acme"))
    attributes = survivorship.candidates(records)
    [row] = survivorship.golden(records, attributes).to_dicts()
    survivors = attributes.filter("is_survivor")
    assert not survivors.select("customer_uid", "attribute").is_duplicated().any()
    for attribute, value in survivors.select("attribute", "value").iter_rows():
        text = {True: "true", False: "false"}.get(row[attribute], str(row[attribute]))
        assert text == value
    assert set(attributes["rule"]) <= {rule.by for rule in CUSTOMER.survivorship}


def test_a_steward_value_wins_and_is_marked():
    override = Override("C-1", "email", "right@acme.co", "D-7")
    records = owned(record("SAP:1"), record("Salesforce:1"))
    found = survivorship.overridden(survivorship.candidates(records), [override])
    emails = found.filter(pl.col("attribute") == "email").sort("rank")
    assert emails.select("record_id", "value", "rule", "rank", "is_survivor").rows() == [
        ("D-7", "right@acme.co", "steward_override", 1, True),
        ("Salesforce:1", "hallo@acme.example", "most_recent", 2, False),
        ("SAP:1", "hallo@acme.example", "most_recent", 3, False),
    ]
    assert golden(record("SAP:1"), overrides=[override])["email"] == "right@acme.co"


def test_an_override_fills_a_gap():
    assert golden(record("SAP:1", tax_id=None), overrides=[Override("C-1", "tax_id", "DE1", "D-1")])["tax_id"] == "DE1"


def test_overrides_of_typed_values():
    overrides = [Override("C-1", "is_churned", "True", "D-1"), Override("C-1", "created_date", "2020-02-29", "D-2")]
    found = golden(record("SAP:1"), overrides=overrides)
    assert (found["is_churned"], found["created_date"]) == (True, date(2020, 2, 29))


def test_an_override_of_a_lost_customer_changes_nothing():
    records = owned(record("SAP:1"))
    attributes = survivorship.candidates(records)
    assert survivorship.overridden(attributes, [Override("C-9", "email", "x@y.co", "D-1")]).equals(attributes)


def test_an_override_of_no_attribute_is_refused():
    attributes = survivorship.candidates(owned(record("SAP:1")))
    with pytest.raises(ValueError, match="D-1: no attribute 'mail' to override, available: full_name, email"):
        survivorship.overridden(attributes, [Override("C-1", "mail", "x@y.co", "D-1")])
