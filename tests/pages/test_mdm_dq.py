"""MDM & DQ runs: every tab, the threshold against the answer key, and a lakehouse without one."""

import shutil
from pathlib import Path

import pytest

from tests.pages.app import assert_sound, figures, kpis, markup, opened

TABS = {
    "Matching": ("From records to customers", "Precision and recall", "Blocking"),
    "Review queue": ("Pairs to decide", "Side by side", "What makes the score", "If they become one"),
    "Golden records": ("Golden records", "Source records", "Take it apart", "Set a value", "Corporate groups"),
    "Decisions": ("Audit trail",),
    "Releases": ("The next day", "Start over", "Releases", "Two releases compared"),
    "Sources and runs": ("Source systems", "Volume and freshness", "Where the time went", "Steps of the run"),
    "Quality gates": ("Gates", "Bad rows by dimension", "History over releases"),
    "Quarantine": ("Set aside by table", "Rows in quarantine"),
    "Lineage and schema": ("Lineage", "Entities"),
    "Tables": ("Tables of this release", "Columns"),
}


@pytest.mark.parametrize("tab", TABS)
def test_tab(lakehouse: str, tab: str) -> None:
    app = opened("mdm_dq", mdm_tab=tab)
    assert_sound(app)
    assert kpis(app) == 6
    for title in TABS[tab]:
        assert f">{title}" in markup(app), title


def test_waterfall_goes_from_records_to_customers(lakehouse: str) -> None:
    waterfall = next(f["data"][0] for f in figures(opened("mdm_dq")) if f["data"][0]["type"] == "waterfall")
    steps = dict(zip(waterfall["x"], waterfall["y"], strict=True))
    assert (steps["SAP"], steps["Salesforce"], steps["Oracle"]) == (500, 400, 250)
    assert (steps["Records"], steps["Golden"]) == (1150, 500)


def test_moving_the_threshold_recounts(lakehouse: str) -> None:
    app = opened("mdm_dq")
    assert "From 0.92: 116 pairs merged rightly, 0 wrongly, 40 missed" in markup(app)
    app.slider(key="mdm_threshold").set_value(0.75).run()
    assert_sound(app)
    assert "From 0.75: 150 pairs merged rightly, 20 wrongly, 6 missed" in markup(app)


def test_without_an_answer_key_it_says_so(default_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = tmp_path / "lakehouse"
    shutil.copytree(default_uri, uri, ignore=shutil.ignore_patterns("_answer_key"))
    monkeypatch.setenv("LAKEHOUSE_URI", str(uri))
    app = opened("mdm_dq")
    assert_sound(app)
    assert "There is no answer key" in markup(app)


def test_lineage_follows_the_table_asked_for(lakehouse: str) -> None:
    app = opened("mdm_dq", mdm_tab="Lineage and schema", mdm_lineage="gold.fact_sales")
    assert_sound(app)
    tables = figures(app)[0]["data"][0]["customdata"]
    assert {"bronze.sap_kna1", "silver.customer", "mdm.golden_customer", "gold.dim_customer"} <= set(tables)
