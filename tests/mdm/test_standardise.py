"""What makes two spellings comparable."""

import polars as pl
import pytest

from lakehouse.mdm.standardise import KEYS, record_frame, standardise, standardise_record


def form(column: str, **fields: str | None) -> str | None:
    return standardise_record(fields)[column][0]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Müller GmbH", "mueller"),
        ("MUELLER G.m.b.H.", "mueller"),
        ("Mueller G. m. b. H.", "mueller"),
        ("Müller Gesellschaft mbH", "mueller"),
        ("Müller GmbH & Co. KG", "mueller"),
        ("Müller GmbH Berlin", "mueller berlin"),  # GmbH is never part of a name
        ("Großmann & Söhne", "grossmann soehne"),
        ("Grossmann und Soehne", "grossmann soehne"),
        ("Grossmann and Soehne", "grossmann soehne"),
        ("Mu\u0308ller", "mueller"),  # a combining mark
        ("Société Générale S.A.", "societe generale"),
        ("SARL Dupont", "dupont"),
        ("SAS Institute Inc.", "sas institute"),  # a legal form that leads a name may be the name
        ("Acme, Incorporated", "acme"),
        ("Acme Corp", "acme"),
        ("Acme Pty. Ltd.", "acme"),
        ("Acme Pvt Ltd", "acme"),
        ("Acme Private Limited", "acme"),
        ("Acme LLC", "acme"),
        ("Acme S.p.A.", "acme"),
        ("Acme A/S", "acme"),
        ("Sony K.K.", "sony"),
        ("株式会社Sony", "sony"),
        ("Kabushiki Kaisha Sony", "sony"),
        ("I.B.M. Corporation", "ibm"),
        ("O'Brien Ltd", "obrien"),
        ("Łódź Sp. z o.o.", "lodz"),
        ("Ｆｕｌｌ Ｗｉｄｔｈ", "full width"),
        ("AG", "ag"),  # nothing would be left
        ("GmbH", "gmbh"),
        ("Magna Ag Nordlicht", "magna ag nordlicht"),  # a short form in the middle may be a word
        ("   ", None),
        ("---", None),
        ("", None),
        (None, None),
    ],
)
def test_name(name, key):
    assert form("name_key", name=name) == key


def test_name_in_any_order():
    assert form("name_sorted", name="Zeta Alpha Mid GmbH") == "alpha mid zeta"


@pytest.mark.parametrize(
    ("email", "key"),
    [
        (" Info@Acme.COM ", "info@acme.com"),
        ("mailto:info@acme.com", "info@acme.com"),
        ("Acme <info@acme.com>", "info@acme.com"),
        ("info+invoices@acme.com", "info@acme.com"),
        ("j.doe@googlemail.com", "jdoe@gmail.com"),
        ("j.doe@acme.com", "j.doe@acme.com"),
        ("info@acme", None),
        ("info@", None),
        ("a b@acme.com", None),
        ("", None),
        (None, None),
    ],
)
def test_email(email, key):
    assert form("email_key", email=email) == key


@pytest.mark.parametrize(
    ("phone", "country", "key", "code"),
    [
        ("+49 (0)89 123 45 67", "DE", "891234567", "49"),
        ("0049 89 1234567", None, "891234567", "49"),
        ("089/1234567", "DE", "891234567", "49"),
        ("089 1234567 ext. 12", "DE", "891234567", "49"),
        ("089 1234567 Durchwahl 12", "DE", "891234567", "49"),
        ("+1 (415) 555-0100 x22", None, "4155550100", "1"),
        ("1-415-555-0100", "US", "4155550100", "1"),
        ("415.555.0100", None, "4155550100", None),
        ("+49 1512 3456789", None, "5123456789", "49"),  # eleven digits: the last ten count
        ("+39 06 1234567", "IT", "61234567", "39"),  # trunk zeros go on both sides
        ("06 1234567", "IT", "61234567", "39"),
        ("+43 1 7654321", "DE", "17654321", "43"),  # the number's own code beats the country
        ("123456", "DE", None, None),  # fewer than seven digits
        ("000 000 000", "DE", None, None),
        ("1111111111", "US", None, None),
        ("n/a", "DE", None, None),
        ("", "DE", None, None),
        (None, "DE", None, None),
    ],
)
def test_phone(phone, country, key, code):
    assert form("phone_key", phone=phone, country=country) == key
    assert form("phone_country", phone=phone, country=country) == code


@pytest.mark.parametrize(
    ("street", "postal_code", "city", "key"),
    [
        ("Hauptstraße 12 a", "70178", "Stuttgart", "hauptstr 12a 70178 stuttgart"),
        ("HAUPTSTR. 12A", "70178", "STUTTGART", "hauptstr 12a 70178 stuttgart"),
        ("Haupt Strasse Nr. 12a", "70178", "Stuttgart", "hauptstr 12a 70178 stuttgart"),
        ("12 Main Street", "NY 10001", "New York", "12 main st ny 10001 new york"),
        ("12 Main St.", "NY 10001", "New York", "12 main st ny 10001 new york"),
        ("5 Park Avenue North", None, "Leeds", "5 park ave n leeds"),
        ("5 Park Ave N", None, "Leeds", "5 park ave n leeds"),
        ("Königsallee 1", None, None, "koenigsallee 1"),
        (None, "70178", "Stuttgart", None),  # a city alone is no address
        ("", "70178", "Stuttgart", None),
    ],
)
def test_address(street, postal_code, city, key):
    assert form("address_key", street=street, postal_code=postal_code, city=city) == key


@pytest.mark.parametrize(
    ("tax_id", "key"),
    [("de 123.456.789", "DE123456789"), ("DE000000000", None), ("n/a", None), ("1234", None), (None, None)],
)
def test_tax_id(tax_id, key):
    assert form("tax_key", tax_id=tax_id) == key


def test_keys_stand_beside_the_rows_in_their_order():
    frame = pl.DataFrame({"record_id": ["b", "a", "c"], "name": ["Zeta", None, "Alpha"], "extra": [1, 2, 3]})
    keyed = standardise(frame)
    assert keyed["record_id"].to_list() == ["b", "a", "c"]
    assert keyed["name_key"].to_list() == ["zeta", None, "alpha"]
    assert keyed["extra"].to_list() == [1, 2, 3]
    assert set(KEYS) <= set(keyed.columns)


def test_no_rows():
    assert standardise(record_frame([])).is_empty()


def test_unknown_field_is_refused():
    with pytest.raises(ValueError, match=r"No field 'mail' in a customer record\. Fields: name, email, phone"):
        standardise_record({"name": "Acme", "mail": "x@acme.com"})
