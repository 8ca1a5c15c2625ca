"""What stands above every page: title, question, the state of the data, and the filters."""

import html
from collections.abc import Mapping

import streamlit as st

from lakehouse.session import Release
from ui import chips, data, filters, format, navigation, notices, presenter, report, tour
from ui.decided import ROLE
from ui.paper import Paper

MAY = "This is a demo: everybody may decide on pairs and advance the days on MDM & DQ, and reset the data there"


def draw(entry: navigation.Entry, shown: Paper) -> None:
    """The header of a page; `shown` will hold what the page shows, for its report."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="mdm_header"):
        with st.container(key="mdm_title"):
            st.html(f'<h1 class="mdm-h1">{html.escape(entry.title)}</h1>')
            st.html(f'<p class="mdm-question">{html.escape(entry.question)}</p>')
            _state()
        with st.container(key="mdm_side"):
            facts: dict[str, str] = {}
            _actions(entry, shown, facts)
            if entry.controls:
                with st.container(horizontal=True, vertical_alignment="bottom", key="mdm_filters"):
                    filters.draw(entry.controls)
    facts.update(_facts(entry))
    chips.draw(entry.controls)
    notices.draw()


def _state() -> None:
    """As-of date, release, quality and role, in one line."""
    shown = data.release()
    with st.container(horizontal=True, vertical_alignment="center", key="mdm_state"):
        st.html(f"<span>As of <b>{format.day(shown.as_of_date)}</b></span>")
        with st.popover(
            f"Release {shown.release_id}", type="tertiary", icon=":material/deployed_code:", key="mdm_release"
        ):
            _picker()
            st.html(_release_facts(shown))
        _quality(shown)
        st.html(f'<span class="mdm-role" title="{html.escape(MAY)}">{ROLE}</span>')


def _picker() -> None:
    """Any release, by its number or by a day: the last one whose data end on that day or before."""
    published = data.releases()
    days = [data.wanted()] if data.day_of(data.wanted()) else []
    offered = [data.LATEST, *days, *(str(found.release_id) for found in reversed(published))]
    st.selectbox("Show release", offered, key=data.RELEASE_KEY, bind="query-params")
    first, last = published[0].as_of_date, published[-1].as_of_date
    st.date_input(
        "Or as it was on",
        None,
        min_value=min(first, last),
        max_value=max(first, last),
        key="mdm_day",
        on_change=_pick_day,
        format="YYYY-MM-DD",
    )


def _pick_day() -> None:
    if picked := st.session_state["mdm_day"]:
        st.session_state[data.RELEASE_KEY] = picked.isoformat()
        st.session_state["mdm_day"] = None


def _actions(entry: navigation.Entry, shown: Paper, facts: Mapping[str, str]) -> None:
    """What one can do with any page: be led through the story, present it, take it away."""
    with st.container(horizontal=True, key="mdm_actions"):
        st.button(
            "Tour",
            type="tertiary",
            icon=":material/signpost:",
            key="mdm_tour_start",
            on_click=tour.start,
            help="Ten steps through the story, from one customer's many records to the audit trail",
        )
        st.button(
            "Present",
            type="tertiary",
            icon=":material/slideshow:",
            key="mdm_present",
            on_click=presenter.toggle,
            help="Hide the controls and enlarge the type",
        )
        st.download_button(
            "Report",
            lambda: report.document(shown, entry.title, entry.question, facts),
            file_name=report.file_name(entry.title, str(data.as_of())),
            mime=report.MIME,
            type="tertiary",
            icon=":material/description:",
            on_click="ignore",
            key="mdm_report",
            help="This page as one HTML file to print or send: it opens without a network",
        )


def _facts(entry: navigation.Entry) -> dict[str, str]:
    """What a report says about what it shows: the filters, the day, the release and its gates."""
    shown = data.release()
    rules, failed = quality(shown)
    return {
        **dict(filters.named(name) for name in entry.controls),
        "As of": format.day(shown.as_of_date),
        "Release": f"{shown.release_id}, published {format.moment(shown.published_at)} UTC",
        "Quality gates": f"passed, {failed} of {rules} rules warn" if failed else f"passed, {rules} rules",
    }


def _quality(shown: Release) -> None:
    rules, failed = quality(shown)
    if not rules:
        return
    text = f"Gates passed · {failed} of {rules} rules warn" if failed else f"Gates passed · {rules} rules"
    navigation.link(
        "mdm_dq",
        text,
        icon=":material/verified:",
        help="The quality gates that this release went through. Opens MDM & DQ.",
    )


def quality(shown: Release) -> tuple[int, int]:
    """Rules executed and rules failed over all gates of a release."""
    tallies = list(shown.gates.values())
    return sum(tally.get("rules", 0) for tally in tallies), sum(tally.get("failed_rules", 0) for tally in tallies)


def _release_facts(shown: Release) -> str:
    facts = {
        "Published": f"{format.moment(shown.published_at)} UTC",
        "Built in": f"{shown.seconds:.1f} s",
        "Tables": format.count(len(shown.tables)),
        "Note": shown.note,
    }
    rows = "".join(f"<dt>{name}</dt><dd>{html.escape(str(value))}</dd>" for name, value in facts.items())
    return f'<dl class="mdm-facts">{rows}</dl>'
