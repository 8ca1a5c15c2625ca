"""Column by column: what a SELECT makes its columns from, read from the SQL by sqlglot."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

from lakehouse import runner, schemas
from lakehouse.errors import LakehouseError

DIALECT = "duckdb"
Sources = dict[str, list[str]]


class Columns:
    """The columns of every table, in their own spelling, as (layer, table, column)."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        self.schema: dict[str, Any] = {}
        self._spelling: dict[str, str] = {}
        for name, columns in tables.items():
            layer, _, table = name.partition(".")
            self.schema.setdefault(layer, {})[table] = dict(columns)
            self._spelling |= {f"{name}.{column}".lower(): f"{name}.{column}" for column in columns}

    def sources(self, name: str, sql: str, columns: Iterable[str]) -> Sources:
        """The columns of tables that each column of a SELECT is made from; none for constants and counts of rows."""
        logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it warns of each UNPIVOT
        try:
            parsed = sqlglot.parse_one(sql, dialect=DIALECT)
            query = qualify(parsed, schema=self.schema, dialect=DIALECT, validate_qualify_columns=False)
            scope = build_scope(query)
            return {column: self._of(query, scope, column) for column in columns}
        except sqlglot.errors.SqlglotError as error:
            raise LakehouseError(f"{name}: the lineage cannot be read from the SQL: {error}") from error

    def _of(self, query: Any, scope: Any, column: str) -> list[str]:
        root = lineage(column, query, schema=self.schema, dialect=DIALECT, scope=scope)
        found = set()
        for node in root.walk():
            if isinstance(node.source, exp.Table) and node.source.db:
                key = f"{node.source.db}.{node.source.name}.{node.name.rpartition('.')[2]}".lower().replace('"', "")
                if key in self._spelling:
                    found.add(self._spelling[key])
        return sorted(found)


def of_models(columns: Columns) -> dict[str, Sources]:
    """The sources of every column of every model."""
    models = [model for layer in runner.LAYERS for model in runner.load(layer)]
    return {m.full_name: columns.sources(m.full_name, m.render(), [name for name, _ in m.columns]) for m in models}


# What the match step makes, the one part of the pipeline that is no SELECT.
_FIELDS = ("name", "email", "phone", "street", "city", "postal_code", "country")
_ADDRESS = ("street", "city", "postal_code", "country")
_GOLDEN = ("segment", "industry", "tax_id", "is_churned", "created_date", "first_seen_at", "email", "phone", *_ADDRESS)
_DECISION = "mdm.steward_decision.verdict"


def _customer(*columns: str) -> list[str]:
    return [f"silver.customer.{column}" for column in columns]


_SCORE = _customer(*_FIELDS, "source_system")
_MEMBERS = [*_customer("record_id", "sap_key", "sf_key", "first_seen_at"), "mdm.match_pair.match_tier", _DECISION]
MATCHED: Mapping[str, Sources] = {
    "mdm.match_pair": {
        **dict.fromkeys(("pair_id", "record_a", "record_b"), _customer("record_id")),
        "name_similarity": _customer("name"),
        "email_match": _customer("email"),
        "phone_match": _customer("phone"),
        "address_similarity": _customer(*_ADDRESS),
        "source_bonus": _customer("source_system"),
        **dict.fromkeys(("match_score", "match_tier"), _SCORE),
        "steward_status": [*_SCORE, _DECISION],
        **dict.fromkeys(("blocking_pass", "blocking_passes"), _customer("name", "email", "phone", "postal_code")),
    },
    "mdm.crosswalk": {
        **{column: _customer(column) for column in ("record_id", "source_system", "source_id")},
        "party_id": _customer("record_id", "sap_key", "sf_key"),
        **dict.fromkeys(("customer_uid", "link_rule"), _MEMBERS),
        "link_score": ["mdm.match_pair.match_score"],
    },
    "mdm.golden_customer": {
        "customer_uid": ["mdm.crosswalk.customer_uid"],
        "full_name": _customer("name"),
        **{column: _customer(column) for column in _GOLDEN},
        "source_systems": ["mdm.crosswalk.source_system"],
        "source_records": ["mdm.crosswalk.record_id"],
        "match_score": ["mdm.crosswalk.link_score"],
    },
    "mdm.golden_attribute": {
        **{column: [f"mdm.crosswalk.{column}"] for column in ("customer_uid", "record_id")},
        **dict.fromkeys(("value", "rank", "is_survivor"), _customer(*_FIELDS, "segment", "industry", "tax_id")),
    },
    "mdm.uid_redirect": {
        column: ["mdm.crosswalk.customer_uid"] for column in ("retired_uid", "customer_uid", "retired_at")
    },
}


def of_matching() -> dict[str, Sources]:
    """The sources of the columns that the match step makes; a snapshot repeats the golden record."""
    golden = schemas.MDM["mdm.golden_customer"]
    repeated = {
        column: [f"mdm.golden_customer.{column}"] for column in schemas.MDM["mdm.golden_snapshot"] if column in golden
    }
    own = {
        "snapshot_date": ["silver.as_of.as_of_date"],
        "is_retired": ["mdm.crosswalk.customer_uid"],
        "record_ids": ["mdm.crosswalk.record_id"],
    }
    return {**MATCHED, "mdm.golden_snapshot": repeated | own}
