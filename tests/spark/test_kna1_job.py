"""The generated KNA1 job, run as a program on Spark Connect against the SAP stand-in: it lands what bronze holds.

Needs requirements-spark.txt, in an environment of its own: see .ci/tools.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytest.importorskip("pysail", reason="requirements-spark.txt is not installed")
pytest.importorskip("pyspark", reason="requirements-spark.txt is not installed")

from agents.scripts.job import job
from agents.tools import Workbench, profile_data_source
from lakehouse.standins import rfc_http
from lakehouse.standins.enterprise import Enterprise, frames_of_store, served
from lakehouse.storage import Store

PROJECT = Path(__file__).resolve().parents[2]
METADATA = ("_source_system", "_ingestion_ts", "_batch_id", "_row_hash")


@pytest.fixture(scope="module")
def spark() -> Iterator[str]:
    """A Spark Connect server of this process; its address."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    yield f"sc://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(scope="module")
def sap(default_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    played = Enterprise(frames_of_store(default_store), tmp_path_factory.mktemp("sap"))
    with served(rfc_http.handler(played.sap)) as url:
        yield played.environment(sap_url=url, salesforce_url="https://unused.test")


def run(script: Path, lakehouse: Path, batch: str, environment: dict[str, str]) -> None:
    command = [sys.executable, str(script), "--lakehouse", str(lakehouse), "--batch-id", batch]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]


def test_the_kna1_job_lands_what_bronze_holds(
    default_store: Store, tmp_path: Path, spark: str, sap: dict[str, str], monkeypatch: Any
):
    profile = profile_data_source.tool(Workbench(default_store, tmp_path, environment={})).run(
        {"system": "sap", "object": "KNA1"}
    )
    script = tmp_path / "sap_kna1.py"
    script.write_text(job(profile))
    environment = {**os.environ, **sap, "SPARK_REMOTE": spark, "PYTHONPATH": str(PROJECT)}
    lakehouse = tmp_path / "lakehouse"
    target = lakehouse / "bronze" / "sap_kna1"

    run(script, lakehouse, "sap-20260131", environment)
    landed = pl.read_delta(str(target)).sort("KUNNR")
    held = default_store.read("bronze.sap_kna1").sort("KUNNR")
    business = [name for name in held.columns if name not in METADATA]
    assert landed.select(business).equals(held.select(pl.col(business).fill_null("")))
    assert landed["_batch_id"].unique().to_list() == ["sap-20260131"]
    assert landed["_source_system"].unique().to_list() == ["SAP"]
    assert landed["_row_hash"].n_unique() == 500 and landed["_row_hash"].str.len_chars().unique().to_list() == [32]

    run(script, lakehouse, "sap-20260131", environment)  # the same batch again adds nothing
    assert pl.read_delta(str(target)).height == 500
    run(script, lakehouse, "sap-20260201", environment)
    assert pl.read_delta(str(target)).height == 1000
