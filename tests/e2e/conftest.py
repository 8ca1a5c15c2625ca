"""A real server and a real browser: the app on a free port, opened in headless Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    playwright_api = (
        pytest.importorskip("playwright.sync_api")
        if not _required()
        else __import__("playwright.sync_api", fromlist=["sync_api"])
    )
    if CHROMIUM is None:
        if _required():
            pytest.fail("No Chromium found, and REQUIRE_BROWSER is set. Install it: apt-get install chromium")
        pytest.skip("no Chromium on this machine; install it with: apt-get install chromium")
    with playwright_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


def _required() -> bool:
    return bool(os.environ.get("REQUIRE_BROWSER"))


@contextmanager
def serving(uri: str, **environment: str) -> Iterator[str]:
    """The app over one lakehouse; the address it answers at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    options += ["--server.fileWatcherType", "none"]
    process = subprocess.Popen(
        command + options,
        cwd=PROJECT,
        env={**os.environ, "LAKEHOUSE_URI": uri, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_healthy(address: str, process: subprocess.Popen, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the app ended with code {process.returncode} before it answered")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the app did not answer within {seconds:.0f} s")


@pytest.fixture(scope="session")
def app(default_uri: str) -> Iterator[str]:
    with serving(default_uri) as address:
        yield address


@pytest.fixture
def serve() -> Callable:
    return serving


@pytest.fixture
def open_page(browser) -> Iterator[Callable]:
    """Open an address at a width and wait until the page has been drawn; what went wrong is noted on the page."""
    contexts = []

    def opened(address: str, width: int = 1280, height: int = 900):
        context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=1)
        contexts.append(context)
        page = context.new_page()
        page.console_errors, page.requested = [], []
        page.on("console", lambda line: _note(line, page.console_errors))
        page.on("pageerror", lambda error: page.console_errors.append(str(error)))
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("websocket", lambda connection: page.requested.append(connection.url))
        page.goto(address)
        settle(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def _note(line, errors: list[str]) -> None:
    """Keep an error, but for Streamlit's search for its base path below a page's own address."""
    address = line.location.get("url", "")
    if line.type == "error" and not address.endswith(("/_stcore/health", "/_stcore/host-config")):
        errors.append(f"{line.text} ({address})")


def settle(page, seconds: float = 40) -> None:
    """Wait until the script has ended, nothing is stale, every chart is drawn, and the page has come to rest."""
    page.wait_for_selector('[data-testid="stApp"]', timeout=seconds * 1000)
    page.wait_for_function(DRAWN, timeout=seconds * 1000)
    end, before = time.monotonic() + seconds, None
    while time.monotonic() < end:
        page.wait_for_timeout(250)
        now = page.evaluate(SHAPE)
        if now == before:
            return
        before = now


DRAWN = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    if (!app || app.getAttribute('data-test-script-state') === 'running') return false;
    if (document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')) return false;
    if (!document.querySelector('.mdm-h1, .mdm-trouble')) return false;
    const charts = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')];
    return charts.filter(chart => chart.getBoundingClientRect().width > 0)
        .every(chart => chart.querySelector('.main-svg')?.getBoundingClientRect().width > 0);
}"""
SHAPE = """() => [
    document.querySelector('[data-testid="stMain"]').scrollHeight,
    document.querySelectorAll('[data-testid="stMain"] *').length,
    document.querySelector('[data-testid="stApp"]').getAttribute('data-test-script-state'),
].join()"""
