from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import periods

FIRST = date(2024, 1, 1)
AS_OF = date(2026, 1, 31)  # a Saturday


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("12m", date(2025, 2, 1)),
        ("90d", date(2025, 11, 3)),
        ("30d", date(2026, 1, 2)),
        ("wtd", date(2026, 1, 26)),  # the Monday
        ("mtd", date(2026, 1, 1)),
        ("qtd", date(2026, 1, 1)),
        ("ytd", date(2026, 1, 1)),
        ("all", FIRST),
        ("nonsense", FIRST),
    ],
)
def test_periods_end_with_the_as_of_date(key, start):
    assert periods.period(key, AS_OF, FIRST) == (start, date(2026, 2, 1))


def test_quarter_to_date_starts_with_the_quarter():
    assert periods.period("qtd", date(2025, 8, 20), FIRST) == (date(2025, 7, 1), date(2025, 8, 21))


def test_custom_range_is_taken_as_given():
    chosen = (date(2025, 3, 1), date(2025, 4, 1))
    assert periods.period("custom", AS_OF, FIRST, chosen) == chosen


@pytest.mark.parametrize(
    ("key", "how", "expected"),
    [
        ("12m", "previous", (date(2024, 2, 1), date(2025, 2, 1))),
        ("12m", "year", (date(2024, 2, 1), date(2025, 2, 1))),
        ("30d", "previous", (date(2025, 12, 3), date(2026, 1, 2))),
        ("mtd", "previous", (date(2025, 12, 1), date(2026, 1, 1))),
        ("mtd", "year", (date(2025, 1, 1), date(2025, 2, 1))),
        ("qtd", "previous", (date(2025, 10, 1), date(2025, 11, 1))),
        ("ytd", "previous", (date(2025, 1, 1), date(2025, 2, 1))),
        ("wtd", "previous", (date(2026, 1, 19), date(2026, 1, 25))),
        ("wtd", "year", (date(2025, 1, 27), date(2025, 2, 2))),  # the same weekdays
        ("all", "previous", None),  # nothing lies before the first day
    ],
)
def test_comparison(key, how, expected):
    chosen = periods.period(key, AS_OF, FIRST)
    assert periods.comparison(key, chosen, how, FIRST) == expected


def test_month_to_date_ends_on_the_same_day_of_a_shorter_month():
    chosen = periods.period("mtd", date(2025, 3, 30), FIRST)
    assert periods.comparison("mtd", chosen, "previous", FIRST) == (date(2025, 2, 1), date(2025, 3, 1))


def test_a_comparison_that_the_data_do_not_cover_is_none():
    chosen = (date(2024, 6, 1), date(2025, 6, 1))
    assert periods.comparison("custom", chosen, "previous", FIRST) is None


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(as_of=DAYS, key=st.sampled_from(sorted(periods.PRESETS)), how=st.sampled_from(["previous", "year"]))
def test_a_comparison_never_overlaps_its_period(as_of, key, how):
    first = date(2015, 1, 1)
    start, end = periods.period(key, as_of, first)
    before = periods.comparison(key, (start, end), how, first)
    assert start <= as_of < end
    assert before is not None and before[0] < before[1] <= start
    assert abs((before[1] - before[0]) - (end - start)) <= timedelta(days=3)  # months differ in length


@given(day=DAYS, months=st.integers(-30, 30))
def test_add_months_keeps_the_day_or_the_last_of_the_month(day, months):
    moved = periods.add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)
