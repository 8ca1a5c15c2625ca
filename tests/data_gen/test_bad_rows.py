"""The planted bad rows: as many as documented, with keys of their own, and bad in the way they should be."""

import polars as pl
import pytest

from data_gen import bad_rows

DEFAULT_TOTALS = {
    "sap_vbap": 30, "sf_order": 19, "oracle_oe_order": 11, "ecom_order": 17, "sf_task": 35, "sf_opportunity": 14,
    "web_event": 86, "fraud_alert": 10, "ops_metric": 4,
}  # fmt: skip


def bad(extracts, good, table) -> pl.DataFrame:
    return extracts[table][0].frame[len(good[table]) :]


@pytest.mark.parametrize("table", bad_rows.TABLES)
def test_totals_are_the_documented_ones(default_world, extracts, good, table):
    beyond = sum(len(e.frame) for e in extracts[table]) - len(good[table])
    assert beyond == bad_rows.TABLES[table].total(default_world.plan) == DEFAULT_TOTALS[table]


@pytest.mark.parametrize("table", bad_rows.TABLES)
def test_bad_rows_have_keys_that_no_good_row_has(extracts, good, table):
    key = bad_rows.TABLES[table].key
    keys = bad(extracts, good, table)[key]
    assert keys.n_unique() == len(keys)
    assert not set(keys) & set(good[table][key])
    assert good[table][key].n_unique() == len(good[table])


@pytest.mark.parametrize("table", bad_rows.TABLES)
def test_resent_rows_are_good_rows_in_a_batch_of_their_own(extracts, good, table):
    first, again = extracts[table]
    assert again.batch_id == f"{first.batch_id}-again"
    assert len(again.frame.join(good[table], on=good[table].columns, how="semi", nulls_equal=True)) == len(again.frame)


MARKED = {
    "sap_vbap": "BSTNK", "sf_order": "PoNumber", "oracle_oe_order": "CUST_PO_NUMBER", "ecom_order": "po_number",
    "sf_task": "Subject",
}  # fmt: skip


@pytest.mark.parametrize(("table", "column"), MARKED.items())
def test_testers_leave_their_mark_in_bad_rows_only(extracts, good, table, column):
    assert (bad(extracts, good, table)[column] == bad_rows.TEST_TEXT).sum() == bad_rows.TABLES[table].tests
    assert not (good[table][column] == bad_rows.TEST_TEXT).any()


def test_orphans_name_customers_that_nobody_knows(extracts, good):
    assert (bad(extracts, good, "sap_vbap")["KUNNR"] == bad_rows.NOBODY).sum() == 6
    assert bad_rows.NOBODY not in good["sap_kna1"]["KUNNR"]
    assert (bad(extracts, good, "sf_task")["AccountId"] == bad_rows.NO_ACCOUNT).sum() == 8
    assert bad_rows.NO_ACCOUNT not in good["sf_account"]["Id"]


def test_masters_hold_no_bad_rows(extracts):
    for table in ("sap_kna1", "sf_account", "oracle_hz_parties", "sap_mara", "sf_user", "sap_adr6"):
        assert table not in bad_rows.TABLES
        assert len(extracts[table]) == 1
