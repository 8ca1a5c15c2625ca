"""A steward at work on MDM & DQ: every decision is published, shown at once, on record, and can be undone."""

import shutil
from datetime import date, datetime

import polars as pl
import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from lakehouse import catalog, pipeline, session
from lakehouse.quality.gate import GateFailed
from lakehouse.storage import Store
from tests.pages.app import assert_sound, markup, opened
from ui import data


@pytest.fixture
def uri(default_uri, tmp_path, monkeypatch) -> str:
    """A lakehouse that a test may change."""
    shutil.copytree(default_uri, tmp_path / "lakehouse")
    monkeypatch.setenv("LAKEHOUSE_URI", str(tmp_path / "lakehouse"))
    begun = PagesManager.__init__

    def knows_the_entry(self, *args, **named) -> None:
        """AppTest takes every run for the first of its process; starting over would let go of a pressed button."""
        begun(self, *args, **named)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", knows_the_entry)
    data.forget()
    yield str(tmp_path / "lakehouse")
    data.forget()


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def reason(app: AppTest, text: str) -> None:
    next(field for field in app.text_input if field.label == "Reason").input(text)


def trail(uri: str) -> list[tuple[str, str]]:
    rows = Store(uri).read("mdm.steward_decision").sort("decided_at", "decision_id")
    return list(rows.select("verdict", "reason").iter_rows())


def test_an_approval_is_shown_without_a_reload_and_taken_back_with_one_button(uri: str) -> None:
    app = opened("mdm_dq", mdm_tab="Review queue")
    assert "500 → 499" in markup(app), "what an approval would change"
    reason(app, "one VAT id")
    press(app, "Approve")
    assert_sound(app)
    assert "<b>Approved:</b>" in markup(app) and "<b>500 → 499</b>, 53 pairs wait" in markup(app)
    assert trail(uri) == [("approve", "one VAT id")]
    press(app, "Undo")
    assert_sound(app)
    assert "<b>Undone:</b>" in markup(app) and "<b>499 → 500</b>, 54 pairs wait" in markup(app)
    assert trail(uri)[1] == ("undo", "Taken back right after deciding")


def test_sister_companies_become_a_group_on_both_pages(uri: str) -> None:
    app = opened("mdm_dq", mdm_tab="Review queue")
    reason(app, "two VAT ids, one owner")
    next(box for box in app.checkbox if box.label == "Same corporate group").check()
    press(app, "Reject")
    assert "<b>Rejected as a sister company:</b>" in markup(app)
    assert "Companies" in markup(opened("mdm_dq", mdm_tab="Golden records"))
    member = pl.DataFrame(Store(uri).read("mdm.customer_hierarchy"))["customer_uid"][0]
    assert ">Corporate group<" in markup(opened("customer_360", uid=member))


def test_a_skipped_pair_waits_at_the_end_of_the_queue(uri: str) -> None:
    app = opened("mdm_dq", mdm_tab="Review queue")
    before = data.fetch("mdm_dq/review_queue")["pair_id"]
    reason(app, "ask sales first")
    press(app, "Skip")
    assert_sound(app)
    data.show_newest()
    after = data.fetch("mdm_dq/review_queue")
    assert after["pair_id"].to_list() == [*before[1:], before[0]]
    assert after["skipped"][-1] == "ask sales first"


def test_a_decision_without_a_reason_is_refused_in_words(uri: str) -> None:
    app = press(opened("mdm_dq", mdm_tab="Review queue"), "Reject")
    assert [error.value for error in app.error] == ["A decision needs a reason; the audit trail keeps both"]
    assert session.release().release_id == 1


def test_an_older_release_is_for_looking_only(uri: str) -> None:
    app = opened("mdm_dq", mdm_tab="Review queue")
    reason(app, "sure")
    press(app, "Approve")
    past = opened("mdm_dq", mdm_tab="Review queue", release="1")
    assert_sound(past)
    assert "You are looking at <b>release 1</b>" in markup(past)
    assert not [button for button in past.button if button.label == "Approve"]
    assert not opened("mdm_dq", mdm_tab="Decisions", release="1").dataframe
    assert opened("mdm_dq", mdm_tab="Decisions").dataframe


