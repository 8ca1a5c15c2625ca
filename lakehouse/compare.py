"""Two releases side by side: which tables, customers and figures differ."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

from lakehouse import schemas
from lakehouse.release import Release
from lakehouse.storage import Store

CUSTOMER_FIELDS = tuple(c for c in schemas.MDM["mdm.golden_customer"] if c not in ("customer_uid", "first_seen_at"))

FIGURES: Mapping[str, str] = {  # name: a SELECT of one number
    "golden customers": "select count(*) from mdm.golden_customer",
    "source records": "select count(*) from mdm.crosswalk",
    "open reviews": "select count(*) from mdm.match_pair where steward_status = 'Pending'",
    "customer versions": "select count(*) from gold.dim_customer",
    "active customers": "select count(*) from gold.dim_customer where is_current and status = 'Active'",
    "at-risk customers": "select count(*) from gold.dim_customer where is_current and status = 'At-Risk'",
    "revenue": "select sum(line_total) from gold.fact_sales",
    "orders": "select count(*) from gold.fact_sales",
    "interactions": "select count(*) from gold.fact_interactions",
    "web events": "select count(*) from gold.fact_clickstream",
    "open pipeline": "select sum(deal_amount) from gold.fact_pipeline where is_open",
    "fraud alerts": "select count(*) from gold.fact_fraud_signals",
    "mean health score": "select avg(health_score) from gold.dim_customer_lifecycle",
    "mean churn risk": "select avg(churn_risk_score) from gold.dim_customer_lifecycle",
    "quarantined rows": "select count(*) from silver.quarantine",
}


@dataclass(frozen=True)
class Comparison:
    """`tables`: table, rows_earlier, rows_later, is_changed. `customers`: customer_uid, change (new, gone, changed),
    field, earlier, later, redirects_to, name. `figures`: figure, earlier, later, difference. `scores`: score,
    of (the customer's name, or the pair's id), earlier, later, difference, for those that both releases hold."""

    earlier: Release
    later: Release
    tables: pl.DataFrame
    customers: pl.DataFrame
    figures: pl.DataFrame
    scores: pl.DataFrame


SCORES = """
    select customer_uid as subject, full_name as of, 'health' as score, health_score as value
    from gold.dim_customer_lifecycle join mdm.golden_customer using (customer_uid)
    union all
    select customer_uid, full_name, 'churn risk', churn_risk_score
    from gold.dim_customer_lifecycle join mdm.golden_customer using (customer_uid)
    union all
    select pair_id, pair_id, 'match', match_score from mdm.match_pair
"""


def compare(store: Store, earlier: Release, later: Release) -> Comparison:
    """What differs between two releases that can both still be read."""
    one, other = store.connect(earlier.tables), store.connect(later.tables)
    try:
        return Comparison(
            earlier,
            later,
            _tables(one, other, earlier, later),
            _customers(one, other),
            _figures(one, other),
            _scores(one, other),
        )
    finally:
        one.close()
        other.close()


def _tables(
    one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection, earlier: Release, later: Release
) -> pl.DataFrame:
    names = sorted(earlier.tables.keys() | later.tables.keys())
    rows = [
        {
            "table": name,
            "rows_earlier": _count(one, name) if name in earlier.tables else None,
            "rows_later": _count(other, name) if name in later.tables else None,
            "is_changed": earlier.tables.get(name) != later.tables.get(name),
        }
        for name in names
    ]
    return pl.DataFrame(rows, schema_overrides={"rows_earlier": pl.Int64, "rows_later": pl.Int64})


def _customers(one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    before, after = _fields(one), _fields(other)
    uids = [frame.select("customer_uid").unique() for frame in (before, after)]
    key = ["customer_uid", "field"]
    both = before.join(after, on=key, how="inner", suffix="_later").filter(
        pl.col("value").ne_missing(pl.col("value_later"))
    )
    redirects = other.sql("select retired_uid, customer_uid as redirects_to from mdm.uid_redirect").pl()
    parts = [
        uids[1].join(uids[0], on="customer_uid", how="anti").with_columns(pl.lit("new").alias("change")),
        uids[0].join(uids[1], on="customer_uid", how="anti").with_columns(pl.lit("gone").alias("change")),
        both.select(
            "customer_uid",
            pl.lit("changed").alias("change"),
            "field",
            pl.col("value").alias("earlier"),
            pl.col("value_later").alias("later"),
        ),
    ]
    found = pl.concat(parts, how="diagonal")
    names = pl.concat([_names(other), _names(one)]).unique("customer_uid", keep="first", maintain_order=True)
    return (
        found.join(redirects, left_on="customer_uid", right_on="retired_uid", how="left")
        .join(names, on="customer_uid", how="left")
        .sort("change", "customer_uid", "field", nulls_last=True)
    )


def _names(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return con.sql("select customer_uid, full_name as name from mdm.golden_customer").pl()


def _fields(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row per golden customer and field, as text."""
    golden = con.sql("from mdm.golden_customer").pl()
    return golden.select("customer_uid", pl.col(CUSTOMER_FIELDS).cast(pl.String)).unpivot(
        index="customer_uid", variable_name="field", value_name="value"
    )


def _scores(one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    before, after = (con.sql(SCORES).pl() for con in (one, other))
    both = after.join(before.drop("of"), on=["subject", "score"], how="inner", suffix="_earlier")
    return (
        both.select("score", "of", "subject", earlier="value_earlier", later="value")
        .with_columns(difference=pl.col("later") - pl.col("earlier"))
        .filter(pl.col("difference").abs() > 1e-9)
        .sort("score", pl.col("difference").abs(), "subject", descending=[False, True, False])
        .drop("subject")
    )


def _figures(one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    rows = []
    for figure, sql in FIGURES.items():
        earlier, later = (_number(con, sql) for con in (one, other))
        rows.append({"figure": figure, "earlier": earlier, "later": later, "difference": later - earlier})
    return pl.DataFrame(rows)


def _number(con: duckdb.DuckDBPyConnection, sql: str) -> float:
    [(found,)] = con.sql(f"select coalesce(({sql}), 0)::double").fetchall()
    return float(found)


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    [(found,)] = con.sql(f"select count(*) from {table}").fetchall()
    return int(found)
