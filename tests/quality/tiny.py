"""A table of a few rows, and a suite of one rule for it."""

from typing import Any

import duckdb

from lakehouse.quality import gate
from lakehouse.quality.gate import GateReport, Result
from lakehouse.quality.suite import Rule, Suite

GATE = "silver_to_mdm"
TABLE = "silver.thing"


def table(*rows: tuple[Any, ...], columns: str = "id VARCHAR, a INTEGER, b INTEGER") -> duckdb.DuckDBPyConnection:
    """A database with silver.thing."""
    con = duckdb.connect()
    for layer in ("bronze", "silver", "mdm", "gold"):
        con.execute(f"create schema {layer}")
    con.execute("create table silver.as_of as select date '2026-01-31' as as_of_date")
    con.execute(f"create table {TABLE} ({columns})")
    for row in rows:
        con.execute(f"insert into {TABLE} values ({', '.join('?' for _ in row)})", list(row))
    return con


def rule(expectation: str, **kwargs: Any) -> Rule:
    """A rule of a type, without the prefix that every type has."""
    return Rule(
        id=kwargs.pop("id", "rule_holds"),
        type=f"expect_{expectation}",
        severity=kwargs.pop("severity", "critical"),
        dimension="validity",
        quarantine=kwargs.pop("quarantine", False),
        reference=kwargs.pop("reference", None),
        kwargs=kwargs,
    )


def report(con: duckdb.DuckDBPyConnection, *rules: Rule, derived: dict[str, str] | None = None) -> GateReport:
    return gate.evaluate(con, GATE, [Suite(GATE, TABLE, ("id",), rules, derived or {})], run_id="run-1")


def result(con: duckdb.DuckDBPyConnection, one: Rule, derived: dict[str, str] | None = None) -> Result:
    [found] = report(con, one, derived=derived).results
    return found
