"""The first start, in a browser, and the script run of each warm page.

python -m benchmarks.app [--times 20]
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import machine

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        uri = str(Path(folder) / "lakehouse")
        healthy, finished, memory = first_start(uri)
        print("| first start, empty disk | |\n|---|---|")
        print(f"| process to health | {healthy:.2f} s |\n| process to a complete first page | {finished:.2f} s |")
        print(f"| memory of the app process | {memory:.0f} MB |\n")
        print("| page | script run, median ms | slowest ms |\n|---|---|---|")
        for page, times in warm_pages(uri, chosen.times):
            print(f"| {page} | {statistics.median(times):.0f} | {max(times):.0f} |")
    print(f"\n{machine.describe()}")


def first_start(uri: str) -> tuple[float, float, float]:
    """Seconds to health and to a complete first page, and the resident memory in MB after it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        started = time.perf_counter()
        with _serving(uri) as (address, process):
            healthy = time.perf_counter() - started
            page.goto(address, wait_until="commit")
            page.wait_for_selector(".mdm-kpi", timeout=60_000)
            page.wait_for_function(
                "() => document.querySelectorAll('.js-plotly-plot').length > 2 && "
                "[...document.querySelectorAll('.js-plotly-plot')].every(plot => plot.querySelector('.main-svg')) && "
                "document.querySelector('.stApp').getAttribute('data-test-script-state') !== 'running'",
                timeout=60_000,
            )
            finished = time.perf_counter() - started
            pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        browser.close()
    return healthy, finished, pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def warm_pages(uri: str, times: int) -> Iterator[tuple[str, list[float]]]:
    """Milliseconds of repeated script runs of each page, caches warm."""
    os.environ["LAKEHOUSE_URI"] = uri
    os.chdir(machine.PROJECT)
    from streamlit.testing.v1 import AppTest

    from ui import navigation

    for entry in navigation.PAGES:
        app = AppTest.from_file(str(machine.PROJECT / "streamlit_app.py"), default_timeout=300)
        app.run()
        app.switch_page(f"pages/{entry.key}.py").run()
        app.run()
        runs = []
        for _ in range(times):
            started = time.perf_counter()
            app.run()
            runs.append((time.perf_counter() - started) * 1000)
        yield entry.key, runs


@contextmanager
def _serving(uri: str) -> Iterator[tuple[str, subprocess.Popen]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    process = subprocess.Popen(
        [*command, "--server.headless", "true", "--server.address", "127.0.0.1"],
        cwd=machine.PROJECT,
        env={**os.environ, "LAKEHOUSE_URI": uri},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
