"""Columns of tables: shares become percent, and formats are those that people read."""

import polars as pl

from ui import columns


def test_shares_become_percent_and_missing_stays_missing() -> None:
    frame = pl.DataFrame({"rate": [0.1234, None], "n": [1, 2]})
    assert columns.percents(frame, "rate").rows() == [(12.34, 1), (None, 2)]


def test_formats() -> None:
    assert columns.share("Win rate")["type_config"]["format"] == "%.0f%%"
    assert columns.share("Share", decimals=2)["type_config"]["format"] == "%.2f%%"
    assert columns.share_bar("Precision")["type_config"]["max_value"] == 100
    assert columns.amount("Won")["label"] == "Won ($)"
    assert columns.number("Rows")["type_config"]["format"] == "localized"
    assert columns.number("Score", decimals=3)["type_config"]["format"] == "%.3f"


def test_countries_are_named_and_unknown_codes_stay():
    named = columns.countries(pl.DataFrame({"country": ["DE", "XX", None]}))
    assert named["country"].to_list() == ["Germany", "XX", None]
