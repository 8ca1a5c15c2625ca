"""What every query gives at the default build, as CSV files. Take them anew: pytest tests/queries --force-regen."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

import queries
from tests.queries.parameters import CHOICES, FILTERS, others

FOLDER = Path(__file__).parents[1] / "snapshots"
TAKEN = ("last_12_months", "small_business_2025")
# How long something took differs from build to build.
TIMES = {"mdm_dq/summary": ["match_seconds"], "mdm_dq/run_steps": ["milliseconds", "share", "peak_memory_mb"]}


def cases() -> list[tuple[str, str]]:
    """Every query with the filters as they stand at first; those that take filters with a second choice, too."""
    filtered = [name for name in queries.names() if FILTERS - {"as_of"} & set(queries.params_of(name))]
    return [*((name, TAKEN[0]) for name in queries.names()), *((name, TAKEN[1]) for name in filtered)]


@pytest.fixture(scope="module")
def given(warehouse: duckdb.DuckDBPyConnection) -> dict[str, object]:
    return others(warehouse)


@pytest.mark.parametrize(("name", "choice"), cases())
def test_snapshot(
    warehouse: duckdb.DuckDBPyConnection,
    given: dict[str, object],
    dataframe_regression,
    name: str,
    choice: str,
) -> None:
    rows = queries.run(warehouse, name, **CHOICES[choice] | given)
    if name in TIMES:
        rows = rows.drop(TIMES[name])
        rows = rows.sort(rows.columns)
    path = FOLDER / name / f"{choice}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    dataframe_regression.check(_plain(rows), fullpath=path, default_tolerance={"rtol": 1e-6, "atol": 1e-6})


def test_no_snapshot_is_left_over() -> None:
    expected = {FOLDER / name / f"{choice}.csv" for name, choice in cases()}
    assert set(FOLDER.rglob("*.csv")) == expected


def _plain(rows: pl.DataFrame):
    """As pandas: numbers, flags and text; a missing text is empty."""
    lists = [pl.col(name).cast(pl.List(pl.String)).list.join("; ") for name, t in rows.schema.items() if t == pl.List]
    texts = [pl.col(name).cast(pl.String) for name, t in rows.schema.items() if t.is_temporal()]
    numbers = [pl.col(name).cast(pl.Float64) for name, t in rows.schema.items() if t.is_decimal()]
    plain = rows.with_columns(*lists, *texts, *numbers).with_columns(pl.col(pl.String).fill_null(""))
    if plain.is_empty():
        plain = pl.DataFrame({"rows": [0]})
    return plain.to_pandas()
