"""The command line: ingest, sources and stand-ins, as a newcomer would use them."""

import argparse
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from lakehouse import export, pipeline
from lakehouse.__main__ import _parser
from lakehouse.batches import row_hashes
from lakehouse.connectors import command, settings, sources
from lakehouse.connectors.errors import SecretMissing
from lakehouse.connectors.ingest import IngestFailed, ingest
from lakehouse.connectors.settings import SYSTEMS
from lakehouse.standins import enterprise
from lakehouse.storage import Store
from tests.connectors import frames
from tests.connectors.frames import AT

NOW = datetime(2026, 2, 1, 12)
ROOT = Path(__file__).parents[2]


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser()
    found.add_argument("--uri")
    command.add_parsers(found.add_subparsers(required=True))
    return found


def run(uri: str, *arguments: str) -> int:
    chosen = parser().parse_args(["--uri", uri, *arguments])
    return chosen.command(chosen)


@pytest.fixture
def bronze(tmp_path) -> Store:
    """A lakehouse whose bronze tables were filled without connectors, and one row was delivered twice."""
    store = Store(str(tmp_path / "demo"))
    for table, frame in frames.all_frames().items():
        for batch in ("first", "again") if table == "bronze.sap_vbap" else ("first",):
            store.append(table, frame, batch_id=batch, source_system="Simulator", ingestion_ts=AT)
    return store


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    """No credential of the machine that runs the test, and no secrets file."""
    for name in [name for name in os.environ if name.startswith(("SAP_", "SALESFORCE_", "ORACLE_", "AWS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_the_documented_commands_and_credentials_exist():
    text = (ROOT / "docs" / "connectors.md").read_text()
    commands = re.findall(r"^python -m lakehouse (.+?)(?:\s+(?:#|2>).*)?$", text, re.MULTILINE)
    assert len(commands) >= 7
    for line in commands:
        assert _parser().parse_args(shlex.split(line)).command
    for needed in settings.NEEDED.values():
        assert f"| `{needed.system}` | `{needed.secret_name}` |" in text
        [row] = [line for line in text.splitlines() if line.startswith(f"| `{needed.system}` |")]
        assert set(needed.fields) - {"expires_at"} <= set(re.findall(r"\w+", row))


def test_sources_needs_none_of_the_drivers(bronze):
    """The app shows the sources on a machine that has requirements.txt alone."""
    code = (
        "import sys; [sys.modules.__setitem__(name, None) for name in "
        "('simple_salesforce', 'boto3', 'botocore', 'oracledb', 'pyrfc', 'cryptography', 'requests')]; "
        "from lakehouse.connectors import gaps, settings, sources; from lakehouse.storage import Store; "
        "print(sources.status(Store(sys.argv[1]), settings.load(), ping=False).height)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, bronze.uri], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "12"


def test_one_command_shows_an_ingestion_end_to_end(bronze, tmp_path, capsys):
    pytest.importorskip("simple_salesforce", reason="requirements-connectors.txt is not installed")
    pytest.importorskip("cryptography", reason="requirements-connectors.txt is not installed")
    target = str(tmp_path / "ingested")
    assert run(bronze.uri, "stand-ins", "--ingest-into", target) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 12
    assert shown[0].split() == ["SAP", "KNA1", "11", "read", "11", "landed"]
    assert shown[-1] == f"next: python -m lakehouse --uri {target} build"
    for table, frame in frames.all_frames().items():
        assert sorted(Store(target).read(table)["_row_hash"]) == sorted(row_hashes(frame)), table
    assert not [name for name in os.environ if name.startswith("SALESFORCE_")]


def test_what_was_ingested_builds_the_same_gold(default_store, tmp_path, capsys):
    pytest.importorskip("simple_salesforce", reason="requirements-connectors.txt is not installed")
    target = Store(str(tmp_path / "ingested"))
    assert run(default_store.uri, "stand-ins", "--ingest-into", target.uri) == 0
    shown = capsys.readouterr().out
    assert "bronze.ecom_order, bronze.web_event, bronze.fraud_alert, bronze.ops_metric" in shown
    release = pipeline.build(target)
    assert release.as_of_date == default_store.latest().as_of_date
    one, other = (export.digests(store, store.latest()) for store in (default_store, target))
    assert {name for name in one if name.startswith("gold.") and one[name] != other[name]} == set()


def test_stand_ins_without_rows_say_where_to_get_them(tmp_path):
    with pytest.raises(Exception, match=r"has no bronze.sap_kna1, .*python -m data_gen --out"):
        run(str(tmp_path / "empty"), "stand-ins")


def test_without_a_credential_ingest_says_how_to_set_one(tmp_path):
    with pytest.raises(IngestFailed, match=r"SAP connection: no sap credential .*SAP_ASHOST"):
        run(str(tmp_path / "x"), "ingest", "sap")
    with pytest.raises(SystemExit):
        run(str(tmp_path / "x"), "ingest", "abap")
    with pytest.raises(SystemExit):
        run(str(tmp_path / "x"), "ingest", "sap", "--since", "yesterday")


def test_ingest_and_sources_over_real_ports(bronze, tmp_path, capsys, monkeypatch):
    """The stand-ins in a process of their own, as in a second shell."""
    pytest.importorskip("simple_salesforce", reason="requirements-connectors.txt is not installed")
    code = "import sys; from tests.connectors.test_command import run; run(sys.argv[1], 'stand-ins')"
    with subprocess.Popen(
        [sys.executable, "-c", code, bronze.uri], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as serving:
        try:
            for line in serving.stdout:
                if line.startswith("# Stop"):
                    break
                if line.startswith("export "):
                    name, _, value = line.removeprefix("export ").strip().partition("=")
                    monkeypatch.setenv(name, value.strip("'"))
            target = str(tmp_path / "ingested")
            assert run(target, "ingest", "sap", "--dry-run", "--at", "2026-01-31T23:59:59") == 0
            assert "would land" in capsys.readouterr().out
            assert run(target, "ingest", "all", "--at", "2026-01-31T23:59:59") == 0
            capsys.readouterr()
            assert run(target, "sources", "--json") == 0
            found = json.loads(capsys.readouterr().out)
            assert {row["reachable"] for row in found} == {"yes"}
            assert {row["configured_from"] for row in found} == {"the environment"}
            assert run(target, "sources", "--offline") == 0
            assert "HZ_PARTIES" in capsys.readouterr().out
        finally:
            serving.send_signal(signal.SIGINT)
            serving.wait(10)
    assert serving.returncode == 0


def test_sources_of_a_lakehouse_that_no_connector_filled(bronze, capsys):
    assert run(bronze.uri, "sources", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    kna1 = next(row for row in found if row["source_object"] == "KNA1")
    assert (kna1["rows"], kna1["last_loaded_at"], kna1["configured_from"]) == (11, str(AT), None)
    assert kna1["reachable"] == "not asked"


def test_what_sources_reports(world):
    ingest(world.store, SYSTEMS, world.settings, sources=world.sources, at=AT)
    world.enterprise.sap.faults.plan("logon")
    found = sources.status(world.store, world.settings, now=NOW, sources=world.sources)
    rows = {row["source_object"]: row for row in found.to_dicts()}
    assert list(found.columns) == list(sources.SCHEMA)
    assert rows["Account"] | {"table_name": None} == {
        "source_system": "Salesforce",
        "source_object": "Account",
        "table_name": None,
        "configured_from": "the environment",
        "reachable": "yes",
        "rows": 9,
        "last_loaded_at": AT,
        "high_water_mark": "2026-01-09T10:00:00.000Z",
        "lag_hours": 554.0,  # since the newest change that was seen
    }
    assert rows["KNA1"]["lag_hours"] == 12.0  # since the load: there is no mark
    assert "refused user MDM_EXTRACT" in rows["KNA1"]["reachable"]
    assert rows["AccountChangeEvent"]["rows"] == 0
    assert rows["AccountChangeEvent"]["lag_hours"] is None


def test_sources_shows_a_bad_credential_and_the_rest(store, tmp_path):
    found = settings.load(environment={"SAP_USER": "x"}, streamlit_secrets=tmp_path / "none.toml")
    rows = sources.status(store, found, now=NOW).to_dicts()
    assert "lacks ashost" in rows[0]["reachable"]
    assert rows[-1]["reachable"] == "not asked"
    assert isinstance(found.problems["sap"], SecretMissing)


def test_the_simulated_enterprise_comes_out_of_the_connectors_as_it_went_in(tmp_path):
    """The whole default simulation: served by the stand-ins, pulled over HTTP, compared with its own frames."""
    pytest.importorskip("simple_salesforce", reason="requirements-connectors.txt is not installed")
    import data_gen

    extracts = [one for one in data_gen.simulate(42, 1) if one.table in {o.table for o in enterprise.OBJECTS}]
    held = enterprise.frames_of_extracts(extracts)
    played = enterprise.Enterprise(held, tmp_path)
    pulled = Store(str(tmp_path / "pulled"))
    with played.serving() as environment, command._environment(environment):
        command._load(pulled.uri, SYSTEMS, at=extracts[0].ingestion_ts)
    for table, frame in held.items():
        rows = pulled.read(table)
        assert sorted(rows["_row_hash"]) == sorted(row_hashes(frame)), table
        delivered = {text for one in extracts if one.table == table for text in row_hashes(one.frame)}
        assert set(rows["_row_hash"]) == delivered, table  # a row that was sent twice is held once
    assert sum(map(len, held.values())) > 11_000
