"""Many sessions at once: page runs a second, and how long a person waits for one.

python -m benchmarks.sessions [--sessions 20 50] [--seconds 20]

Each session speaks Streamlit's websocket protocol as a browser does: it opens a page with its filters in the address,
reads until the script has finished, and asks for the next page at once, without the pauses that a person makes.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from benchmarks import machine, serving

PAGES = ("", "revenue", "customer_360", "lifecycle", "gtm_pipeline", "clickstream", "fraud", "mdm_dq")
FILTERS = ("", "country=Germany", "segment=Enterprise", "segment=SMB&country=France", "period=Year+to+date")
TROUBLE = 'class="mdm-trouble'  # what a page draws in place of a traceback
COLUMNS = ("sessions", "page runs per s", "CPU ms a run", "median ms", "95th percentile ms", "errors", "app's MB")
LARGEST_MESSAGE = 64 * 2**20


@dataclass
class Tally:
    """What all sessions saw: milliseconds of each page run, when the last ended, and what went wrong."""

    waited: list[float] = field(default_factory=list)
    ended: float = 0.0  # so that closing the connections, which takes seconds, is not counted
    errors: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=[20, 50])
    parser.add_argument("--seconds", type=float, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        uri = str(Path(folder) / "lakehouse")
        machine.run([*serving.PYTHON, "-m", "data_gen", "--out", uri])
        with serving.app(uri) as (address, process):
            asyncio.run(_sessions(address, len(FILTERS), 0, Tally()))  # each page under each filter: caches are filled
            print(f"| {' | '.join(COLUMNS)} |\n|{' --: |' * len(COLUMNS)}")
            for number in chosen.sessions:
                tally = Tally()
                started, worked = time.perf_counter(), serving.cpu_seconds(process)
                asyncio.run(_sessions(address, number, chosen.seconds, tally))
                seconds = tally.ended - started
                worked = serving.cpu_seconds(process) - worked
                print(_row(number, seconds, worked, tally, serving.memory_mb(process)))
                for error in tally.errors[:3]:
                    print(f"  {error}")
    print(f"\n{machine.describe()}")


def _row(number: int, seconds: float, worked: float, tally: Tally, memory: float) -> str:
    runs, slow = len(tally.waited), statistics.quantiles(tally.waited, n=20)[-1]
    median, cpu = statistics.median(tally.waited), worked * 1000 / runs
    figures = (number, runs / seconds, cpu, median, slow, len(tally.errors), memory)
    return f"| {' | '.join(f'{figure:.0f}' for figure in figures)} |"


async def _sessions(address: str, number: int, seconds: float, tally: Tally) -> None:
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_session(address, place, until, tally) for place in range(number)))


async def _session(address: str, place: int, until: float, tally: Tally) -> None:
    """One person: page after page, at least each page once."""
    socket = address.replace("http://", "ws://") + "/_stcore/stream"
    async with connect(socket, subprotocols=["streamlit"], max_size=LARGEST_MESSAGE) as connection:  # type: ignore[list-item]
        turn = 0
        while turn < len(PAGES) or time.perf_counter() < until:
            page = PAGES[(place + turn) % len(PAGES)]
            filters = FILTERS[place % len(FILTERS)]
            started = time.perf_counter()
            error = await _open(connection, page, filters)
            tally.ended = time.perf_counter()
            tally.waited.append((tally.ended - started) * 1000)
            if error:
                tally.errors.append(f"{page}?{filters}: {error}")
            turn += 1


async def _open(connection: ClientConnection, page: str, filters: str) -> str:
    """Run a page's script; what it complained of."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = filters
    await connection.send(asked.SerializeToString())
    error = ""
    while True:
        said = ForwardMsg()
        said.ParseFromString(await connection.recv(decode=False))
        kind = said.WhichOneof("type")
        if kind == "delta" and said.delta.new_element.WhichOneof("type") == "exception":
            error = said.delta.new_element.exception.message
        elif kind == "delta" and TROUBLE in said.delta.new_element.html.body:
            error = said.delta.new_element.html.body[:300]
        elif kind == "page_not_found":
            error = f"no page {page}"
        elif kind == "script_finished":
            return error


if __name__ == "__main__":
    main()
