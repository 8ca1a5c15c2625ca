"""The commands ingest, sources and stand-ins of python -m lakehouse."""

import argparse
import os
import shlex
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from lakehouse import show
from lakehouse.connectors import settings as settings_
from lakehouse.connectors.landing import Landed
from lakehouse.storage import Store


def add_parsers(commands: Any) -> None:
    """Add the three commands to the parser of python -m lakehouse.

    Each sets `command`, as the others do, and `log_default` where another level than warning suits it.
    """
    take = commands.add_parser("ingest", help="read the source systems and land what is new in bronze")
    take.set_defaults(command=_ingest)
    take.add_argument("system", choices=(*settings_.SYSTEMS, "all"))
    take.add_argument(
        "--since", type=date.fromisoformat, metavar="DATE", help="read changes from this day on, not from the last mark"
    )
    take.add_argument("--dry-run", action="store_true", help="read and compare, land nothing")
    take.add_argument("--at", type=_moment, metavar="TIME", help="time of arrival in UTC (default: now)")
    take.add_argument("--verbose", dest="log_default", action="store_const", const="info", help="log each step")

    show = commands.add_parser("sources", help="what is configured, reachable, last loaded, and how far behind")
    show.set_defaults(command=_sources, log_default="error")
    show.add_argument("--offline", action="store_true", help="ask no source system")
    show.add_argument("--json", action="store_true", help="print as JSON")

    play = commands.add_parser("stand-ins", help="serve a lakehouse's bronze rows as SAP, Salesforce and Oracle")
    play.set_defaults(command=_stand_ins)
    play.add_argument(
        "--ingest-into", metavar="URI", help="ingest everything into this lakehouse, ready to be built, and end"
    )


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None:
        raise argparse.ArgumentTypeError(f"{text} has a time zone; give UTC without one, as 2026-01-31T23:59:59")
    return found


def _ingest(chosen: argparse.Namespace) -> int:
    systems = settings_.SYSTEMS if chosen.system == "all" else (chosen.system,)
    _load(chosen.uri, systems, since=chosen.since, at=chosen.at, dry_run=chosen.dry_run)
    return 0


def _load(uri: str, systems: tuple[str, ...], **options: Any) -> None:
    from lakehouse.connectors.ingest import ingest

    done = "would land" if options.get("dry_run") else "landed"

    def say(landed: Landed) -> None:
        mark = f", up to {landed.high_water_mark}" if landed.high_water_mark else ""
        print(
            f"{landed.system:<11}{landed.object:<14}{landed.rows_read:>8,} read {landed.rows_landed:>8,} {done}{mark}"
        )

    ingest(Store(uri), systems, settings_.load(systems), report=say, **options)


def _sources(chosen: argparse.Namespace) -> int:
    from lakehouse.connectors import sources

    found = sources.status(Store(chosen.uri), settings_.load(), ping=not chosen.offline)
    shown = found if chosen.json else found.drop("table_name").with_columns(pl.col(pl.String).fill_null("–"))
    return show.frame(shown, as_json=chosen.json, empty="No sources.")


def _stand_ins(chosen: argparse.Namespace) -> int:
    from lakehouse.standins import enterprise

    store = Store(chosen.uri)
    frames = enterprise.frames_of_store(store)
    with (
        tempfile.TemporaryDirectory(prefix="stand-ins-") as folder,
        enterprise.Enterprise(frames, Path(folder)).serving() as environment,
    ):
        if chosen.ingest_into:
            with _environment(environment):
                _load(chosen.ingest_into, settings_.SYSTEMS, at=enterprise.newest_arrival(store))
            others = enterprise.take_over(store, Store(chosen.ingest_into))
            if others:
                print(f"taken over as they are, for no connector reads them: {', '.join(others)}")
            print(f"next: python -m lakehouse --uri {shlex.quote(chosen.ingest_into)} build")
            return 0
        print(enterprise.exports(environment))
        print("# The stand-ins are serving. In another shell set the variables above, then for example:")
        print("#   python -m lakehouse --uri /tmp/ingested ingest all")
        print("# Stop them here with Ctrl-C.", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
