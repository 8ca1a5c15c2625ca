"""What a role may see: personal data are masked before any agent or sandbox holds them."""

from collections.abc import Mapping, Sequence

ROLES = ("analyst", "steward")
DEFAULT_ROLE = "analyst"

EMAIL = """case when {c} is null then null else left({c}, 1) || '***@' || split_part({c}, '@', 2) end"""
PHONE = """case when {c} is null then null else '***' || right({c}, 2) end"""
HIDDEN = """case when {c} is null then null else '***' end"""

# By the column's name, whatever the layer or the source system; company names are no personal data.
MASKS: Mapping[str, str] = {
    "email": EMAIL,
    "email__c": EMAIL,
    "email_address": EMAIL,
    "smtp_addr": EMAIL,
    "phone": PHONE,
    "primary_phone": PHONE,
    "telf1": PHONE,
    "telfx": PHONE,
    "street": HIDDEN,
    "billingstreet": HIDDEN,
    "address1": HIDDEN,
    "stras": HIDDEN,
    "tax_id": HIDDEN,
    "tax_reference": HIDDEN,
    "stcd1": HIDDEN,
    "stcd2": HIDDEN,
    "stceg": HIDDEN,
    "record": HIDDEN,  # silver.quarantine keeps the whole row as JSON
}


def is_masked(column: str, role: str = DEFAULT_ROLE) -> bool:
    return role != "steward" and column.lower() in MASKS


def select_list(columns: Sequence[str], role: str = DEFAULT_ROLE) -> str:
    """The columns as a SELECT list, masked for the role."""
    if role not in ROLES:
        raise ValueError(f"No role {role!r}. Available: {', '.join(ROLES)}")
    return ", ".join(_masked(name) if is_masked(name, role) else _quoted(name) for name in columns)


def mask_values(row: Mapping[str, str | None]) -> dict[str, str | None]:
    """A row of text with the same masks applied in Python, for rows that never pass through DuckDB."""
    return {name: _mask_value(name, value) for name, value in row.items()}


def _mask_value(name: str, value: str | None) -> str | None:
    mask = MASKS.get(name.lower())
    if mask is None or not value:
        return value
    if mask == EMAIL:
        return f"{value[0]}***@{value.partition('@')[2]}"
    return f"***{value[-2:]}" if mask == PHONE else "***"


def _masked(name: str) -> str:
    return f"{MASKS[name.lower()].format(c=f'cast({_quoted(name)} as varchar)')} as {_quoted(name)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
