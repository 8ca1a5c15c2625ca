"""delta_lake_operation on a lakehouse of its own: what a person approves is done, what a release names is kept."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from agents.tools import Access, Workbench, delta_lake_operation
from agents.tools.approvals import Approvals
from agents.tools.toolbox import Toolbox
from lakehouse.release import Release
from lakehouse.storage import Store

TABLE = "gold.thing"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A table of three versions, of which a release names the first."""
    store = Store(str(tmp_path / "lakehouse"))
    for n in range(3):
        store.overwrite(TABLE, pl.DataFrame({"id": ["a"], "n": [n]}).to_arrow(), fingerprint=str(n))
    now = datetime.now(UTC).replace(tzinfo=None)
    tables = {TABLE: 0}
    store.publish(Release(1, now, date(2026, 1, 31), "run-1", 0.0, "", tables, {}, {}))
    return store


@pytest.fixture
def box(store: Store, tmp_path: Path) -> Toolbox:
    bench = Workbench(store, tmp_path, environment={})
    return Toolbox([delta_lake_operation.tool(bench)], allowed=Access.DESTRUCTIVE, approvals=Approvals())


def approved(box: Toolbox, **given: Any) -> tuple[Any, Any]:
    """The plan, and what was done once Dana approved it."""
    planned = box.call("delta_lake_operation", given)
    assert planned.plan_id, planned.text
    token = box.approvals.grant(planned.plan_id, "Dana")
    done = box.call("delta_lake_operation", {**given, "approval_token": token})
    assert not done.is_error and done.approver == "Dana", done.text
    return json.loads(planned.text)["data"]["plan"], json.loads(done.text)["data"]


def test_a_vacuum_keeps_what_a_release_names(store: Store, box: Toolbox):
    plan, done = approved(box, action="vacuum", table=TABLE)
    assert plan["keeps_versions"] == [0, 2] and done["removed_files"] == plan["would_remove_files"]
    assert store.read(TABLE, 0)["n"].to_list() == [0] and store.read(TABLE)["n"].to_list() == [2]
    short = box.call("delta_lake_operation", {"action": "vacuum", "table": TABLE, "retention_hours": 1})
    assert short.is_error and "less than the minimum of 168" in short.text


def test_optimizing_leaves_the_rows_as_they_are(store: Store, box: Toolbox):
    for n in range(3, 6):
        store.append_rows(TABLE, pl.DataFrame({"id": ["a"], "n": [n]}))
    plan, done = approved(box, action="optimize", table=TABLE)
    assert plan["would_compact_files"] == 4 and done["files_removed"] == 4 and done["files_added"] == 1
    assert sorted(store.read(TABLE)["n"].to_list()) == [2, 3, 4, 5]


def test_the_history_tells_the_commits(box: Toolbox):
    answer = box.call("delta_lake_operation", {"action": "history", "table": TABLE})
    rows = json.loads(answer.text)["data"]["rows"]
    assert [row["version"] for row in rows] == [2, 1, 0] and not answer.is_error
