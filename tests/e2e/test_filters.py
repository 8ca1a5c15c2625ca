"""Filters, search, links and downloads, used as a person uses them."""

import csv
import io

import pytest

from tests.e2e.conftest import settle
from ui import report

pytestmark = pytest.mark.browser

FIRST_VALUE = ".mdm-kpi-value >> nth=0"


def pick(page, key: str, option: str) -> None:
    page.locator(f".st-key-{key} [data-testid='stSelectbox'] input, .st-key-{key} input").first.click()
    page.get_by_role("option", name=option, exact=True).click()


def revenue(page) -> str:
    return page.inner_text(FIRST_VALUE)


def until_other(page, before: str) -> str:
    page.wait_for_function(
        "(before) => document.querySelector('.mdm-kpi-value')?.textContent !== before", arg=before, timeout=20_000
    )
    settle(page)
    return revenue(page)


def test_filter_cross_filter_and_reset(app, open_page):
    page = open_page(f"{app}/revenue")
    everyone = revenue(page)
    pick(page, "country", "Germany")
    germany = until_other(page, everyone)
    assert "country=Germany" in page.url
    assert page.locator(".st-key-chip_country").inner_text().startswith("Country: Germany")

    bars = page.locator(".st-key-card_by_segment .js-plotly-plot .bars .point path")
    bars.first.scroll_into_view_if_needed()
    box = bars.first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    segment = until_other(page, germany)
    assert "segment=" in page.url
    assert page.locator(".st-key-chip_segment").is_visible()

    page.locator(".st-key-chip_country button").first.click()
    assert until_other(page, segment) not in (germany, everyone)
    assert "country=" not in page.url

    page.locator(".st-key-mdm_reset button").first.click()
    page.wait_for_selector(".st-key-mdm_chips", state="detached")
    settle(page)
    assert revenue(page) == everyone
    assert "segment=" not in page.url


def test_a_deep_link_reopens_the_same_view_and_keeps_its_filters_on_the_next_page(app, open_page):
    page = open_page(f"{app}/revenue?period=Year+to+date&segment=Enterprise&revenue_view=Price+and+discounts")
    assert page.locator(".st-key-card_discounts").is_visible()
    assert "year to date · Enterprise" in page.inner_text('[data-testid="stMain"]')
    page.get_by_role("link", name="Fraud").click()
    page.wait_for_url("**/fraud?*")
    settle(page)
    assert page.locator(".st-key-chip_segment").inner_text().startswith("Segment: Enterprise")
    assert "segment=Enterprise" in page.url


def test_a_misspelt_customer_is_found(app, open_page, warehouse):
    [(uid, name)] = (
        warehouse.cursor()
        .sql(
            "select customer_uid, full_name from gold.dim_customer where is_current and length(full_name) > 18 "
            "order by lifetime_value desc, customer_uid limit 1"
        )
        .fetchall()
    )
    misspelt = name[:3] + name[4] + name[3] + name[5:12]  # two letters in the wrong order, and no ending
    page = open_page(f"{app}/customer_360")
    box = page.locator(".st-key-find input")
    box.fill(misspelt)
    box.press("Enter")
    page.locator(f".st-key-found_{uid} button").first.click()
    page.wait_for_url(f"**uid={uid}*")
    page.get_by_role("heading", name=name).wait_for()


def test_the_csv_of_a_card_is_what_the_query_gives(app, open_page, warehouse):
    page = open_page(f"{app}/revenue?period=All+time")
    page.locator(".st-key-open_by_category button").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").first.click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = {row["category"]: float(row["revenue"]) for row in csv.DictReader(io.StringIO(text))}
    expected = warehouse.cursor().sql(
        "select category, sum(line_total)::double from gold.fact_sales "
        "join gold.dim_product using (product_id) group by all"
    )
    assert rows == pytest.approx(dict(expected.fetchall()))


def test_the_report_opens_without_a_network(app, open_page, tmp_path):
    page = open_page(f"{app}/revenue?segment=SMB")
    drawn = page.locator(".js-plotly-plot").count()
    with page.expect_download() as download:
        page.locator(".st-key-mdm_report button").first.click()
    assert download.value.suggested_filename == report.file_name("Revenue", "2026-01-31")
    file = tmp_path / "report.html"
    download.value.save_as(file)
    assert file.stat().st_size < 3_000_000

    page.context.set_offline(True)
    page.requested.clear()
    page.goto(file.as_uri())
    page.wait_for_selector("body[data-ready]")
    assert page.locator(".js-plotly-plot .main-svg").count() >= drawn
    assert page.locator(".geolayer path").count() > 10, "the map has its outlines"
    text = page.inner_text("body")
    assert all(fact in text for fact in ("Last 12 months", "SMB", "31 Jan 2026", "Release", "passed"))
    assert [url for url in page.requested if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.console_errors == []
