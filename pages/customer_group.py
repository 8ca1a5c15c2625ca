"""The corporate group of one customer: sister companies that stewards keep apart, and what they bring together."""

import streamlit as st

from ui import columns
from ui.blocks import Fact, fact_line
from ui.cards import card
from ui.data import fetch
from ui.format import count, money


def draw(uid: str) -> None:
    """A card, for a customer that belongs to a group."""
    if fetch("mdm_dq/groups", uid=uid).is_empty():
        return
    about = "Sister companies that a steward keeps apart; revenue over all time, rolled up to the parent"
    with card("Corporate group", about, query="mdm_dq/groups", params={"uid": uid}) as it:
        first = it.frame.row(0, named=True)
        fact_line(
            [
                Fact("Parent", first["parent"]),
                Fact("Companies", count(first["companies"])),
                Fact("Revenue of the group", money(first["group_revenue"])),
            ]
        )
        it.table(
            {
                "company": "Company",
                "is_parent": st.column_config.CheckboxColumn("Parent", width="small"),
                "segment": "Segment",
                "country": "Country",
                "status": "Status",
                "revenue": columns.amount("Revenue"),
            }
        )
