"""Stages, cohorts, survival and risk agree with each other and with the customers, and with a world made by hand."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.queries.parameters import AS_OF, CHOICES

NOW = {**CHOICES["last_12_months"], "won_back": 0.25, "stage": None}
NOBODY = {**NOW, "segment": "Nobody"}
SCOPES = [{}, {"segment": "SMB"}, {"country": "US"}, {"segment": "Startup", "country": "GB"}]
STAGES = ["Activated", "Growing", "Loyal", "Champion", "At-Risk", "Dormant", "Churned"]


@pytest.mark.parametrize("scope", SCOPES)
def test_stages_and_tiers_count_every_customer_once(ask, warehouse, scope: dict[str, str]) -> None:
    where = " and ".join(["is_current", *(f"{name} = '{value}'" for name, value in scope.items())])
    [(customers,)] = warehouse.cursor().sql(f"select count(*) from gold.dim_customer where {where}").fetchall()
    stages, tiers = ask("lifecycle/stages", **NOW | scope), ask("lifecycle/risk_tiers", **NOW | scope)
    [total] = ask("lifecycle/summary", **NOW | scope).to_dicts()
    assert stages["lifecycle_stage"].to_list() == STAGES
    assert stages["customers"].sum() == tiers["customers"].sum() == customers
    assert stages["revenue"].sum() == tiers["revenue"].sum()
    assert stages["revenue_at_risk"].sum() == tiers["revenue_at_risk"].sum() == total["revenue_at_risk"]
    assert total["customers"] == customers - stages["customers"][-1]


@pytest.mark.parametrize("scope", SCOPES)
def test_who_joined_and_who_left_explain_the_change(ask, scope: dict[str, str]) -> None:
    [total] = ask("lifecycle/summary", **NOW | scope).to_dicts()
    assert total["customers_start"] + total["joined"] - total["lost"] == total["customers"]


def test_stages_worked_out_for_today_are_those_of_the_dimension(ask) -> None:
    """The history applies the rules of the lifecycle model to past days; on the as-of date both must agree."""
    history = ask("lifecycle/stage_history", **NOW)
    today = history.filter(pl.col("month_end") == AS_OF)
    stages = ask("lifecycle/stages", **NOW)
    assert dict(today.select("lifecycle_stage", "customers").iter_rows()) == dict(
        stages.select("lifecycle_stage", "customers").iter_rows()
    )
    assert history["month_end"].min() == date(2024, 3, 31), "ninety days after the first recorded activity"
    growth = history.group_by("month_end").agg(pl.col("customers").sum()).sort("month_end")["customers"]
    assert growth.is_sorted(), "customers who churned stay in the count"


@pytest.mark.parametrize("scope", SCOPES)
def test_the_last_month_says_what_the_figures_of_today_say(ask, scope: dict[str, str]) -> None:
    [today] = ask("lifecycle/summary", **NOW | scope).to_dicts()
    months = ask("lifecycle/by_month", **NOW | scope)
    last = months.row(-1, named=True)
    assert last["month_end"] == AS_OF
    assert (last["customers"], last["silent"]) == (today["customers"], today["at_risk"])
    assert last["revenue_at_risk"] == today["revenue_at_risk"]
    assert last["repeat_share"] == pytest.approx(today["repeat_share"])
    assert last["health"] == pytest.approx(today["health"])
    early = months.filter(pl.col("month_end") < date(2024, 12, 31))
    assert early["revenue_at_risk"].is_null().all(), "twelve months of revenue are not yet on record"


def test_moves_from_a_stage_add_up(ask) -> None:
    moves = ask("lifecycle/transitions", **NOW)
    assert len(moves) == 6 * 7
    by_stage = moves.group_by("from_stage").agg(
        pl.col("share").sum(), pl.col("moves").sum(), pl.col("from_customers").max()
    )
    assert (by_stage["moves"] == by_stage["from_customers"]).all()
    assert by_stage["share"].to_list() == pytest.approx([1.0] * 6)
    forbidden = moves.filter(
        (pl.col("from_stage") == "Champion") & pl.col("to_stage").is_in(["Activated", "Growing", "Loyal"])
    )
    assert forbidden["moves"].sum() == 0, "tenure only grows"


@pytest.mark.parametrize("scope", SCOPES)
def test_every_cohort_starts_whole(ask, scope: dict[str, str]) -> None:
    cells = ask("lifecycle/retention", **NOW | scope)
    first = cells.filter(pl.col("quarter") == 0)
    assert (first["retention"] == 1).all()
    assert first["cohort"].n_unique() == cells["cohort"].n_unique()
    assert cells["retention"].is_between(0, 1).all()
    whole = cells.filter(pl.col("revenue_retention").is_not_null() & (pl.col("quarter") == 0))
    assert (whole["revenue_retention"] == 1).all()


@pytest.mark.parametrize("scope", SCOPES)
def test_survival_only_falls(ask, scope: dict[str, str]) -> None:
    curves = ask("lifecycle/survival", **NOW | scope)
    for _, curve in curves.group_by("segment"):
        steps = curve.sort("month")
        assert steps["month"].to_list() == list(range(len(steps)))
        assert steps["survival"][0] == 1
        assert steps["survival"].is_sorted(descending=True)
        assert steps["survival"].is_between(0, 1).all()
        assert (steps["low"] <= steps["survival"]).all() and (steps["survival"] <= steps["high"]).all()
        assert (steps["at_risk"] >= 10).all()


def test_winning_back_saves_its_share_of_two_stages(ask) -> None:
    def saved(share: float) -> dict[str, Any]:
        return dict(ask("lifecycle/stages", **NOW | {"won_back": share}).select("lifecycle_stage", "saved").iter_rows())

    at_risk = dict(ask("lifecycle/stages", **NOW).select("lifecycle_stage", "revenue_at_risk").iter_rows())
    assert set(saved(0).values()) == {0}
    assert saved(1)["Dormant"] == at_risk["Dormant"] > 0
    assert saved(1)["At-Risk"] == at_risk["At-Risk"] > 0
    assert float(saved(0.5)["At-Risk"]) == pytest.approx(float(at_risk["At-Risk"]) / 2, abs=0.01)
    assert sum(saved(1)[stage] for stage in ("Activated", "Growing", "Loyal", "Champion", "Churned")) == 0


def test_the_list_to_call_is_of_the_stage_asked_for(ask) -> None:
    urgent = ask("lifecycle/customers_at_risk", **NOW)
    assert set(urgent["lifecycle_stage"]) <= {"At-Risk", "Dormant"}
    assert urgent["revenue_at_risk"].is_sorted(descending=True)
    assert set(ask("lifecycle/customers_at_risk", **NOW | {"stage": "Dormant"})["lifecycle_stage"]) == {"Dormant"}


def test_the_risk_is_tested_on_the_past(ask) -> None:
    bins = ask("lifecycle/calibration", **NOW)
    assert bins["bin"].is_sorted() and bins["cases"].sum() > 1000
    assert bins["observed"].is_between(0, 1).all()
    assert ((bins["low"] <= bins["observed"]) & (bins["observed"] <= bins["high"])).all()
    assert 0.5 < bins["auc"][0] <= 1, "the silent rank above the active"
    weighted = (bins["observed"] * bins["cases"]).sum() / bins["cases"].sum()
    assert weighted == pytest.approx(bins["base_rate"][0])


def test_an_empty_selection_gives_no_rows(ask) -> None:
    for query in ("stages", "risk_tiers", "stage_history", "transitions", "retention", "survival", "customers_at_risk"):
        assert ask(f"lifecycle/{query}", **NOBODY).is_empty(), query
    [total] = ask("lifecycle/summary", **NOBODY).to_dicts()
    assert (total["customers"], total["churn_rate"], total["at_risk_share"]) == (0, None, None)
    assert ask("lifecycle/what_changed", **NOBODY)["sentence"][0] is None


# -- a world made by hand

DAYS = pl.date_range(date(2024, 1, 1), AS_OF, "1d", eager=True)


def customer(uid: str, created: date, last: date, status: str = "Active", tier: str = "Growing") -> dict[str, Any]:
    return {
        "customer_uid": uid,
        "segment": "SMB",
        "country": "DE",
        "status": status,
        "created_date": created,
        "last_activity_date": last,
        "lifecycle_stage": "Churned" if status == "Churned" else tier,
        "is_current": True,
    }


def activity(uid: str, day: date, revenue: float = 0) -> dict[str, Any]:
    return {"customer_uid": uid, "activity_date": day, "revenue": revenue, "interactions": 0, "negative": 0}


@pytest.fixture
def base(world):
    def build(customers: list[dict[str, Any]], events: list[dict[str, Any]]):
        frame = pl.DataFrame(customers)
        return world(
            {
                "gold.dim_customer": frame.drop("lifecycle_stage"),
                "gold.dim_customer_lifecycle": frame.select("customer_uid", "lifecycle_stage"),
                "gold.dim_date": pl.DataFrame({"date_key": DAYS}),
                "gold.customer_activity": pl.DataFrame(events, schema_overrides={"revenue": pl.Decimal(18, 2)}),
            }
        )

    return build


def test_survival_by_hand(base) -> None:
    """Twenty customers of the same day: five leave in their third month, five more in their sixth; the others stay."""
    joined = date(2025, 1, 1)
    left = [joined + timedelta(days=70)] * 5 + [joined + timedelta(days=160)] * 5
    customers = [customer(f"C-{at:02}", joined, day, "Churned") for at, day in enumerate(left)]
    customers += [customer(f"C-{at:02}", joined, AS_OF) for at in range(10, 20)]
    curve = base(customers, [activity("C-10", joined)])("lifecycle/survival", **NOW)
    everyone = dict(curve.filter(pl.col("segment") == "All customers").select("month", "survival").iter_rows())
    assert everyone[2] == 1
    assert everyone[3] == pytest.approx(15 / 20)
    assert everyone[5] == pytest.approx(15 / 20)
    assert everyone[6] == pytest.approx(15 / 20 * 10 / 15)
    assert max(everyone) == 13, "customers who stay are followed up to the as-of date"


def test_who_was_there_before_the_records_enters_late(base) -> None:
    """A customer of 2022 was not seen in its first months, so it is not at risk in them."""
    old = [customer(f"C-{at:02}", date(2022, 1, 1), AS_OF) for at in range(10)]
    new = [customer(f"N-{at:02}", date(2024, 1, 1), AS_OF) for at in range(10)]
    curve = base(old + new, [activity("C-10", AS_OF)])("lifecycle/survival", **NOW)
    at_risk = dict(curve.filter(pl.col("segment") == "All customers").select("month", "at_risk").iter_rows())
    assert at_risk[1] == 10
    assert at_risk[25] == 20


def test_retention_by_hand(base) -> None:
    """Two customers of one quarter: both active in their second, one in their third."""
    joined = date(2024, 4, 10)
    events = [
        activity("C-1", joined + timedelta(days=5), 100),
        activity("C-1", joined + timedelta(days=100), 50),
        activity("C-2", joined + timedelta(days=120), 25),
        activity("C-2", joined + timedelta(days=200), 40),
    ]
    rows = base([customer("C-1", joined, AS_OF), customer("C-2", joined, AS_OF)], events)("lifecycle/retention", **NOW)
    cells = {row["quarter"]: row for row in rows.to_dicts()}
    assert [cells[at]["retention"] for at in range(4)] == [1, 1, 0.5, 0]
    assert [float(cells[at]["revenue_retention"]) for at in range(3)] == [1, 0.75, 0.4]
    assert set(rows["cohort"]) == {"2024 Q2"}
    assert max(cells) == 6, "the seventh quarter is not over on the as-of date"


def test_stage_history_by_hand(base) -> None:
    """One who falls silent, comes back and stays; one who churns after its last activity."""
    events = [
        activity("C-1", date(2025, 1, 10)),
        activity("C-1", date(2025, 6, 1)),
        activity("C-1", AS_OF),
        activity("C-2", date(2025, 3, 20)),
    ]
    customers = [
        customer("C-1", date(2024, 2, 1), AS_OF),
        customer("C-2", date(2024, 2, 1), date(2025, 3, 20), "Churned"),
    ]
    rows = base(customers, events)("lifecycle/stage_history", **NOW).filter(pl.col("customers") > 0)
    stages = {day: set(part["lifecycle_stage"]) for (day,), part in rows.group_by("month_end")}
    assert stages[date(2025, 1, 31)] == {"Growing", "Dormant"}
    assert stages[date(2025, 2, 28)] == {"At-Risk", "Dormant"}
    assert stages[date(2025, 3, 31)] == {"At-Risk", "Churned"}
    assert stages[date(2025, 4, 30)] == {"Dormant", "Churned"}
    assert stages[date(2025, 6, 30)] == {"Loyal", "Churned"}


@pytest.mark.parametrize(("silent_days", "stage"), [(45, "Loyal"), (46, "At-Risk"), (90, "At-Risk"), (91, "Dormant")])
def test_stages_change_on_the_day(base, silent_days: int, stage: str) -> None:
    day = date(2025, 6, 30)
    last = day - timedelta(days=silent_days)
    rows = base([customer("C-1", date(2024, 5, 1), last)], [activity("C-1", last)])("lifecycle/stage_history", **NOW)
    [there] = rows.filter((pl.col("month_end") == day) & (pl.col("customers") > 0))["lifecycle_stage"]
    assert there == stage
