"""What the simulator planted, beside what was found: only a demo can know it."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl
import streamlit as st

from lakehouse import session
from ui import data


@dataclass(frozen=True)
class Found:
    """Orders with planted fraud, of these alerted, and of these confirmed."""

    planted: int
    alerted: int
    confirmed: int


def fraud() -> Found | None:
    """The planted frauds of the whole history; None where there is no answer key."""
    release = data.release()
    planted = _planted(session.uri(), release.release_id, release.published_at)
    if planted is None or planted.is_empty():
        return None
    orders = planted.join(data.fetch("fraud/alerted_orders"), on="order_id", how="left")
    return Found(
        planted=len(orders),
        alerted=int(orders["alerts"].is_not_null().sum()),
        confirmed=int(orders["is_confirmed"].fill_null(False).sum()),
    )


@st.cache_resource(max_entries=3, show_spinner=False)
def _planted(uri: str, release_id: int, published_at: datetime) -> pl.DataFrame | None:
    key = session.answer_key("fraud")
    return None if key is None else key.unique("order_id", maintain_order=True)


def with_recall(passes: pl.DataFrame) -> pl.DataFrame:
    """Blocking passes with the share of the true pairs that they find, up to and with each; null without a key."""
    measured = data.evaluation()
    if measured is None:
        return passes.with_columns(pl.lit(None, pl.Float64).alias("cumulative_recall"))
    return passes.join(
        measured.passes.select("blocking_pass", "cumulative_recall"),
        on="blocking_pass",
        how="left",
        maintain_order="left",
    )
