"""What each type of rule means in SQL: which rows it looks at and which of them are bad. Nulls are no evidence."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lakehouse.quality.suite import Rule


@dataclass(frozen=True)
class RowCheck:
    """A predicate for the rows that count and one for the bad among them."""

    checked: str
    broken: str


@dataclass(frozen=True)
class UniqueCheck:
    """Rows that count must differ in these columns."""

    checked: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class TableCheck:
    """A statement about the table as a whole; `aggregate` is SQL that the scan has to compute for it."""

    judge: Callable[["Facts"], str]  # what is wrong, or nothing
    aggregate: str | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of a table after its scan."""

    columns: Mapping[str, str]
    rows: int
    aggregate: Any = None


Check = RowCheck | UniqueCheck | TableCheck


def compile_rule(rule: Rule) -> Check:
    """The check of a rule. Raises KeyError with the name of an unknown type or a missing argument."""
    return TYPES[rule.type](rule)


def quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def literal(value: object) -> str:
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


def _of_column(broken: Callable[[str, Rule], str]) -> Callable[[Rule], RowCheck]:
    """A rule about the values of one column, null being none."""

    def check(rule: Rule) -> RowCheck:
        column = quoted(rule.kwargs["column"])
        return RowCheck(f"{column} is not null", f"{column} is not null and ({broken(column, rule)})")

    return check


def _not_null(rule: Rule) -> RowCheck:
    return RowCheck("true", f"{quoted(rule.kwargs['column'])} is null")


def _is_null(rule: Rule) -> RowCheck:
    return RowCheck("true", f"{quoted(rule.kwargs['column'])} is not null")


def _members(rule: Rule) -> str:
    """The allowed values, or those of the column that the rule refers to."""
    if rule.reference:
        layer, table, column = map(quoted, rule.reference.split("."))
        return f"select {column} from {layer}.{table} where {column} is not null"
    return ", ".join(literal(value) for value in rule.kwargs["value_set"])


def _outside(value: str, rule: Rule) -> str:
    """True for a value below the least or above the greatest that the rule allows."""
    low, high = rule.kwargs.get("min_value"), rule.kwargs.get("max_value")
    parts = []
    if low is not None:
        parts.append(f"{value} {'<=' if rule.kwargs.get('strict_min') else '<'} {literal(low)}")
    if high is not None:
        parts.append(f"{value} {'>=' if rule.kwargs.get('strict_max') else '>'} {literal(high)}")
    return " or ".join(parts) or "false"


def _mismatch(column: str, rule: Rule) -> str:
    # Anywhere in the text, as Great Expectations does on pandas; a pattern that must begin the text says ^.
    return f"not regexp_matches({column}::varchar, {literal(rule.kwargs['regex'])})"


def _pair(holds: Callable[[str, str, Rule], str]) -> Callable[[Rule], RowCheck]:
    """A rule about two columns of a row; `ignore_row_if` says which nulls are no evidence."""
    counted = {
        "both_values_are_missing": "({a} is not null or {b} is not null)",
        "either_value_is_missing": "({a} is not null and {b} is not null)",
        "neither": "true",
    }

    def check(rule: Rule) -> RowCheck:
        a, b = quoted(rule.kwargs["column_A"]), quoted(rule.kwargs["column_B"])
        checked = counted[rule.kwargs.get("ignore_row_if", "both_values_are_missing")].format(a=a, b=b)
        return RowCheck(checked, f"{checked} and not coalesce({holds(a, b, rule)}, false)")

    return check


def _unique(rule: Rule) -> UniqueCheck:
    return UniqueCheck(f"{quoted(rule.kwargs['column'])} is not null", (rule.kwargs["column"],))


def _unique_together(rule: Rule) -> UniqueCheck:
    columns = tuple(rule.kwargs["column_list"])
    how = {"all_values_are_missing": " or ", "any_value_is_missing": " and ", "never": None}
    joiner = how[rule.kwargs.get("ignore_row_if", "all_values_are_missing")]
    present = joiner.join(f"{quoted(column)} is not null" for column in columns) if joiner else "true"
    return UniqueCheck(f"({present})", columns)


