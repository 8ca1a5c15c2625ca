"""python -m lakehouse match: link the records of a file."""

import argparse
import json
import sys
from dataclasses import asdict
from dataclasses import fields as dataclass_fields
from pathlib import Path

from lakehouse.mdm.linkage import inputs, problems, reading
from lakehouse.mdm.linkage.evaluation import Evaluation
from lakehouse.mdm.linkage.fields import Fields
from lakehouse.mdm.linkage.labels import Suggestion
from lakehouse.mdm.linkage.link import link
from lakehouse.mdm.linkage.linkage import Linkage
from lakehouse.mdm.linkage.problems import LinkageError

HELP = "link the records of a CSV file, a Parquet file or a Delta table: pairs, clusters and golden records"
BAR = 30
STAGES = ("standardise", "block", "learn", "score", "cluster", "pairs")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declares the command."""
    parser = commands.add_parser("match", help=HELP, description=HELP)
    parser.add_argument("file", nargs="+", help="one table, or several to be linked with each other")
    parser.add_argument("--id", required=True, help="the column with a unique id")
    parser.add_argument("--source", help="the column with the source of a record; of several files, the file's name")
    for declared in dataclass_fields(Fields):
        if declared.name != "identifiers":
            parser.add_argument(
                f"--{declared.name.replace('_', '-')}", metavar="COLUMN", help=f"the {declared.name} column"
            )
    parser.add_argument(
        "--identifier", action="append", default=[], metavar="COLUMN", help="a further column; repeatable"
    )
    parser.add_argument("--model", default="fellegi_sunter", choices=problems.MODELS)
    parser.add_argument("--mode", default=None, choices=problems.MODES, help="dedupe one table, or link across sources")
    parser.add_argument("--threshold", type=float, help="match score from which on pairs form clusters")
    parser.add_argument("--one-to-one", action="store_true", default=None, help="every source holds an entity once")
    parser.add_argument(
        "--trusted-key", action="append", metavar="FIELD", help="never two in a cluster (default: tax_id)"
    )
    parser.add_argument("--max-cluster", type=int, help="the most records of one cluster")
    parser.add_argument("--decisions", help="reviewed pairs (id_a, id_b, is_match) that hold whatever the score")
    parser.add_argument("--labels", help="reviewed pairs (id_a, id_b, is_match): what they suggest, never applied")
    parser.add_argument("--truth", help="an answer key (id, entity) or reviewed pairs: measure the result")
    parser.add_argument("--encoding", default="utf-8", help="of CSV files")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="result", help="the folder to write to (default: result)")
    parser.add_argument("--format", default="parquet", choices=reading.FORMATS)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(command=run)
    return parser


def run(chosen: argparse.Namespace) -> int:
    """Reads, links, writes and reports."""
    given = inputs.read(chosen)
    linkage = link(
        given.table,
        **given.options,
        must_link=given.must_link,
        cannot_link=given.cannot_link,
        progress=None if chosen.quiet or chosen.json else _bar,
    )
    linkage.report.notes += given.notes
    evaluation = linkage.evaluate(given.truth) if given.truth is not None else None
    suggestion = None
    if given.labels is not None:
        try:
            suggestion = linkage.suggest(given.labels)
        except LinkageError as error:  # too few labels spoil nothing else
            linkage.report.notes.append(f"nothing was learned from {chosen.labels}: {error}")
    written = _write(linkage, evaluation, suggestion, chosen)
    if chosen.json:
        told = linkage.report.to_dict() | {"written": written}
        told |= {"evaluation": evaluation.to_dict()} if evaluation else {}
        told |= {"suggestion": asdict(suggestion) | {"is_better": suggestion.is_better}} if suggestion else {}
        print(json.dumps(told, default=str, indent=2))
        return 0
    for part in (linkage.report, evaluation, suggestion):
        if part is not None:
            print(part, end="\n\n")
    print("written: " + ", ".join(written))
    return 0


def _write(
    linkage: Linkage, evaluation: Evaluation | None, suggestion: Suggestion | None, chosen: argparse.Namespace
) -> list[str]:
    """The tables as files; what labels suggest goes into one of its own and changes no other."""
    folder = Path(chosen.out)
    parts = {"pairs": linkage.pairs, "clusters": linkage.clusters, "golden": linkage.golden}
    if evaluation is not None:
        parts |= {"curve": evaluation.curve, "calibration": evaluation.calibration}
    if suggestion is not None:
        parts["suggested"] = suggestion.apply(linkage.pairs)
    try:
        return [str(reading.write(frame, folder, name, chosen.format)) for name, frame in parts.items()]
    except OSError as error:
        raise LinkageError(f"Cannot write to {folder}: {error.strerror}. Name another folder with --out") from error


def _bar(stage: str, share: float) -> None:
    """A bar on the terminal, on standard error."""
    place = STAGES.index(stage) if stage in STAGES else 0
    done = (place + share) / len(STAGES)
    filled = round(done * BAR)
    end = "\n" if stage == STAGES[-1] and share >= 1 else ""
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done:4.0%} {stage:<12}{end}")
    sys.stderr.flush()
