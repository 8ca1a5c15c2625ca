"""The source systems' data dictionaries: every object that can be extracted, with keys, columns and types."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agents.errors import ToolError

FOLDER = Path(__file__).parent / "dictionary"
SYSTEMS = ("sap", "salesforce", "oracle")

# The objects whose rows arrive in the lakehouse today; of the others the dictionary alone is known.
BRONZE: Mapping[tuple[str, str], str] = {
    ("sap", "KNA1"): "bronze.sap_kna1",
    ("sap", "ADR6"): "bronze.sap_adr6",
    ("sap", "ZMDM_MARA"): "bronze.sap_mara",
    ("sap", "ZMDM_VBAP"): "bronze.sap_vbap",
    ("salesforce", "Account"): "bronze.sf_account",
    ("salesforce", "User"): "bronze.sf_user",
    ("salesforce", "Order"): "bronze.sf_order",
    ("salesforce", "Task"): "bronze.sf_task",
    ("salesforce", "Opportunity"): "bronze.sf_opportunity",
    ("oracle", "HZ_PARTIES"): "bronze.oracle_hz_parties",
    ("oracle", "XXMDM_OE_ORDER_V"): "bronze.oracle_oe_order",
}


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # as the source system writes it


@dataclass(frozen=True)
class SourceObject:
    system: str
    name: str
    description: str
    key: tuple[str, ...]
    changed: str | None  # the column that tells when a row was created or changed; None: read in full
    columns: tuple[Column, ...]

    @property
    def bronze(self) -> str | None:
        return BRONZE.get((self.system, self.name))


@cache
def objects(system: str) -> tuple[SourceObject, ...]:
    """The dictionary of one system, in the order of its file."""
    if system not in SYSTEMS:
        raise ToolError(f"No source system {system!r}. Available: {', '.join(SYSTEMS)}")
    lines = (FOLDER / f"{system}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_object(system, *lines[at : at + 2]) for at in range(0, len(lines), 2))


def find(system: str, name: str) -> SourceObject:
    for found in objects(system):
        if found.name.lower() == name.lower():
            return found
    raise ToolError(f"{system} has no object {name!r}. Available: {', '.join(o.name for o in objects(system))}")


def _object(system: str, head: str, body: str) -> SourceObject:
    """'NAME | what it is | KEY … | CHANGED' and below it 'COLUMN type, …'."""
    name, description, key, changed = (part.strip() for part in head.split("|"))
    columns = tuple(Column(*part.split(maxsplit=1)) for part in body.split(","))
    missing = {*key.split(), *([changed] if changed else [])} - {column.name for column in columns}
    if missing:
        raise ValueError(f"{system} {name}: {', '.join(sorted(missing))} is no column of it")
    return SourceObject(system, name, description, tuple(key.split()), changed or None, columns)
