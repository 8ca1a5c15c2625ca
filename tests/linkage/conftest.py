"""Small populations with a known truth for the tests of the match engine."""

import numpy as np
import polars as pl
import pytest

from benchmarks.beds import Bed
from benchmarks.customers import customers
from benchmarks.places import organisations, restaurants
from lakehouse.mdm import Fields, link
from lakehouse.mdm.linkage import Linkage


def linked(bed: Bed, **options: object) -> Linkage:
    """A bed linked with the defaults."""
    settings = {"id": "id", "source": bed.source, "fields": Fields(**bed.fields), "mode": bed.mode} | options
    return link(bed.records, **settings)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def bed() -> Bed:
    return customers(3_000)


@pytest.fixture(scope="session")
def linkage(bed: Bed) -> Linkage:
    return linked(bed)


@pytest.fixture(scope="session")
def guides() -> Bed:
    return restaurants()


@pytest.fixture(scope="session")
def firms() -> Bed:
    return organisations(4_000)


@pytest.fixture
def truth(bed: Bed) -> pl.DataFrame:
    return bed.records.select("id", "entity")


def labels_of(linkage: Linkage, bed: Bed, count: int, seed: int = 1) -> pl.DataFrame:
    """Recorded pairs as a steward would have judged them."""
    entity = dict(bed.records.select("id", "entity").iter_rows())
    rows = np.random.default_rng(seed).permutation(len(linkage.pairs))[:count]
    pairs = linkage.pairs[np.sort(rows)].select("id_a", "id_b")
    return pairs.with_columns(pl.Series("is_match", [entity[a] == entity[b] for a, b in pairs.iter_rows()]))
