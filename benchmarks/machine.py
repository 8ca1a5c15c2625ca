"""The machine a benchmark ran on, and a child process measured from outside."""

import os
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Measured:
    seconds: float
    peak_memory_mb: float
    output: str


def describe() -> str:
    """Cores, memory, Python and the libraries that decide the speed, in one line."""
    import deltalake
    import duckdb
    import polars
    import streamlit

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"duckdb {duckdb.__version__}, polars {polars.__version__}, deltalake {deltalake.__version__}"
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}, "
        f"{versions}, streamlit {streamlit.__version__}"
    )


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end; wall seconds and the largest resident set of the process."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}:\n{output}")
    return Measured(time.perf_counter() - started, usage.ru_maxrss / 1024, output)
