"""The simulated enterprise: truth first, then the imperfect extracts of its systems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from data_gen.extracts import Extract
from data_gen.world import world

if TYPE_CHECKING:  # the pipeline is heavy, and whoever only simulates does not need it
    from data_gen.next_day_run import DaySummary
    from lakehouse.pipeline import Report
    from lakehouse.release import Release

__all__ = ["Extract", "ensure_demo", "next_day", "reset", "simulate"]


def simulate(seed: int = 42, scale: float = 1) -> Iterator[Extract]:
    """Every source's batches for bronze; large tables come in parts, so that memory stays bounded."""
    return world(seed, scale).extracts()


def ensure_demo(progress: Report | None = None, uri: str | None = None) -> Release:
    """The newest release of a lakehouse; simulated and built first where there is none. Safe to call at once."""
    from data_gen import demo

    return demo.ensure(progress, uri)


def next_day(progress: Report | None = None, uri: str | None = None, *, through_events: bool = False) -> DaySummary:
    """The sources' next change batch, through CDC and the pipeline, and a summary of what it brought.

    `through_events` sends the accounts' changes as Salesforce's change events, through the connector that lands them.
    """
    from data_gen import next_day_run

    return next_day_run.advance(progress, uri, through_events=through_events)


def reset(progress: Report | None = None, uri: str | None = None) -> Release:
    """The default enterprise as on its first day, in the place of what is there."""
    from data_gen import demo

    return demo.reset(progress, uri)
