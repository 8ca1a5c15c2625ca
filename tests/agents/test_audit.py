"""The trail as a table of the lakehouse: declared, append-only by Delta's own rule, and listed beside the releases."""

from pathlib import Path

import pytest
from deltalake.exceptions import DeltaError

from agents import audit
from agents.audit import Audit
from agents.tools import Access, Workbench, registry
from agents.tools.toolbox import Toolbox
from lakehouse import catalog, status
from lakehouse.storage import Store


def noted(store: Store) -> Audit:
    trail = Audit(store, "run-1", "tester", "scripted model, not Claude")
    trail.note("result", 1, tool="query_database", seconds=0.5, result_size=12)
    trail.flush()
    return trail


def test_the_trail_has_the_declared_columns(audit_store: Store):
    noted(audit_store)
    assert catalog.table(audit.TABLE).columns is not None
    assert audit_store.read(audit.TABLE).columns == list(catalog.table(audit.TABLE).columns or {})
    assert catalog.table(audit.TABLE).retention_days is None


def test_delta_itself_refuses_to_take_a_row_away(audit_store: Store):
    noted(audit_store)
    delta = audit_store.delta(audit.TABLE)
    with pytest.raises(DeltaError, match="append"):
        delta.delete("run_id = 'run-1'")
    noted(audit_store)
    assert audit.rows(audit_store).height == 2


def test_an_agent_cannot_merge_into_the_trail(bench: Workbench):
    box = Toolbox(registry(bench), allowed=Access.DESTRUCTIVE)
    given = {"action": "merge", "table": "mdm.steward_decision", "key": ["decision_id"], "rows": [{"decision_id": "x"}]}
    answer = box.call("delta_lake_operation", given)
    assert answer.is_error and "append-only" in answer.text


def test_the_status_lists_the_trail_beside_the_release(default_store: Store, tmp_path: Path):
    class Split(Store):
        """The default lakehouse, with a trail of its own."""

        def delta(self, table: str, version: int | None = None):  # type: ignore[no-untyped-def]
            return other.delta(table, version) if table == audit.TABLE else super().delta(table, version)

        def find(self, table: str, version: int | None = None):  # type: ignore[no-untyped-def]
            return other.find(table, version) if table == audit.TABLE else super().find(table, version)

    other = Store(str(tmp_path / "trail"))
    split = Split(default_store.uri)
    assert "agent_audit" not in status.tables(split, split.latest())["table"].to_list()
    noted(other)
    listed = status.tables(split, split.latest())
    assert listed.filter(table="agent_audit").select("layer", "rows", "version").row(0) == ("mdm", 1, 0)
