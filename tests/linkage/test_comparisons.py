"""How alike two values are: cases with the reason beside them."""

import numpy as np
import polars as pl
import pytest

from lakehouse.mdm.linkage import comparisons
from lakehouse.mdm.linkage.columns import encode


def alike(kind: str, a: str, b: str, others: tuple[str, ...] = ()) -> float:
    column = encode("f", kind, pl.Series([a, b, *others]))
    codes = column.codes
    assert codes[0] >= 0 and codes[1] >= 0
    return float(comparisons.similarity(column, column, codes[:1], codes[1:2])[0])


FIRMS = ("bolt motors works", "old acme mill", "karl meyer systems", "old mill trading", "north sea shipping")


@pytest.mark.parametrize(
    ("kind", "a", "b", "low", "high"),
    [
        ("name", "Acme Ltd", "ACME  ltd.", 1, 1),
        ("name", "Acme Steel Ltd", "Acme Steel Limited", 0.97, 0.99),  # legal form apart
        ("name", "Steel Acme", "Acme Steel", 0.97, 0.99),  # order apart
        ("name", "Acme Steel", "Acme Stele", 0.9, 0.97),  # a slip
        ("name", "Acme International", "Acme Intl", 0.9, 0.97),  # an abbreviation
        ("name", "Ritz Carlton", "RitzCarlton", 0.9, 0.97),  # written in one
        ("name", "Acme Steel Works", "Acme Paper Works", 0.2, 0.8),  # sister firms
        ("name", "Müller Söhne", "Mueller Soehne", 1, 1),
        ("name", "Acme Steel", "Bolt Motors", 0, 0.3),
        ("given_name", "john", "john william", 0.85, 0.9),
        ("given_name", "j", "john", 0.75, 0.84),
        ("given_name", "martha", "marhta", 0.92, 0.99),
        ("surname", "smith", "garcia", 0, 0.5),
        ("date_of_birth", "1980-02-03", "19800203", 1, 1),
        ("date_of_birth", "1980-02-03", "1980-02-08", 0.9, 0.9),  # one digit
        ("date_of_birth", "1980-02-03", "1980-03-02", 0.9, 0.9),  # day and month swapped
        ("date_of_birth", "1980-02-03", "1980-02-28", 0.75, 0.75),  # year and month
        ("date_of_birth", "1980-02-03", "1981-07-28", 0.5, 0.5),
        ("date_of_birth", "1980-02-03", "1965-07-28", 0, 0),
        ("date_of_birth", "1850", "about 1850", 0.9, 1),
        ("date_of_birth", "3 Feb 1980", "1980-02-03", 1, 1),
        ("date_of_birth", "February 3, 1980", "1980-02-03", 1, 1),
        ("date_of_birth", "1980", "1981", 0.75, 0.75),  # a year alone
        ("date_of_birth", "1980", "1930", 0.5, 0.5),  # one digit of it
        ("date_of_birth", "47", "48", 0.75, 0.75),  # an age
        ("date_of_birth", "47", "51", 0.5, 0.5),  # some years later
        ("date_of_birth", "47", "60", 0, 0),
        ("email", "j.doe@acme.com", "J.Doe@ACME.com", 1, 1),
        ("email", "j.doe@acme.com", "j.doe@acme.co", 0.92, 0.999),
        ("phone", "+49 30 1234567", "030 1234567", 1, 1),
        ("phone", "030 1234567", "030 1234568", 0.85, 0.95),
        ("address", "12 Main Street", "12 main st", 0.97, 1),
        ("address", "12 Main Street", "14 Main Street", 0.35, 0.55),  # a neighbour
        ("address", "12 Main Street", "12 Main Avenue", 0.6, 0.96),
        ("postcode", "SW1A 1AA", "sw1a1aa", 1, 1),
        ("postcode", "12345", "12354", 0.75, 0.9),
        ("postcode", "12345", "12399", 0.5, 0.7),
        ("city", "Muenchen", "München", 1, 1),
        ("country", "DE", "FR", 0, 0),
        ("tax_id", "DE 123.456.789", "DE123456789", 1, 1),
    ],
)
def test_similarity(kind, a, b, low, high):
    others = FIRMS if kind in ("name", "address") else ()
    assert low - 1e-6 <= alike(kind, a, b, others) <= high + 1e-6
    assert alike(kind, a, b, others) == pytest.approx(alike(kind, b, a, others), abs=1e-6)


def test_levels_rise_with_the_similarity():
    one = comparisons.comparison(encode("name", "name", pl.Series(["a"])))
    levels = one.level(np.array([0, 0.5, 0.7, 0.85, 0.95, 0.98, 1.0], dtype=np.float32))
    assert levels.tolist() == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("value", ["", "  ", "n/a", "NULL", "unknown", "-"])
def test_placeholders_are_missing(value):
    assert encode("city", "city", pl.Series([value, "Bonn"])).codes[0] == -1


def test_numbers_read_as_decimals_lose_their_point():
    assert encode("postcode", "postcode", pl.Series([2119.0, None])).values.to_list() == ["2119"]


def test_what_an_identifier_holds_follows_from_its_values():
    assert encode("ssn", "identifier", pl.Series(["5601234", "880-12-99"])).kind == "code"
    assert encode("trade", "identifier", pl.Series(["baker", "smith"])).kind == "word"


def test_the_first_of_january_is_no_day_where_it_is_far_too_frequent():
    """Registers put it where only the year is known: the year still agrees, the day says nothing."""
    days = [f"18{i:02d}-{i % 12 + 1:02d}-{i % 28 + 1:02d}" for i in range(90) if i % 12]
    often, seldom = (encode("born", "date_of_birth", pl.Series([*days, *["1850-01-01"] * n])) for n in (10, 1))
    for column, like in ((often, 0.75), (seldom, 0.5)):
        codes = [column.values.to_list().index(value) for value in ("1850-01-01", "1850-03-23")]
        a, b = np.array(codes[:1]), np.array(codes[1:])
        assert float(comparisons.similarity(column, column, a, b)[0]) == pytest.approx(like)
