"""New records against a linked population: the scores are those of a full run."""

import numpy as np
import polars as pl
import pytest

from lakehouse.mdm import Fields, link
from tests.linkage.conftest import linked


@pytest.fixture(scope="module")
def parts(bed):
    return bed.records.head(2_700), bed.records.tail(300)


def test_a_batch_is_scored_as_in_a_full_run(bed, parts):
    old, new = parts
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
