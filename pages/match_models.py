"""Match demo, two models: the same pair explained by both, and what a threshold would change."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from ui import charts, columns, linking
from ui.cards import board, card, note, nothing_here
from ui.format import count, percent, score
from ui.kpi import Kpi, kpi_row

TOP = 5
NAMES = {
    "prior": "Prior",
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "address": "Street",
    "postcode": "Postcode",
    "city": "City",
    "country": "Country",
    "circumstances": "Circumstances",
}


def learned(record: Mapping[str, Any], record_id: str) -> None:
    """The learned model's view of the record: its candidates, and the chosen one's waterfall in log2 Bayes factors."""
    known = {
        name: record.get(name)
        for name in ("record_id", "name", "email", "phone", "street", "postal_code", "city", "country")
    }
    found = linking.candidates(known)
    one = next((other for other in found if other.record_id == record_id), None)
    page = board(3)
    title = (
        "The learned model has no evidence" if one is None else f"Why {score(one.match_score, 4)}: fellegi_sunter model"
    )
    with page.card(title, f"log2 Bayes factors, from the prior to the score · {record_id}", span=2) as it:
        if one is None:
            nothing_here("The learned model gives this pair less than one chance in a thousand.")
        else:
            parts = [(NAMES.get(step, step), value) for step, value in one.steps.items() if value]
            steps = pl.DataFrame([*parts, ("Evidence", one.bits)], schema=["step", "bits"], orient="row")
            it.figure(
                charts.waterfall(steps, label="step", value="bits", totals=("Evidence",), unit="score", rising="data")
            )
            note(
                f"{one.bits:+.1f} bits are a probability of {score(one.match_score, 4)}; ten bits are a thousand "
                "to one. Circumstances: agreement is worth less where such records often agree on the rest too."
            )
    with page.card("Candidates of the learned model", "Posterior probability, learned without labels") as it:
        rows = [(other.record_id, other.match_score, other.match_tier) for other in found[:TOP]]
        it.rows(
            {"Record": "Record", "Probability": columns.number("Probability", decimals=4), "Tier": "Tier"},
            frame=pl.DataFrame(rows, schema=["Record", "Probability", "Tier"], orient="row"),
        )
        note("Missing values are no evidence here, for or against; rare values weigh more than common ones.")


def thresholds() -> None:
    """Measured precision and recall over all thresholds, and the pairs and customers that a change would move."""
    model = st.segmented_control(
        "Model", list(linking.MODELS), default="composite", format_func=linking.MODELS.__getitem__,
        required=True, key="demo_model", bind="query-params",
    )  # fmt: skip
    found = linking.measured(model)
    at = st.slider(
        "Merge from", found.lowest, 1.0, found.merge_at, 0.01, key=f"demo_merge_{model}", bind="query-params"
    )
    pairs, customers = found.changed(at)
    merged = found.pairs.filter(pl.col("match_score") >= at)
    row = None if found.curve is None else found.curve.filter(pl.col("threshold") <= at + 1e-9).tail(1).to_dicts()[0]
    kpi_row(
        Kpi("Pairs merged", count(len(merged)), help="Pairs at or above the threshold.", tone="data"),
        Kpi(
            "Pairs that change tier",
            count(pairs),
            help=f"Against the threshold in use, {score(found.merge_at)}.",
            target=f"in use: {score(found.merge_at)}",
            tone="warning",
        ),
        Kpi("Customers touched", count(customers), help="Customers that hold a record of those pairs.", tone="warning"),
        Kpi(
            "Precision and recall",
            "–" if row is None else f"{percent(row['precision'])} · {percent(row['recall'])}",
            help="Measured against the answer key of the simulator.",
            tone="good",
        ),
    )
    with card("Precision and recall by threshold", f"{linking.MODELS[model]}: {found.about}") as it:
        if found.curve is None:
            nothing_here("There is no answer key: with real data nobody knows which records are truly one.")
            return
        lines = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
        tones = {"precision": "data", "recall": "realtime", "f1": "neutral"}
        marks = {"events": ((at, score(at)),), "tones": tones}
        it.figure(charts.lines(found.curve, x="threshold", y=lines, unit="share", **marks), height=320)
