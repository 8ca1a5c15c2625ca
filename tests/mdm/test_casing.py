"""How a value reads that a source sends in one case throughout."""

import polars as pl
import pytest

from lakehouse.mdm.casing import cased, proper_case


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("MÜLLER & SÖHNE GMBH", "Müller & Söhne GmbH"),
        ("MUELLER UND SOEHNE GMBH & CO. KG", "Mueller und Soehne GmbH & Co. KG"),
        ("müller-lüdenscheidt ag", "Müller-Lüdenscheidt AG"),
        ("THE BANK OF LEEDS PLC", "The Bank of Leeds PLC"),  # a small word that leads is capital
        ("O'BRIEN LTD.", "O'Brien Ltd."),
        ("BMW MOTOREN AG", "BMW Motoren AG"),  # no vowel: an abbreviation
        ("IBM INC", "IBM Inc"),  # a short name of one word stays
        ("ACME (GERMANY) LLC", "Acme (Germany) LLC"),
        ("Acme GmbH", "Acme GmbH"),
        ("eBay", "eBay"),
        ("", ""),
    ],
)
def test_name(text, spelt):
    assert proper_case(text) == spelt


@pytest.mark.parametrize(
    ("text", "casing", "spelt"),
    [
        ("HAUPTSTRASSE 5 A", "title", "Hauptstrasse 5 A"),
        ("FRANKFURT AM MAIN", "title", "Frankfurt am Main"),
        ("ULM", "title", "Ulm"),
        (" Info@Acme.COM ", "lower", "info@acme.com"),
        (" +49 89 1 ", "as_is", "+49 89 1"),
        (None, "title", None),
    ],
)
def test_columns(text, casing, spelt):
    frame = pl.DataFrame({"v": [text]}, schema={"v": pl.String})
    assert frame.select(cased(pl.col("v"), casing)).item() == spelt
