"""The pages: their order, names, and what stands in their header."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui import filters
from ui.filters import CONTROLS


@dataclass(frozen=True)
class Entry:
    key: str  # the file below pages/, and the path in the URL
    title: str
    icon: str
    question: str  # what the page answers, in one line
    controls: tuple[str, ...] = CONTROLS

    @property
    def path(self) -> str:
        return f"pages/{self.key}.py"


PAGES = (
    Entry(
        "executive",
        "Executive RT",
        "speed",
        "How is the business doing this week, hour by hour?",
        ("period", "segment", "country"),
    ),
    Entry("revenue", "Revenue", "payments", "Is revenue growing, what moved it, and who carries it?"),
    Entry("customer_360", "Customer 360", "person_search", "Who is this customer, and what should happen next?"),
    Entry("lifecycle", "Lifecycle", "autorenew", "Who stays, who is slipping away, and what is at stake?"),
    Entry("gtm_pipeline", "GTM Pipeline", "filter_alt", "Will the pipeline carry the quarter?"),
    Entry("clickstream", "Clickstream", "ads_click", "Where do visitors come from, and what makes them convert?"),
    Entry(
        "fraud",
        "Fraud",
        "shield",
        "What is being attempted, what was stopped, and what did it cost?",
        (*CONTROLS, "severity"),
    ),
    Entry("mdm_dq", "MDM & DQ", "verified", "Can the figures be trusted, and which records became one?", ()),
    Entry("match_demo", "Match demo", "join_inner", "Type a customer and watch the engine decide.", ()),
    Entry("ask_claude", "Ask", "forum", "Ask in plain words. Every figure shows where it comes from.", ()),
    Entry("agents", "Agents", "smart_toy", "What do the six agents write, and which check did it pass?", ()),
    Entry("data_dictionary", "Dictionary", "menu_book", "What does each figure mean, and where does it come from?", ()),
)
BY_KEY = {entry.key: entry for entry in PAGES}


def current() -> tuple[Entry, Any]:
    """Declare the pages; the one that the URL asks for, with its entry."""
    known = {entry.key: _page(entry) for entry in PAGES}
    home = PAGES[0]
    # Streamlit serves its default page at / alone; this makes /executive lead there too.
    alias = st.Page(_home, title=home.title, url_path=home.key, visibility="hidden")
    page = st.navigation([*known.values(), alias], position="top")
    if page is alias:
        st.switch_page(known[home.key], query_params=st.query_params.to_dict())
    return next((BY_KEY[key], known[key]) for key in known if known[key] is page)


def _page(entry: Entry) -> Any:
    icon, is_home = f":material/{entry.icon}:", entry is PAGES[0]
    path = "home" if is_home else entry.key  # where the alias in current() leads from must be free
    return st.Page(entry.path, title=entry.title, icon=icon, url_path=path, default=is_home)


def _home() -> None:
    """Never run: current() leads on before."""


def link(key: str, label: str = "", *, help: str | None = None, icon: str | None = None, **query: str) -> None:
    """A link to a page within the app; the filters in the URL stay, and `query` is added (see filters.query)."""
    entry = BY_KEY[key]
    st.page_link(
        entry.path, label=label or entry.title, icon=icon, help=help, query_params=filters.query(**query) or None
    )
