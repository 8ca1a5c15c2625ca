"""RFC_READ_TABLE's six exceptions as errors that say what to do."""

from collections.abc import Mapping

from lakehouse.connectors import rfc
from lakehouse.connectors.errors import SourceChanged, SourceError, SourceRefused

REMEDIES: Mapping[str, tuple[type[SourceError], str]] = {
    "TABLE_NOT_AVAILABLE": (SourceChanged, "is not known or not active there; check the name and the client"),
    "OPTION_NOT_VALID": (SourceError, "did not understand the condition"),
    "FIELD_NOT_VALID": (SourceChanged, "no longer has one of the columns"),
    "NOT_AUTHORIZED": (SourceRefused, "must not be read by this user; grant S_TABU_NAM (or S_TABU_DIS) and S_RFC"),
    "DATA_BUFFER_EXCEEDED": (SourceError, "has columns wider than the 512 of a row"),
}


def explained(error: rfc.ApplicationError, table: str, condition: str) -> SourceError:
    """One of RFC_READ_TABLE's exceptions as an error that says what to do."""
    kind, remedy = REMEDIES.get(error.key, (SourceError, "could not be read"))
    at = f" where {condition}" if condition else ""
    return kind(f"SAP table {table}{at} {remedy} ({error.key})")
