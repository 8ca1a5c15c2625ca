"""A steward's decision moves every table that depends on it, is never lost, and survives every later run."""

import json
import shutil
import threading
from datetime import datetime

import polars as pl
import pytest

from lakehouse import decisions, export, persist, pipeline, steward
from lakehouse.decisions import DecisionRefused
from lakehouse.errors import Locked
from lakehouse.storage import Store
from lakehouse.views import read

LOGS = {"mdm.quality_result", "mdm.match_run", "mdm.match_run_pass", "mdm.run_step"}


@pytest.fixture
def store(default_uri, tmp_path):
    shutil.copytree(default_uri, tmp_path / "lakehouse")
    return Store(str(tmp_path / "lakehouse"))


def rows(store, sql, release=None):
    con = store.connect((release or store.latest()).tables)
    try:
        return con.sql(sql).fetchall()
    finally:
        con.close()


def open_reviews(store):
    """Pair ids in review, with whether the answer key takes the two for one company."""
    entity = dict(read(f"{store.uri}/_answer_key/entity").select("record_id", "entity_id").iter_rows())
    pairs = steward.state(store).pairs.filter(pl.col("steward_status") == "Pending").sort("pair_id")
    return [(p["pair_id"], entity[p["record_a"]] == entity[p["record_b"]]) for p in pairs.iter_rows(named=True)]


def a_pair(store, *, same=True):
    return next(pair for pair, is_same in open_reviews(store) if is_same is same)


def decide(store, pair_id, verdict="approve", reason="same company", who="ana", **more):
    return steward.record(store, steward.deciding(pair_id, verdict, reason, who, **more))


def uids(store, pair_id):
    sql = f"select customer_uid_a, customer_uid_b from gold.mdm_match_pairs where pair_id = '{pair_id}'"
    return rows(store, sql)[0]


def tables_differ(store, one, other):
    before, after = export.digests(store, one), export.digests(store, other)
    return {name for name in before if before[name] != after[name]}


def test_an_approval_moves_every_table_that_depends_on_it_and_no_other(store):
    first = store.latest()
    pair = a_pair(store)
    parted = set(uids(store, pair))
    decided = decide(store, pair)
    now = store.latest()
    assert now.release_id == decided.release.release_id == first.release_id + 1
    [(golden,)] = rows(store, "select count(*) from mdm.golden_customer")
    assert golden == 499
    assert len(set(uids(store, pair))) == 1
    [(old, new)] = rows(store, "select retired_uid, customer_uid from mdm.uid_redirect")
    assert {old, new} == parted
    assert rows(store, f"select steward_status from gold.mdm_match_pairs where pair_id = '{pair}'") == [("Approved",)]
    revenue = "select sum(line_total), count(*) from gold.fact_sales"
    assert rows(store, revenue) == rows(store, revenue, first)
    assert rows(store, f"select count(*) from gold.fact_sales where customer_uid = '{old}'") == [(0,)]
    unmoved = {name for name, version in now.tables.items() if first.tables.get(name) == version}
    assert {name for name in now.tables if name.startswith(("bronze.", "silver."))} <= unmoved
    assert {"gold.dim_product", "gold.dim_channel", "gold.dim_sales_rep", "gold.fact_realtime_metrics"} <= unmoved
    assert {"gold.dim_customer", "gold.dim_customer_lifecycle", "mdm.crosswalk", "mdm.golden_customer"}.isdisjoint(
        unmoved
    )
    results = f"select count(*) from mdm.quality_result where run_id = '{now.run_id}'"
    assert rows(store, results) == rows(store, results.replace(now.run_id, first.run_id), first)


def test_a_merge_closes_both_versions_and_opens_one_on_the_same_day(store):
    pair = a_pair(store)
    before = set(uids(store, pair))
    decide(store, pair)
    [survivor] = set(uids(store, pair))
    [retired] = before - {survivor}
    day = store.latest().as_of_date
    history = (
        "select valid_from < valid_to, valid_to, is_current from gold.dim_customer "
        "where customer_uid = '{}' order by valid_from"
    )
    assert rows(store, history.format(retired)) == [(True, day, False)]
    assert rows(store, history.format(survivor)) == [(True, day, False), (None, None, True)]
    assert_history_is_sound(store)


