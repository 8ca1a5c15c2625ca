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
    slider = app.slider[0]
    assert slider.min == (0.65 if merged else 0.1)
    curve = figures(app)[0]["data"][0]["x"]
    assert min(curve) == pytest.approx(slider.min)


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
    found = linking.link_file(frame, linking.Mapped(linking.guess(frame.columns)))
    together = found.clusters.group_by("cluster_id").agg(pl.col("id").sort()).sort("cluster_id")["id"].to_list()
    assert sorted(together) == [[1, 2], [3]]


def test_two_sources_are_compared_with_each_other_by_a_number_of_ones_own() -> None:
    text = "row,firm,from,number\n7,Acme,a,4711-0815\n8,Acme,a,4711-0815\n9,Akme,b,4711-0815\n10,Zenith,b,9999-1234\n"
    frame = linking.read_upload("two.csv", text.encode())
    told = linking.Mapped({"name": "firm"}, source="from", identifiers=("number",), mode="link")
    found = linking.link_file(frame, told)
    assert found.settings.id == "row_number" and found.report.mode == "link"
    assert "number_similarity" in found.pairs.columns
    source = {1: "a", 2: "a", 3: "b", 4: "b"}
    assert all(source[a] != source[b] for a, b in found.pairs.select("id_a", "id_b").iter_rows())


def test_all_that_is_wrong_with_the_columns_is_told_at_once() -> None:
    frame = linking.read_upload("one.csv", b"firm,town\nAcme,Bonn\n")
    with pytest.raises(LinkageError) as caught:
        linking.link_file(frame, linking.Mapped({"city": "town"}, mode="link", model="composite"))
    for part in ("mode 'link' needs a source column", "city alone cannot tell records apart", "the composite model"):
        assert part in str(caught.value)
