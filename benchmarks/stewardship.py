"""A steward's decision and a day, from the call to the published release.

python -m benchmarks.stewardship [--decisions 10] [--days 5]
"""

import argparse
import statistics
import tempfile
import time
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
        looked, decided = [], []
        for pair in pairs[: chosen.decisions]:
            proposal = steward.deciding(pair, "approve", "benchmark", "benchmark")
            started = time.perf_counter()
            steward.preview(store, proposal)
            looked.append(time.perf_counter() - started)
            decided.append(steward.record(store, proposal).seconds)
        days = [data_gen.next_day(uri=store.uri).seconds for _ in range(chosen.days)]
    print(machine.describe())
    for what, seconds in (("preview", looked), ("decision to release", decided), ("day to release", days)):
        if seconds:
            print(f"{what:<22}{statistics.median(seconds):>7.2f} s median, {max(seconds):>6.2f} s slowest")


if __name__ == "__main__":
    main()
