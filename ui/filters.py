"""The filters that every page shares, kept in the URL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import streamlit as st

from ui import data, format, periods

ALL = "all"
CONTROLS = ("period", "compare", "segment", "country")
SEVERITIES = ("Critical", "High", "Medium", "Low")
NAMES: Mapping[str, str] = {
    "period": "Period",
    "compare": "Compare with",
    "segment": "Segment",
    "country": "Country",
    "severity": "Severity",
}
DEFAULTS: Mapping[str, Any] = {
    "period": "12m",
    "compare": "previous",
    "segment": ALL,
    "country": ALL,
    "severity": ALL,
}


@dataclass(frozen=True)
class Filters:
    """What the page shows: half-open days, the days compared with (None: nothing to compare), and who."""

    start: date
    end: date
    compare_start: date | None
    compare_end: date | None
    segment: str | None
    country: str | None
    label: str
    compare_label: str
    as_of: date
    severity: str | None = None  # of fraud alerts

    @cached_property
    def params(self) -> Mapping[str, Any]:
        """For fetch(): queries take those they name."""
        names = ("start", "end", "compare_start", "compare_end", "segment", "country", "severity", "as_of")
        return {name: getattr(self, name) for name in names}

    @property
    def scope(self) -> str:
        """For subtitles: 'last 12 months · Enterprise · Germany'."""
        who = [self.segment, self.country and format.country(self.country), self.severity]
        return " · ".join([self.label, *(text for text in who if text)])


def draw(controls: Sequence[str] = CONTROLS) -> None:
    """The widgets, side by side. Their state lives in the URL; a value that is not offered falls back to all."""
    if not controls:
        return
    [options] = data.fetch("app/options").to_dicts()
    choices: Mapping[str, Sequence[str]] = {
        "period": list(periods.LABELS),
        "compare": list(periods.COMPARISONS),
        "segment": [ALL, *options["segments"]],
        "country": [ALL, *options["countries"]],
        "severity": [ALL, *SEVERITIES],
    }
    for name in controls:
        st.selectbox(
            NAMES[name],
            choices[name],
            format_func=WRITTEN[name],
            key=name,
            bind="query-params",
            filter_mode=None,
        )
        if name == "period" and st.session_state.get("period") == periods.CUSTOM:
            _days(options["first_date"])


def query(**chosen: str) -> dict[str, str]:
    """Filters as a link's query string holds them, which is by label: query(period="ytd", country="DE")."""
    return {name: WRITTEN.get(name, str)(value) for name, value in chosen.items()}


def named(name: str) -> tuple[str, str]:
    """A filter in words, as it stands: ("Country", "Germany")."""
    value = st.session_state.get(name) or DEFAULTS[name]
    if name == "period" and value == periods.CUSTOM:
        return NAMES[name], current().label
    return NAMES[name], WRITTEN[name](value)


def default_of(name: str) -> str:
    """What a filter says when it is off."""
    return WRITTEN[name](DEFAULTS[name])


def offered(name: str) -> list[str]:
    """The values that a filter which narrows the rows offers."""
    [options] = data.fetch("app/options").to_dicts()
    values = {"segment": options["segments"], "country": options["countries"], "severity": SEVERITIES}
    return list(values.get(name, ()))


def _days(first_day: date) -> None:
    last_day = data.as_of()
    default = (periods.add_months(last_day + periods.DAY, -3), last_day)
    st.date_input(
        "Days", default, min_value=first_day, max_value=last_day, key="days", bind="query-params", format="YYYY-MM-DD"
    )


def _or_all(text: str, written: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: text if value == ALL else written(value)


WRITTEN: Mapping[str, Callable[[str], str]] = {
    "period": periods.LABELS.__getitem__,
    "compare": periods.COMPARISONS.__getitem__,
    "segment": _or_all("All segments", str),
    "country": _or_all("All countries", format.country),
    "severity": _or_all("All severities", str),
}


def current() -> Filters:
    """The filters as they stand."""
    state = {name: st.session_state.get(name) or default for name, default in DEFAULTS.items()}
    as_of = data.as_of()
    [options] = data.fetch("app/options").to_dicts()
    first_day = options["first_date"]
    key = state["period"]
    start, end = periods.period(key, as_of, first_day, _custom())
    before = periods.comparison(key, (start, end), state["compare"], first_day)
    return Filters(
        start=start,
        end=end,
        compare_start=before and before[0],
        compare_end=before and before[1],
        segment=None if state["segment"] == ALL else state["segment"],
        country=None if state["country"] == ALL else state["country"],
        severity=None if state["severity"] == ALL else state["severity"],
        label=_label(key, start, end),
        compare_label=_compare_label(key, state["compare"]) if before else "no earlier data to compare",
        as_of=as_of,
    )


def changed() -> list[str]:
    """The filters that do not stand at their default."""
    return [name for name, default in DEFAULTS.items() if (st.session_state.get(name) or default) != default]


def reset(names: Sequence[str] = tuple(DEFAULTS)) -> None:
    """Set filters back, all unless some are named; for a button's callback."""
    for name in names:
        st.session_state[name] = DEFAULTS[name]


def _custom() -> periods.Range | None:
    """The picked days as a half-open range; None while only one end is picked."""
    match st.session_state.get("days"):
        case (first, last):
            return first, last + periods.DAY
        case _:
            return None


def _label(key: str, start: date, end: date) -> str:
    if key == periods.CUSTOM:
        return f"{format.day(start)} – {format.day(end - periods.DAY)}"
    return periods.LABELS.get(key, "All time").lower()


def _compare_label(key: str, how: str) -> str:
    if how == "year":
        return "vs previous year"
    names = {"12m": "12 months", "90d": "90 days", "30d": "30 days", "wtd": "week", "mtd": "month", "qtd": "quarter"}
    return f"vs previous {names.get(key, 'year' if key == 'ytd' else 'period')}"
