"""Dates of birth as year, month and day, from whatever way they are written, and how alike two of them are."""

from dataclasses import dataclass

import numpy as np
import polars as pl

EXACT, SLIP, NEAR, LOOSE = 1.0, 0.9, 0.75, 0.5
CENTURY_ENDS = 30  # a two-digit year above it belongs to the last century


@dataclass(frozen=True)
class Dates:
    """Parts of each date; 0 where a part is not known."""

    year: np.ndarray
    month: np.ndarray
    day: np.ndarray

    def take(self, places: np.ndarray) -> "Dates":
        return Dates(np.take(self.year, places), np.take(self.month, places), np.take(self.day, places))


def read_dates(values: pl.Series, month_first: bool | None = None) -> Dates:
    """2001-02-03, 20010203, 3.2.2001, 2/3/2001, 2001-02, 2001, 'about 2001'; month or day first as the data show."""
    if month_first is None:
        month_first = is_month_first(values)
    v = pl.col("v")
    number = r"(\d{1,2})"
    ymd = v.str.extract_groups(rf"(\d{{4}})[^\d]{number}(?:[^\d]{number})?(?:[^\d].*)?$")
    compact = v.str.extract_groups(r"^(\d{4})(\d{2})(\d{2})$")
    xyy = v.str.extract_groups(rf"^{number}[^\d]{number}[^\d](\d{{4}}|\d{{2}})(?:[^\d].*)?$")
    frame = values.to_frame("v").select(
        *(ymd.struct.field(str(i + 1)).alias(f"a{i}").cast(pl.Int32) for i in range(3)),
        *(compact.struct.field(str(i + 1)).alias(f"b{i}").cast(pl.Int32) for i in range(3)),
        *(xyy.struct.field(str(i + 1)).alias(f"c{i}").cast(pl.Int32) for i in range(3)),
        v.str.extract(r"(?:^|[^\d])([12]\d{3})(?:[^\d]|$)").cast(pl.Int32).alias("alone"),
    )
    day, month = ("c1", "c0") if month_first else ("c0", "c1")
    short = pl.col("c2") < 100
    years = (
        pl.when(short & (pl.col("c2") > CENTURY_ENDS))
        .then(pl.col("c2") + 1900)
        .otherwise(pl.when(short).then(pl.col("c2") + 2000).otherwise(pl.col("c2")))
    )
    parts = frame.select(
        pl.coalesce("b0", "a0", years, "alone").fill_null(0).alias("year"),
        pl.coalesce("b1", "a1", month).fill_null(0).alias("month"),
        pl.coalesce("b2", "a2", day).fill_null(0).alias("day"),
    )
    return Dates(*(parts[name].to_numpy().astype(np.int32) for name in ("year", "month", "day")))


def is_month_first(values: pl.Series) -> bool:
    """Whether dates such as 2/13/2001 outnumber those such as 13/2/2001."""
    parts = values.str.extract_groups(r"^(\d{1,2})[^\d](\d{1,2})[^\d](?:\d{4}|\d{2})(?:[^\d].*)?$").struct
    first, second = parts.field("1").cast(pl.Int32), parts.field("2").cast(pl.Int32)
    return int((second > 12).sum() or 0) > int((first > 12).sum() or 0)


def similarity(left: Dates, right: Dates) -> np.ndarray:
    """1 equal, .9 one slip of the pen or day and month swapped, .75 two parts equal, .5 a year next to it."""
    same_year, same_month, same_day = left.year == right.year, left.month == right.month, left.day == right.day
    unknown = (left.month == 0) | (right.month == 0) | (left.day == 0) | (right.day == 0)
    apart = np.abs(left.year - right.year)
    digits = _digits_apart(left, right)
    swapped = same_year & (left.month == right.day) & (left.day == right.month)
    same_parts = same_year.astype(np.int8) + same_month + same_day
    result = np.zeros(len(left.year), dtype=np.float32)
    result[(apart <= 1) & (left.year > 0)] = LOOSE
    result[(same_parts == 2) & ~unknown | (unknown & same_year)] = NEAR
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
