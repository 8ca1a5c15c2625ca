"""The first minute: an empty disk, a progress bar, a finished page; and what a fault looks like."""

import shutil
from pathlib import Path

import pytest

from lakehouse.storage import Store
from tests.e2e.conftest import SCREENSHOTS, settle

pytestmark = pytest.mark.browser


def test_an_empty_disk_becomes_a_finished_page_and_two_sessions_share_one_build(browser, serve, tmp_path):
    uri = str(tmp_path / "lakehouse")
    with serve(uri) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        first, second = context.new_page(), context.new_page()
        first.goto(address, wait_until="commit")
        second.goto(address, wait_until="commit")
        first.wait_for_selector('[data-testid="stProgress"]', timeout=30_000)
        SCREENSHOTS.mkdir(exist_ok=True)
        first.screenshot(path=str(SCREENSHOTS / "first-start.png"))
        for page in (first, second):
            page.wait_for_selector(".mdm-kpi", timeout=60_000)
            settle(page)
        context.close()
    assert [release.release_id for release in Store(uri).releases()] == [1]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("table", "gold.fact_sales"),  # a table removed under the app
        ("file", "gold.fact_sales"),  # a Parquet file that is no Parquet file any more
    ],
)
def test_a_damaged_lakehouse_is_explained(serve, open_page, default_uri, tmp_path, damage, message):
    uri = tmp_path / "lakehouse"
    shutil.copytree(default_uri, uri)
    _damage(uri, damage)
    with serve(str(uri)) as address:
        page = open_page(f"{address}/revenue")
        text = page.inner_text('[data-testid="stMain"]')
        page.screenshot(path=str(SCREENSHOTS / f"damaged-{damage}.png"))
        assert message in text
        assert "Rebuild" in text or "rebuild" in text
        assert "Traceback" not in text
        assert page.locator('[data-testid="stException"]').count() == 0


def _damage(uri: Path, kind: str) -> None:
    table = uri / "gold" / "fact_sales"
    if kind == "table":
        shutil.rmtree(table)
    else:
        for path in table.glob("*.parquet"):
            path.write_bytes(b"not Parquet")


def test_a_release_that_vanished_is_explained(app, open_page):
    page = open_page(f"{app}/revenue?release=999")
    text = page.inner_text('[data-testid="stMain"]')
    assert "999" in text
    assert "Traceback" not in text
