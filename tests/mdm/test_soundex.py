"""American Soundex, against the codes of the National Archives and of other implementations."""

import polars as pl
import pytest

from lakehouse.mdm.soundex import soundex
from lakehouse.mdm.standardise import standardise


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Robert", "R163"),
        ("Rupert", "R163"),
        ("Rubin", "R150"),
        ("Ashcraft", "A261"),  # s and c are one sound across the h
        ("Ashcroft", "A261"),
        ("Tymczak", "T522"),  # z and k are two, parted by a vowel
        ("Pfister", "P236"),  # f repeats the first letter's sound
        ("Honeyman", "H555"),
        ("Jackson", "J250"),
        ("Lloyd", "L300"),
        ("Lee", "L000"),
        ("Gutierrez", "G362"),
        ("VanDeusen", "V532"),
        ("Washington", "W252"),
        ("Schmidt", "S530"),
        ("Wheaton", "W350"),
        ("Wray", "W600"),
        ("A", "A000"),
        ("123", None),
        ("", None),
        (None, None),
    ],
)
def test_code(text, code):
    assert pl.DataFrame({"t": [text]}, schema={"t": pl.String}).select(soundex(pl.col("t"))).item() == code


def test_spellings_of_an_umlaut_share_a_code():
    names = ["Müller", "Mueller", "Muller", "MÜLLER GmbH"]
    assert standardise(pl.DataFrame({"name": names}))["name_soundex"].to_list() == ["M460"] * 4


def test_codes_of_every_word():
    [row] = standardise(pl.DataFrame({"name": ["Robert Rupert Pfister 24 AG"]})).to_dicts()
    assert row["token_soundex"] == ["P236", "R163"]
    assert row["last_soundex"] == "P236"
    assert row["name_soundex"] == "R163"
