"""MDM & DQ, golden records: which values survived, taking a record apart, setting a value, and corporate groups."""

import streamlit as st

from ui import columns, desk, stewardship
from ui.blocks import Fact, fact_line
from ui.cards import Card, board, card, note
from ui.data import fetch
from ui.format import count, money, percent
from ui.navigation import link


def draw() -> None:
    page = board(3, narrowest=360)
    text = (st.session_state.get("mdm_golden", st.query_params.get("mdm_golden")) or "").strip()[:200]
    asked = {"query": "customer_360/search", "params": {"text": text}} if text else {"query": "mdm_dq/weakest_links"}
    about = "Best match first" if text else "Those with the weakest link first"
    with page.card("Golden records", about, empty="Nobody found.", **asked) as it:
        uid = _chosen(it, is_search=bool(text))
    if uid is None:
        return
    one = {"uid": uid}
    [who] = fetch("mdm_dq/golden_customer", **one).to_dicts() or [None]
    if who is None:
        note(f"No golden customer {uid} in this release.")
        return
    about = f"{uid} · {who['source_systems'].replace('+', ' + ')} · {count(who['source_records'])} source records"
    with page.card(who["full_name"], about, query="customer_360/golden_record", params=one, span=2) as it:
        it.rows(
            {
                "attribute": "Attribute",
                "value": "Golden value",
                "source_system": "From",
                "rule": "Survived by",
                "lost": "Lost to it",
            },
        )
        link("customer_360", "Open in Customer 360", uid=uid, icon=":material/arrow_outward:")
    with page.card("Source records", "Who joined them", query="customer_360/crosswalk", params=one) as it:
        it.rows(
            {
                "record_id": "Record",
                "link": "Linked by",
                "link_score": columns.number("Score", decimals=2),
                "name": "Name there",
            },
        )
        held = {row["record_id"]: f"{row['record_id']} · {row['name']}" for row in it.frame.to_dicts()}
    with page.card("Take it apart", "Records that are another customer become one of their own"):
        stewardship.unmerge(uid, who["full_name"], list(held), held)
    with page.card("Set a value", "Over all values of the sources, in every later run"):
        values = dict(fetch("mdm_dq/golden_values", **one).select("attribute", "value").iter_rows())
        stewardship.override(uid, who["full_name"], values, desk.LABELS)
    groups()


def _chosen(it: Card, *, is_search: bool) -> str | None:
    """The search, what it found or else the weakest links, and the customer that is picked: the first unless told."""
    st.text_input(
        "Find a golden record",
        key="mdm_golden",
        bind="query-params",
        placeholder="Name, e-mail, phone, VAT id, any system's number",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    revenue = columns.amount("Revenue", width=82)
    shown = {
        True: {"full_name": "Customer", "found_by": "Found by", "lifetime_value": revenue},
        False: {
            "full_name": st.column_config.TextColumn("Customer", width=148),
            "match_score": columns.number("Weakest", decimals=2, width=66),
            "source_records": columns.number("Records", width=62),
            "revenue": revenue,
        },
    }[is_search]
    picked = it.table(shown, height=380, key=f"mdm_golden_found_{is_search}", select=True)
    found = it.frame
    return None if found.is_empty() else found["customer_uid"][min(picked or 0, len(found) - 1)]


def groups() -> None:
    """The corporate groups that stewards found, with what each brings in all."""
    empty = "No corporate group yet: reject a pair of sister companies as the same corporate group."
    about = "Sister companies below their parent, the oldest of them; revenue rolled up"
    with card("Corporate groups", about, query="mdm_dq/groups", params={"uid": None}, empty=empty) as it:
        if not it.frame.is_empty():
            [all_of] = it.query("mdm_dq/group_totals", {}).to_dicts()
            share = f"{percent(all_of['revenue_share'])} of all revenue"
            fact_line(
                [
                    Fact("Groups", count(all_of["groups"])),
                    Fact("Companies", count(all_of["companies"])),
                    Fact("Together", money(all_of["revenue"]), share),
                ]
            )
        it.table(
            {
                "parent": "Group (parent company)",
                "company": "Company",
                "is_parent": st.column_config.CheckboxColumn("Parent", width=60),
                "segment": "Segment",
                "country": "Country",
                "status": "Status",
                "revenue": columns.amount("Revenue"),
                "group_revenue": columns.amount("Revenue of the group"),
            }
        )
