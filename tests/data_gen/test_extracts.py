"""Every bronze table arrives as declared, in its declared amount, and the same whenever it is asked for."""

import numpy as np
import polars as pl
import pytest

import data_gen
from data_gen import bad_rows, deals, fraud_alerts, interactions, masters, randomness, salesforce_ids, web
from data_gen.plan import ARRIVED_AT, NoSuchWorld, Plan
from data_gen.world import world
from lakehouse.batches import conform, with_metadata
from lakehouse.schemas import BRONZE
from tests.data_gen.conftest import by_table

METADATA = ("_source_system", "_ingestion_ts", "_batch_id", "_row_hash")
ROWS = {
    "sap_kna1": 500, "sap_adr6": 460, "sap_mara": 80, "sf_user": 25, "sf_account": 400, "oracle_hz_parties": 250,
    "sf_account_change_event": 0, "sf_task": 6000, "sf_opportunity": 1200, "fraud_alert": 450, "web_event": 25000,
    "ops_metric": 168,
}  # fmt: skip
TEXT_ONLY = [name for name in BRONZE if ".sap_" in name or (".sf_" in name and "change_event" not in name)]


@pytest.mark.parametrize("table", BRONZE)
def test_extract_has_the_declared_columns(extracts, table):
    declared = [column for column in BRONZE[table] if column not in METADATA]
    for extract in extracts[table.removeprefix("bronze.")]:
        assert extract.frame.columns == declared
        rows = with_metadata(extract.frame, batch_id="b", source_system="s", ingestion_ts=ARRIVED_AT)
        assert conform(rows.to_arrow(), table).num_rows == len(extract.frame)


@pytest.mark.parametrize("table", TEXT_ONLY)
def test_sap_and_salesforce_send_text(extracts, table):
    for extract in extracts[table.removeprefix("bronze.")]:
        assert set(extract.frame.schema.values()) == {pl.String}


def test_tables_come_one_after_the_other(default_world):
    tables = [extract.table for extract in default_world.extracts()]
    changes = [a for a, b in zip(tables, [*tables[1:], ""], strict=True) if a != b]
    assert sorted(changes) == sorted(BRONZE)


def test_good_rows_have_the_planned_counts(good):
    assert {table: len(good[table]) for table in ROWS} == ROWS
    assert sum(len(good[table]) for table in ("sap_vbap", "sf_order", "oracle_oe_order", "ecom_order")) == 3500


def test_every_batch_has_a_name_of_its_own(extracts):
    named = [(e.table, e.batch_id, e.part) for batches in extracts.values() for e in batches]
    assert len(named) == len(set(named))
    assert {e.ingestion_ts for batches in extracts.values() for e in batches} == {ARRIVED_AT}


@pytest.mark.parametrize("scale", [0.1, 0.37, 2])
def test_counts_grow_with_the_scale(scale):
    plan = Plan(scale)
    found = {table: sum(len(e.frame) for e in batches) for table, batches in by_table(world(7, scale)).items()}
    assert found["web_event"] == sum(plan.web_events.values()) + bad_rows.TABLES["web_event"].total(plan)
    assert found["sf_task"] == pytest.approx(6000 * scale, rel=0.02)
    assert found["sap_kna1"] == pytest.approx(500 * scale, rel=0.02)
    assert found["sf_account"] == pytest.approx(400 * scale, rel=0.02)
    assert found["sap_mara"], found["ops_metric"] == (80, 172)
    assert sum(plan.cells.values()) == plan.golden == round(500 * scale)
    assert sum(plan.stages.values()) == plan.golden


@pytest.mark.parametrize("scale", [0, -1, 0.05, 2000, float("nan"), float("inf"), "1", True, None])
def test_impossible_scales_are_refused(scale):
    with pytest.raises(NoSuchWorld, match="scale must be"):
        data_gen.simulate(42, scale)


@pytest.mark.parametrize("seed", [-1, 1.5, "42", None])
def test_impossible_seeds_are_refused(seed):
    with pytest.raises(NoSuchWorld, match="seed must be"):
        data_gen.simulate(seed)


def test_same_seed_gives_the_same_rows(extracts):
    again = by_table(world(42, 1))
    for table, batches in extracts.items():
        for one, other in zip(batches, again[table], strict=True):
            assert one.frame.equals(other.frame), table


def test_another_seed_gives_other_rows(extracts):
    other = by_table(world(43, 1))
    fixed = {"sf_user", "sf_account_change_event"}
    same = {table for table in extracts if extracts[table][0].frame.equals(other[table][0].frame)}
    assert same == fixed


@pytest.mark.parametrize(
    ("module", "moved"),
    [
        (interactions, {"sf_task"}),
        (deals, {"sf_opportunity", "ops_metric"}),  # the hours count new leads
        (web, {"web_event", "ops_metric"}),  # and page views
        (fraud_alerts, {"fraud_alert"}),
        (masters, {"sap_kna1", "sf_account", "oracle_hz_parties"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_other_draws_in_one_table_leave_the_others_alone(extracts, module, moved, monkeypatch):
    monkeypatch.setattr(module, "stream", lambda seed, table, part=0: randomness.stream(seed + 1, table, part))
    changed = by_table(world(42, 1))
    differs = {
        table
        for table, batches in extracts.items()
        if not all(a.frame.equals(b.frame) for a, b in zip(batches, changed[table], strict=True))
    }
    assert differs == moved


def test_salesforce_ids_carry_their_check_characters():
    known = np.frombuffer(b"001A0000006Vm9r", dtype=np.uint8).reshape(1, 15)
    assert salesforce_ids.checked(known).to_list() == ["001A0000006Vm9rIAC"]
    made = salesforce_ids.ids("Account", np.arange(5000))
    assert made.n_unique() == 5000
    assert made.is_sorted()


def test_quota_sums_to_the_total_and_follows_the_weights():
    assert randomness.quota(10, [1, 1, 1]).tolist() == [4, 3, 3]
    assert randomness.quota(0, [3, 1]).tolist() == [0, 0]
    assert randomness.quota(500, [0.12, 0.28, 0.38, 0.22]).tolist() == [60, 140, 190, 110]
