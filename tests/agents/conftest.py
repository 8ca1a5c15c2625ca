"""No test asks a model; agents work on the default lakehouse, and write what they write into folders of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from agents.audit import Audit
from agents.loop import Budget, Loop
from agents.models import ModelClient
from agents.tools import Access, Workbench, registry
from agents.tools.approvals import Approvals
from agents.tools.tool import Tool
from agents.tools.toolbox import Toolbox
from lakehouse.storage import Store


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDM_ALLOW_MODEL_REQUESTS", "0")
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "MDM_CASSETTES", "MDM_RECORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session", autouse=True)
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One folder of snapshots for the whole run, and not the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MDM_AGENT_CACHE", str(tmp_path_factory.mktemp("snapshots")))
        yield


@pytest.fixture
def bench(default_store: Store, tmp_path: Path) -> Workbench:
    """Reads the default lakehouse; its files go to a workspace of this test."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    return Workbench(default_store, workspace, environment={})


@pytest.fixture
def audit_store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "audit"))


class TrailElsewhere(Store):
    """Reads one lakehouse, and appends to another: a test leaves no trail where others look."""

    trail: Store

    def append_rows(self, table: str, frame: pl.DataFrame) -> int:
        return self.trail.append_rows(table, frame)


@pytest.fixture
def watched_store(default_store: Store, audit_store: Store) -> Store:
    """The default lakehouse, with its trail in a folder of this test."""
    store = TrailElsewhere(default_store.uri)
    store.trail = audit_store
    return store


@pytest.fixture
def toolbox(bench: Workbench) -> Toolbox:
    return Toolbox(registry(bench), allowed=Access.WRITE)


@pytest.fixture
def make_loop(audit_store: Store) -> Callable[..., Loop]:
    def make(
        model: ModelClient,
        tools: list[Tool],
        *,
        allowed: Access = Access.WRITE,
        budget: Budget | None = None,
        approvals: Approvals | None = None,
        **options: object,
    ) -> Loop:
        box = Toolbox(tools, allowed=allowed, approvals=approvals)
        audit = Audit(audit_store, "run-1", "tester", model.name)
        return Loop(model, box, audit, instructions="Be brief.", budget=budget, **options)  # type: ignore[arg-type]

    return make
