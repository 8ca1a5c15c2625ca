"""No word of a customer in the logs: a day's delivery, a build, all connectors with faults, and change events."""

import io
import json
import logging
import shutil
from contextlib import contextmanager
from datetime import datetime

import polars as pl
import pytest

import data_gen
from lakehouse import logs
from lakehouse.connectors import change_events, settings
from lakehouse.connectors.ingest import IngestFailed, ingest
from lakehouse.connectors.salesforce_objects import ACCOUNT
from lakehouse.connectors.source import columns
from lakehouse.standins import account_events, enterprise
from lakehouse.storage import Store
from tests.connectors.conftest import World, played_by

log = logging.getLogger("lakehouse.test")


@pytest.fixture
def told():
    """What a process that logs all there is to log would write, as lines of JSON."""
    root, text = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logs.Lines())
    logs.redaction.install([handler])
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_word_of_a_customer_is_logged(told, default_uri, tmp_path, monkeypatch):
    pytest.importorskip("simple_salesforce", reason="requirements-connectors.txt is not installed")
    store = Store(str(tmp_path / "simulated"))
    shutil.copytree(default_uri, store.uri)
    data_gen.next_day(uri=store.uri)
    with contextmanager(played_by)(enterprise.frames_of_store(store), tmp_path) as world:
        assert faulty(world) == 3
        ingest(world.store, settings.SYSTEMS, world.settings, sources=world.sources)
        accounts = store.read("bronze.sf_account").select(columns(ACCOUNT)).unique("Id", maintain_order=True)
        monkeypatch.setenv("LAKEHOUSE_URI", world.store.uri)
    events = account_events.between(accounts.clear(), accounts.head(20), at=datetime(2026, 2, 1, 12))
    bodies = [json.dumps(event) for event in events]
    broken = bodies[0].replace("transactionKey", "key")
    records = [{"messageId": f"{number}", "body": body} for number, body in enumerate([broken, *bodies])]
    assert len(change_events.handler({"Records": records})["batchItemFailures"]) == 1

    personal = words_of_customers(store)
    said = told.getvalue()
    assert len(personal) > 3_000
    spoke = {json.loads(line)["logger"] for line in said.splitlines()}
    assert {"lakehouse.pipeline", "lakehouse.connectors.change_events", "lakehouse.test"} <= spoke
    assert [word for word in personal if word in said] == []
    name = store.read("silver.customer")["name"][0]
    log.warning("the search finds what is there: %s", name)
    assert [word for word in personal if word in told.getvalue()] == [name]


def faulty(world: World) -> int:
    """Every system with a fault that lasts: how many ended in an error."""
    world.enterprise.sap.faults.plan("drop", times=5)
    world.enterprise.salesforce.faults.plan("half", times=3)
    database = world.enterprise.folder / "oracle.sqlite"
    database.rename(database.with_suffix(".away"))
    failed = 0
    for system in settings.SYSTEMS:
        try:
            ingest(world.store, [system], world.settings, sources=world.sources)
        except IngestFailed:
            log.exception("%s failed", system)
            failed += 1
    database.unlink(missing_ok=True)
    database.with_suffix(".away").rename(database)
    return failed


def words_of_customers(store: Store) -> set[str]:
    """Names, addresses and numbers of the customers, as their systems wrote them."""
    customers = store.read("silver.customer")
    words = customers.select(pl.concat_list("name", "email", "phone", "street").alias("word")).explode("word")
    return {word for word in words.to_series() if word and len(word) > 5}
