"""Every query keeps the promises of its header, with the filters as they stand at first and with others."""

import duckdb
import pytest

import queries
from tests.queries.parameters import CHOICES, others


@pytest.fixture(scope="module")
def given(warehouse: duckdb.DuckDBPyConnection) -> dict[str, object]:
    return others(warehouse)


@pytest.mark.parametrize("name", queries.names())
def test_header_is_true(warehouse: duckdb.DuckDBPyConnection, given: dict[str, object], name: str) -> None:
    promised = queries.header(name)
    assert promised.description.endswith("."), "the first line is a sentence"
    assert set(promised.params) == set(queries.params_of(name)), "params: are those that the statement names"

    for choice, filters in CHOICES.items():
        params = {param: value for param, value in (filters | given).items() if param in promised.params}
        with warehouse.cursor() as cursor:
            result = cursor.sql(queries.sql(name), params=params)
            found = {column: str(type_) for column, type_ in zip(result.columns, result.types, strict=True)}
            rows = result.pl()
        assert found == dict(promised.columns), choice
        assert list(found) == list(promised.columns), f"{choice}: the columns are promised in another order"
        if promised.grain:
            assert set(promised.grain) <= set(found), "the grain is made of columns of the result"
            doubles = rows.filter(rows.select(promised.grain).is_duplicated())
            assert doubles.is_empty(), (
                f"{choice}: rows that are alike in {', '.join(promised.grain)}: {doubles.head(4)}"
            )
        else:
            assert len(rows) == 1, f"{choice}: 'one row' is {len(rows)} rows"


# What stewards make: there is none of it before the first decision.
EMPTY_AT_FIRST = {"mdm_dq/decisions", "mdm_dq/groups"}


@pytest.mark.parametrize("name", queries.names())
def test_default_build_reaches_the_query(
    warehouse: duckdb.DuckDBPyConnection, given: dict[str, object], name: str
) -> None:
    rows = queries.run(warehouse, name, **CHOICES["last_12_months"] | given)
    assert rows.is_empty() == (name in EMPTY_AT_FIRST)


@pytest.mark.parametrize("name", queries.names())
def test_order_is_stated(name: str) -> None:
    """More than one row without an order would come in another one on another day."""
    if queries.header(name).grain:
        assert "order by" in queries.sql(name).lower()


@pytest.mark.parametrize("name", queries.names())
def test_two_runs_agree_to_the_last_digit(
    warehouse: duckdb.DuckDBPyConnection, given: dict[str, object], name: str
) -> None:
    params = CHOICES["last_12_months"] | given
    assert queries.run(warehouse, name, **params).equals(queries.run(warehouse, name, **params))


def test_a_missing_parameter_is_named(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(queries.QueryFailed, match=r"gtm_pipeline/summary needs the parameters .*country"):
        queries.run(warehouse, "gtm_pipeline/summary", start=None)


def test_an_unknown_query_names_the_known_ones(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(queries.UnknownQuery, match=r"No query 'fraud/nothing'; available: .*fraud/summary"):
        queries.run(warehouse, "fraud/nothing")
