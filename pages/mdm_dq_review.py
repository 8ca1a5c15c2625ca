"""MDM & DQ, the steward's part: pairs to decide, side by side, and the audit trail of what was decided."""

import json

import streamlit as st

from ui import charts, columns, desk, stewardship
from ui.blocks import Fact, fact_line
from ui.cards import board, card, note
from ui.format import count, money, score
from ui.navigation import link


def queue(source_records: int) -> None:
    page, empty = board(3, narrowest=360), "No pair waits for a steward."
    about = "Most valuable first; skipped ones at the end"
    with page.card("Pairs to decide", about, query="mdm_dq/review_queue", empty=empty) as it:
        picked = it.table(
            {
                "name_a": st.column_config.TextColumn("Record A", width=140),
                "revenue": columns.amount("Revenue", width=84, help="Of both customers together, over all time."),
                "records": columns.number("Records", width=62, help="Source records of both customers."),
                "match_score": columns.number("Score", decimals=2, width=50),
                "why": st.column_config.TextColumn("Disagree", width=140),
                "name_b": st.column_config.TextColumn("Record B", width=150),
                "skipped": st.column_config.TextColumn("Skipped because", width=150),
            },
            height=520,
            key="mdm_queue",
            select=True,
        )
        waiting = it.frame
    if waiting.is_empty():
        return
    pair = waiting.row(min(picked or 0, len(waiting) - 1), named=True)
    one = {"pair_id": pair["pair_id"]}
    about = f"{pair['pair_id']} · {pair['systems']} · score {score(pair['match_score'])} · differences are marked"
    with page.card("Side by side", about, query="mdm_dq/pair_records", params=one, span=2) as it:
        looked = stewardship.preview(pair["pair_id"], source_records)
        desk.records(it.frame, pair, looked)
        stewardship.verdict(pair["pair_id"], f"{pair['name_a']} / {pair['name_b']}", looked)
    with page.card("What makes the score", pair["pair_id"], query="mdm_dq/pair_detail", params=one) as it:
        it.draw(charts.waterfall, label="field", value="contribution", totals=("Score",), unit="score", rising="data")
    with page.card("If they become one", "What an approval would change elsewhere, on every page", span=2):
        fact_line(
            [
                Fact("Depends on it", money(pair["revenue"]), f"{count(pair['orders'])} orders of both"),
                *desk.consequences(looked),
            ]
        )
        desk.outcome(looked)
        with st.container(horizontal=True):
            link("customer_360", "Open A", uid=pair["customer_uid_a"], icon=":material/arrow_outward:")
            link("customer_360", "Open B", uid=pair["customer_uid_b"], icon=":material/arrow_outward:")


def decisions() -> None:
    about, empty = "Who decided what, when and why; nothing is ever deleted", "No decision was taken yet."
    with card("Audit trail", about, query="mdm_dq/decisions", empty=empty) as it:
        picked = it.table(
            {
                "decided_at": columns.moment("When (UTC)", width=138),
                "decided_by": st.column_config.TextColumn("Who", width=104),
                "verdict": st.column_config.TextColumn("Verdict", width=112),
                "subject": st.column_config.TextColumn("On", width=205),
                "reason": st.column_config.TextColumn("Reason", width=140),
                "before": st.column_config.TextColumn("Before", width=200, help="Customers, with their records."),
                "after": st.column_config.TextColumn("After", width=180),
                "state": st.column_config.TextColumn("State", width=115),
                "decision_id": st.column_config.TextColumn("Decision", width=110),
            },
            height=380 if len(it.frame) > 10 else "auto",
            key="mdm_decisions",
            select=True,
        )
        taken = it.frame
        if not taken.is_empty():
            note("Every later run takes these decisions as given. Select one for its details and to undo it.")
    if picked is None or picked >= len(taken):
        return
    chosen = taken.row(picked, named=True)
    page = board(3, narrowest=360)
    about = f"{chosen['decision_id']} · {chosen['verdict']} by {chosen['decided_by']} · {chosen['state']}"
    with page.card("Before and after", about, span=2):
        desk.before_and_after(json.loads(chosen["before_json"]), json.loads(chosen["after_json"]))
    with page.card("Undo", chosen["subject"]):
        if chosen["can_be_undone"]:
            stewardship.undo(chosen["decision_id"], chosen["subject"])
        else:
            note("This decision is not in force any more, or is itself an undo: take the decision anew instead.")
