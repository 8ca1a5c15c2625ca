"""Seconds and memory of the whole build: simulate the sources, run the pipeline, publish.

python -m benchmarks.build [--scale 1] [--times 5]
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import machine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    runs = [_build(chosen.scale) for _ in range(chosen.times)]
    seconds = [run.seconds for run in runs]
    print(f"| scale | runs | median s | fastest s | slowest s | peak memory MB |\n|{'---|' * 6}")
    print(
        f"| {chosen.scale:g} | {len(runs)} | {statistics.median(seconds):.2f} | {min(seconds):.2f} "
        f"| {max(seconds):.2f} "
        f"| {max(run.peak_memory_mb for run in runs):,.0f} |"
    )
    print(f"\n{machine.describe()}\n\nthe last run:\n{runs[-1].output}")


def _build(scale: float) -> machine.Measured:
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "lakehouse")
        return machine.run([sys.executable, "-m", "data_gen", "--seed", "42", "--scale", f"{scale:g}", "--out", out])


if __name__ == "__main__":
    main()
