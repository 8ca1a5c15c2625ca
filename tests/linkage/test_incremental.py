"""New records against a linked population: the scores are those of a full run."""

import numpy as np
import polars as pl
import pytest

from benchmarks.places import organisations
from benchmarks.trials import TRIALS
from lakehouse.mdm import Fields, link
from lakehouse.mdm.linkage import competition
from tests.linkage.conftest import linked


@pytest.mark.parametrize("dated", [False, True])
def test_a_batch_is_scored_as_in_a_full_run(bed, dated):
    """Also where new dates must be read as the known ones were: the first of January for an unknown day."""
    bed = TRIALS["persons: many"](records=2_000) if dated else bed
    old, new = bed.records.head(-300), bed.records.tail(300)
    known = link(old, id="id", fields=Fields(**bed.fields))
    found = known.index.match(new)
    full = link(bed.records, id="id", fields=Fields(**bed.fields), learned=known.learned)
    across = full.pairs.filter(pl.col("id_a").is_in(new["id"].implode()) ^ pl.col("id_b").is_in(new["id"].implode()))
    keyed = {frozenset(pair): score for *pair, score in across.select("id_a", "id_b", "match_score").iter_rows()}
    mine = {frozenset(pair): score for *pair, score in found.select("id_a", "id_b", "match_score").iter_rows()}
    assert len(mine) > 50
    assert set(keyed) == set(mine)
    assert np.allclose([keyed[pair] for pair in keyed], [mine[pair] for pair in keyed], atol=1e-6)


def test_one_record_finds_itself(bed, linkage):
    row = bed.records.row(5, named=True)
    found = linkage.index.match(
        {column: row[column] for column in bed.records.columns if column not in ("id", "entity")}
    )
    assert found["id_a"][0] == row["id"]
    assert found["tier"][0] == "AUTO_MERGE"
    assert {"name_similarity", "name_contribution", "blocking_pass"} <= set(found.columns)


def test_a_stranger_finds_nobody(linkage):
    found = linkage.index.match({"name": "Qwxyzzy Vvqrt", "email": "nobody@nowhere.invalid"})
    assert (found["match_score"] < 0.5).all()


def test_linking_looks_in_other_sources_only(guides):
    found = linked(guides)
    row = guides.records.filter(pl.col("source") == "guide a").row(0, named=True)
    matched = found.index.match(row | {"id": "new"})
    source = dict(guides.records.select("id", "source").iter_rows())
    assert all(source[known] == "guide b" for known in matched["id_a"])


def test_new_records_compete_as_in_a_full_run():
    """Where every source holds an entity once, a second candidate takes from the first, whichever came before."""
    everyone = organisations(4_000)
    first = everyone.records.unique(["entity", "source"], keep="first", maintain_order=True)
    old, new = first.head(2_600), first.slice(2_600).filter(pl.col("source") == "crm").head(200)
    options = {"id": "id", "source": "source", "fields": Fields(**everyone.fields), "mode": "link", "one_to_one": True}
    known = link(old, **options)
    found = known.index.match(new)
    full = link(pl.concat([old, new]), learned=known.learned, **options)
    rivals = full.pairs.filter(pl.col("id_a").is_in(new["id"].implode()) ^ pl.col("id_b").is_in(new["id"].implode()))
    keyed = {frozenset(pair): score for *pair, score in rivals.select("id_a", "id_b", "match_score").iter_rows()}
    mine = {frozenset(pair): score for *pair, score in found.select("id_a", "id_b", "match_score").iter_rows()}
    assert len(keyed) > 50 and set(keyed) == set(mine)
    assert np.allclose([keyed[pair] for pair in keyed], [mine[pair] for pair in keyed], atol=1e-6)


def test_a_record_has_one_partner_in_a_source_wherever_it_stands():
    """Records 0 and 2 of one source want record 1 of the other, once as the left and once as the right of the pair."""
    sources = np.array([0, 1, 0])
    left, right, bits = np.array([0, 1]), np.array([1, 2]), np.array([6.0, 6.0])
    assert competition.competed(left, right, bits, sources).max() < 0.1
    assert not competition.is_one_to_one(left, right, bits, sources)
