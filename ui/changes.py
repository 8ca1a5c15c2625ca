"""How the lakehouse changes: one more day of the sources, back to the first day, and two releases side by side."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

import data_gen
from lakehouse import session
from ui import build_process, data, desk
from ui.blocks import Fact, fact_line, literal
from ui.cards import note
from ui.format import count, day, moment, money, signed_count, signed_money

SAID = "_day_said"
CONFIRM = "Yes, throw away every decision and every day"


@dataclass(frozen=True)
class Day:
    """What a day brought, kept for the session that asked for it."""

    day: date
    seconds: float
    accounts: pl.DataFrame  # source_system, change, records
    delivered: pl.DataFrame  # table, source_system, batch_id, rows
    found: session.Comparison


def advance() -> None:
    """A button that delivers the next day of the simulated sources, and what it brought."""
    if not data.follows():
        note("Days are added to the newest release: go back to the latest above.")
        return
    if st.button(
        "Advance one day",
        icon=":material/fast_forward:",
        type="primary",
        key="mdm_advance",
        help="New, changed and deleted accounts, orders and events arrive, and the pipeline runs.",
    ):
        _run("The sources send their changes", _next_day)


def brought() -> Day | None:
    """What the last day brought that this session asked for."""
    found: Day | None = st.session_state.get(SAID)
    return found if found and data.releases()[-1].release_id >= found.found.later.release_id else None


def summary(of: Day) -> None:
    """A day in figures: what arrived, and what it moved."""
    kinds = dict(of.accounts.group_by("change").agg(pl.col("records").sum()).iter_rows())
    figures = {row["figure"]: row for row in of.found.figures.to_dicts()}

    def moved(figure: str, written: Any = signed_count) -> str:
        return written(figures[figure]["difference"])

    fact_line(
        [
            *(Fact(f"Accounts {kind}", count(kinds.get(kind, 0))) for kind in ("new", "changed", "deleted")),
            Fact("Rows arrived", count(of.delivered["rows"].sum()), f"{len(of.delivered)} batches"),
            Fact("Golden customers", count(figures["golden customers"]["later"]), moved("golden customers")),
            Fact("Pairs that wait", count(figures["open reviews"]["later"]), moved("open reviews")),
            Fact("Revenue", money(figures["revenue"]["later"]), moved("revenue", signed_money)),
            Fact("Orders", count(figures["orders"]["later"]), moved("orders")),
            Fact("Fraud alerts", count(figures["fraud alerts"]["later"]), moved("fraud alerts")),
            Fact("In quarantine", count(figures["quarantined rows"]["later"]), moved("quarantined rows")),
        ]
    )
    note(
        f"Release {of.found.later.release_id} shows {day(of.day)}; delivered, matched and published in "
        f"{of.seconds:.1f} s."
    )


def reset() -> None:
    """Back to the default data, once it is confirmed."""
    sure = st.checkbox(CONFIRM, key="mdm_reset_sure")
    if st.button("Reset the demo", icon=":material/restart_alt:", key="mdm_reset_data", disabled=not sure):
        _run("The default enterprise is built again", _reset)


def _run(what: str, act: Any) -> None:
    """Show the steps of a run, then its release; a refusal says why."""
    bar = st.progress(0.0, text=f"{what} …")
    try:
        act(lambda p: bar.progress(min(1.0, p.position / max(p.total, 1)), text=f"{what}: {p.step}"))
    except (session.LakehouseError, RuntimeError) as error:
        bar.empty()
        data.forget()
        st.error(literal(str(error)), icon=":material/block:")
        return
    st.rerun()


def _next_day(report: Any) -> None:
    brought = data_gen.next_day(report)
    data.show_newest()
    found = _between(brought.previous, brought.release)
    st.session_state[SAID] = Day(brought.day, brought.seconds, brought.accounts, brought.delivered, found)


def _reset(report: Any) -> None:
    build_process.reset(report)
    data.forget()
    st.session_state.pop(SAID, None)
    del st.session_state["mdm_reset_sure"]


def pick() -> session.Comparison | None:
    """Two releases to compare, and what differs between them; None where there is only one."""
    offered = {found.release_id: found for found in reversed(data.releases())}
    if len(offered) < 2:
        note("There is one release so far: decide a pair or advance a day, then compare.")
        return None
    numbers = list(offered)
    with st.container(horizontal=True):
        later = st.selectbox("Release", numbers, format_func=lambda n: _named(offered[n]), key="mdm_later")
        others = [number for number in numbers if number != later]
        start = others.index(later - 1) if later - 1 in others else 0
        earlier = st.selectbox(
            "Compared with", others, start, format_func=lambda n: _named(offered[n]), key=f"mdm_earlier_{later}"
        )
    return _between(offered[earlier], offered[later])


def differences(found: session.Comparison) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Figures, customers, scores and tables that differ, ready to be shown."""
    scores = found.scores.with_columns(pl.col("earlier", "later", "difference").round(3))
    figures = found.figures.filter(pl.col("difference").abs() > 1e-9).with_columns(
        pl.col("figure").str.slice(0, 1).str.to_uppercase() + pl.col("figure").str.slice(1),
        pl.col("earlier", "later", "difference").round(3),
    )
    customers = found.customers.with_columns(pl.col("field").replace(desk.FIELDS))
    tables = found.tables.filter("is_changed").with_columns(difference=pl.col("rows_later") - pl.col("rows_earlier"))
    return figures, customers, scores, tables.drop("is_changed")


def _named(release: session.Release) -> str:
    return f"{release.release_id} · {day(release.as_of_date)} · {release.note} · {moment(release.published_at)}"


def _between(earlier: session.Release, later: session.Release) -> session.Comparison:
    return _compared((session.uri(), earlier.release_id, later.release_id, f"{later.published_at}"))


@st.cache_resource(max_entries=5, show_spinner=False)
def _compared(key: tuple[str, int, int, str]) -> session.Comparison:
    _, earlier, later, _ = key
    return session.compare(earlier, later)
