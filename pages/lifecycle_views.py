"""The four closer looks of the Lifecycle page: retention, survival, movement, and whether the churn risk is right."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl

from ui import charts, columns
from ui.blocks import Fact, fact_line
from ui.cards import board, note, nothing_here
from ui.data import fetch
from ui.format import count, percent, score

Params = Mapping[str, Any]


def retention(params: Params, who: str) -> None:
    """Two triangles: customers, and what they bought."""
    card = partial(board(2).card, params=params)
    with card(
        "Customers who stay active",
        f"Share of the quarter's newcomers active in each quarter of their tenure · {who}",
        query="lifecycle/retention",
        help="Counted from each customer's own first day. Active: any order, interaction or known web visit; joining "
        "counts, so the first is 100%. A cell shows once the youngest of the cohort has lived it.",
        empty="None of these customers joined since the records begin.",
    ) as it:
        it.draw(charts.cohorts, cohort="cohort", period="label", value="retention", tone="good", height=300)
    with card(
        "Revenue that stays",
        f"Revenue of each quarter of tenure over that of the first · {who}",
        query="lifecycle/retention",
        help="Above 100% where a cohort buys more than in its first three months.",
        empty="None of these customers joined since the records begin.",
    ) as it:
        it.draw(charts.cohorts, cohort="cohort", period="label", value="revenue_retention", tone="revenue", height=300)


def survival(params: Params, who: str) -> None:
    """How long customers stay."""
    card = partial(board(2).card, params=params)
    curves = fetch("lifecycle/survival", **params)
    with card(
        "How long customers stay",
        f"Share still under contract after so many months, with 95% band · {who}",
        query="lifecycle/survival",
        help="Kaplan-Meier: customers still under contract count as long as they have been seen. Shown while at least "
        "ten customers were at risk.",
        empty="Fewer than ten customers: too few for a curve.",
    ) as it:
        overall = curves.filter(pl.col("segment") == "All customers")
        year = overall.filter(pl.col("month") == 12)["survival"]
        two = overall.filter(pl.col("month") == 24)["survival"]
        fact_line(
            [
                Fact("After one year", percent(year[0]) if len(year) else "–"),
                Fact("After two years", percent(two[0]) if len(two) else "–"),
                Fact("Churned", count(overall["lost"].sum()), f"of {count(overall['at_risk'].max())} at risk"),
            ]
        )
        if len(overall):
            it.figure(
                charts.lines(
                    overall,
                    x="month",
                    y={"survival": "Still under contract"},
                    band=("low", "high", "95% band"),
                    unit="share",
                    step=True,
                    tones={"survival": "good"},
                    zero=False,
                )
            )
        else:
            nothing_here(it.empty)
    with card(
        "By segment",
        f"Share still under contract after so many months · {who}",
        query="lifecycle/survival",
        empty="Fewer than ten customers: too few for a curve.",
    ) as it:
        parts = curves.filter(pl.col("segment") != "All customers")
        if len(parts):
            it.figure(
                charts.lines(parts, x="month", y="survival", color="segment", unit="share", step=True, zero=False),
                height=300,
            )
        else:
            nothing_here(it.empty)


def moves(params: Params, who: str) -> None:
    """From stage to stage in a month."""
    with board(1).card(
        "From stage to stage in a month",
        f"Share of the customers of a stage (rows) who were in another (columns) a month later, last 12 months · {who}",
        query="lifecycle/transitions",
        params=params,
        help="All monthly moves of twelve months together, between month ends worked out from activity as of each.",
    ) as it:
        it.draw(
            charts.heatmap,
            x="to_stage",
            y="from_stage",
            value="share",
            unit="share",
            tone="data",
            text=True,
            height=300,
        )


def test_of_risk(params: Params, who: str) -> None:
    """Does the risk score mean what it says?"""
    tested = fetch("lifecycle/calibration", **params)
    card = partial(board(3).card, params=params)
    with card(
        "Is the churn risk right?",
        f"Predicted risk against the share that then fell silent for ninety days · {who}",
        query="lifecycle/calibration",
        span=2,
        help="The rules applied to what was known at twelve past month ends, against what followed. On the dashed line "
        "prediction and outcome agree; below it the score warns too loudly. Silent: no activity of any kind.",
        empty="The records do not reach back far enough for a test.",
    ) as it:
        if len(tested):
            first = tested.row(0, named=True)
            fact_line(
                [
                    Fact("Ranking (AUC)", score(first["auc"]), "0.5 is chance, 1 perfect"),
                    Fact(
                        "Brier score",
                        score(first["brier"], 3),
                        f"{score(first['brier_of_base_rate'], 3)} if always the mean",
                    ),
                    Fact("Fell silent", percent(first["base_rate"]), f"of {count(tested['cases'].sum())} cases"),
                ]
            )
        it.draw(
            charts.scatter,
            x="predicted",
            y="observed",
            label="churn_risk_tier",
            size="cases",
            color="churn_risk_tier",
            x_unit="share",
            y_unit="share",
            x_name="Predicted",
            y_name="Fell silent",
            diagonal=True,
        )
        if len(tested) and first["auc"] > 0.5 and first["brier"] > first["brier_of_base_rate"]:
            note(
                "It tells the silent from the active better than chance, but warns of more silence than follows: "
                "read it as an order of urgency, not as a probability."
            )
    with card("The test in figures", "Cases by predicted risk", query="lifecycle/calibration") as it:
        it.rows(
            {
                "churn_risk_tier": "Tier",
                "predicted": columns.share("Predicted"),
                "observed": columns.share("Fell silent"),
                "low": columns.share("At least"),
                "high": columns.share("At most"),
                "cases": columns.number("Cases"),
            },
            frame=columns.percents(it.frame, "predicted", "observed", "low", "high"),
        )
        note("At least, at most: the 95% interval of the share (Wilson).")
