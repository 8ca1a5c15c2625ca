"""A row in quarantine, repaired in its source system: the next load and build bring it to gold."""

import json
import shutil

import polars as pl

from lakehouse import pipeline
from lakehouse.connectors import sap
from lakehouse.connectors import settings as settings_
from lakehouse.connectors.ingest import ingest
from lakehouse.connectors.sap import SapSource
from lakehouse.standins import enterprise
from lakehouse.standins.enterprise import Enterprise
from lakehouse.storage import Store

BAD = "table_name = 'bronze.sap_vbap' and is_rejected"


def told(store: Store, sql: str) -> list[tuple]:
    with store.connect(store.latest().tables) as con:
        return con.sql(sql).fetchall()


def test_a_row_repaired_at_its_source_leaves_the_quarantine(default_uri, tmp_path):
    store = Store(str(tmp_path / "lakehouse"))
    shutil.copytree(default_uri, store.uri)
    bad = [json.loads(record) for (record,) in told(store, f"select record from silver.quarantine where {BAD}")]
    one = next(row for row in bad if float(row["KWMENG"].rstrip("-")) <= 0 or row["KWMENG"].endswith("-"))
    order = f"SAP-{one['VBELN']}"
    assert told(store, f"select 1 from gold.fact_sales where order_id = '{order}'") == []

    frames = enterprise.frames_of_store(store)
    is_it = pl.col("VBELN") == one["VBELN"]
    repaired = {"KWMENG": "2", "RABATT": "0", "NETPR": "100.00", "NETWR": "200.00", "ERDAT": "20260115"}
    frames["bronze.sap_vbap"] = frames["bronze.sap_vbap"].with_columns(
        pl.when(is_it).then(pl.lit(value)).otherwise(name).alias(name) for name, value in repaired.items()
    )
    played = Enterprise(frames, tmp_path)
    environment = played.environment(sap_url="sap.test", salesforce_url="https://none.test")
    settings = settings_.load(("sap",), environment=environment, streamlit_secrets=tmp_path / "none.toml")
    sources = {"sap": lambda s: SapSource(s.sap, connect=played.sap.connect)}
    landed = {one.object: one.rows_landed for one in ingest(store, ["sap"], settings, sources=sources)}
    assert landed == dict.fromkeys((table.name for table in sap.TABLES), 0) | {"ZMDM_VBAP": 1}

    pipeline.build(store)
    assert told(store, f"select quantity, line_total::int from gold.fact_sales where order_id = '{order}'") == [
        (2, 200)
    ]
    assert told(store, f"select count(*) from silver.quarantine where {BAD}") == [(len(bad) - 1,)]
    loads = "select rule_id, success from mdm.quality_result where table_name = 'mdm.source_watermark'"
    assert {success for _, success in told(store, loads)} == {True}, "the log of loads is judged as well"
