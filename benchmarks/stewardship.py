"""A steward's decision and a day, from the call to the published release.

python -m benchmarks.stewardship [--decisions 10] [--days 5]
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl

import data_gen
from benchmarks import machine
from lakehouse import steward
from lakehouse.storage import Store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=10)
    parser.add_argument("--days", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(str(Path(folder) / "lakehouse"))
        data_gen.ensure_demo(uri=store.uri)
        pairs = steward.state(store).pairs.filter(pl.col("steward_status") == "Pending").sort("pair_id")["pair_id"]
        proposals = [steward.deciding(pair, "approve", "benchmark", "benchmark") for pair in pairs[: chosen.decisions]]
        looked, decided = [], []
        for proposal in proposals:
            looked.append(_measured(partial(steward.preview, store, proposal)))
            decided.append(_measured(partial(steward.record, store, proposal)))
        days = [_measured(partial(data_gen.next_day, uri=store.uri)) for _ in range(chosen.days)]
    print(machine.describe())
    for what, taken in (("preview", looked), ("decision to release", decided), ("day to release", days)):
        if taken:
            seconds, cpu = zip(*taken, strict=True)
            print(
                f"{what:<22}{len(taken):>4} times {statistics.median(seconds):>6.2f} s median {max(seconds):>6.2f} s "
                f"slowest {statistics.median(cpu):>6.2f} CPU s median, {sum(seconds):>7.1f} s in all"
            )


def _measured(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and CPU seconds of all threads: the latter hardly vary with what else runs on the machine."""
    started, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - cpu


if __name__ == "__main__":
    main()
