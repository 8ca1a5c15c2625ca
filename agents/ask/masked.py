"""A release with personal data masked for a role: what the verified queries of the chat read."""

import duckdb

from agents import masking
from lakehouse.release import Release
from lakehouse.storage import Store

BEHIND = "_unmasked"
ATTRIBUTES = "mdm.golden_attribute"  # holds the values of all attributes in one column


def connect(store: Store, release: Release, role: str) -> duckdb.DuckDBPyConnection:
    """A connection on the release; a column that the role may not see is masked in every view that has it."""
    con = store.connect(release.tables)
    for name in release.tables:
        columns = [column[0] for column in con.sql(f"select * from {name} limit 0").description]
        selected = masking.select_list(columns, role)
        if name == ATTRIBUTES and role != "steward":
            selected = f"{selected.replace(_quoted('value'), _value())}"
        if any(masking.is_masked(column, role) for column in columns) or name == ATTRIBUTES:
            _put_before(con, name, selected)
    return con


def _value() -> str:
    """The value of an attribute, masked by the attribute's name."""
    cases = " ".join(
        f"when '{name}' then {mask.format(c='value')}" for name, mask in masking.MASKS.items() if name.isidentifier()
    )
    return f"case attribute {cases} else value end as value"


def _put_before(con: duckdb.DuckDBPyConnection, name: str, selected: str) -> None:
    layer, table = name.split(".")
    is_view = con.execute(
        "select 1 from duckdb_views() where (schema_name, view_name) = (?, ?)", [layer, table]
    ).fetchall()
    kind = "view" if is_view else "table"
    con.execute(f"alter {kind} {name} rename to {table}{BEHIND}")
    con.execute(f"create view {name} as select {selected} from {layer}.{table}{BEHIND}")


def _quoted(name: str) -> str:
    return f'"{name}"'