def test_two_releases_are_compared(uri: str) -> None:
    session.decide(data.fetch("mdm_dq/review_queue")["pair_id"][0], "approve", "one VAT id", "somebody")
    data.show_newest()
    app = opened("mdm_dq", mdm_tab="Releases")
    assert_sound(app)
    for title in ("Figures that differ", "Customers that differ", "Scores that differ", "Tables that differ"):
        assert f">{title}" in markup(app)
    figures = next(frame.value for frame in app.dataframe if "figure" in frame.value)
    assert dict(zip(figures["figure"], figures["difference"], strict=True))["Golden customers"] == -1


def test_a_record_is_taken_apart_and_a_value_is_set(uri: str) -> None:
    link = {"mdm_tab": "Golden records", "mdm_golden": "C-Z1XJJPRSPK"}
    uid = data.fetch("mdm_dq/weakest_links")["customer_uid"][0]
    app = opened("mdm_dq", **link | {"mdm_golden": uid})
    assert_sound(app)
    records = app.multiselect(key=f"mdm_part_{uid}")
    records.select(records.options[-1]).run()
    assert "500 → 501 golden customers" in markup(app)
    reason(app, "two companies")
    press(app, "Unmerge")
    assert_sound(app)
    assert "<b>Unmerged:</b>" in markup(app) and "<b>500 → 501</b>" in markup(app)

    next(field for field in app.text_input if field.label == "New value").input("Kookaburra Labs")
    [_, why] = [field for field in app.text_input if field.label == "Reason"][-2:]
    why.input("as they write themselves")
    press(app, "Override")
    assert_sound(app)
    assert "<b>Overridden:</b> Name of" in markup(app)
    assert ">Kookaburra Labs<" in markup(app)


def test_another_session_keeps_what_it_reads_until_it_asks_for_the_new_release(uri: str) -> None:
    reader = opened("revenue")
    session.decide(data.fetch("mdm_dq/review_queue")["pair_id"][0], "approve", "one VAT id", "somebody else")
    data.releases.clear()
    reader.run()
    assert "A newer release is there:" in markup(reader) and "This page shows release 1" in markup(reader)
    reader.button(key="mdm_show_newest").click().run()
    assert_sound(reader)
    assert "A newer release is there:" not in markup(reader)


def test_the_second_of_two_stewards_is_told_why(uri: str) -> None:
    app = opened("mdm_dq", mdm_tab="Review queue")
    pair = data.fetch("mdm_dq/review_queue")["pair_id"][0]
    session.decide(pair, "reject", "two VAT ids", "ana")
    reason(app, "same address")
    press(app, "Approve")
    assert [error.value.partition(" at ")[0] for error in app.error] == [f"{pair} was decided already: reject by ana"]
    assert trail(uri) == [("reject", "two VAT ids")]


def test_a_day_is_picked_in_the_header(uri: str) -> None:
    app = opened("revenue")
    app.date_input(key="mdm_day").set_value(date(2026, 1, 31)).run()
    assert_sound(app)
    assert "You asked for 31 Jan 2026. You are looking at <b>release 1</b>" in markup(app)
    assert app.selectbox(key="release").value == "2026-01-31"


def test_sources_are_asked_when_the_button_is_pressed(uri: str) -> None:
    app = opened("mdm_dq", mdm_tab="Sources and runs")
    assert "Asked at" not in markup(app)
    press(app, "Check the connections")
    assert_sound(app)
    assert "Asked at" in markup(app)
    table = next(frame.value for frame in app.dataframe if "reachable" in frame.value)
    assert set(table["source_system"]) == {"SAP", "Salesforce", "Oracle"}
    assert set(table["reachable"]) == {"not configured"}


def test_a_day_before_the_first_release_is_explained(uri: str) -> None:
    app = opened("revenue", release="2020-01-01")
    assert "No release is as old as 2020-01-01; the first one shows 2026-01-31" in markup(app)


def test_pages_say_so_when_a_gate_stopped_the_newest_data(uri: str) -> None:
    store = Store(uri)
    rows = store.read("bronze.sap_kna1").head(300).drop(catalog.METADATA)
    nameless = rows.with_columns(NAME1=pl.lit(None, dtype=pl.String))
    arrived = datetime(2026, 2, 1, 23, 59, 59)
    store.append("bronze.sap_kna1", nameless, batch_id="bad", source_system="SAP", ingestion_ts=arrived)
    with pytest.raises(GateFailed):
        pipeline.build(store)
    app = opened("revenue")
    assert_sound(app)
    assert "The newest data could not be promoted." in markup(app)
    assert "You see release 1 as of 31 Jan 2026, the last good one." in markup(app)
    assert any("name is present" in block.value for block in app.code)
