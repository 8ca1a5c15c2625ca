"""One engine on one table, in a process of its own: writes the pairs, prints seconds and peak memory as JSON."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def ours(model: str) -> Any:
    """One of our models; the pairs as a polars frame, and the engine's own threshold."""
    import polars as pl

    from lakehouse.mdm import Fields, link

    def run(parquet: str, fields: dict[str, Any], source: str | None, mode: str) -> tuple[float, Any]:
        records = pl.read_parquet(parquet).drop("entity")
        found = link(records, id="id", source=source, fields=Fields(**fields), mode=mode, model=model)
        return found.report.threshold, found.pairs.select("id_a", "id_b", pl.col("match_score").alias("score"))

    return run


def peer(name: str) -> Any:
    """A peer; its own threshold is a probability of one half."""
    import importlib

    module = importlib.import_module(f"benchmarks.peers.{name}_peer")

    def run(parquet: str, fields: dict[str, Any], source: str | None, mode: str) -> tuple[float, Any]:
        return 0.5, module.link(parquet, fields, source, mode)[1]

    return run


def main(engine: str, table: str, result: str) -> None:
    described = json.loads(Path(table).with_suffix(".json").read_text())
    run = ours(engine) if engine in ("fellegi_sunter", "composite") else peer(engine)
    started, worked = time.perf_counter(), time.process_time()
    threshold, pairs = run(table, described["fields"], described["source"], described["mode"])
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if hasattr(pairs, "write_parquet"):
        pairs.write_parquet(result)
    else:
        import pyarrow.parquet

        pyarrow.parquet.write_table(pairs, result)
    print(json.dumps({"seconds": seconds, "cpu_seconds": work, "megabytes": peak, "threshold": threshold}))


if __name__ == "__main__":
    main(*sys.argv[1:])
