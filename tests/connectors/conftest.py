"""The stand-ins with a handful of rows, reached by the production code as it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lakehouse.connectors import settings as settings_
from lakehouse.connectors.ingest import Connect
from lakehouse.connectors.oracle import OracleSource
from lakehouse.connectors.retry import Backoff
from lakehouse.connectors.sap import SapSource
from lakehouse.connectors.settings import Settings
from lakehouse.standins import enterprise
from lakehouse.standins.enterprise import Enterprise, Frames
from lakehouse.storage import Store
from tests.connectors import frames

SALESFORCE = "https://acme.my.salesforce.test"


@dataclass
class World:
    """One enterprise of stand-ins, the settings that reach it, and a lakehouse to land in."""

    enterprise: Enterprise
    settings: Settings
    sources: dict[str, Connect]
    store: Store
    naps: list[float]  # what the connectors would have slept


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "lakehouse"))


@pytest.fixture
def sap_world(tmp_path: Path) -> Iterator[World]:
    yield from played_by(frames.all_frames(), tmp_path, with_http=False)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    pytest.importorskip("simple_salesforce", reason="requirements-connectors.txt is not installed")
    yield from played_by(frames.all_frames(), tmp_path)


def played_by(rows: Frames, tmp_path: Path, *, with_http: bool = True) -> Iterator[World]:
    """The enterprise that holds these rows."""
    played = Enterprise(rows, tmp_path)
    naps: list[float] = []
    environment = played.environment(sap_url="sap.test", salesforce_url=SALESFORCE)
    found = settings_.load(environment=environment, streamlit_secrets=tmp_path / "none.toml")
    sources: dict[str, Connect] = {
        "sap": lambda s: SapSource(s.sap, connect=played.sap.connect, backoff=Backoff(sleep=naps.append)),
        "oracle": lambda s: OracleSource(s.oracle, backoff=Backoff(sleep=naps.append)),
    }
    store = Store(str(tmp_path / "lakehouse"))
    if not with_http:
        yield World(played, found, sources, store, naps)
        return
    from lakehouse.connectors.bulk_query import BulkQueries
    from lakehouse.connectors.http_session import PatientSession
    from lakehouse.connectors.salesforce import SalesforceSource
    from lakehouse.standins import salesforce_http
    from lakehouse.standins.adapter import LocalAdapter

    with enterprise.served(salesforce_http.handler(played.salesforce)) as url:

        def connect(s: Settings) -> SalesforceSource:
            session = PatientSession(Backoff(sleep=naps.append))
            session.mount(SALESFORCE, LocalAdapter(url))
            clock = lambda: sum(naps)  # noqa: E731
            return SalesforceSource(
                s.salesforce, session, queries=lambda t, u: BulkQueries(t, u, clock=clock, sleep=naps.append)
            )

        yield World(played, found, sources | {"salesforce": connect}, store, naps)
