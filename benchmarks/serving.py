"""The app served as a person starts it, and how much memory it holds."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import machine

PYTHON = (sys.executable,)
PATIENCE_SECONDS = 60
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@contextmanager
def app(uri: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """The Streamlit app over a lakehouse: its address and process."""
    port = free_port()
    flags = ["--server.port", str(port), "--server.headless", "true", "--server.address", "127.0.0.1"]
    command = [*PYTHON, "-m", "streamlit", "run", "streamlit_app.py", *flags]
    with served(command, port, {"LAKEHOUSE_URI": uri}) as process:
        yield f"http://127.0.0.1:{port}", process


@contextmanager
def served(command: list[str], port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    """A server as a child process, from the moment at which it takes connections."""
    process = subprocess.Popen(
        command,
        cwd=machine.PROJECT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not _is_open(port):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{' '.join(command)} does not serve port {port} (status {process.poll()})")
            time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def page() -> Iterator[Any]:
    """An empty page of a headless Chromium, 1280 px wide."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory_mb(process: subprocess.Popen) -> float:
    """The resident set of a process, in MB (10^6 bytes)."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def private_memory_mb(process: subprocess.Popen) -> float:
    """That part of it which no file backs: what the process itself holds, libraries' code aside."""
    rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    [kilobytes] = [line.split()[1] for line in rollup.splitlines() if line.startswith("Anonymous:")]
    return int(kilobytes) * 1024 / 1e6


def cpu_seconds(process: subprocess.Popen) -> float:
    """What it has computed so far, on all cores: hardly changed by what else the machine does."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
