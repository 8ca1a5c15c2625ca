"""The Lambda package: below the limit, and complete without anything else installed."""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from lakehouse.connectors import change_events
from lakehouse.standins.account_events import event
from lakehouse.storage import Store

MEGABYTE = 2**20

spec = importlib.util.spec_from_file_location("pack", Path("infra/lambda/pack.py"))
pack = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pack)

PROBE = """
import json, sys
from lakehouse.connectors.change_events import handler
print(json.dumps(handler(json.load(sys.stdin))))
assert not {"polars", "pyarrow", "duckdb", "pandas"} & set(sys.modules)
"""


def test_the_package_stays_below_lambdas_limit():
    size = pack.unzipped_size()
    assert 20 * MEGABYTE < size < 170 * MEGABYTE, f"{size / MEGABYTE:.0f} MB"  # 145 MB when this was written


def test_the_handler_runs_from_the_package_alone(tmp_path):
    """In a Python without site-packages, with nothing but the packed files on its path."""
    target = tmp_path / "change_events.zip"
    pack.pack(target, level=0)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "task")
    sent = {"Records": [{"messageId": "m", "body": json.dumps(event(["001A"], "DELETE", at=datetime(2026, 2, 1)))}]}
    done = subprocess.run(
        [sys.executable, "-S", "-c", PROBE],
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "task"), "LAKEHOUSE_URI": str(tmp_path / "lake")},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"batchItemFailures": []}
    assert Store(str(tmp_path / "lake")).read(change_events.TABLE)["record_id_sf"].to_list() == ["001A"]


def test_what_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pack, "LIMIT_UNZIPPED", MEGABYTE)
    with pytest.raises(SystemExit, match="Lambda takes 1 MB"):
        pack.pack(tmp_path / "x.zip")
