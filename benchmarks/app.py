"""The first start, in a browser, and the script run of each warm page.

python -m benchmarks.app [--times 20]
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import machine, serving

COMPLETE = "() => document.querySelector('.mdm-h1') && document.querySelector('[data-test-script-state=notRunning]')"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        uri = str(Path(folder) / "lakehouse")
        healthy, finished, memory = first_start(uri)
        print("| first start, empty disk | |\n|---|---|")
        print(f"| process to health | {healthy:.2f} s |\n| process to a complete first page | {finished:.2f} s |")
        print(f"| memory after the first page | {memory[0]} |\n| memory after every page | {memory[1]} |\n")
        print("| page | script run, median ms | slowest ms |\n|---|---|---|")
        for page, times in warm_pages(uri, chosen.times):
            print(f"| {page} | {statistics.median(times):.0f} | {max(times):.0f} |")
    print(f"\n{machine.describe()}")


def first_start(uri: str) -> tuple[float, float, list[str]]:
    """Seconds to health and to a complete first page; the memory after it, and after every page."""
    from ui import memory as upkeep
    from ui import navigation

    with serving.page() as page:
        started = time.perf_counter()
        with serving.app(uri) as (address, process):
            healthy = time.perf_counter() - started
            page.goto(address, wait_until="commit")
            page.wait_for_selector(".mdm-kpi", timeout=60_000)
            page.wait_for_function(
                "() => document.querySelectorAll('.js-plotly-plot').length > 2 && "
                "[...document.querySelectorAll('.js-plotly-plot')].every(plot => plot.querySelector('.main-svg'))",
                timeout=60_000,
            )
            page.wait_for_function(COMPLETE, timeout=60_000)
            finished = time.perf_counter() - started
            memory = [_memory(process)]
            for entry in [*navigation.PAGES, navigation.PAGES[0]]:
                page.goto(f"{address}/{entry.key}")
                page.wait_for_function(COMPLETE, timeout=60_000)
            page.wait_for_timeout(2 * upkeep.EVERY_SECONDS * 1000)
            memory.append(_memory(process))
    return healthy, finished, memory


def _memory(process: subprocess.Popen) -> str:
    """Resident, and that part of it which is the process's own: the rest is libraries' code."""
    return f"{serving.memory_mb(process):.0f} MB, of which its own {serving.private_memory_mb(process):.0f} MB"


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


if __name__ == "__main__":
    main()
