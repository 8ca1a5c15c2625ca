"""Names, layers, retention and locations of tables; settings from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lakehouse import schemas

LAYERS = ("bronze", "silver", "mdm", "gold")
RETENTION_DAYS: Mapping[str, int | None] = {"bronze": 90, "silver": 365, "mdm": None, "gold": None}
METADATA = ("_source_system", "_ingestion_ts", "_batch_id", "_row_hash")
PARTITION_BY: Mapping[str, tuple[str, ...]] = {"bronze.sap_kna1": ("LAND1",)}

# Columns that tell when and how long, not what: left out where two builds are compared.
VOLATILE: Mapping[str, tuple[str, ...]] = {
    "mdm.quality_result": ("seconds",),
    "mdm.match_run": ("seconds",),
    "mdm.run_step": ("seconds", "peak_memory_mb"),
}

# Tables that a run adds rows to, on top of those of the release before it.
ACCUMULATING = frozenset({"mdm.quality_result", "mdm.match_run", "mdm.match_run_pass", "mdm.run_step"})
# Made with Delta's own appendOnly, so that no writer takes a row away.
APPEND_ONLY = frozenset({"mdm.agent_audit", "mdm.steward_decision"})
BESIDE_RELEASES = ("mdm.agent_audit",)  # read at the newest version, whatever a release names


@dataclass(frozen=True)
class Table:
    """One table of the lakehouse: where it lives and how long its rows are kept (None: for good)."""

    layer: str
    name: str
    columns: Mapping[str, str] | None  # declared types; None where a model's SELECT defines them
    retention_days: int | None
    partition_by: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.layer}.{self.name}"


def _declared() -> dict[str, Table]:
    found = {}
    beside = {"mdm.agent_audit": schemas.columns(schemas.AGENT_AUDIT)}
    for full_name, columns in {**schemas.BRONZE, **schemas.MDM, **beside}.items():
        layer, name = full_name.split(".")
        found[full_name] = Table(layer, name, columns, RETENTION_DAYS[layer], PARTITION_BY.get(full_name, ()))
    return found


DECLARED: Mapping[str, Table] = _declared()


def table(full_name: str) -> Table:
    """The catalog's entry of a table; a model's table has no declared columns."""
    if full_name in DECLARED:
        return DECLARED[full_name]
    layer, _, name = full_name.partition(".")
    if layer not in LAYERS or not name:
        raise ValueError(
            f"{full_name!r} is no table name; expected one of {', '.join(LAYERS)} and a name, as gold.dim_date"
        )
    return Table(layer, name, None, RETENTION_DAYS[layer])


def root() -> str:
    """Where the lakehouse lives: LAKEHOUSE_URI, or the folder data/lakehouse of the project."""
    return os.environ.get("LAKEHOUSE_URI") or str(Path(__file__).resolve().parent.parent / "data" / "lakehouse")


def location(uri: str, full_name: str) -> str:
    entry = table(full_name)
    return f"{uri.rstrip('/')}/{entry.layer}/{entry.name}"


def is_remote(uri: str) -> bool:
    return "://" in uri and not uri.startswith("file://")
