"""The source objects that can be extracted, and which of them arrive in the lakehouse today."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from agents.errors import ToolError
from lakehouse.standins import source_dictionary
from lakehouse.standins.source_dictionary import SYSTEMS, Column

__all__ = ["SYSTEMS", "Column", "SourceObject", "find", "objects"]

# Of the others the dictionary alone is known.
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
    """The objects of one system, in the order of its dictionary."""
    if system not in SYSTEMS:
        raise ToolError(f"No source system {system!r}. Available: {', '.join(SYSTEMS)}")
    return tuple(
        SourceObject(system, one.name, one.description, one.key, one.changed, one.columns)
        for one in source_dictionary.objects(system)
    )


def find(system: str, name: str) -> SourceObject:
    for found in objects(system):
        if found.name.lower() == name.lower():
            return found
    raise ToolError(f"{system} has no object {name!r}. Available: {', '.join(o.name for o in objects(system))}")
