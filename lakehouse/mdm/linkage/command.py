"""python -m lakehouse match: link the records of a file."""

import argparse
import json
import sys
from dataclasses import fields as dataclass_fields
from pathlib import Path

import polars as pl

from lakehouse.mdm.linkage import problems, reading
from lakehouse.mdm.linkage.fields import Fields
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
    parser.add_argument("--labels", help="reviewed pairs (id_a, id_b, is_match): what they suggest, never applied")
    parser.add_argument("--truth", help="an answer key (id, entity): measure the result")
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
    table, source = _table(chosen)
    mapped = {one.name: getattr(chosen, one.name) for one in dataclass_fields(Fields) if one.name != "identifiers"}
    linkage = link(
        table,
        id=chosen.id,
        source=source,
        fields=Fields(**mapped, identifiers=tuple(chosen.identifier)),
        model=chosen.model,
        mode=chosen.mode or ("link" if len(chosen.file) > 1 else "dedupe"),
        threshold=chosen.threshold,
        trusted_keys=tuple(chosen.trusted_key or ("tax_id",)),
        max_cluster=chosen.max_cluster,
        one_to_one=chosen.one_to_one,
        seed=chosen.seed,
        progress=None if chosen.quiet or chosen.json else _bar,
    )
    suggestion = linkage.suggest(reading.read(chosen.labels, chosen.encoding)) if chosen.labels else None
    evaluation = linkage.evaluate(reading.read(chosen.truth, chosen.encoding)) if chosen.truth else None
    written = _write(linkage, chosen)
    if chosen.json:
        print(json.dumps(linkage.report.to_dict() | {"written": written}, default=str, indent=2))
        return 0
    for part in (linkage.report, evaluation, suggestion):
        if part is not None:
            print(part, end="\n\n")
    print("written: " + ", ".join(written))
    return 0


def _table(chosen: argparse.Namespace) -> tuple[pl.DataFrame, str | None]:
    """All files as one table; of several, each record with its file as the source."""
    found, failed = [], []
    for path in chosen.file:
        try:
            found.append(reading.read(path, chosen.encoding))
        except LinkageError as error:
            failed.append(str(error))
    if failed:
        raise LinkageError("; ".join(failed))
    if len(found) == 1:
        return found[0], chosen.source
    name = chosen.source or "source_file"
    named = [
        frame if name in frame.columns else frame.with_columns(pl.lit(Path(path).stem).alias(name))
        for path, frame in zip(chosen.file, found, strict=True)
    ]
    return pl.concat(named, how="diagonal_relaxed"), name


def _write(linkage: Linkage, chosen: argparse.Namespace) -> list[str]:
    folder = Path(chosen.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        parts = {"pairs": linkage.pairs, "clusters": linkage.clusters, "golden": linkage.golden}
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
