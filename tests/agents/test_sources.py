"""The 62 source objects: the stand-ins describe each by its system's own metadata calls, and every job extracts it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents import source_metadata, sources
from agents.errors import ToolError
from agents.scripts.job import job
from agents.tools import Workbench, profile_data_source
from lakehouse.standins.enterprise import Enterprise, frames_of_store
from lakehouse.storage import Store

pytest.importorskip("simple_salesforce", reason="requirements-connectors.txt is not installed")
EVERY = [one for system in sources.SYSTEMS for one in sources.objects(system)]


@pytest.fixture(scope="module")
def environment(default_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The enterprise's three stand-ins on loopback ports."""
    enterprise = Enterprise(frames_of_store(default_store), tmp_path_factory.mktemp("enterprise"))
    with enterprise.serving() as found, pytest.MonkeyPatch.context() as patch:
        for name, value in found.items():
            patch.setenv(name, value)
        yield found


@pytest.mark.parametrize("one", EVERY, ids=lambda one: f"{one.system}-{one.name}")
def test_a_source_describes_its_object_and_its_job_extracts_it(
    environment: dict[str, str], default_store: Store, one: sources.SourceObject
):
    told = source_metadata.ask(one.system, one.name, environment)
    assert told is not None
    assert {name: told.columns.get(name) for name in (c.name for c in one.columns)} == {
        c.name: c.type for c in one.columns
    }
    assert set(told.key) == (set() if one.name.endswith("ORDER_V") else set(one.key))

    profiled = profile_data_source.tool(Workbench(default_store, Path(), environment=environment)).run(
        {"system": one.system, "object": one.name}
    )
    assert profiled["backend"] == source_metadata.CALLS[one.system]
    module: dict[str, Any] = {"__name__": "job"}
    exec(compile(job(profiled), one.name, "exec"), module)
    extracted = sum(len(page) for page in module["extract"]())
    assert (extracted > 0) == (one.bronze is not None or one.name in ("HZ_CONTACT_POINTS", "HZ_ORIG_SYS_REFERENCES"))


def test_a_source_that_does_not_know_an_object_says_so(environment: dict[str, str]):
    for system in sources.SYSTEMS:
        with pytest.raises(ToolError, match="NOTHING"):
            source_metadata.ask(system, "NOTHING", environment)


def test_a_source_that_is_not_configured_is_not_asked():
    assert source_metadata.ask("sap", "KNA1", {}) is None


def test_a_column_that_is_gone_stops_the_profile(environment: dict[str, str], default_store: Store, monkeypatch: Any):
    lost = source_metadata.Metadata({"MANDT": "C3"}, ("MANDT",))
    monkeypatch.setattr(source_metadata, "ask", lambda *_: lost)
    tool = profile_data_source.tool(Workbench(default_store, Path(), environment=environment))
    with pytest.raises(ToolError, match=r"sap T005T has no column SPRAS, LAND1"):
        tool.run({"system": "sap", "object": "T005T"})


def test_passwords_do_not_reach_a_profile(environment: dict[str, str], default_store: Store):
    tool = profile_data_source.tool(Workbench(default_store, Path(), environment=environment))
    text = json.dumps(tool.run({"system": "sap", "object": "KNA1"}), default=str)
    assert environment["SAP_PASSWD"] not in text
