"""From a filter's click to the page redrawn, in a browser, beside a Dash app with the same figures.

python -m benchmarks.redraw [--page revenue] [--times 12] [--dash-python PYTHON]

A person's wait: from the click on a segment to the last change of any chart or figure on the page. The Dash app runs
in an environment of its own: pip install -r requirements.txt dash.
"""

import argparse
import itertools
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import machine, serving

# The moment of the last change below a chart or a KPI, in milliseconds since the click.
WATCH = """
() => {
    window.lastChange = 0;
    new MutationObserver(changes => {
        if (changes.some(change => {
            const at = change.target.nodeType === 1 ? change.target : change.target.parentElement;
            return at && at.closest('.js-plotly-plot, .mdm-kpi, .mdm-sentence');
        })) window.lastChange = performance.now();
    }).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
}
"""
QUIET_MS = 1500
SEGMENTS = ("Enterprise", "SMB", "Mid-Market", "Startup")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", default="revenue")
    parser.add_argument("--times", type=int, default=12)
    parser.add_argument("--dash-python", help="a Python with dash and requirements.txt; without it, ours alone")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        uri = str(Path(folder) / "lakehouse")
        machine.run([*serving.PYTHON, "-m", "data_gen", "--out", uri])
        print("| app | charts | filter to redrawn, median ms | slowest ms |\n| --- | --: | --: | --: |")
        with serving.app(uri) as (address, _):
            _report("ours", f"{address}/{chosen.page}", ".mdm-h1", _pick_streamlit, chosen.times)
        if chosen.dash_python:
            port = serving.free_port()
            command = [chosen.dash_python, "-m", "benchmarks.peers.dash_app", "--uri", uri, "--page", chosen.page]
            with serving.served([*command, "--port", str(port)], port, {}):
                _report("Dash", f"http://127.0.0.1:{port}", "#segment", _pick_dash, chosen.times)
    print(f"\n{machine.describe()}")


def _report(name: str, address: str, ready: str, pick: Any, times: int) -> None:
    with serving.page() as page:
        page.goto(address)
        page.wait_for_selector(ready, timeout=60_000)
        page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
        page.wait_for_timeout(3000)
        charts = page.locator(".js-plotly-plot").count()
        page.evaluate(WATCH)
        waits = list(_waits(page, pick, times + len(SEGMENTS)))[len(SEGMENTS) :]  # each segment once, to fill caches
    print(f"| {name} | {charts} | {statistics.median(waits):.0f} | {max(waits):.0f} |")


def _waits(page: Any, pick: Any, times: int) -> Iterator[float]:
    for segment in itertools.islice(itertools.cycle(SEGMENTS), times):
        option = pick(page, segment)
        option.evaluate(
            "option => option.addEventListener('click', () => {"
            " window.clicked = performance.now(); window.lastChange = 0; }, {capture: true, once: true})"
        )
        option.click()
        page.wait_for_function(
            f"() => window.lastChange && performance.now() - window.lastChange > {QUIET_MS}", timeout=60_000
        )
        yield page.evaluate("window.lastChange - window.clicked")


def _pick_streamlit(page: Any, segment: str) -> Any:
    page.locator(".st-key-segment input").first.click()
    return page.get_by_role("option", name=segment, exact=True)


def _pick_dash(page: Any, segment: str) -> Any:
    page.locator("#segment").click()
    return page.get_by_role("option", name=segment, exact=True)


if __name__ == "__main__":
    main()
