"""Every type of rule on rows that can be counted by hand: how many it looks at, and how many of them are bad."""

import pytest

from lakehouse.quality.scan import findings
from lakehouse.quality.suite import Suite
from tests.quality.tiny import GATE, TABLE, result, rule, table

TEXTS = [("1", "DE"), ("2", "de"), ("3", None), ("4", ""), ("5", "GB ")]
NUMBERS = [("1", 1, 1), ("2", 5, 3), ("3", None, 4), ("4", 7, None), ("5", None, None)]


@pytest.mark.parametrize(
    ("one", "checked", "failed"),
    [
        (rule("column_values_to_not_be_null", column="a"), 5, 2),
        (rule("column_values_to_be_null", column="a"), 5, 3),
        (rule("column_values_to_be_in_set", column="a", value_set=[1, 5]), 3, 1),
        (rule("column_values_to_not_be_in_set", column="a", value_set=[1, 5]), 3, 2),
        (rule("column_values_to_be_between", column="a", min_value=1, max_value=5), 3, 1),
        (rule("column_values_to_be_between", column="a", min_value=1, strict_min=True), 3, 1),
        (rule("column_values_to_be_between", column="a", max_value=7, strict_max=True), 3, 1),
        (rule("column_values_to_be_between", column="a", min_value=8), 3, 3),
        (rule("column_values_to_be_unique", column="a"), 3, 0),
        # a gap on one side: both must be missing to count as no evidence, unless the rule says either
        (rule("column_pair_values_a_to_be_greater_than_b", column_A="a", column_B="b"), 4, 3),
        (rule("column_pair_values_a_to_be_greater_than_b", column_A="a", column_B="b", or_equal=True), 4, 2),
        (
            rule(
                "column_pair_values_a_to_be_greater_than_b",
                column_A="a",
                column_B="b",
                ignore_row_if="either_value_is_missing",
            ),
            2,
            1,
        ),
        (rule("column_pair_values_a_to_be_greater_than_b", column_A="a", column_B="b", ignore_row_if="neither"), 5, 4),
        (rule("column_pair_values_to_be_equal", column_A="a", column_B="b"), 4, 3),
    ],
    ids=lambda value: value.type if hasattr(value, "type") else str(value),
)
def test_numbers(one, checked, failed):
    found = result(table(*NUMBERS), one).finding
    assert (found.checked, found.failed, found.error) == (checked, failed, None)


@pytest.mark.parametrize(
    ("one", "failed"),
    [
        (rule("column_values_to_match_regex", column="c", regex="^[A-Z]{2}$"), 3),
        (rule("column_values_to_match_regex", column="c", regex="[A-Z]{2}"), 2),
        (rule("column_values_to_match_regex", column="c", regex="B"), 3),  # anywhere: 'GB ' has its B in second place
        (rule("column_values_to_not_match_regex", column="c", regex="(?i)^de"), 2),
        (rule("column_value_lengths_to_be_between", column="c", min_value=1, max_value=2), 2),
        (rule("column_values_to_be_in_set", column="c", value_set=["DE", "it's"]), 3),
    ],
    ids=lambda value: value.type if hasattr(value, "type") else str(value),
)
def test_texts(one, failed):
    """An empty text is a value, a null is none."""
    found = result(table(*TEXTS, columns="id VARCHAR, c VARCHAR"), one).finding
    assert (found.checked, found.failed, found.error) == (4, failed, None)


def test_copies_are_counted_with_their_first():
    con = table(("1", 1, 1), ("2", 1, 1), ("3", 1, 2), ("4", None, None), ("5", None, None))
    alone = result(con, rule("column_values_to_be_unique", column="a")).finding
    assert (alone.checked, alone.failed) == (3, 3)
    pair = result(con, rule("compound_columns_to_be_unique", column_list=["a", "b"])).finding
    assert (pair.checked, pair.failed) == (3, 2)  # rows where all is missing are no evidence
    every = result(con, rule("compound_columns_to_be_unique", column_list=["a", "b"], ignore_row_if="never")).finding
    assert (every.checked, every.failed) == (5, 4)


def test_a_gap_in_a_compound_key_is_a_value():
    con = table(("1", 1, None), ("2", 1, None), ("3", 1, 2))
    found = result(con, rule("compound_columns_to_be_unique", column_list=["a", "b"])).finding
    assert (found.checked, found.failed) == (3, 2)


