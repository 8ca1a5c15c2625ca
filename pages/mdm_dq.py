"""MDM & DQ: can the figures be trusted, and which records became one?"""

import streamlit as st

from pages import mdm_dq_gates
from ui import answer_key, charts, columns, data
from ui.cards import board, note
from ui.data import fetch
from ui.format import count, difference, money, percent, points, score, signed_count
from ui.kpi import Kpi, kpi_row
from ui.navigation import link
from ui.sentence import what_changed

[now] = fetch("mdm_dq/summary").to_dicts()
runs = fetch("mdm_dq/runs")
measured = data.evaluation()
merge_at, review_at = now["auto_merge_at"], now["review_at"]
merged = measured.at(merge_at) if measured else None

what_changed("mdm_dq/what_changed")
kpi_row(
    Kpi(
        "Golden customers",
        count(now["golden_customers"]),
        difference(now["golden_customers"], now["golden_before"]),
        delta_as=signed_count,
        good="neutral",
        help="Customers after matching: one for all the source records that are taken to be the same.",
        target=f"from {count(now['source_records'])} source records",
        reached=1 - now["duplicate_share"],
        tone="data",
    ),
    Kpi(
        "Duplicates joined",
        percent(now["duplicate_share"]),
        help="1 − golden customers / source records.",
        target=f"{count(now['source_records'] - now['golden_customers'])} records joined",
        reached=now["duplicate_share"],
        tone="ink",
    ),
    Kpi(
        "Steward queue",
        count(now["pending"]),
        help=f"Pairs scored from {score(review_at)} to {score(merge_at)}, and merges that a guard refused.",
        target=f"of {count(now['recorded_pairs'])} recorded pairs",
        reached=now["pending"] / now["recorded_pairs"] if now["recorded_pairs"] else 0,
        tone="warning",
    ),
    Kpi(
        "Match precision",
        percent(merged.precision) if merged else "–",
        help="Of the pairs merged by score, those that are truly one customer, by the simulator's answer key. Recall: "
        "merged pairs of all that are truly one; most of the rest waits for a steward.",
        target=f"recall {percent(merged.recall)}" if merged else "no answer key",
        reached=merged.recall if merged else 0,
        tone="good",
    ),
    Kpi(
        "Rows that hold",
        percent(now["row_pass_share"], 2),
        difference(now["row_pass_share"], now["row_pass_share_before"]),
        delta_as=points,
        help="1 − failed rows / rows checked, over all rules of all gates.",
        target=f"{count(now['rules_passed'])} of {count(now['rules'])} rules passed",
        reached=now["rule_pass_share"],
        tone="realtime",
    ),
    Kpi(
        "Rows in quarantine",
        count(now["quarantined"]),
        help="Rows that broke a rule. Some are kept out for good; the others are resent copies of rows that went on.",
        target=f"{count(now['rejected'])} kept out for good",
        reached=now["rejected"] / now["quarantined"] if now["quarantined"] else 0,
        tone="alert",
    ),
    versus="vs the run before",
)

names = ("Matching", "Review queue", "Quality gates", "Quarantine", "Lineage and schema", "Tables")
tabs = dict(zip(names, st.tabs(names, key="mdm_tab", on_change="rerun", bind="query-params"), strict=True))
shown = next((name for name, tab in tabs.items() if tab.open), names[0])

