"""Every page in a real browser at three widths: drawn, quiet, local, and nothing cut off or overlapping."""

from pathlib import Path
from urllib.parse import urlparse

import pytest

from tests.e2e.conftest import SCREENSHOTS, settle
from ui import navigation

pytestmark = pytest.mark.browser

WIDTHS = (1280, 768, 390)
PAGES = [page.key for page in navigation.PAGES]
LABELS = (Path(__file__).parent / "labels.js").read_text()  # what is cut off or overlaps, in words


def address_of(app: str, key: str) -> str:
    return f"{app}/{key}" if key != PAGES[0] else app


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("key", PAGES)
def test_page(app, open_page, key, width):
    page = open_page(address_of(app, key), width=width)
    SCREENSHOTS.mkdir(exist_ok=True)
    _full_page(page, SCREENSHOTS / f"{key}-{width}.png", width)
    assert page.locator('[data-testid="stException"]').count() == 0
    assert page.console_errors == []
    assert [url for url in page.requested if not _is_local(url)] == []
    assert page.evaluate(LABELS) == []


def _full_page(page, path, width: int) -> None:
    """A picture of the whole page: Streamlit scrolls an inner element, so the window is made as high as that."""
    height = page.evaluate("() => document.querySelector('[data-testid=\"stMain\"]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(int(height) + 60, 8000)})
    settle(page)
    page.screenshot(path=str(path))


def _is_local(url: str) -> bool:
    parsed = urlparse(url)
    return parsed.scheme in ("data", "blob") or parsed.hostname in ("127.0.0.1", "localhost")
