"""python -m data_gen: simulate an enterprise into a lakehouse, run the pipeline, and print a line per step."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from deltalake.exceptions import DeltaError

from data_gen import demo, next_day
from data_gen.plan import LARGEST, SMALLEST, NoSuchWorld
from data_gen.world import world
from lakehouse import catalog
from lakehouse.errors import LakehouseError
from lakehouse.pipeline import Progress


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where a release was published, 2 where that was not possible and stderr says why."""
    chosen = _parser().parse_args(arguments)
    if chosen.next_days is not None:
        return _next_days(chosen)
    try:
        release = demo.build(world(chosen.seed, chosen.scale), chosen.out, print_progress)
    except (LakehouseError, NoSuchWorld, DeltaError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"release {release.release_id} as of {release.as_of_date} at {chosen.out}")
    return 0


def _next_days(chosen: argparse.Namespace) -> int:
    try:
        for _ in range(chosen.next_days):
            day = next_day(uri=chosen.out, through_events=chosen.through_events)
            rows = int(day.delivered["rows"].sum())
            print(f"{day.day}: {rows:,} rows delivered, release {day.release.release_id} in {day.seconds:.2f} s")
    except (LakehouseError, DeltaError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m data_gen", description=__doc__)
    parser.add_argument("--seed", type=_whole, default=42, help="which enterprise (default: 42)")
    parser.add_argument(
        "--scale", type=_number, default=1.0, help=f"how large, {SMALLEST:g} to {LARGEST:g} (default: 1, 500 customers)"
    )
    parser.add_argument(
        "--next-days", type=_whole, metavar="N", help="go on from what is there: deliver the next N days, one by one"
    )
    parser.add_argument(
        "--through-events", action="store_true", help="with --next-days: account changes as Salesforce's change events"
    )
    parser.add_argument(
        "--out", default=catalog.root(), help="the lakehouse (default: LAKEHOUSE_URI or data/lakehouse)"
    )
    return parser


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def print_progress(progress: Progress) -> None:
    """A line for each step that has ended."""
    if progress.seconds is not None:
        place = f"{progress.position:>3}/{progress.total}"
        print(f"{place} {progress.step:<34} {progress.rows or 0:>12,} rows {progress.seconds:>8.3f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
