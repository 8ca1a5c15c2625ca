"""MDM & DQ, matching: from records to customers, scores and tiers, thresholds measured, and whose values survived."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from ui import answer_key, charts, columns
from ui.cards import board, note
from ui.data import made
from ui.format import count, percent, score


def draw(now: Mapping[str, Any], measured: Any) -> None:
    """The tab; `now` is the release in figures, `measured` its matching against the answer key or None."""
    merge_at, review_at = now["auto_merge_at"], now["review_at"]
    card = board(3).card
    with card("From records to customers", "Records, less merges by rule", query="mdm_dq/reconciliation", span=2) as it:
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
            level = st.slider("Merge from score", 0.65, 1.0, merge_at, 0.01, key="mdm_threshold", bind="query-params")
            at = measured.at(level)
            lines = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
            tones = {"precision": "data", "recall": "realtime", "f1": "neutral"}
            marks = {"events": ((level, score(level)),), "tones": tones}
            curve = partial(charts.lines, measured.curve, x="threshold", y=lines, unit="share", **marks)
            it.figure(made(it.title, (level,), curve))
            right, wrong, missed = at.true_positives, at.false_positives, at.false_negatives
            note(
                f"From {score(level)}: {count(right)} pairs merged rightly, {count(wrong)} wrongly, "
                f"{count(missed)} missed; precision {percent(at.precision)}, recall {percent(at.recall)}."
            )
    with card("Blocking", "Pairs that each pass brings to comparison", query="mdm_dq/blocking") as it:
        it.rows(
            {
                "label": "Pass",
                "pairs_found": columns.number("Pairs"),
                "pairs_new": columns.number("New"),
                "recorded_pairs_new": columns.number("Kept", help="New, and scored at 0.65 or more."),
                "cumulative_recall": columns.share("Recall", decimals=1),
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
