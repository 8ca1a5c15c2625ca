"""The match demo's second model, its thresholds, and a person's own file."""

import math

import polars as pl
import pytest

from lakehouse.session import LinkageError
from tests.pages.app import assert_sound, figures, kpis, markup, opened
from ui import linking


def test_the_learned_waterfall_adds_up_to_its_evidence(lakehouse: str) -> None:
    """Prior and Bayes factors in bits sum to the evidence, whose odds are the probability in the title."""
    waterfall = figures(opened("match_demo"))[1]["data"][0]
    *parts, evidence = waterfall["y"]
    assert waterfall["x"][0] == "Prior" and waterfall["x"][-1] == "Evidence"
    assert sum(parts) == pytest.approx(evidence, abs=1e-6)
    assert 1 / (1 + math.pow(2, -evidence)) > 0.99


@pytest.mark.parametrize(("model", "merged"), [("Composite", "116"), ("Fellegi-Sunter", None)])
def test_thresholds(lakehouse: str, model: str, merged: str | None) -> None:
    app = opened("match_demo", demo_view="Thresholds", demo_model=model)
    assert_sound(app)
    assert kpis(app) == 4
    if merged:
        assert f">{merged}<" in markup(app)


def test_a_lower_threshold_moves_the_review_pairs(lakehouse: str) -> None:
    """From 0.75 all 54 REVIEW pairs would merge too; the composite model's own line is 0.92."""
    found = linking.Measured(
        pl.DataFrame(
            {
                "match_score": [0.95, 0.92, 0.91, 0.75, 0.74],
                "customer_uid_a": ["a", "b", "c", "d", "e"],
                "customer_uid_b": ["a", "b", "x", "x", "y"],
            }
        ),
        None,
        0.92,
        "",
    )
    assert found.changed(0.75) == (2, 3)
    assert found.changed(0.93) == (1, 1)
    assert found.changed(0.92) == (0, 0)


def test_columns_are_guessed_from_their_names() -> None:
    assert linking.guess(["cid", "Company", "E-Mail", "Tel.", "ZIP", "Town"]) == {
        "name": "Company",
        "email": "E-Mail",
        "phone": "Tel.",
        "postcode": "ZIP",
        "city": "Town",
    }
    assert linking.guess(["given_name", "surname", "date_of_birth"]) == {
        "given_name": "given_name",
        "surname": "surname",
        "date_of_birth": "date_of_birth",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"name\nM\xfcller\n", "is not UTF-8: byte 6"),
        (b"x" * (linking.MAX_MEGABYTES * 1_000_000 + 1), "at most 20 MB"),
        (b"name\n" + b"a\n" * (linking.MAX_ROWS + 1), "at most 50,000"),
    ],
)
def test_an_unusable_file_says_why(content: bytes, message: str) -> None:
    with pytest.raises(LinkageError, match=message):
        linking.read_upload("customers.csv", content)


def test_a_file_of_ones_own_is_linked() -> None:
    text = "company;mail\nMüller GmbH;info@mueller.example\nMueller;info@mueller.example\nZenith Ltd;a@zenith.example\n"
    frame = linking.read_upload("customers.csv", text.encode())
    found = linking.link_file(frame, None, None, linking.guess(frame.columns), "fellegi_sunter")
    together = found.clusters.group_by("cluster_id").agg(pl.col("id").sort()).sort("cluster_id")["id"].to_list()
    assert sorted(together) == [[1, 2], [3]]
