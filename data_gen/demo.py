"""From nothing to a published release: the simulated sources deliver into bronze, and the pipeline runs."""

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import polars as pl
from deltalake import write_deltalake

from data_gen.world import World, world
from lakehouse import catalog, lock, pipeline, views
from lakehouse.errors import LakehouseError, NotWritable
from lakehouse.pipeline import Progress, Report
from lakehouse.release import Release
from lakehouse.schemas import BRONZE
from lakehouse.storage import Store

WAIT_SECONDS = 900.0  # for a build that another session has under way
SIMULATION = "_simulation"  # beside the layers: which enterprise was simulated into this lakehouse
ANSWER_KEY = "_answer_key"


def ensure(report: Report | None = None, uri: str | None = None) -> Release:
    """The newest release; where there is none yet, the default enterprise is simulated and built first.

    Of several callers at once one builds, and the others wait for it.
    """
    store = Store(uri or catalog.root())
    if published := store.releases():
        return published[-1]
    with store.writer("the first build", wait_seconds=WAIT_SECONDS):
        if published := store.releases():
            return published[-1]
        return _build(store, world(), report)


def build(simulated: World, uri: str, report: Report | None = None) -> Release:
    """Deliver an enterprise into a lakehouse and publish a release; no batch is added twice."""
    store = Store(uri)
    _refuse_foreign_folder(uri)
    with store.writer("python -m data_gen"):
        _refuse_other_enterprise(store, simulated)
        return _build(store, simulated, report)


def reset(report: Report | None = None, uri: str | None = None) -> Release:
    """Back to the default enterprise as on its first day: built aside, then put in the place of what was there."""
    store = Store(uri or catalog.root())
    if catalog.is_remote(store.uri):
        raise LakehouseError(f"{store.uri} is no local folder; empty it by hand, then run: python -m data_gen")
    with store.writer("reset", wait_seconds=WAIT_SECONDS):
        root = store.ensure_folder()
        with _scratch(root, "new") as fresh, _scratch(root, "old") as old:
            release = _build(Store(str(fresh)), world(), report)
            for entry in [entry for entry in root.iterdir() if not entry.name.startswith(lock.LOCK_FILE)]:
                entry.rename(old / entry.name)
            for entry in fresh.iterdir():
                entry.rename(root / entry.name)
            return release


def _build(store: Store, simulated: World, report: Report | None) -> Release:
    tell = report or (lambda progress: None)
    first = len(BRONZE) + 1
    total = first + len(pipeline.steps()) + 1

    last, began = "", 0.0

    def shifted(progress: Progress) -> None:
        nonlocal last, began
        last, began = progress.step, time.perf_counter()
        tell(Progress(progress.step, first + progress.position, total, progress.rows, progress.seconds))

    with _timed(tell, "simulate the enterprise", 1, total) as step:
        _mark(store, simulated)
        step.rows = len(simulated.records) + len(simulated.book)
    _deliver(store, simulated, tell, total)
    for name, rows in simulated.answer_key().items():
        write_deltalake(_beside(store, f"{ANSWER_KEY}/{name}"), rows.to_arrow(), mode="overwrite")
    simulated.forget()
    note = f"simulated: seed {simulated.seed}, scale {_scale(simulated):g}"
    release = pipeline.build_locked(store, shifted, note=note)
    tell(Progress(last, total, total, len(release.tables), time.perf_counter() - began))  # the writing, now ended
    return release


def _deliver(store: Store, simulated: World, tell: Report, total: int) -> None:
    """One step per bronze table, in as many commits as it has batches and parts."""
    batches = groupby(simulated.extracts(), key=lambda extract: extract.table)
    for position in range(2, len(BRONZE) + 2):
        with _timed(tell, "deliver to bronze", position, total) as step:
            table, extracts = next(batches)
            step.name = table
            for extract in extracts:
                step.rows += store.append(
                    extract.table,
                    extract.frame,
                    batch_id=extract.batch_id,
                    source_system=extract.source_system,
                    ingestion_ts=extract.ingestion_ts,
                    part=extract.part,
                )


class _Step:
    """A step under way: its name and rows may become known late."""

    def __init__(self, name: str) -> None:
        self.name, self.rows = name, 0


@contextmanager
def _timed(tell: Report, name: str, position: int, total: int) -> Iterator[_Step]:
    tell(Progress(name, position, total))
    step, started = _Step(name), time.perf_counter()
    yield step
    tell(Progress(step.name, position, total, step.rows, time.perf_counter() - started))


def _scale(simulated: World) -> float:
    return float(simulated.plan.scale)


def _beside(store: Store, name: str) -> str:
    return f"{store.uri.rstrip('/')}/{name}"


def _mark(store: Store, simulated: World) -> None:
    """Note which enterprise this is, and keep what else is known of it: the last day that was delivered."""
    path, marked = _beside(store, SIMULATION), {"seed": simulated.seed, "scale": _scale(simulated)}
    if views.is_delta(path) and marked.items() <= views.read(path).row(0, named=True).items():
        return
    write_deltalake(path, pl.DataFrame([marked]).to_arrow(), mode="overwrite", schema_mode="overwrite")


def _refuse_foreign_folder(uri: str) -> None:
    """A folder that holds anything but a lakehouse is left alone."""
    if catalog.is_remote(uri):
        return
    folder = Path(uri.removeprefix("file://"))
    try:
        foreign = sorted(entry.name for entry in folder.iterdir() if not _is_ours(entry.name))
    except FileNotFoundError:
        return
    except OSError as error:
        raise NotWritable(
            f"Cannot use {folder}: {error.strerror or error}; choose another folder with --out"
        ) from error
    if foreign:
        raise LakehouseError(
            f"{folder} is no lakehouse: it holds {', '.join(foreign[:3])}{' …' if foreign[3:] else ''}; "
            "choose an empty or a new folder with --out"
        )


def _is_ours(name: str) -> bool:
    return name in catalog.LAYERS or name.startswith(("_", "."))


def _refuse_other_enterprise(store: Store, simulated: World) -> None:
    """Two enterprises in one lakehouse would be neither."""
    path = _beside(store, SIMULATION)
    if views.is_delta(path):
        held = views.read(path).row(0, named=True)
        if (held["seed"], held["scale"]) == (simulated.seed, _scale(simulated)):
            return
        found = f"the enterprise of seed {held['seed']}, scale {held['scale']:g}"
    elif any(store.exists(table) for table in BRONZE):
        found = "rows that were not simulated"
    else:
        return
    raise LakehouseError(
        f"{store.uri} already holds {found}, not of seed {simulated.seed}, scale {_scale(simulated):g}; "
        "choose another folder with --out, or delete this one"
    )


@contextmanager
def _scratch(root: Path, purpose: str) -> Iterator[Path]:
    """A folder beside the lakehouse, on the same disk, gone at the end."""
    folder = root.parent / f".{root.name}.{purpose}.{uuid.uuid4().hex[:8]}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