def assert_history_is_sound(store):
    """One current version for each golden customer and for no other; versions neither overlap nor have no length."""
    current = "select customer_uid from gold.dim_customer where is_current"
    assert sorted(rows(store, current)) == sorted(rows(store, "select customer_uid from mdm.golden_customer"))
    assert rows(store, "select * from gold.dim_customer where valid_to <= valid_from") == []
    overlap = """
        select a.customer_key from gold.dim_customer a join gold.dim_customer b
        on a.customer_uid = b.customer_uid and a.valid_from < b.valid_from
            and coalesce(a.valid_to, date '9999-12-31') > b.valid_from
    """
    assert rows(store, overlap) == []
    for fact in ("fact_sales", "fact_interactions", "fact_pipeline", "fact_fraud_signals", "fact_clickstream"):
        lost = f"select customer_uid from gold.{fact} where customer_uid is not null except ({current})"
        assert rows(store, lost) == [], fact


def test_a_decision_gives_what_a_whole_build_gives(store):
    decide(store, a_pair(store))
    decide(store, a_pair(store, same=False), "reject", "another company")
    incremental = store.latest()
    assert tables_differ(store, incremental, pipeline.build(store)) == LOGS


def test_approving_every_true_pair_takes_500_golden_customers_to_466_and_the_queue_never_refills(store):
    true = [pair for pair, is_same in open_reviews(store) if is_same]
    assert len(true) == 34
    approve_all(store, true)
    assert rows(store, "select count(*) from mdm.golden_customer") == [(466,)]
    assert [is_same for _, is_same in open_reviews(store)] == [False] * 20
    pipeline.build(store)
    assert rows(store, "select count(*) from mdm.golden_customer") == [(466,)]
    assert len(open_reviews(store)) == 20
    assert rows(store, "select count(*) from mdm.uid_redirect") == [(34,)]
    assert_history_is_sound(store)


def approve_all(store, pairs):
    """All but the last without a run of their own: what a crash between append and publish leaves behind."""
    now, day = steward.state(store), store.latest().as_of_date
    for pair in pairs[:-1]:
        pending = decisions.pair(now, pair, "approve", "same company", "ana")
        store.append_rows("mdm.steward_decision", pending.frame(day))
    decide(store, pairs[-1])


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_a_decided_pair_is_not_decided_again_until_it_is_undone(store, verdict):
    pair = a_pair(store)
    first = store.latest()
    decided = decide(store, pair, verdict)
    with pytest.raises(
        DecisionRefused, match=rf"{pair} was decided already: {verdict} by ana .*undo {decided.decision_id}"
    ):
        decide(store, pair, "reject", "no", "bo")
    steward.record(store, steward.undoing(decided.decision_id, "a mistake", "bo"))
    assert pair in [pair for pair, _ in open_reviews(store)]
    undone = {"mdm.steward_decision", "mdm.golden_snapshot", "mdm.snapshot_day", "mdm.uid_redirect"}
    assert tables_differ(store, first, store.latest()) - LOGS <= undone
    with pytest.raises(DecisionRefused, match="was undone already, by bo"):
        steward.record(store, steward.undoing(decided.decision_id, "again", "cy"))
    assert decide(store, pair).release.release_id == 4


def test_rejected_sister_companies_become_a_group_with_a_parent(store):
    pair = a_pair(store, same=False)
    decided = decide(store, pair, "reject", "the holding of the other", related=True)
    members = sorted(uids(store, pair))
    found = rows(store, "select customer_uid, parent_uid, group_size from mdm.customer_hierarchy order by 1")
    assert [member for member, *_ in found] == members and {size for *_, size in found} == {2}
    oldest = f"select customer_uid from mdm.golden_customer where customer_uid in {tuple(members)} "
    [(parent,)] = rows(store, oldest + "order by created_date, customer_uid limit 1")
    assert {parent for _, parent, _ in found} == {parent}
    steward.record(store, steward.undoing(decided.decision_id, "strangers after all", "ana"))
    assert rows(store, "select * from mdm.customer_hierarchy") == []
    decide(store, pair, "reject", "strangers")
    assert rows(store, "select * from mdm.customer_hierarchy") == []


