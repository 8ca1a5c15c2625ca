"""link(): what comes out of it for populations with a known truth, and for odd ones."""

import numpy as np
import polars as pl
import pytest

from lakehouse.mdm import Fields, link
from tests.linkage.conftest import linked


def test_pairs_have_the_promised_columns(linkage):
    start = ["id_a", "id_b", "match_score", "tier"]
    assert linkage.pairs.columns[:4] == start
    for field in ("name", "email", "phone", "address", "postcode", "city", "country"):
        assert {f"{field}_similarity", f"{field}_contribution"} <= set(linkage.pairs.columns)
    assert linkage.pairs["match_score"].is_between(0, 1).all()
    assert not linkage.pairs.select("id_a", "id_b").is_duplicated().any()
    assert (linkage.pairs["id_a"] < linkage.pairs["id_b"]).all()
    assert linkage.pairs["blocking_pass"].null_count() == 0


def test_every_record_is_in_one_cluster(linkage, bed):
    assert linkage.clusters["id"].sort().to_list() == bed.records["id"].sort().to_list()
    assert set(linkage.clusters["cluster_id"]) <= set(bed.records["id"])


def test_duplicates_are_found_with_the_defaults(linkage, truth):
    found = linkage.evaluate(truth)
    assert found.own["f1"] > 0.98
    assert found.clusters["f1"] > 0.98


def test_contributions_and_prior_add_up_to_the_score(linkage):
    for row in linkage.pairs.head(50).to_dicts():
        steps = linkage.explain(row["id_a"], row["id_b"])
        bits = sum(steps.values())
        assert 1 / (1 + 2.0**-bits) == pytest.approx(row["match_score"], abs=1e-4)


def test_the_same_input_gives_the_same_output(bed, linkage):
    again = linked(bed)
    assert again.pairs.equals(linkage.pairs)
    assert again.clusters.equals(linkage.clusters)


def test_the_order_of_rows_hardly_matters(bed, linkage, truth):
    turned = linked(type(bed)(bed.name, bed.records.reverse(), bed.fields))
    assert turned.evaluate(truth).own["f1"] == pytest.approx(linkage.evaluate(truth).own["f1"], abs=0.01)


def test_two_clean_sources_are_linked_one_to_one(guides):
    found = linked(guides)
    assert found.report.one_to_one
    assert found.clusters.group_by("cluster_id").len()["len"].max() == 2
    source = dict(guides.records.select("id", "source").iter_rows())
    assert all(source[a] != source[b] for a, b in found.pairs.select("id_a", "id_b").iter_rows())
    assert found.evaluate(guides.records.select("id", "entity")).own["f1"] > 0.97


def test_sister_firms_at_one_address_stay_apart(firms):
    found = linked(firms).evaluate(firms.records.select("id", "entity"))
    assert found.own["f1"] > 0.87


def test_a_lazy_frame_is_a_table_too(bed):
    some = bed.records.head(300)
    fields = Fields(**bed.fields)
    assert link(some.lazy(), id="id", fields=fields).pairs.equals(link(some, id="id", fields=fields).pairs)


def test_nothing_is_merged_where_nothing_is_double(bed):
    single = bed.records.unique("entity", keep="first", maintain_order=True).head(1000)
    found = link(single, id="id", fields=Fields(**bed.fields))
    assert found.report.duplicates <= 5


@pytest.mark.parametrize("rows", [1, 2, 3, 10])
def test_tiny_tables_are_linked_without_complaint(bed, rows):
    found = link(bed.records.head(rows), id="id", fields=Fields(**bed.fields))
    assert len(found.clusters) == rows


def test_a_name_that_is_nearly_always_the_same_tells_nothing(bed, truth):
    often = pl.when(pl.int_range(pl.len()) % 100 < 92).then(pl.lit("LTD")).otherwise("name")
    found = link(bed.records.with_columns(often.alias("name")), id="id", fields=Fields(**bed.fields))
    assert found.evaluate(truth).own["f1"] > 0.95


