"""The menu of a card: its rows as CSV, the SQL behind it, and the tables that it reads."""

import html
from collections.abc import Mapping
from typing import Any

import streamlit as st

import queries
from ui import data, errors, navigation
from ui.slugs import slug


def draw(title: str, sources: dict[str, Mapping[str, Any]]) -> None:
    """The data behind a card; nothing of it is made before the menu is opened.

    No fragment: that of every card together took a sixth of a page's run, for a menu that is seldom opened.
    """
    menu = st.popover(
        f"Data of {title}", icon=":material/more_horiz:", type="tertiary", key=f"menu_{slug(title)}", on_change="rerun"
    )
    if not menu.open:
        return
    with menu, errors.guarded(f"The data of {title}"):
        for query, params in sources.items():
            _source(title, query, params)
        page = navigation.BY_KEY.get(next(iter(sources)).partition("/")[0])
        if page:
            state = {"dictionary_tab": "KPIs and cards", "dictionary_page": page.title}
            navigation.link("data_dictionary", "Columns back to their sources", icon=":material/account_tree:", **state)


def _source(title: str, query: str, params: Mapping[str, Any]) -> None:
    header = queries.header(query)
    reads = ", ".join(queries.tables(query))
    st.html(f'<p class="mdm-note"><b>{html.escape(header.description)}</b><br>Reads {html.escape(reads)}</p>')
    st.download_button(
        "CSV",
        lambda: data.csv(query, **params),
        file_name=f"{slug(title)}_{data.as_of()}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"csv_{slug(title)}_{query}",
    )
    st.code(queries.sql(query), language="sql", height=260)
