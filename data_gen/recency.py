"""Customers who have not left were active of late: who must get in touch, or visit the website, to make that true."""

import numpy as np
import polars as pl

from data_gen import clock
from data_gen.plan import DAYS
from data_gen.population import Population
from data_gen.randomness import Ints, Rng, stream

RECENT_DAYS = 44  # one day less than makes a customer At-Risk
CALLING_SHARE = 0.45  # of those who did not order of late get in touch, the others visit the website


def callers_and_visitors(seed: int, people: Population, orders: pl.DataFrame) -> tuple[Ints, Ints]:
    """Customers who have not left but did not order of late, by what they do instead."""
    ordered = np.full(len(people), -1)
    np.maximum.at(ordered, orders["golden"].to_numpy(), orders["seconds"].to_numpy() // clock.DAY_SECONDS)
    silent = ~people.is_leaving & (ordered < DAYS - 1 - RECENT_DAYS)
    calls = stream(seed, "recency").random(len(people)) < CALLING_SHARE
    return np.flatnonzero(silent & calls), np.flatnonzero(silent & ~calls)


def days(rng: Rng, people: Population, golden: Ints) -> Ints:
    """A day of late for each customer."""
    first = np.maximum(DAYS - 1 - RECENT_DAYS, people.active_from[golden])
    return first + (rng.random(len(golden)) * (DAYS - first)).astype(np.int64)
