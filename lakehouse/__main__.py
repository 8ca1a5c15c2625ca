"""python -m lakehouse: build the lakehouse, and print what there is."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from lakehouse import attempts, catalog, export, logs, pipeline, show, status
from lakehouse import command as stewarding
from lakehouse.connectors import command as connectors
from lakehouse.dictionary import command as dictionary
from lakehouse.errors import LakehouseError
from lakehouse.mdm.linkage import command as matching
from lakehouse.pipeline import Progress
from lakehouse.quality import expectations
from lakehouse.storage import Store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 where it did its work, 1 where a rule evaluated now fails, 2 where it could not, and why."""
    chosen = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = chosen.command
    logs.configure(chosen.log_level, chosen.log_format, default=getattr(chosen, "log_default", None) or "warning")
    try:
        return command(chosen)
    except LakehouseError as error:
        logs.fail(error)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lakehouse", description=__doc__)
    parser.add_argument(
        "--uri", default=catalog.root(), help="the lakehouse (default: LAKEHOUSE_URI or data/lakehouse)"
    )
    parser.add_argument("--log-level", choices=logs.LEVELS, help=f"what to log on stderr (default: {logs.LEVEL})")
    parser.add_argument("--log-format", choices=logs.FORMATS, help=f"json: an object a line (default: {logs.FORMAT})")
    commands = parser.add_subparsers(required=True, metavar="command")

    build = commands.add_parser("build", help="run the pipeline over the newest bronze and publish a release")
    build.set_defaults(command=_build)
    build.add_argument("--json", action="store_true", help="print the release as JSON")

    for name, command, help_ in (
        ("releases", _releases, "every published release, newest first"),
        ("status", _status, "tables with rows, versions and retention"),
        ("attempts", _attempts, "runs and batches that were stopped, newest first, with their reports"),
        ("steps", _steps, "the steps of the newest release's run: rows, seconds and memory beside what is usual"),
        ("arrivals", _arrivals, "the newest delivery to every source table beside what is usual"),
        ("digest", _digest, "a checksum of every table's content, to compare two builds"),
        ("gates", _gates, "every quality rule of the newest release, with its result"),
    ):
        shown = commands.add_parser(name, help=help_)
        shown.set_defaults(command=command)
        shown.add_argument("--json", action="store_true", help="print as JSON")
        if command not in (_releases, _attempts):
            shown.add_argument("--release", type=int, help="a release's number (default: the newest)")
        if command is _gates:
            shown.add_argument("--failed", action="store_true", help="only the rules that found bad rows")
            shown.add_argument(
                "--engine",
                choices=("stored", "gx"),
                default="stored",
                help="stored: what the build found; gx: run the same suites now in Great Expectations",
            )
            shown.add_argument("--docs", type=Path, help="with gx: the folder to write the Data Docs to")
    stewarding.add_parsers(commands)
    connectors.add_parsers(commands)
    matching.add_parser(commands)
    dictionary.add_parser(commands)
    return parser


def _build(chosen: argparse.Namespace) -> int:
    release = pipeline.build(
        Store(chosen.uri), None if chosen.json else print_progress, note="python -m lakehouse build"
    )
    if chosen.json:
        print(json.dumps({"release_id": release.release_id, "seconds": release.seconds, "gates": release.gates}))
    else:
        print(f"release {release.release_id} as of {release.as_of_date} in {release.seconds:.2f} s at {chosen.uri}")
    return 0


def _releases(chosen: argparse.Namespace) -> int:
    return show.frame(status.releases(Store(chosen.uri)), as_json=chosen.json, empty="No release yet.")


def _status(chosen: argparse.Namespace) -> int:
    store = Store(chosen.uri)
    release = store.release(chosen.release)
    code = show.frame(status.tables(store, release), as_json=chosen.json, empty="No tables.")
    if not chosen.json:
        found = status.arrivals(store, release).rows(named=True)
        told = [
            f"{row['table_name']}: {row['state']} ({row['batch_id']})" for row in found if row["state"] != status.USUAL
        ]
        print("\n".join(told) or "Every source arrived as usual.")
        print(status.run_in_words(status.steps(store, release), release))
        if stopped := attempts.last(store):
            print(f"The newest data are not promoted, release {stopped.after_release} stays: {stopped.what}, ", end="")
            print(f"{stopped.attempted_at:%Y-%m-%d %H:%M:%S}\n{stopped.report}")
    return code


def _attempts(chosen: argparse.Namespace) -> int:
    rows = [
        {"attempted_at": a.attempted_at, "what": a.what, "outcome": a.outcome, "subject": a.subject, "report": a.report}
        for a in reversed(attempts.every(Store(chosen.uri)))
    ]
    return show.frame(pl.DataFrame(rows), as_json=chosen.json, empty="No run and no batch was ever stopped.")


def _steps(chosen: argparse.Namespace) -> int:
    store = Store(chosen.uri)
    return show.frame(status.steps(store, store.release(chosen.release)), as_json=chosen.json, empty="No steps.")


def _arrivals(chosen: argparse.Namespace) -> int:
    store = Store(chosen.uri)
    found = status.arrivals(store, store.release(chosen.release))
    return show.frame(found, as_json=chosen.json, empty="Nothing arrived.")


def _gates(chosen: argparse.Namespace) -> int:
    store = Store(chosen.uri)
    release = store.release(chosen.release)
    is_stored = chosen.engine == "stored"
    if is_stored and chosen.docs:
        raise LakehouseError(f"--docs {chosen.docs}: Data Docs are written by Great Expectations; add --engine gx")
    results = status.gates(store, release) if is_stored else expectations.results(store, release, chosen.docs)
    holds = is_stored or results.filter(~pl.col("success") & (pl.col("severity") == "critical")).is_empty()
    if chosen.failed:
        results = results.filter((pl.col("failed") > 0) | ~pl.col("success"))
    if not chosen.json:
        results = results.select("gate", "rule_id", "dimension", "severity", "checked", "failed", "success")
    show.frame(results, as_json=chosen.json, empty="No rule found a bad row.")
    return 0 if holds else 1


def _digest(chosen: argparse.Namespace) -> int:
    store = Store(chosen.uri)
    found = export.digests(store, store.release(chosen.release))
    rows = [{"table": name, "sha256": digest} for name, digest in found.items()]
    return show.frame(pl.DataFrame(rows), as_json=chosen.json, empty="No tables.")


def print_progress(progress: Progress) -> None:
    """A line for each step that has ended."""
    if progress.seconds is not None:
        place = f"{progress.position:>3}/{progress.total}"
        print(f"{place} {progress.step:<34} {progress.rows or 0:>12,} rows {progress.seconds:>8.3f} s")


if __name__ == "__main__":
    sys.exit(main())
