"""Filters, search, links and downloads, used as a person uses them."""

import csv
import io

import pytest

from tests.e2e.conftest import settle

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
    page.locator(".st-key-menu_by_category button").first.click()
    menu = page.get_by_role("dialog", name="Data of By category")  # tables have a "Download as CSV" of their own
    with page.expect_download() as download:
        menu.get_by_role("button", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = {row["category"]: float(row["revenue"]) for row in csv.DictReader(io.StringIO(text))}
    expected = warehouse.cursor().sql(
        "select category, sum(line_total)::double from gold.fact_sales "
        "join gold.dim_product using (product_id) group by all"
    )
    assert rows == pytest.approx(dict(expected.fetchall()))


def click_in(page, chart: str) -> None:
    """Click into the largest bar of a chart."""
    page.locator(chart).scroll_into_view_if_needed()
    settle(page)
    x, y = page.evaluate(IN_LARGEST_BAR, chart)
    page.mouse.move(x, y)
    page.wait_for_selector(f"{chart} .hovertext")
    page.mouse.click(x, y)


IN_LARGEST_BAR = """(chart) => {
    const boxes = [...document.querySelectorAll(chart + ' .bars .point path')].map(bar => bar.getBoundingClientRect());
    const box = boxes.sort((one, other) => other.width * other.height - one.width * one.height)[0];
    return [box.left + box.width / 2, box.top + box.height / 2];
}"""


def test_a_click_on_a_severity_narrows_the_page_and_another_widens_it(app, open_page):
    page = open_page(f"{app}/fraud")
    everything = revenue(page)
    chart = ".st-key-card_what_became_of_them .js-plotly-plot"
    click_in(page, chart)
    page.wait_for_selector(".st-key-chip_severity")
    narrowed = until_other(page, everything)
    assert "severity=" in page.url
    click_in(page, chart)
    page.wait_for_selector(".st-key-chip_severity", state="detached")
    assert until_other(page, narrowed) == everything
    assert "severity=" not in page.url


def test_a_click_on_the_map_chooses_a_country(app, open_page):
    page = open_page(f"{app}/revenue")
    before = revenue(page)
    map_ = page.locator(".st-key-card_by_country .js-plotly-plot")
    map_.scroll_into_view_if_needed()
    settle(page)
    x, y = page.evaluate(IN_LARGEST_COUNTRY)
    page.mouse.move(x, y)
    page.wait_for_selector(".st-key-card_by_country .hovertext")
    page.mouse.click(x, y)
    page.wait_for_selector(".st-key-chip_country")
    assert until_other(page, before) != before
    assert "country=" in page.url


# The middle of a country's box may lie in the sea: a point that its shape holds, as far inside as a coarse grid finds.
IN_LARGEST_COUNTRY = """() => {
    const area = path => { const box = path.getBBox(); return box.width * box.height; };
    const paths = [...document.querySelectorAll('.st-key-card_by_country .choroplethlayer path')];
    const largest = paths.sort((one, other) => area(other) - area(one))[0];
    const box = largest.getBBox(), point = largest.ownerSVGElement.createSVGPoint();
    const holds = (x, y) => { [point.x, point.y] = [x, y]; return largest.isPointInFill(point); };
    for (let down = 10; down > 0; down--)
        for (let across = 1; across < 20; across++) {
            const [x, y] = [box.x + box.width * across / 20, box.y + box.height * down / 20];
            if (holds(x, y) && holds(x + 5, y) && holds(x - 5, y) && holds(x, y + 5) && holds(x, y - 5)) {
                [point.x, point.y] = [x, y];
                const there = point.matrixTransform(largest.getScreenCTM());
                return [there.x, there.y];
            }
        }
}"""


def test_an_arrow_leads_to_the_card_that_explains_a_figure(app, open_page):
    page = open_page(f"{app}/revenue")
    page.get_by_role("link", name="Revenue: see What customers did").click()
    page.wait_for_function(AT_TOP, arg="card-what-customers-did")
    page.get_by_role("button", name="Price realisation: see Price realisation").click()
    page.wait_for_selector(".st-key-card_price_realisation")
    settle(page)
    page.wait_for_function(IN_SIGHT, arg="card-price-realisation")
    assert "revenue_view=Price+and+discounts" in page.url


AT_TOP = (
    "(id) => { const top = document.getElementById(id)?.getBoundingClientRect().top; return top > 0 && top < 160; }"
)
IN_SIGHT = """(id) => {
    const box = document.getElementById(id)?.getBoundingClientRect();
    return !!box && box.top > 0 && box.bottom < innerHeight;
}"""
