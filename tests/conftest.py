"""The default lakehouse, built once for the whole run, and what the tests of several rooms share."""

import os
from pathlib import Path

import pytest

import data_gen
from lakehouse import session
from lakehouse.storage import Store


@pytest.fixture(scope="session")
def default_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The default build (seed 42, scale 1); parallel workers share one, and only the first builds it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    uri = str(shared / "default_lakehouse")
    data_gen.ensure_demo(uri=uri)
    return uri


@pytest.fixture(scope="session")
def default_store(default_uri: str) -> Store:
    """Read it only: other tests look at the same folder."""
    return Store(default_uri)


@pytest.fixture
def lakehouse(default_uri: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The default lakehouse as the one that the app and the queries open."""
    monkeypatch.setenv("LAKEHOUSE_URI", default_uri)
    return default_uri


@pytest.fixture(scope="session")
def warehouse(default_store: Store):
    """A DuckDB connection on the default release; use one cursor a query."""
    con = default_store.connect(default_store.latest().tables)
    yield con
    con.close()


@pytest.fixture
def empty_lakehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    uri = str(tmp_path / "lakehouse")
    monkeypatch.setenv("LAKEHOUSE_URI", uri)
    assert session.uri() == uri
    return uri
