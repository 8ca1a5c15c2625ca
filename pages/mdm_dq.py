"""MDM & DQ: can the figures be trusted, and which records became one?"""

from functools import partial

import streamlit as st

from pages import (
    mdm_dq_gates,
    mdm_dq_golden,
    mdm_dq_matching,
    mdm_dq_releases,
    mdm_dq_review,
    mdm_dq_sources,
)
from ui import data, decided
from ui.data import fetch
from ui.format import count, difference, percent, points, score, signed_count
from ui.kpi import Kpi, kpi_row
from ui.sentence import what_changed

[now] = fetch("mdm_dq/summary").to_dicts()
measured = data.evaluation()
merge_at, review_at = now["auto_merge_at"], now["review_at"]
merged = measured.at(merge_at) if measured else None

runs = fetch("mdm_dq/runs")
course = runs if len(runs) > 1 else runs.clear()  # with one run there is no course yet

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
        spark=course["golden_customers"],
        tone="data",
        link="#From records to customers",
        state={"mdm_tab": "Matching"},
    ),
    Kpi(
        "Duplicates joined",
        percent(now["duplicate_share"]),
        difference(now["duplicate_share"], now["duplicate_share_before"]),
        delta_as=points,
        good="neutral",
        help="1 − golden customers / source records.",
        target=f"{count(now['source_records'] - now['golden_customers'])} records joined",
        reached=now["duplicate_share"],
        spark=1 - course["golden_customers"] / course["source_records"],
        tone="ink",
        link="#Sources",
        state={"mdm_tab": "Matching"},
    ),
    Kpi(
        "Steward queue",
        count(now["pending"]),
        help=f"Pairs scored from {score(review_at)} to {score(merge_at)}, and merges that a guard refused.",
        target=f"of {count(now['recorded_pairs'])} recorded pairs",
        reached=now["pending"] / now["recorded_pairs"] if now["recorded_pairs"] else 0,
        tone="warning",
        link="#Pairs to decide",
        state={"mdm_tab": "Review queue"},
    ),
    Kpi(
        "Match precision",
        percent(merged.precision) if merged else "–",
        help="Of the pairs merged by score, those that are truly one customer, by the simulator's answer key. Recall: "
        "merged pairs of all that are truly one; most of the rest waits for a steward.",
        target=f"recall {percent(merged.recall)}" if merged else "no answer key",
        reached=merged.recall if merged else 0,
        tone="good",
        link="#Precision and recall",
        state={"mdm_tab": "Matching"},
    ),
    Kpi(
        "Rows that hold",
        percent(now["row_pass_share"], 2),
        difference(now["row_pass_share"], now["row_pass_share_before"]),
        delta_as=points,
        help="1 − failed rows / rows checked, over all rules of all gates.",
        target=f"{count(now['rules_passed'])} of {count(now['rules'])} rules passed",
        reached=now["rule_pass_share"],
        spark=course["row_pass_share"],
        tone="realtime",
        link="#Gates",
        state={"mdm_tab": "Quality gates"},
    ),
    Kpi(
        "Rows in quarantine",
        count(now["quarantined"]),
        help="Rows that broke a rule. Some are kept out for good; the others are resent copies of rows that went on.",
        target=f"{count(now['rejected'])} kept out for good",
        reached=now["rejected"] / now["quarantined"] if now["quarantined"] else 0,
        tone="alert",
        link="#Rows in quarantine",
        state={"mdm_tab": "Quarantine"},
    ),
    versus="vs the run before",
)

decided.bar(now["golden_customers"], now["golden_before"], now["pending"])

PARTS = {
    "Matching": partial(mdm_dq_matching.draw, now, measured),
    "Review queue": partial(mdm_dq_review.queue, now["source_records"]),
    "Golden records": mdm_dq_golden.draw,
    "Decisions": mdm_dq_review.decisions,
    "Releases": mdm_dq_releases.draw,
    "Sources and runs": mdm_dq_sources.draw,
    "Quality gates": mdm_dq_gates.gates,
    "Quarantine": mdm_dq_gates.quarantine,
    "Lineage and schema": mdm_dq_gates.schema,
    "Tables": mdm_dq_gates.tables,
}
names = list(PARTS)
tabs = dict(zip(names, st.tabs(names, key="mdm_tab", on_change="rerun", bind="query-params"), strict=True))
shown = next((name for name, tab in tabs.items() if tab.open), names[0])
with tabs[shown]:
    PARTS[shown]()