def test_the_log_tells_who_when_why_and_what_changed(store):
    pair = a_pair(store)
    decide(store, pair, reason="  one VAT id ", who="ana")
    [row] = steward.state(store).decisions.to_dicts()
    assert (row["verdict"], row["decided_by"], row["reason"], row["pair_id"]) == ("approve", "ana", "one VAT id", pair)
    assert row["as_of_date"] == store.latest().as_of_date and isinstance(row["decided_at"], datetime)
    before, after = (json.loads(row[name])["customers"] for name in ("before", "after"))
    assert len(before) == 2 and len(after) == 1
    assert sorted(r for c in before for r in c["record_ids"]) == sorted(after[0]["record_ids"])


def test_a_skip_is_on_record_and_changes_nothing(store):
    pair = a_pair(store)
    first = store.latest()
    decide(store, pair, "skip", "needs a call", "ana")
    changed = tables_differ(store, first, store.latest())
    assert changed == {*LOGS, "mdm.steward_decision", "mdm.snapshot_day"}
    assert pair in [pair for pair, _ in open_reviews(store)]


@pytest.mark.parametrize(
    ("propose", "message"),
    [
        (lambda p: steward.deciding(p, "approve", " ", "ana"), "A decision needs a reason"),
        (lambda p: steward.deciding(p, "approve", "", ""), "needs a reason and a name of the steward"),
        (lambda p: steward.deciding(p, "merge", "x", "ana"), "No verdict 'merge' on a pair; available: approve"),
        (lambda p: steward.deciding("P-0", "approve", "x", "ana"), "No pair P-0 in the newest release"),
        (lambda p: steward.undoing("D-0", "x", "ana"), "No decision D-0 to undo"),
        (lambda p: steward.unmerging([], "x", "ana"), "No source record was named"),
        (lambda p: steward.unmerging(["SAP:1"], "x", "ana"), "No source record SAP:1"),
        (lambda p: steward.overriding("C-0", "email", "a@b.example", "x", "ana"), "No golden customer C-0"),
        (lambda p: steward.overriding("C-0", "mail", "a", "x", "ana"), "No attribute 'mail' to override; available"),
    ],
)
def test_what_cannot_be_decided_says_why_and_leaves_nothing_behind(store, propose, message):
    first = store.latest()
    with pytest.raises(DecisionRefused, match=message):
        steward.record(store, propose(a_pair(store)))
    assert store.latest() == first
    assert steward.state(store).decisions.is_empty()


def test_a_record_is_taken_out_of_its_customer_and_put_back(store):
    first = store.latest()
    [(records,)] = rows(
        store,
        "select list(record_id order by record_id) from mdm.crosswalk group by customer_uid having count(*) = 3 "
        "order by customer_uid limit 1",
    )
    looked = steward.preview(store, steward.unmerging(records[:1], "x", "ana"))
    assert looked.golden_customers == (500, 501) and len(looked.before) == 1 and len(looked.after) == 2
    decided = steward.record(store, steward.unmerging(records[:1], "not theirs", "ana"))
    seats = dict(rows(store, "select record_id, customer_uid from mdm.crosswalk"))
    assert seats[records[0]] not in {seats[record] for record in records[1:]}
    assert seats[records[1]] == seats[records[2]]
    assert_history_is_sound(store)
    steward.record(store, steward.undoing(decided.decision_id, "they are", "ana"))
    assert dict(rows(store, "select record_id, customer_uid from mdm.crosswalk")) == dict(
        rows(store, "select record_id, customer_uid from mdm.crosswalk", first)
    )
    assert_history_is_sound(store)