with tabs[shown]:
    if shown == "Matching":
        card = board(3).card
        with card(
            "From records to customers", "Records, less merges by rule", query="mdm_dq/reconciliation", span=2
        ) as it:
            paint = {"rising": "general", "falling": "data", "unit": "count"}
            it.draw(charts.waterfall, label="step", value="records", totals=("Records", "Golden"), height=280, **paint)
        with card("Sources", "Customers by the systems that know them", query="mdm_dq/source_linkage") as it:
            it.draw(charts.ranked, label="source_systems", value="customers", text="label", tone="data", height=280)
        with card("Match scores", "Recorded pairs by score", query="mdm_dq/score_histogram") as it:
            levels = ((review_at, "review"), (merge_at, "merge"))
            bands = ((review_at, "NO_MATCH"), (merge_at, "REVIEW"), (None, "AUTO_MERGE"))
            it.draw(charts.histogram, start="score_from", count="pairs", width=0.01, bands=bands, thresholds=levels)
        with card("Tiers", "Recorded pairs by steward status", query="mdm_dq/tiers") as it:
            bars = {"x": "match_tier", "y": "pairs", "color": "steward_status"}
            it.draw(charts.bars, **bars, stack=True, text=True, tones={"None": "neutral"})
        with card("What makes a score", "Mean contribution of each field", query="mdm_dq/field_scores") as it:
            it.draw(charts.bars, x="match_tier", y="contribution", color="field", stack=True, unit="score")
        with card("Precision and recall", "By merge threshold, against the simulator's answer key", span=2) as it:
            if measured is None:
                note("There is no answer key: with real data nobody knows which records are truly one.")
            else:
                level = st.slider(
                    "Merge from score", 0.65, 1.0, merge_at, 0.01, key="mdm_threshold", bind="query-params"
                )
                at = measured.at(level)
                lines = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
                tones = {"precision": "data", "recall": "realtime", "f1": "neutral"}
                marks = {"events": ((level, score(level)),), "tones": tones}
                it.figure(charts.lines(measured.curve, x="threshold", y=lines, unit="share", **marks))
                right, wrong, missed = at.true_positives, at.false_positives, at.false_negatives
                note(
                    f"From {score(level)}: {count(right)} pairs merged rightly, {count(wrong)} wrongly, "
                    f"{count(missed)} missed; precision {percent(at.precision)}, recall {percent(at.recall)}."
                )
        with card("Blocking", "Pairs that each pass brings to comparison", query="mdm_dq/blocking") as it:
            it.table(
                {
                    "label": "Pass",
                    "pairs_found": columns.number("Pairs", width=60),
                    "pairs_new": columns.number("New", width=55),
                    "recorded_pairs_new": columns.number("Kept", width=50, help="New, and scored at 0.65 or more."),
                    "cumulative_recall": columns.share("Recall", decimals=1, width=65),
                },
                frame=columns.percents(answer_key.with_recall(it.frame), "cumulative_recall"),
            )
            note(
                f"{count(now['candidate_pairs'])} of {count(now['possible_pairs'])} possible pairs are compared: "
                f"{percent(now['reduction'])} of the work is saved. Recall: true pairs found up to and with the pass."
            )
        with card("Whose value survived", "Golden customers by source of the value", query="mdm_dq/survivorship") as it:
            it.draw(charts.shares, label="attribute", part="source_system", value="customers", height=290)
        with card("Completeness", "Values filled", query="mdm_dq/completeness", span=2) as it:
            both = {"before": "Source records", "after": "Golden customers"}
            tones = {"before": "neutral", "after": "data"}
            it.draw(charts.bars, x="attribute", y=both, unit="share", tones=tones, height=290)
    elif shown == "Review queue":
        card = board(2).card
        about, empty = "Highest score first, with the revenue that depends on it", "No pair waits for a steward."
        with card("Pairs to decide", about, query="mdm_dq/review_queue", empty=empty) as it:
            picked = it.table(
                {
                    "match_score": columns.number("Score", decimals=3, width=55),
                    "name_a": st.column_config.TextColumn("Record A", width=155),
                    "name_b": st.column_config.TextColumn("Record B", width=155),
                    "why": st.column_config.TextColumn("Disagree", width=110),
                    "revenue": columns.amount("Revenue", width=80),
                },
                height=570,
                key="mdm_queue",
                select=True,
            )
            queue = it.frame
        if not queue.is_empty():
            pair = queue.row(picked or 0, named=True)
            about, one = f"{pair['pair_id']} · {pair['systems']}", {"pair_id": pair["pair_id"]}
            with card("Side by side", about, query="mdm_dq/pair_detail", params=one) as it:
                it.table(
                    {
                        "field": st.column_config.TextColumn("Field", width=65),
                        "record_a": st.column_config.TextColumn("Record A", width=200),
                        "record_b": st.column_config.TextColumn("Record B", width=200),
                        "contribution": columns.number("Adds", decimals=3, width=60),
                    }
                )
                it.draw(
                    charts.waterfall,
                    label="field",
                    value="contribution",
                    totals=("Score",),
                    unit="score",
                    rising="data",
                )
                note(f"{count(pair['orders'])} orders worth {money(pair['revenue'])} are theirs together.")
                with st.container(horizontal=True):
                    link("customer_360", "Open A", uid=pair["customer_uid_a"], icon=":material/arrow_outward:")
                    link("customer_360", "Open B", uid=pair["customer_uid_b"], icon=":material/arrow_outward:")
    else:
        mdm_dq_gates.draw(shown)