def test_a_constant_name_alone_neither_hangs_nor_merges(bed):
    records = bed.records.with_columns(pl.lit("LTD").alias("name"))
    found = link(records, id="id", fields=Fields(name="name", city="city"))
    assert found.report.candidate_pairs < 3_000_000
    assert found.report.tiers["AUTO_MERGE"] == 0


def test_masses_of_identical_records_are_one_cluster(bed):
    copies = pl.concat([bed.records.head(1)] * 500).with_columns(pl.format("X{}", pl.int_range(pl.len())).alias("id"))
    found = link(pl.concat([bed.records, copies]), id="id", fields=Fields(**bed.fields))
    clusters = dict(found.clusters.iter_rows())
    assert len({clusters[f"X{i}"] for i in range(500)}) == 1
    assert len(found.clusters) == len(bed.records) + 500
    assert any("further copies" in note for note in found.report.notes)


def test_other_scripts_are_compared_as_they_are(bed, truth):
    letters = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстувщхыз")
    cyrillic = bed.records.with_columns(
        pl.Series("name", [name.lower().translate(letters) for name in bed.records["name"]])
    )
    assert link(cyrillic, id="id", fields=Fields(**bed.fields)).evaluate(truth).own["f1"] > 0.97


@pytest.mark.parametrize("kept", [("name", "address"), ("email", "phone", "address", "postcode"), ("name", "city")])
def test_any_subset_of_the_fields_will_do(bed, truth, kept):
    fields = {field: column for field, column in bed.fields.items() if field in kept}
    found = link(bed.records, id="id", fields=Fields(**fields)).evaluate(truth)
    assert found.own["f1"] > 0.85


def test_empty_values_and_placeholders_never_agree():
    records = pl.DataFrame(
        {"id": range(40), "mail": ["n/a"] * 20 + [""] * 20, "name": [f"Firm {i}" for i in range(40)]}
    )
    found = link(records, id="id", fields=Fields(name="name", email="mail"))
    assert found.report.duplicates == 0


def test_what_one_run_learned_scores_the_next(bed, linkage):
    some = link(bed.records, id="id", fields=Fields(**bed.fields), learned=linkage.learned)
    assert np.allclose(some.pairs["match_score"].to_numpy(), linkage.pairs["match_score"].to_numpy())


def test_the_composite_model_has_the_same_interface(bed, truth):
    found = link(bed.records, id="id", fields=Fields(**bed.fields), model="composite")
    assert {"id_a", "id_b", "match_score", "tier", "name_similarity", "name_contribution"} <= set(found.pairs.columns)
    sums = found.pairs.select(pl.sum_horizontal(pl.col("^.*_contribution$"))).to_series()
    assert np.allclose(sums.to_numpy(), found.pairs["match_score"].to_numpy(), atol=1e-6)
    assert found.evaluate(truth).best["precision"] > 0.9
    assert found.report.rules["model"] == "composite"


def test_composite_tells_what_its_fields_cannot_reach(bed):
    found = link(bed.records, id="id", fields=Fields(name="name", address="address"), model="composite")
    assert any("at most 0.45" in note for note in found.report.notes)


def test_composite_reports_its_capped_blocks_and_the_recall_of_its_passes(bed, truth):
    masses = bed.records.with_columns(pl.format("Smith {}", pl.int_range(pl.len())).alias("name"))
    found = link(masses, id="id", fields=Fields(name="name"), model="composite").report
    assert found.capped[0]["pairs_lost"] > 3_000_000
    assert found.passes[0]["capped_blocks"] == 1
    fair = link(bed.records, id="id", fields=Fields(**bed.fields), model="composite").evaluate(truth)
    assert 0.9 < fair.blocking_recall <= 1
    assert fair.passes["recall_total"][-1] == pytest.approx(fair.blocking_recall)