def _exists(rule: Rule) -> TableCheck:
    column = rule.kwargs["column"]
    return TableCheck(lambda facts: "" if column in facts.columns else f"there is no column {column}")


def _columns_match(rule: Rule) -> TableCheck:
    wanted, exact = set(rule.kwargs["column_set"]), rule.kwargs.get("exact_match", True)

    def judge(facts: Facts) -> str:
        missing, added = wanted - set(facts.columns), set(facts.columns) - wanted
        found = [f"missing {', '.join(sorted(missing))}"] if missing else []
        found += [f"not expected {', '.join(sorted(added))}"] if added and exact else []
        return "; ".join(found)

    return TableCheck(judge)


def _type_listed(rule: Rule) -> TableCheck:
    column, allowed = rule.kwargs["column"], rule.kwargs.get("type_list") or [rule.kwargs["type_"]]

    def judge(facts: Facts) -> str:
        found = facts.columns.get(column, "missing")
        return "" if found in allowed else f"{column} is {found}, expected {' or '.join(allowed)}"

    return TableCheck(judge)


def _row_count(rule: Rule) -> TableCheck:
    low, high = rule.kwargs.get("min_value"), rule.kwargs.get("max_value")

    def judge(facts: Facts) -> str:
        fits = (low is None or facts.rows >= low) and (high is None or facts.rows <= high)
        return "" if fits else f"{facts.rows:,} rows, expected {_bounds(rule)}"

    return TableCheck(judge)


def _extreme(function: str) -> Callable[[Rule], TableCheck]:
    def check(rule: Rule) -> TableCheck:
        value = f"{function}({quoted(rule.kwargs['column'])})"

        def judge(facts: Facts) -> str:
            found, is_outside = facts.aggregate
            return f"{function} of {rule.kwargs['column']} is {found}, expected {_bounds(rule)}" if is_outside else ""

        return TableCheck(judge, f"({value}, coalesce({_outside(value, rule)}, true))")

    return check


def _bounds(rule: Rule) -> str:
    limits = (("at least", rule.kwargs.get("min_value")), ("at most", rule.kwargs.get("max_value")))
    return " and ".join(f"{word} {limit}" for word, limit in limits if limit is not None)


TYPES: Mapping[str, Callable[[Rule], Check]] = {
    "expect_column_to_exist": _exists,
    "expect_table_columns_to_match_set": _columns_match,
    "expect_column_values_to_be_of_type": _type_listed,
    "expect_column_values_to_be_in_type_list": _type_listed,
    "expect_table_row_count_to_be_between": _row_count,
    "expect_column_max_to_be_between": _extreme("max"),
    "expect_column_min_to_be_between": _extreme("min"),
    "expect_column_values_to_not_be_null": _not_null,
    "expect_column_values_to_be_null": _is_null,
    "expect_column_values_to_be_unique": _unique,
    "expect_compound_columns_to_be_unique": _unique_together,
    "expect_column_values_to_be_in_set": _of_column(lambda column, rule: f"{column} not in ({_members(rule)})"),
    "expect_column_values_to_not_be_in_set": _of_column(lambda column, rule: f"{column} in ({_members(rule)})"),
    "expect_column_values_to_be_between": _of_column(_outside),
    "expect_column_values_to_match_regex": _of_column(_mismatch),
    "expect_column_values_to_not_match_regex": _of_column(
        lambda column, rule: re.sub("^not ", "", _mismatch(column, rule))
    ),
    "expect_column_value_lengths_to_be_between": _of_column(
        lambda column, rule: _outside(f"length({column}::varchar)", rule)
    ),
    "expect_column_pair_values_a_to_be_greater_than_b": _pair(
        lambda a, b, rule: f"{a} {'>=' if rule.kwargs.get('or_equal') else '>'} {b}"
    ),
    "expect_column_pair_values_to_be_equal": _pair(lambda a, b, rule: f"{a} = {b}"),
}
