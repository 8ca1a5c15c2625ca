"""Dates of birth as year, month and day, from whatever way they are written, and how alike two of them are."""

from dataclasses import dataclass

import numpy as np
import polars as pl

EXACT, SLIP, NEAR, LOOSE = 1.0, 0.9, 0.75, 0.5
CENTURY_ENDS = 30  # a two-digit year above it belongs to the last century
OLDEST = 130  # a number up to it is an age, not a year
YEARS_BETWEEN = 5  # by which the ages in two tables may differ
TOO_MANY = 0.03  # share of the dates on the first of January from which on that day stands for an unknown one
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"


@dataclass(frozen=True)
class Style:
    """How the dates of a column are to be read."""

    month_first: bool = False
    january_is_unknown: bool = False


@dataclass(frozen=True)
class Dates:
    """Parts of each date; 0 where a part is not known."""

    year: np.ndarray
    month: np.ndarray
    day: np.ndarray

    def take(self, places: np.ndarray) -> "Dates":
        return Dates(np.take(self.year, places), np.take(self.month, places), np.take(self.day, places))


def style_of(values: pl.Series, counts: np.ndarray) -> Style:
    """How dates are written, from the distinct values and how often each occurs."""
    month_first = is_month_first(values)
    read = read_dates(values, Style(month_first))
    complete = (read.month > 0) & (read.day > 0)
    first = complete & (read.month == 1) & (read.day == 1)
    dated = int(counts[complete].sum())
    return Style(month_first, bool(dated and counts[first].sum() > TOO_MANY * dated))


def read_dates(values: pl.Series, style: Style) -> Dates:
    """2001-02-03, 20010203, 3.2.2001, 2/3/2001, 2001-02, 2001, 'about 2001'; an age stands in the place of a year."""
    v = _with_months_as_numbers(pl.col("v"))
    number = r"(\d{1,2})"
    ymd = v.str.extract_groups(rf"(\d{{4}})[^\d]{number}(?:[^\d]{number})?(?:[^\d].*)?$")
    compact = v.str.extract_groups(r"^(\d{4})(\d{2})(\d{2})$")
    xyy = v.str.extract_groups(rf"^{number}[^\d]{number}[^\d](\d{{4}}|\d{{2}})(?:[^\d].*)?$")
    frame = values.to_frame("v").select(
        *(ymd.struct.field(str(i + 1)).alias(f"a{i}").cast(pl.Int32) for i in range(3)),
        *(compact.struct.field(str(i + 1)).alias(f"b{i}").cast(pl.Int32) for i in range(3)),
        *(xyy.struct.field(str(i + 1)).alias(f"c{i}").cast(pl.Int32) for i in range(3)),
        v.str.extract(r"(?:^|[^\d])([12]\d{3})(?:[^\d]|$)").cast(pl.Int32).alias("alone"),
        v.str.extract(r"^(\d{1,3})(?:\.0)?$").cast(pl.Int32).alias("age"),
    )
    written_day, written_month = ("c1", "c0") if style.month_first else ("c0", "c1")
    short = pl.col("c2") < 100
    years = (
        pl.when(short & (pl.col("c2") > CENTURY_ENDS))
        .then(pl.col("c2") + 1900)
        .otherwise(pl.when(short).then(pl.col("c2") + 2000).otherwise(pl.col("c2")))
    )
    parts = frame.select(
        pl.coalesce("b0", "a0", years, "alone", "age").fill_null(0).alias("year"),
        pl.coalesce("b1", "a1", written_month).fill_null(0).alias("month"),
        pl.coalesce("b2", "a2", written_day).fill_null(0).alias("day"),
    )
    year, month, day = (parts[name].to_numpy().astype(np.int32) for name in ("year", "month", "day"))
    if style.january_is_unknown:
        known = ~((month == 1) & (day == 1))
        month, day = month * known, day * known
    return Dates(year, month, day)


def _with_months_as_numbers(v: pl.Expr) -> pl.Expr:
    """3 Feb 2001 and February 3, 2001 as 2001-2-3; all else as it is."""
    day_first = v.str.extract_groups(rf"^(\d{{1,2}})[^\da-z]*({MONTHS})[a-z]*[^\da-z]*(\d{{4}})$")
    month_first = v.str.extract_groups(rf"^({MONTHS})[a-z]*[^\da-z]*(\d{{1,2}})[^\da-z]+(\d{{4}})$")
    names = MONTHS.split("|")

    def written(groups: pl.Expr, year: str, month: str, day: str) -> pl.Expr:
        part = groups.struct.field
        number = part(month).replace_strict(names, [str(i + 1) for i in range(12)], default=None)
        return pl.concat_str(part(year), number, part(day), separator="-")

    return pl.coalesce(written(day_first, "3", "2", "1"), written(month_first, "3", "1", "2"), v)


def is_month_first(values: pl.Series) -> bool:
    """Whether dates such as 2/13/2001 outnumber those such as 13/2/2001."""
    parts = values.str.extract_groups(r"^(\d{1,2})[^\d](\d{1,2})[^\d](?:\d{4}|\d{2})(?:[^\d].*)?$").struct
    first, second = parts.field("1").cast(pl.Int32), parts.field("2").cast(pl.Int32)
    return int((second > 12).sum() or 0) > int((first > 12).sum() or 0)


def similarity(left: Dates, right: Dates) -> np.ndarray:
    """1 equal, .9 one slip of the pen or day and month swapped, .75 two parts equal, .5 a year next to it.

    Of years alone, and of ages, .75 is one beside it, and .5 one slip of the pen, or the years between two tables.
    """
    same_year, same_month, same_day = left.year == right.year, left.month == right.month, left.day == right.day
    unknown = (left.month == 0) | (right.month == 0) | (left.day == 0) | (right.day == 0)
    apart = np.abs(left.year - right.year)
    digits = _digits_apart(left, right)
    swapped = same_year & (left.month == right.day) & (left.day == right.month)
    same_parts = same_year.astype(np.int8) + same_month + same_day
    result = np.zeros(len(left.year), dtype=np.float32)
    result[(apart <= 1) & (left.year > 0)] = LOOSE
    alone = (left.month == 0) & (right.month == 0)
    is_age = (left.year <= OLDEST) & (right.year <= OLDEST)
    result[alone & (digits == 1) & ~is_age | (is_age & (apart <= YEARS_BETWEEN))] = LOOSE
    result[(same_parts == 2) & ~unknown | (unknown & same_year) | (alone & (apart <= 1))] = NEAR
    result[((digits == 1) | swapped) & ~unknown] = SLIP
    result[same_parts == 3] = EXACT
    result[(left.year == 0) | (right.year == 0)] = 0
    return result


def _digits_apart(left: Dates, right: Dates) -> np.ndarray:
    """How many of the eight digits differ."""
    apart = np.zeros(len(left.year), dtype=np.int8)
    for a, b, places in ((left.year, right.year, 4), (left.month, right.month, 2), (left.day, right.day, 2)):
        for place in range(places):
            apart += (a // 10**place % 10) != (b // 10**place % 10)
    return apart
