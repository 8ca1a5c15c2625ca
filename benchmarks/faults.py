"""Kill builds, days and decisions at random moments, and count what was lost: it must be nothing.

python -m benchmarks.faults [--kills 100] [--seed 1]
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import data_gen
from benchmarks import machine
from lakehouse import export, pipeline, steward
from lakehouse.storage import Store

WORK = ("build", "day", "decision")
LOGS = {"mdm.quality_result", "mdm.match_run", "mdm.match_run_pass", "mdm.run_step"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=4.0, help="seconds until the latest kill")
    chosen = parser.parse_args()
    rng, found = random.Random(chosen.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(str(Path(folder) / "lakehouse"))
        data_gen.ensure_demo(uri=store.uri)
        for number in range(chosen.kills):
            found.update(_kill_once(store, rng.choice(WORK), rng.uniform(0.3, chosen.longest)))
            if number % 10 == 9:
                pipeline.build(store)
        pipeline.build(store)
        again = _rebuilt(store, Path(folder) / "again")
        one, other = (export.digests(s, s.latest()) for s in (store, again))
        differing = sorted(name for name in one if one[name] != other[name] and name not in LOGS)
    print(machine.describe())
    for what, times in sorted(found.items()):
        print(f"{what:<44}{times:>6}")
    print(f"tables that differ from an undisturbed build: {', '.join(differing) or 'none'}")
    lost = sum(times for what, times in found.items() if what.startswith("LOST"))
    sys.exit(1 if differing or lost else 0)


def _kill_once(store: Store, work: str, after_seconds: float) -> list[str]:
    """Start work, kill it, and look at what is left."""
    newest, bronze, decided = store.latest(), _rows(store), len(steward.state(store).decisions)
    before = export.digests(store, newest)
    process = subprocess.Popen(_command(store, work), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after_seconds)
    process.kill()
    process.wait()
    seen = [f"{work} killed" if process.returncode else f"{work} finished in time"]
    if export.digests(store, store.release(newest.release_id)) != before:
        seen.append("LOST: the last release changed")
    if _rows(store) < bronze:
        seen.append("LOST: bronze rows")
    if len(steward.state(store).decisions) < decided:
        seen.append("LOST: a decision")
    store.connect(store.latest().tables).close()
    return seen


def _command(store: Store, work: str) -> list[str]:
    if work == "day":
        return [sys.executable, "-m", "data_gen", "--out", store.uri, "--next-days", "1"]
    lakehouse = [sys.executable, "-m", "lakehouse", "--uri", store.uri]
    if work == "build":
        return [*lakehouse, "build"]
    pairs = steward.state(store).pairs
    pending = pairs.filter(pairs["steward_status"] == "Pending")["pair_id"].sort()
    verdict = "approve" if len(pending) % 2 else "reject"
    return [*lakehouse, "decide", pending[0], verdict, "--reason", "fault test", "--who", "benchmark"]


def _rows(store: Store) -> int:
    return sum(len(store.read(name)) for name in ("bronze.sf_task", "bronze.web_event", "bronze.sap_kna1"))


def _rebuilt(store: Store, folder: Path) -> Store:
    for name in ("bronze", "mdm/steward_decision"):
        shutil.copytree(Path(store.uri) / name, folder / name)
    again = Store(str(folder))
    pipeline.build(again)
    return again


if __name__ == "__main__":
    main()
