"""The subcommands of stewards and of upkeep: decide, unmerge, override, undo; compare, restore, maintain."""

import argparse
import getpass
from collections.abc import Callable
from typing import Any

from lakehouse import compare, maintain, refusals, show, steward
from lakehouse.decisions import VERDICTS
from lakehouse.steward import Proposal
from lakehouse.storage import Store


def add_parsers(commands: Any) -> None:
    decide = _deciding(commands, "decide", "record a verdict on a pair, and publish what follows from it", _decide)
    decide.add_argument("pair", help="as P-0TBAF3F3A6")
    decide.add_argument("verdict", choices=VERDICTS)
    decide.add_argument("--related", action="store_true", help="with reject: two companies of one group")

    unmerge = _deciding(commands, "unmerge", "take source records out of their golden customer", _unmerge)
    unmerge.add_argument("records", nargs="+", metavar="record", help="as SAP:0000100001")

    override = _deciding(commands, "override", "set an attribute of a golden customer", _override)
    override.add_argument("customer", help="as C-1D49JJ0QQ7")
    override.add_argument("attribute")
    override.add_argument("value")

    undo = _deciding(commands, "undo", "reverse a decision", _undo)
    undo.add_argument("decision", help="as D-4C0Y6Q1T2M")

    compared = commands.add_parser("compare", help="tables, customers and figures that differ between two releases")
    compared.set_defaults(command=_compare)
    compared.add_argument("earlier", type=int)
    compared.add_argument("later", type=int)

    restore = commands.add_parser("restore", help="publish an old release again, as the newest")
    restore.set_defaults(command=_restore)
    restore.add_argument("release", type=int)

    withdraw = commands.add_parser(
        "withdraw", help="take a batch that a gate stops back out of bronze, and keep it aside"
    )
    withdraw.set_defaults(command=_withdraw)
    withdraw.add_argument("batch", help="its id, as the report of the gate names it")
    withdraw.add_argument("--reason", required=True, help="why; it is kept with the rows")
    withdraw.add_argument("--who", default=getpass.getuser(), help="default: the user of this process")

    upkeep = commands.add_parser("maintain", help="compact small files, remove those that no offered release needs")
    upkeep.set_defaults(command=_maintain)
    upkeep.add_argument("--dry-run", action="store_true", help="only tell what would be removed")
    upkeep.add_argument("--json", action="store_true", help="print as JSON")


def _deciding(
    commands: Any, name: str, help_: str, propose: Callable[[argparse.Namespace], Proposal]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_)
    parser.set_defaults(command=_record, propose=propose)
    parser.add_argument("--reason", required=True, help="why; it is kept with the decision")
    parser.add_argument("--who", default=getpass.getuser(), help="the steward (default: the user of this process)")
    return parser


def _record(chosen: argparse.Namespace) -> int:
    decided = steward.record(Store(chosen.uri), chosen.propose(chosen))
    show.line(f"decision {decided.decision_id}, release {decided.release.release_id} in {decided.seconds:.2f} s")
    return 0


def _decide(chosen: argparse.Namespace) -> Proposal:
    return steward.deciding(chosen.pair, chosen.verdict, chosen.reason, chosen.who, related=chosen.related)


def _unmerge(chosen: argparse.Namespace) -> Proposal:
    return steward.unmerging(chosen.records, chosen.reason, chosen.who)


def _override(chosen: argparse.Namespace) -> Proposal:
    return steward.overriding(chosen.customer, chosen.attribute, chosen.value, chosen.reason, chosen.who)


def _undo(chosen: argparse.Namespace) -> Proposal:
    return steward.undoing(chosen.decision, chosen.reason, chosen.who)


def _compare(chosen: argparse.Namespace) -> int:
    store = Store(chosen.uri)
    found = compare.compare(store, store.release(chosen.earlier), store.release(chosen.later))
    changed = found.tables.filter("is_changed")
    show.frame(changed, empty="No table differs.")
    show.frame(found.figures.filter(found.figures["difference"] != 0), empty="No figure differs.")
    show.frame(found.customers, empty="No customer differs.")
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    release = maintain.restore(Store(chosen.uri), chosen.release)
    show.line(f"release {release.release_id}: {release.note}, as of {release.as_of_date}")
    return 0


def _withdraw(chosen: argparse.Namespace) -> int:
    taken = refusals.withdraw(Store(chosen.uri), chosen.batch, chosen.reason, chosen.who)
    for table, rows in taken.items():
        show.line(f"{rows:,} rows of {table} are out of bronze, and kept aside")
    return 0


def _maintain(chosen: argparse.Namespace) -> int:
    done = maintain.maintain(Store(chosen.uri), dry_run=chosen.dry_run)
    show.frame(done.tables, as_json=chosen.json, empty="No tables.")
    if done.release and not chosen.json:
        show.line(f"release {done.release.release_id}: {done.release.note}")
    return 0
