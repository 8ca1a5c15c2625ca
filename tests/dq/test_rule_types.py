"""Each type of rule is made to fail once, and both engines count the same bad rows."""

from datetime import datetime

import pytest

from lakehouse.quality.checks import TYPES
from lakehouse.quality.suite import Suite
from tests.dq.engines import both, differences
from tests.quality.tiny import GATE, TABLE, rule, table

pytest.importorskip("great_expectations", reason="needs requirements-dq.txt")

COLUMNS = "id VARCHAR, a INTEGER, b INTEGER, text VARCHAR, amount DECIMAL(18,2), moment TIMESTAMP, is_on BOOLEAN"
ROWS = [
    ("1", 1, 5, "C-01", 10, datetime(2026, 1, 1), True),
    ("2", 2, 1, "C-02", 20, datetime(2026, 1, 2), False),
    ("2", 2, 2, "c03 ", -5, datetime(2026, 1, 3), None),
    ("4", None, 3, None, None, None, True),
    ("5", 9, None, "", 12.5, datetime(2031, 1, 1), True),
    (None, None, None, "C-99999", 0, datetime(2019, 12, 31), True),
]
# The rule, and how many of the rows above are bad; 1 for a rule about the table as a whole.
CASES = [
    (rule("column_to_exist", column="z"), 1),
    (rule("table_columns_to_match_set", column_set=["id", "a", "z"], exact_match=False), 1),
    (rule("table_columns_to_match_set", column_set=["id", "a", "b", "text", "amount", "moment"]), 1),
    (rule("column_values_to_be_of_type", column="text", type_="int64"), 1),
    (rule("column_values_to_be_in_type_list", column="amount", type_list=["VARCHAR", "object", "str"]), 1),
    (rule("table_row_count_to_be_between", min_value=7), 1),
    (rule("column_max_to_be_between", column="a", max_value=8), 1),
    (rule("column_min_to_be_between", column="a", min_value=2), 1),
    (rule("column_values_to_not_be_null", column="a"), 2),
    (rule("column_values_to_not_be_null", column="moment", mostly=0.9), 1),
    (rule("column_values_to_be_null", column="is_on"), 5),
    (rule("column_values_to_be_unique", column="id"), 2),
    (rule("compound_columns_to_be_unique", column_list=["id", "a"], ignore_row_if="any_value_is_missing"), 2),
    (rule("compound_columns_to_be_unique", column_list=["id", "a"]), 2),
    (rule("column_values_to_be_in_set", column="text", value_set=["C-01", "C-02"]), 3),
    (rule("column_values_to_be_in_set", column="is_on", value_set=[True]), 1),
    (rule("column_values_to_be_in_set", column="a", value_set=[], reference="silver.thing.b"), 1),
    (rule("column_values_to_be_in_set", column="moment", value_set=[], reference="silver.day.moment"), 4),
    (rule("column_values_to_not_be_in_set", column="text", value_set=["C-01", ""]), 2),
    (rule("column_values_to_be_between", column="a", min_value=1, max_value=2, strict_min=True), 2),
    (rule("column_values_to_be_between", column="amount", min_value=0), 1),
    (rule("column_values_to_be_between", column="moment", min_value="2020-01-01T00:00:00"), 1),
    (rule("column_values_to_match_regex", column="text", regex=r"^C-\d{2}$"), 3),
    (rule("column_values_to_match_regex", column="text", regex=r"-\d{2}"), 2),
    (rule("column_values_to_not_match_regex", column="text", regex=r"^C-\d{2}$"), 2),
    (rule("column_value_lengths_to_be_between", column="text", min_value=1, max_value=4), 2),
    (rule("column_pair_values_a_to_be_greater_than_b", column_A="b", column_B="a", or_equal=True), 3),
    (
        rule(
            "column_pair_values_a_to_be_greater_than_b",
            column_A="b",
            column_B="a",
            ignore_row_if="either_value_is_missing",
        ),
        2,
    ),
    (rule("column_pair_values_to_be_equal", column_A="a", column_B="b", ignore_row_if="either_value_is_missing"), 2),
    (rule("column_pair_values_to_be_equal", column_A="a", column_B="b"), 4),
]


def suite_of(*rules, **derived):
    return [Suite(GATE, TABLE, ("id",), rules, derived)]


@pytest.fixture(scope="module")
def con():
    found = table(*ROWS, columns=COLUMNS)
    found.execute("create table silver.day as select timestamp '2026-01-01' as moment")
    return found


@pytest.mark.parametrize(("one", "bad"), CASES, ids=[f"{number}-{one.type}" for number, (one, _) in enumerate(CASES)])
def test_both_engines_count_the_same_bad_rows(con, one, bad):
    ours, theirs = both(con, GATE, suite_of(one))
    assert differences(ours, theirs) == []
    [found] = theirs.results
    assert (found.finding.failed, found.success, found.finding.error) == (bad, False, None)


def test_every_type_is_made_to_fail():
    assert {one.type for one, _ in CASES} == set(TYPES)


@pytest.mark.parametrize(
    "one",
    [
        rule("column_values_to_not_be_null", column="z"),
        rule("column_values_to_be_between", column="id", min_value=1),
        rule("column_values_to_be_in_set", column="a", value_set=[], reference="gold.gone.id"),
    ],
    ids=["column", "type", "reference"],
)
def test_what_cannot_be_evaluated_is_an_error_in_both(con, one):
    ours, theirs = both(con, GATE, suite_of(one))
    assert [result.finding.error is None for report in (ours, theirs) for result in report.results] == [False, False]


@pytest.mark.parametrize(
    "one",
    [rule("column_values_to_be_unique", column="id"), rule("column_max_to_be_between", column="a", max_value=3)],
    ids=lambda one: one.type,
)
def test_an_empty_table_gives_the_same_verdict(one):
    ours, theirs = both(table(columns=COLUMNS), GATE, suite_of(one))
    assert differences(ours, theirs) == []


def test_a_derived_column_is_seen_by_both(con):
    one = rule("column_values_to_be_in_set", column="is_small", value_set=[True])
    ours, theirs = both(con, GATE, suite_of(one, is_small="a < 3"))
    assert differences(ours, theirs) == []
    assert theirs.results[0].finding.failed == 1
