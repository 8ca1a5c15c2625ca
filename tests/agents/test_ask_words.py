"""Who, where and when are understood from words, as the filters of the pages mean them."""

from datetime import date

import pytest

from agents.ask import periods, words
from ui import periods as page_periods

AS_OF, FIRST = date(2026, 1, 31), date(2024, 1, 1)
SEGMENTS = ["SMB", "Mid-Market", "Startup", "Enterprise"]
COUNTRIES = ["US", "DE", "GB", "JP", "FR", "AU", "IN", "SG", "BR", "CA"]


def said(text: str) -> words.Said:
    return words.take_apart(text, SEGMENTS, COUNTRIES, AS_OF, FIRST)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("last quarter", "2025-10-01", "2026-01-01"),  # the whole one before, not the last 90 days
        ("this quarter", "2026-01-01", "2026-02-01"),
        ("quarter to date", "2026-01-01", "2026-02-01"),
        ("qtd", "2026-01-01", "2026-02-01"),
        ("last month", "2025-12-01", "2026-01-01"),
        ("this month", "2026-01-01", "2026-02-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("ytd", "2026-01-01", "2026-02-01"),
        ("last week", "2026-01-19", "2026-01-26"),
        ("this week", "2026-01-26", "2026-02-01"),
        ("last 7 days", "2026-01-25", "2026-02-01"),
        ("the past three months", "2025-11-01", "2026-02-01"),
        ("last 2 quarters", "2025-08-01", "2026-02-01"),
        ("last 12 months", "2025-02-01", "2026-02-01"),
        ("in 2025", "2025-01-01", "2026-01-01"),
        ("in 2026", "2026-01-01", "2026-02-01"),  # not over: to the as-of date
        ("Q3 2025", "2025-07-01", "2025-10-01"),
        ("q4", "2025-10-01", "2026-01-01"),  # the newest that has begun
        ("the first quarter of 2025", "2025-01-01", "2025-04-01"),
        ("in March 2025", "2025-03-01", "2025-04-01"),
        ("in december", "2025-12-01", "2026-01-01"),
        ("since June 2025", "2025-06-01", "2026-02-01"),
        ("since 2025", "2025-01-01", "2026-02-01"),
        ("from March to June 2025", "2025-03-01", "2025-07-01"),
        ("between November 2025 and January 2026", "2025-11-01", "2026-02-01"),
        ("on 2025-12-24", "2025-12-24", "2025-12-25"),
        ("today", "2026-01-31", "2026-02-01"),
        ("yesterday", "2026-01-30", "2026-01-31"),
        ("all time", "2024-01-01", "2026-02-01"),
    ],
)
def test_period(text: str, start: str, end: str):
    found = said(f"revenue {text} in Germany")
    assert found.conditions.period is not None
    assert (str(found.conditions.period.start), str(found.conditions.period.end)) == (start, end)
    assert found.conditions.country == "DE"
    assert found.rest == "revenue"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("last 12 months", "12m"),
        ("last 90 days", "90d"),
        ("last 30 days", "30d"),
        ("this week", "wtd"),
        ("this month", "mtd"),
        ("this quarter", "qtd"),
        ("this year", "ytd"),
        ("all time", "all"),
    ],
)
def test_periods_and_what_they_are_compared_with_are_those_of_the_pages(text: str, key: str):
    period, _ = periods.find(text, AS_OF, FIRST)
    of_page = page_periods.period(key, AS_OF, FIRST)
    assert period is not None and (period.start, period.end) == of_page
    assert periods.before(period, FIRST) == page_periods.comparison(key, of_page, "previous", FIRST)
    if key != "wtd":  # the page goes back 364 days, to the same weekday
        expected = page_periods.comparison(key, of_page, "year", FIRST)
        assert periods.before(period, FIRST, year=True) == expected


def test_a_quarter_is_compared_with_the_quarter_before():
    period, _ = periods.find("last quarter", AS_OF, FIRST)
    assert periods.before(period, FIRST) == (date(2025, 7, 1), date(2025, 10, 1))
    assert periods.before(period, FIRST, year=True) == (date(2024, 10, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("text", "segment", "country"),
    [
        ("revenue in the US", None, "US"),
        ("tell us the revenue in america", None, "US"),  # a pronoun is no country
        ("revenue of UK enterprises", "Enterprise", "GB"),
        ("mid market in france", "Mid-Market", "FR"),
        ("small businesses in the united kingdom", "SMB", "GB"),
        ("german start-ups", "Startup", "DE"),
        ("revenue in Germny", None, "DE"),  # misspelt
        ("revenue by segment and country", None, None),
    ],
)
def test_segment_and_country(text: str, segment: str | None, country: str | None):
    found = said(text).conditions
    assert (found.segment, found.country) == (segment, country)


def test_other_marks():
    assert said("top 5 customers").conditions.limit == 5
    assert said("5 largest customers").conditions.limit == 5
    assert said("revenue compared with last year").conditions.year_before
    assert said("revenue compared with last year").conditions.period is None
    assert said("and in France?").is_follow_up
    assert said("in all countries").conditions.cleared == {"country"}
    assert said("revenue in Italy").elsewhere == "italy"
    assert said("who is C-8FK424J34Y").key == "C-8FK424J34Y"
    assert said('revenue of "Acme & Sons"').quoted == "Acme & Sons"
