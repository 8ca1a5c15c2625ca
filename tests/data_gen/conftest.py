"""The default enterprise, simulated once: its truth, its extracts, and the good rows among them."""

from collections import defaultdict

import polars as pl
import pytest

from data_gen import bad_rows
from data_gen.extracts import Extract
from data_gen.world import World, world

Extracts = dict[str, list[Extract]]


@pytest.fixture(scope="session")
def default_world() -> World:
    return world(42, 1)


@pytest.fixture(scope="session")
def extracts(default_world: World) -> Extracts:
    return by_table(default_world)


@pytest.fixture(scope="session")
def good(default_world: World, extracts: Extracts) -> dict[str, pl.DataFrame]:
    """Per table, without the layer, the rows that are not planted as bad."""
    return good_rows(default_world, extracts)


def by_table(simulated: World) -> Extracts:
    found: Extracts = defaultdict(list)
    for extract in simulated.extracts():
        found[extract.table.removeprefix("bronze.")].append(extract)
    return found


def good_rows(simulated: World, extracts: Extracts) -> dict[str, pl.DataFrame]:
    found = {}
    for table, batches in extracts.items():
        rows = pl.concat([batch.frame for batch in batches if not batch.batch_id.endswith("-again")])
        if table in bad_rows.TABLES:
            spec = bad_rows.TABLES[table]
            rows = rows.head(len(rows) - sum(count for count, _ in spec.others(simulated.plan)))
        found[table] = rows
    return found