def test_an_override_wins_over_every_source_and_makes_a_version(store):
    [(uid,)] = rows(store, "select min(customer_uid) from mdm.golden_customer")
    steward.record(store, steward.overriding(uid, "email", "right@firm.example", "they called", "ana"))
    versions = f"select email, is_current from gold.dim_customer where customer_uid = '{uid}' order by valid_from"
    assert rows(store, versions)[-1] == ("right@firm.example", True)
    assert len(rows(store, versions)) == 2
    pipeline.build(store)
    assert rows(store, versions)[-1] == ("right@firm.example", True)
    assert_history_is_sound(store)


def test_a_preview_tells_what_the_decision_does_and_writes_nothing(store):
    pair, first = a_pair(store), store.latest()
    looked = steward.preview(store, steward.deciding(pair, "approve", "preview", "preview"))
    assert store.latest() == first and steward.state(store).decisions.is_empty()
    decide(store, pair)
    [survivor] = looked.after["customer_uid"].to_list()
    assert survivor in uids(store, pair)
    golden = steward.state(store).golden
    assert golden.filter(pl.col("customer_uid") == survivor).equals(looked.after)
    assert looked.open_reviews == (54, 53) and looked.golden_customers == (500, 499)
    moved = dict(looked.moved.select("what", "rows").iter_rows())
    [(orders,)] = rows(
        store,
        "select count(*) from silver.sales_order where customer_record_id in "
        "(select record_id from mdm.crosswalk join mdm.uid_redirect using (customer_uid)) ",
    )
    assert 0 <= moved["orders"] <= orders


def test_two_stewards_at_once_both_land_or_are_told(store):
    pairs = [pair for pair, is_same in open_reviews(store) if is_same][:2]
    asked = [(pairs[0], "ana"), (pairs[1], "bo"), (pairs[0], "cy")]
    told = {}

    def work(pair, who):
        try:
            told[who] = decide(store, pair, who=who).release.release_id
        except DecisionRefused as error:
            told[who] = str(error)

    threads = [threading.Thread(target=work, args=ask) for ask in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [who for who, answer in told.items() if isinstance(answer, str)]
    assert len(refused) == 1 and refused[0] in ("ana", "cy")
    assert "was decided already" in told[refused[0]]
    assert len(steward.state(store).decisions) == 2
    assert rows(store, "select count(*) from mdm.golden_customer") == [(498,)]


def test_a_steward_who_waits_too_long_is_told_who_writes(store):
    with store.writer("a long build"), pytest.raises(Locked, match="is being written by a long build"):
        steward.record(store, steward.deciding(a_pair(store), "approve", "x", "ana"), wait_seconds=0.2)
    assert steward.state(store).decisions.is_empty()


def test_a_decision_that_was_recorded_but_not_published_is_healed_by_the_next_run(store, monkeypatch):
    pair, write = a_pair(store), persist._write_table

    def fails(run, name):
        if name == "gold.dim_customer":
            raise OSError("No space left on device")
        return write(run, name)

    with monkeypatch.context() as patched:
        patched.setattr(persist, "_write_table", fails)
        with pytest.raises(OSError, match="No space"):
            decide(store, pair)
    assert rows(store, "select count(*) from mdm.golden_customer") == [(500,)]
    with pytest.raises(DecisionRefused, match="was decided already: approve by ana"):
        decide(store, pair)
    pipeline.build(store)
    assert rows(store, "select count(*) from mdm.golden_customer") == [(499,)]
    assert len(steward.state(store).decisions) == 1


def test_a_clock_that_goes_backwards_does_not_turn_decisions_around(store, monkeypatch):
    decided = decide(store, pair := a_pair(store))
    monkeypatch.setattr(decisions, "datetime", Past)
    steward.record(store, steward.undoing(decided.decision_id, "a mistake", "bo"))
    assert pair in [pair for pair, _ in open_reviews(store)]


class Past(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime(2001, 1, 1, tzinfo=tz)