def test_a_reference_ignores_nulls_on_both_sides():
    con = table(("1", 1, 1), ("2", 9, 1), ("3", None, 1))
    con.execute("create table gold.dim as select unnest([1, null]) as id")
    one = rule("column_values_to_be_in_set", column="a", value_set=[], reference="gold.dim.id")
    found = result(con, one).finding
    assert (found.checked, found.failed) == (2, 1)


@pytest.mark.parametrize(
    ("one", "observed"),
    [
        (rule("column_to_exist", column="a"), ""),
        (rule("column_to_exist", column="z"), "there is no column z"),
        (rule("table_columns_to_match_set", column_set=["id", "a", "b"]), ""),
        (rule("table_columns_to_match_set", column_set=["id", "a", "z"]), "missing z; not expected b"),
        (rule("table_columns_to_match_set", column_set=["id", "a"], exact_match=False), ""),
        (rule("column_values_to_be_of_type", column="a", type_="INTEGER"), ""),
        (rule("column_values_to_be_of_type", column="a", type_="DOUBLE"), "a is INTEGER, expected DOUBLE"),
        (rule("column_values_to_be_in_type_list", column="a", type_list=["DOUBLE", "INTEGER"]), ""),
        (rule("table_row_count_to_be_between", min_value=1), ""),
        (rule("table_row_count_to_be_between", min_value=9), "5 rows, expected at least 9"),
        (rule("table_row_count_to_be_between", min_value=1, max_value=4), "5 rows, expected at least 1 and at most 4"),
        (rule("column_max_to_be_between", column="a", min_value=7), ""),
        (rule("column_max_to_be_between", column="a", max_value=6), "max of a is 7, expected at most 6"),
        (rule("column_min_to_be_between", column="a", min_value=2), "min of a is 1, expected at least 2"),
    ],
    ids=lambda value: value.type if hasattr(value, "type") else str(value),
)
def test_tables(one, observed):
    found = result(table(*NUMBERS), one)
    assert (found.finding.observed, found.finding.error) == (observed, None)
    assert found.success == (observed == "")


def test_an_extreme_of_nothing_is_outside():
    con = table(("1", None, None))
    assert not result(con, rule("column_max_to_be_between", column="a", min_value=0)).success


def test_a_derived_column_is_as_good_as_one_of_the_table():
    found = result(
        table(*NUMBERS),
        rule("column_values_to_be_between", column="gap", min_value=0, max_value=0),
        derived={"gap": "a - b"},
    )
    assert (found.finding.checked, found.finding.failed) == (2, 1)


class Counted:
    """A cursor that keeps what it was asked."""

    def __init__(self, cursor):
        self.cursor, self.asked = cursor, []

    def execute(self, sql):
        self.asked.append(sql)
        return self.cursor.execute(sql)


def test_one_scan_answers_all_rules_of_a_table():
    """Only copies are counted by a second look, and only where the scan saw that there are any."""
    con = table(("1", 1, 2), ("2", 1, 3), ("2", None, 9))
    rules = [
        rule("column_values_to_not_be_null", id="present", column="a"),
        rule("column_values_to_be_between", id="small", column="b", max_value=5),
        rule("column_values_to_be_in_set", id="known", column="a", value_set=[1]),
        rule("table_row_count_to_be_between", id="rows", min_value=1),
        rule("compound_columns_to_be_unique", id="pair", column_list=["id", "b"]),
    ]
    columns = {"id": "VARCHAR", "a": "INTEGER", "b": "INTEGER"}
    cursor = Counted(con.cursor())
    found = findings(cursor, Suite(GATE, TABLE, ("id",), tuple(rules)), columns)
    assert {name: one.failed for name, one in found.items()} == {
        "present": 1, "small": 1, "known": 0, "rows": 0, "pair": 0,
    }  # fmt: skip
    assert len(cursor.asked) == 1
    unique = rule("column_values_to_be_unique", id="unique", column="id")
    found = findings(cursor, Suite(GATE, TABLE, ("id",), (*rules, unique)), columns)
    assert (found["unique"].failed, len(cursor.asked)) == (2, 3)
