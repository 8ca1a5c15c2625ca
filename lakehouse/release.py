"""A release: the version of every table of one successful build, with its time, rules and gate results."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Release:
    release_id: int
    published_at: datetime  # UTC, wall clock
    as_of_date: date
    run_id: str
    seconds: float
    note: str
    tables: Mapping[str, int]  # "gold.fact_sales" -> Delta version
    rules: Mapping[str, Any] = field(default_factory=dict)
    gates: Mapping[str, Any] = field(default_factory=dict)  # gate -> rules checked, failed, rows quarantined

    def to_frame(self) -> pl.DataFrame:
        row = {
            "release_id": self.release_id,
            "published_at": self.published_at,
            "as_of_date": self.as_of_date,
            "run_id": self.run_id,
            "seconds": self.seconds,
            "note": self.note,
            "tables": json.dumps(dict(self.tables), sort_keys=True),
            "rules": json.dumps(dict(self.rules), sort_keys=True),
            "gates": json.dumps(dict(self.gates), sort_keys=True),
        }
        return pl.DataFrame([row], schema_overrides={"release_id": pl.Int64, "published_at": pl.Datetime("us")})

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Release":
        texts = {name: json.loads(row[name]) for name in ("tables", "rules", "gates")}
        return cls(**{**row, **texts})


def dumps(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
