"""Days and seconds since the first day of the data, as dates, months and moments."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from data_gen.plan import DAYS, FIRST_DAY
from data_gen.randomness import Bools, Ints, Rng
from data_gen.vocabulary import places

DAY_SECONDS = 86_400
EPOCH_SECONDS = (FIRST_DAY - date(1970, 1, 1)).days * DAY_SECONDS
CALENDAR = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
MONTH = np.array([12 * (day.year - FIRST_DAY.year) + day.month - 1 for day in CALENDAR])  # of each day
MONTHS = int(MONTH[-1]) + 1
MONTH_START = np.array([int(np.argmax(np.equal(MONTH, month))) for month in range(MONTHS)])
MONTH_END = np.append(MONTH_START[1:] - 1, DAYS - 1)
UTC_OFFSET = np.array([country.utc_offset for country in places.COUNTRIES])  # hours, by country


def weekday(days: Ints) -> Ints:
    """0 is Monday; the first day of the data was one."""
    return days % 7


def is_weekend(days: Ints) -> Bools:
    return weekday(days) >= 5


def dates(days: Ints) -> pl.Series:
    """Days as dates."""
    return pl.Series((days + EPOCH_SECONDS // DAY_SECONDS).astype(np.int32)).cast(pl.Date)


def moments(seconds: Ints) -> pl.Series:
    """Seconds as timestamps."""
    return pl.Series((seconds + EPOCH_SECONDS) * 1_000_000).cast(pl.Datetime("us"))


def office_second(rng: Rng, country: Ints, opens: float = 8.0, closes: float = 18.5) -> Ints:
    """A second of the UTC day in local business hours, of those that fall on the same date in UTC."""
    offset = UTC_OFFSET[country]
    first = np.maximum(opens, offset + 0.1)
    last = np.minimum(closes, 23.9 + offset)
    bell = (rng.random(len(country)) + rng.random(len(country))) / 2
    return ((first + bell * (last - first) - offset) * 3600).astype(np.int64)


def local_hour(seconds: Ints, country: Ints) -> Ints:
    """The hour of the day on the business clock of the country."""
    return ((seconds / 3600 + UTC_OFFSET[country]) % 24).astype(np.int64)
