"""One record against a population of a million whose index is loaded: milliseconds a record.

python -m benchmarks.lookup [RECORDS]
"""

import json
import resource
import sys
import time

import numpy as np

from benchmarks.customers import customers
from lakehouse.mdm import Fields, link

RECORDS, LOOKUPS = 1_000_000, 200


def main(records: int = RECORDS) -> None:
    bed = customers(records)
    linkage = link(bed.records.drop("entity"), id="id", fields=Fields(**bed.fields))
    started = time.perf_counter()
    index = linkage.index
    loaded = time.perf_counter() - started
    rows = bed.records.drop("entity")[np.random.default_rng(7).integers(0, records, LOOKUPS)].to_dicts()
    took, worked = [], []
    for row in rows:
        started, before = time.perf_counter(), time.process_time()
        found = index.match(row | {"id": "new"})
        took.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.process_time() - before))
        assert row["id"] in found["id_a"]
    measured = {
        "records": records,
        "index_seconds": round(loaded, 1),
        "median_ms": round(float(np.median(took)), 1),
        "p95_ms": round(float(np.quantile(took, 0.95)), 1),
        "median_cpu_ms": round(float(np.median(worked)), 1),
        "p95_cpu_ms": round(float(np.quantile(worked, 0.95)), 1),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
