from datetime import date, datetime
from decimal import Decimal

import pytest

from ui import format


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (27_560_000, "$27.56M"),
        (Decimal("27560000.00"), "$27.56M"),
        (999_999, "$1.00M"),  # not $1000k
        (99_999, "$100k"),
        (12_345, "$12.3k"),
        (9_999.4, "$9,999"),  # in full below ten thousand
        (6_165.4, "$6,165"),
        (12.5, "$12.50"),
        (0, "$0"),
        (-1_234_567, "−$1.23M"),
        (5.6e9, "$5.60B"),
        (321_200_000, "$321M"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_money(value, text):
    assert format.money(value) == text


def test_money_with_cents():
    assert format.money(689.01, cents=True) == "$689.01"
    assert format.money(-0.001, cents=True) == "$0.00"  # no minus before a zero


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (format.percent(0.0985), "9.8%"),
        (format.percent(None), "–"),
        (format.signed(0.084), "+8.4%"),
        (format.signed(-0.084), "−8.4%"),
        (format.signed(-0.0001), "0.0%"),
        (format.signed(12), "×13"),
        (format.points(0.004), "+0.4 pp"),
        (format.points(None), "–"),
        (format.signed_money(-1500.0), "−$1,500"),
        (format.signed_count(3), "+3"),
        (format.count(40_000), "40,000"),
        (format.compact(40_000), "40.0k"),
        (format.days(1), "1 day"),
        (format.days(12.3), "12 days"),
        (format.hours(5.25), "5.2 h"),
        (format.milliseconds(231.4), "231 ms"),
        (format.score(0.9234), "0.92"),
        (format.day(date(2026, 1, 31)), "31 Jan 2026"),
        (format.month(date(2026, 1, 31)), "Jan 2026"),
        (format.moment(datetime(2026, 1, 31, 9, 5)), "31 Jan 2026, 09:05"),
        (format.day(None), "–"),
        (format.country("DE"), "Germany"),
        (format.country("XX"), "XX"),
        (format.country(None), "–"),
    ],
)
def test_written(written, text):
    assert written == text


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [(110, 100, 0.1), (Decimal(50), Decimal(100), -0.5), (5, 0, None), (5, None, None), (None, 5, None)],
)
def test_change_guards_zero_and_gaps(now, before, expected):
    assert format.change(now, before) == pytest.approx(expected)


def test_difference():
    assert format.difference(0.5, 0.25) == 0.25
    assert format.difference(0.5, None) is None


@pytest.mark.parametrize(
    ("hours", "text"),
    [(16.2, "16 h left"), (0, "0 h left"), (-2, "2 h late"), (-1417, "59 days late"), (72, "3 days left"), (None, "–")],
)
def test_time_left_is_said_as_people_say_it(hours, text):
    assert format.time_left(hours) == text


@pytest.mark.parametrize(("value", "text"), [(1.26, "+1.3"), (-5.08, "−5.1"), (0.01, "0.0"), (None, "–")])
def test_a_signed_score(value, text):
    assert format.signed_score(value) == text
