"""Customer 360 runs: the population, a search that forgives, and one customer's page."""

import html

from streamlit.testing.v1 import AppTest

import queries
from tests.pages.app import assert_sound, figures, kpis, markup, opened


def found(app: AppTest) -> list[str]:
    return [button.label for button in app.button if (button.key or "").startswith("found_")]


def test_population(lakehouse: str) -> None:
    app = opened("customer_360")
    assert_sound(app)
    assert kpis(app) == 6
    assert len(figures(app)) == 6
    assert "Net sentiment" in markup(app)


def test_nobody_left_says_so(lakehouse: str) -> None:
    app = opened("customer_360", segment="Enterprise", country="Brazil")
    assert_sound(app)
    if not kpis(app):
        assert "No such customers." in markup(app)


def test_a_misspelt_name_leads_to_the_customer(lakehouse: str, warehouse) -> None:
    [(uid, name)] = (
        warehouse.cursor()
        .sql("select customer_uid, full_name from gold.dim_customer where is_current and full_name like 'Garrison %' "
             "order by lifetime_value desc, customer_uid limit 1")
        .fetchall()
    )  # fmt: skip
    app = opened("customer_360")
    app.text_input(key="find").set_value(name.replace("Garrison", "Garisson")).run()
    assert_sound(app)
    assert found(app)[0].startswith(f"**{name}**")
    app.button(key=f"found_{uid}").click().run()
    assert_sound(app)
    assert f"<h2>{name}</h2>" in markup(app)
    assert app.text_input(key="find").value == "", "the search is over"
    assert app.query_params["uid"] == uid
    app.button(key="back_to_all").click().run()
    assert "uid" not in app.query_params
    assert "Sentiment of interactions" in markup(app)


def test_nothing_found_says_so(lakehouse: str) -> None:
    app = opened("customer_360", find="zzqyx wvvk")
    assert_sound(app)
    assert "Nobody found" in markup(app)
    assert found(app) == []


def test_one_customer(lakehouse: str, warehouse) -> None:
    [(uid, name)] = (
        warehouse.cursor()
        .sql("select customer_uid, full_name from gold.dim_customer where is_current "
             "order by lifetime_value desc, customer_uid limit 1")
        .fetchall()
    )  # fmt: skip
    app = opened("customer_360", uid=uid)
    assert_sound(app)
    assert kpis(app) == 6
    assert len(figures(app)) == 4
    text = markup(app)
    assert name.replace("&", "&amp;") in text
    for title in ("Next best action", "Everything that happened", "Golden record", "Source records", "Versions"):
        assert f"<h3>{title}" in text, title
    assert "Rule: " in text


def test_the_golden_record_shows_every_value_whole(lakehouse: str, warehouse) -> None:
    """What lost is a long list, which a grid would cut."""
    [(uid,)] = (
        warehouse.cursor()
        .sql(
            "select customer_uid from mdm.crosswalk group by customer_uid order by count(*) desc, customer_uid limit 1"
        )
        .fetchall()
    )
    lost = queries.run(warehouse, "customer_360/golden_record", uid=uid)["lost"].drop_nulls().to_list()
    assert max(map(len, lost)) > 60
    shown = markup(opened("customer_360", uid=uid))
    for values in lost:
        assert html.escape(values) in shown


def test_every_status_has_a_page(lakehouse: str, warehouse) -> None:
    rows = warehouse.cursor().sql("select min(customer_uid) from gold.dim_customer where is_current group by status")
    for (uid,) in rows.fetchall():
        assert_sound(opened("customer_360", uid=uid))


def test_a_customer_without_orders_has_a_page(lakehouse: str, warehouse) -> None:
    [(uid,)] = (
        warehouse.cursor()
        .sql("select min(customer_uid) from gold.dim_customer_lifecycle where total_orders = 0")
        .fetchall()
    )
    app = opened("customer_360", uid=uid)
    assert_sound(app)
    assert kpis(app) == 6


def test_an_unknown_customer_says_so(lakehouse: str) -> None:
    app = opened("customer_360", uid="C-NOBODY")
    assert_sound(app)
    assert "No customer C-NOBODY in this release." in markup(app)
    assert kpis(app) == 6
