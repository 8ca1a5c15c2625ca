"""The search finds misspelt customers, one customer's page agrees with its sources, and the population adds up."""

from datetime import date

import duckdb
import polars as pl
import pytest

import queries
from tests.queries.parameters import AS_OF, CHOICES

NOW = CHOICES["last_12_months"]
NOBODY = {**NOW, "segment": "Nobody"}
SCOPES = [{}, {"segment": "SMB"}, {"country": "US"}, {"segment": "Startup", "country": "GB"}]


@pytest.fixture(scope="session")
def sample(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """Every twentieth customer, of all stages."""
    rows = warehouse.cursor().sql("select customer_uid from gold.dim_customer where is_current order by customer_uid")
    return [uid for (uid,) in rows.fetchall()][::20]


# -- search


def typo(name: str) -> str:
    """Two letters swapped in each long word, the first ones kept; legal forms and marks left out."""
    words = [word for word in name.replace("&", " ").replace(",", " ").split() if len(word) > 4][:3]
    return " ".join(word[:2] + word[3] + word[2] + word[4:] for word in words)


def test_misspelt_names_are_found(ask, warehouse) -> None:
    rows = warehouse.cursor().sql("select customer_uid, full_name from gold.dim_customer where is_current order by 1")
    asked = [(uid, typo(name)) for uid, name in rows.fetchall()[::7] if len(typo(name).split()) > 1]
    missed = [text for uid, text in asked if uid not in set(ask("customer_360/search", text=text)["customer_uid"])]
    assert len(asked) > 50
    assert len(missed) <= len(asked) // 25, missed


@pytest.mark.parametrize("text", ["BRÜCKNER und VOSS", "bruckner vos", "Brueckner & Voss"])
def test_umlauts_and_cases_do_not_matter(world, text: str) -> None:
    names = {"C-1": "Brückner & Voss Möbelhaus AG", "C-2": "Brandt Verlag GmbH", "C-3": "Vossberg Energie KG"}
    attribute = {"attribute": "full_name", "rank": 1}
    shared = {
        "segment": "SMB",
        "country": "DE",
        "city": "Bonn",
        "status": "Active",
        "lifetime_value": 1.0,
        "is_current": True,
    }
    ask = world(
        {
            "gold.dim_customer": pl.DataFrame([shared | {"customer_uid": u, "full_name": n} for u, n in names.items()]),
            "mdm.golden_attribute": pl.DataFrame(
                [attribute | {"customer_uid": u, "value": n} for u, n in names.items()]
            ),
            "mdm.crosswalk": pl.DataFrame(
                {"customer_uid": ["C-1"], "source_system": ["SAP"], "source_id": ["1"], "record_id": ["SAP:1"]}
            ),
            "gold.fact_sales": pl.DataFrame({"customer_uid": ["C-1"], "order_id": ["O-1"]}),
            "mdm.uid_redirect": pl.DataFrame({"retired_uid": ["C-0"], "customer_uid": ["C-1"]}),
        }
    )
    found = ask("customer_360/search", text=text)
    assert found["customer_uid"][0] == "C-1"
    assert found["found_by"][0] == "Name"
    assert found["score"].is_sorted(descending=True)


def test_keys_lead_to_their_customer(ask, warehouse) -> None:
    def one(sql: str) -> tuple[str, str]:
        [(uid, text)] = warehouse.cursor().sql(sql).fetchall()
        return uid, text

    cases = {
        "SAP key": one(
            "select customer_uid, source_id from mdm.crosswalk where source_system = 'SAP' order by 2 limit 1"
        ),
        "Oracle key": one(
            "select customer_uid, record_id from mdm.crosswalk where source_system = 'Oracle' order by 2 limit 1"
        ),
        "Order": one("select customer_uid, order_id from gold.fact_sales order by order_id limit 1"),
        "VAT id": one(
            "select customer_uid, tax_id from mdm.golden_customer where tax_id is not null order by 1 limit 1"
        ),
        "E-mail": one(
            "select customer_uid, upper(email) from mdm.golden_customer where email is not null order by 1 limit 1"
        ),
        "Customer id": one("select customer_uid, lower(customer_uid) from mdm.golden_customer order by 1 limit 1"),
    }
    for found_by, (uid, text) in cases.items():
        [best, *_] = ask("customer_360/search", text=text).to_dicts()
        assert (best["customer_uid"], best["found_by"]) == (uid, found_by), text


def test_a_value_that_lost_is_searched_too(ask, warehouse) -> None:
    [(uid, old)] = (
        warehouse.cursor()
        .sql("select customer_uid, value from mdm.golden_attribute where attribute = 'email' and not is_survivor "
             "and value not in (select email from mdm.golden_customer where email is not null) order by 1, 2 limit 1")
        .fetchall()
    )  # fmt: skip
    assert uid in set(ask("customer_360/search", text=old)["customer_uid"])


@pytest.mark.parametrize(
    "text", ["", " ", "x", "zzqyx wvvk", "'; drop table gold.dim_customer; --", "%", "$", "(", "?" * 200]
)
def test_nothing_like_it_finds_nobody(ask, text: str) -> None:
    assert ask("customer_360/search", text=text).is_empty()


# -- one customer


def test_golden_record_is_that_of_the_match(ask, warehouse, sample: list[str]) -> None:
    columns = {
        "Name": "full_name",
        "E-mail": "email",
        "Phone": "phone",
        "Street": "street",
        "City": "city",
        "VAT id": "tax_id",
    }
    for uid in sample:
        golden = queries.run(warehouse, "customer_360/golden_record", uid=uid)
        [row] = warehouse.cursor().sql(f"from mdm.golden_customer where customer_uid = '{uid}'").pl().to_dicts()
        values = dict(golden.select("attribute", "value").iter_rows())
        assert {name: values.get(name) for name in columns} == {name: row[column] for name, column in columns.items()}
        assert golden["rule"].null_count() == golden["source_system"].null_count() == 0
        assert (golden["different"] < golden["candidates"]).all()
        assert ((golden["lost"].is_null()) == (golden["different"] == 0)).all()
        assert len(ask("customer_360/crosswalk", uid=uid)) == row["source_records"]


def test_health_steps_sum_exactly(ask, sample: list[str]) -> None:
    for uid in sample:
        first, *steps, last = ask("customer_360/health_drivers", uid=uid, as_of=AS_OF).to_dicts()
        assert (first["step"], first["amount"], last["step"]) == ("Best", 100, "Health")
        assert first["amount"] + sum(step["amount"] for step in steps) == pytest.approx(last["amount"], abs=1e-6)
        assert all(step["amount"] <= 0 for step in steps if step["step"] != "Sentiment")


def test_timeline_holds_every_event_once(ask, warehouse, sample: list[str]) -> None:
    counted = {
        "Orders": "select count(*) from gold.fact_sales",
        "Interactions": "select count(*) from gold.fact_interactions",
        "Web sessions": "select count(distinct session_id) from gold.fact_clickstream",
        "Deals": "select count(*) + count(closed_date) from gold.fact_pipeline",
        "Fraud alerts": "select count(*) from gold.fact_fraud_signals",
        "Golden record": "select count(*) from gold.dim_customer",
    }
    for uid in sample[::3]:
        events = ask("customer_360/timeline", uid=uid)
        assert events["event_at"].is_sorted(descending=True)
        for lane, sql in counted.items():
            [(expected,)] = warehouse.cursor().sql(f"{sql} where customer_uid = '{uid}'").fetchall()
            assert events.filter(pl.col("lane") == lane).height == expected, (uid, lane)


def test_profile_agrees_with_the_other_queries(ask, sample: list[str]) -> None:
    for uid in sample:
        [who] = ask("customer_360/profile", uid=uid, as_of=AS_OF).to_dicts()
        quarters = ask("customer_360/revenue_by_quarter", uid=uid, as_of=AS_OF)
        assert quarters["revenue"].sum() == who["lifetime_value"]
        assert quarters["orders"].sum() == who["orders"]
        assert 1 <= who["value_rank"] <= who["customers"] == 500
        assert who["retention"] is None or 0 < who["retention"] < 1
        if who["status"] == "Churned":
            assert who["customer_value"] == 0
        if who["orders"]:
            assert {who["recency"], who["frequency"], who["monetary"]} <= {1, 2, 3, 4, 5}


def test_every_customer_has_something_to_do_next(ask, sample: list[str]) -> None:
    for uid in sample:
        actions = ask("customer_360/next_actions", uid=uid, as_of=AS_OF)
        assert len(actions) >= 1
        assert actions["because"].null_count() == actions["rule"].null_count() == 0


def test_a_serious_alert_comes_before_all_else(ask, warehouse) -> None:
    [(uid,)] = (
        warehouse.cursor()
        .sql("select min(customer_uid) from gold.fact_fraud_signals where severity = 'High' and status = 'Open'")
        .fetchall()
    )
    assert ask("customer_360/next_actions", uid=uid, as_of=AS_OF)["action"][0].startswith("Clear the fraud alert")


def test_beside_its_segment_everybody_has_a_place(ask, sample: list[str]) -> None:
    for uid in sample[::4]:
        rows = ask("customer_360/compared_with_segment", uid=uid, as_of=AS_OF)
        assert rows["who"].n_unique() == 2
        assert rows["place"].is_between(0, 100).all()


def test_an_unknown_customer_has_no_page(ask) -> None:
    for query in ("profile", "golden_record", "crosswalk", "versions", "timeline", "health_drivers", "next_actions"):
        assert ask(f"customer_360/{query}", uid="C-NOBODY", as_of=AS_OF).is_empty(), query


def test_a_retired_id_leads_to_the_customer_it_became(default_store, sample: list[str]) -> None:
    con = default_store.connect(default_store.latest().tables)
    con.execute(
        "create or replace view mdm.uid_redirect as "
        f"select 'C-RETIRED' as retired_uid, '{sample[0]}' as customer_uid, timestamp '2026-01-01' as retired_at"
    )
    [who] = queries.run(con, "customer_360/profile", uid="C-RETIRED", as_of=AS_OF).to_dicts()
    assert (who["customer_uid"], who["asked_uid"]) == (sample[0], "C-RETIRED")
    found = queries.run(con, "customer_360/search", text="c-retired").row(0, named=True)
    assert (found["customer_uid"], found["found_by"]) == (sample[0], "Retired id")
    con.close()


def test_versions_say_what_changed(world) -> None:
    same = {
        "phone": "1", "street": "A 1", "postal_code": "1", "city": "Bonn", "country": "DE", "segment": "SMB",
        "industry": "Retail", "status": "Active", "customer_uid": "C-1",
    }  # fmt: skip
    versions = [
        same | {"customer_key": "a", "full_name": "Acme", "email": "x@a.example", "source_systems": "SAP",
                "valid_from": date(2025, 1, 1), "valid_to": date(2026, 1, 1), "is_current": False},
        same | {"customer_key": "b", "full_name": "Acme AG", "email": None, "source_systems": "SAP+Salesforce",
                "valid_from": date(2026, 1, 1), "valid_to": None, "is_current": True},
    ]  # fmt: skip
    ask = world({"gold.dim_customer": pl.DataFrame(versions, infer_schema_length=None)})
    newest, first = ask("customer_360/versions", uid="C-1").to_dicts()
    assert newest["changed"] == "Name: Acme → Acme AG · E-mail: x@a.example → – · Known in: SAP → SAP+Salesforce"
    assert (newest["version"], first["version"], first["changed"]) == (2, 1, "First version")


# -- the population


@pytest.mark.parametrize("scope", SCOPES)
def test_breakdowns_count_every_customer_once(ask, scope: dict[str, str]) -> None:
    [total] = ask("customer_360/population", **NOW | scope).to_dicts()
    assert ask("customer_360/by_status", **NOW | scope)["customers"].sum() == total["customers"]
    by_source = ask("customer_360/by_source", **NOW | scope)
    assert by_source["customers"].sum() == total["customers"]
    assert by_source["source_records"].sum() == total["source_records"]
    assert by_source.filter(pl.col("systems") > 1)["customers"].sum() == total["linked"]


@pytest.mark.parametrize("scope", SCOPES)
def test_interactions_add_up(ask, scope: dict[str, str]) -> None:
    [total] = ask("customer_360/population", **NOW | scope).to_dicts()
    course = ask("customer_360/sentiment_over_time", **NOW | scope)
    assert course["interactions"].sum() == total["interactions"]
    assert (course["positive"] + course["neutral"] + course["negative"] == course["interactions"]).all()
    channels = ask("customer_360/sentiment_by_channel", **NOW | scope)
    assert channels["interactions"].sum() == total["interactions"]
    net = (course["positive"].sum() - course["negative"].sum()) / course["interactions"].sum()
    assert net == pytest.approx(total["net_sentiment"])


def test_the_default_population(ask) -> None:
    [total] = ask("customer_360/population", **CHOICES["all_time"]).to_dicts()
    assert (total["customers"], total["active"], total["source_records"]) == (500, 300, 1150)
    assert total["interactions"] == 6000
    assert total["net_sentiment"] == pytest.approx((3000 - 900) / 6000)


def test_rfm_fifths_hold_every_buyer_once(ask, warehouse) -> None:
    [(buyers, revenue)] = (
        warehouse.cursor().sql("select count(distinct customer_uid), sum(line_total) from gold.fact_sales").fetchall()
    )
    grid = ask("customer_360/rfm_grid", **NOW)
    assert len(grid) == 25
    assert (grid["customers"].sum(), grid["revenue"].sum()) == (buyers, revenue)
    fifths = grid.group_by("recency").agg(pl.col("customers").sum())["customers"]
    assert fifths.max() - fifths.min() <= 1


def test_the_radar_s_best_segment_is_100(ask) -> None:
    axes = ask("customer_360/segment_radar", **NOW).group_by("axis").agg(pl.col("score").max())
    assert axes["score"].to_list() == pytest.approx([100] * 6)


def test_an_empty_selection_gives_no_rows(ask) -> None:
    for query in ("by_status", "by_source", "rfm_grid", "segment_radar", "sentiment_over_time", "sentiment_by_channel"):
        assert ask(f"customer_360/{query}", **NOBODY).is_empty(), query
    [total] = ask("customer_360/population", **NOBODY).to_dicts()
    assert (total["customers"], total["active_share"], total["nps"]) == (0, None, None)
    assert ask("customer_360/what_changed", **NOBODY)["sentence"][0] is None
