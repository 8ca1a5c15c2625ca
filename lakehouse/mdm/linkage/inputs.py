"""The files and options of one `match` command, read and checked before anything is computed."""

import argparse
from collections import Counter
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

import polars as pl

from lakehouse.mdm.linkage import evaluation, problems, reading
from lakehouse.mdm.linkage.decisions import Pair
from lakehouse.mdm.linkage.fields import Fields
from lakehouse.mdm.linkage.problems import LinkageError
from lakehouse.mdm.linkage.reviewed import problem as label_problem
from lakehouse.mdm.linkage.reviewed import reviewed
from lakehouse.mdm.linkage.settings import Settings


@dataclass
class Inputs:
    """What a command gives to link()."""

    table: pl.DataFrame
    options: dict[str, Any]
    labels: pl.DataFrame | None
    truth: pl.DataFrame | None
    must_link: list[Pair]
    cannot_link: list[Pair]
    notes: list[str] = field(default_factory=list)


def read(chosen: argparse.Namespace) -> Inputs:
    """LinkageError with everything that is wrong with the files, the columns and the options."""
    failed: list[str] = []
    tables = [_frame(path, chosen.encoding, failed) for path in chosen.file]
    labels, truth, decided = (
        _frame(path, chosen.encoding, failed) if path else None
        for path in (chosen.labels, chosen.truth, chosen.decisions)
    )
    for name, given in (("--labels", labels), ("--decisions", decided)):
        if given is not None and (wrong := label_problem(given)):
            failed.append(f"{name}: {wrong}")
    if truth is not None and (wrong := evaluation.problem(truth, chosen.id)):
        failed.append(f"--truth: {wrong}")
    failed += _unwritable(Path(chosen.out))
    notes: list[str] = []
    options = _options(chosen)
    if any(table is None for table in tables):
        raise LinkageError("; ".join(failed))
    table, options["source"] = _joined([one for one in tables if one is not None], chosen, notes)
    settings = Settings(**{**options, "trusted_keys": tuple(options["trusted_keys"])})
    failed += problems.of(table, settings)
    if failed:
        raise LinkageError("Cannot link the records: " + "; ".join(failed))
    pairs = reviewed(decided, table[chosen.id].dtype) if decided is not None else None
    must, cannot = (
        [] if pairs is None else pairs.filter(pl.col("is_match") == verdict).select("id_a", "id_b").rows()
        for verdict in (True, False)
    )
    return Inputs(table, options, labels, truth, must, cannot, notes)


def _options(chosen: argparse.Namespace) -> dict[str, Any]:
    mapped = {one.name: getattr(chosen, one.name) for one in dataclass_fields(Fields) if one.name != "identifiers"}
    return {
        "id": chosen.id,
        "fields": Fields(**mapped, identifiers=tuple(chosen.identifier)),
        "model": chosen.model,
        "mode": chosen.mode or ("link" if len(chosen.file) > 1 else "dedupe"),
        "threshold": chosen.threshold,
        "trusted_keys": tuple(chosen.trusted_key or problems.USUAL_KEYS),
        "max_cluster": chosen.max_cluster,
        "one_to_one": chosen.one_to_one,
        "seed": chosen.seed,
    }


def _frame(path: str, encoding: str, failed: list[str]) -> pl.DataFrame | None:
    try:
        return reading.read(path, encoding)
    except LinkageError as error:
        failed.append(str(error))
        return None


def _unwritable(folder: Path) -> list[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return [f"Cannot write to {folder}: {error.strerror}. Name another folder with --out"]
    return []


def _joined(found: list[pl.DataFrame], chosen: argparse.Namespace, notes: list[str]) -> tuple[pl.DataFrame, str | None]:
    """All files as one table; of several, each record with its file as the source."""
    if len(found) == 1:
        return found[0], chosen.source
    source, id = chosen.source or "source_file", chosen.id
    stems = [Path(path).stem for path in chosen.file]
    names = [stem if Counter(stems)[stem] == 1 else path for stem, path in zip(stems, chosen.file, strict=True)]
    named = [
        frame if source in frame.columns else frame.with_columns(pl.lit(name).alias(source))
        for name, frame in zip(names, found, strict=True)
    ]
    if all(id in frame.columns for frame in named) and _overlap([frame[id] for frame in named]):
        named = [
            frame.with_columns(pl.format("{}:{}", pl.lit(name), pl.col(id)).alias(id))
            for name, frame in zip(names, named, strict=True)
        ]
        notes.append(f"the files share ids: each id has its file before it, as in {named[0][id][0]}")
    return pl.concat(named, how="diagonal_relaxed"), source


def _overlap(ids: list[pl.Series]) -> bool:
    """Whether an id that is unique in each file stands in several of them."""
    every = pl.concat([one.cast(pl.String).drop_nulls().unique() for one in ids])
    return every.n_unique() < len(every)
