"""Freed memory goes back to the system."""

import subprocess
import sys

import pytest

# Half a million small objects between a few that stay: freed, glibc keeps their pages until it is asked.
SCRIPT = """
import os
from ui import memory

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

trim = memory._glibc()
kept = [bytes(3000) for _ in range(60_000)]
top = bytes(2000)
del kept
before = resident()
trim(0)
print(before - resident())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's malloc")
def test_freed_memory_goes_back():
    told = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
    assert float(told) > 50


def test_one_thread_serves_all_sessions():
    from ui import memory

    first = memory.keep_low()
    assert memory.keep_low() is first
    assert first is None or (first.daemon and first.is_alive())
