"""The steps from bronze to a published release, in order, and their runner."""

import logging
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import duckdb
import polars as pl
from deltalake.exceptions import DeltaError

from lakehouse import arrivals, attempts, decisions, hierarchy, history, persist, runner, schemas, views
from lakehouse import run as run_of
from lakehouse.errors import LakehouseError, NoRelease, StepFailed
from lakehouse.mdm import rules
from lakehouse.quality import gate
from lakehouse.release import Release
from lakehouse.run import Run
from lakehouse.storage import Store

log = logging.getLogger(__name__)

GATES = ("bronze_to_silver", "silver_to_mdm", "mdm_to_gold")


@dataclass(frozen=True)
class Progress:
    """Where a run stands: `rows` and `seconds` are None while the step is under way."""

    step: str
    position: int
    total: int
    rows: int | None = None
    seconds: float | None = None


Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Step:
    name: str
    run: Callable[[Run], int]  # gives the rows that it wrote


def steps() -> list[Step]:
    """What a build does, in order."""
    return [
        Step("gate bronze → silver", partial(_gate, name="bronze_to_silver")),
        *(
            Step(f"silver.{model.name}", partial(_model, layer="silver", model=model))
            for model in runner.load("silver")
        ),
        Step("gate silver → mdm", partial(_gate, name="silver_to_mdm")),
        Step("match customers", _match),
        Step("gate mdm → gold", partial(_gate, name="mdm_to_gold", layer="mdm")),
        *(Step(f"gold.{model.name}", partial(_model, layer="gold", model=model)) for model in runner.load("gold")),
        Step("check gold", partial(_gate, name="mdm_to_gold", layer="gold")),
    ]


def build(store: Store, report: Report | None = None, *, note: str = "build", wait_seconds: float = 0.0) -> Release:
    """Run every step over the newest bronze and publish the result as a release.

    Nothing is visible to readers before the last commit; a run that fails or is killed leaves the last release as it
    was. Raises GateFailed, StepFailed, Locked, or NoRelease where bronze is empty.
    """
    with store.writer(note, wait_seconds=wait_seconds):
        return build_locked(store, report, note=note)


def build_locked(
    store: Store, report: Report | None = None, *, note: str, pending: decisions.Pending | None = None
) -> Release:
    """As build(), for a caller that holds the writer's lock; `pending` is a decision to be recorded by this run.

    A decision is taken over the release that the steward saw: it runs the match step and what follows from it, and
    batches that arrived since, good or bad, wait for the next build. A run that is stopped leaves a record of why.
    """
    started = time.perf_counter()
    published = store.releases()
    previous = published[-1] if published else None
    run_id = f"run-{previous.release_id + 1 if previous else 1:04d}"
    if pending and previous and run_of.can_follow(previous):
        opened, planned = run_of.over_release(store, run_id, previous, pending), _steps_of_a_decision()
    else:
        opened, planned = run_of.over_bronze(store, run_id, previous, pending), steps()
    with _recorded(store, note, previous, pending), opened as run:
        _execute(run, planned, report)
        persist.write(run)
        release = Release(
            release_id=previous.release_id + 1 if previous else 1,
            published_at=datetime.now(UTC).replace(tzinfo=None),
            as_of_date=run.as_of_date,
            run_id=run.run_id,
            seconds=time.perf_counter() - started,
            note=note,
            tables=run.versions,
            rules=rules.CUSTOMER.to_dict(),
            gates=run.gates,
        )
        store.publish(release)
        published_in = {"run_id": run_id, "release_id": release.release_id, "seconds": release.seconds}
        log.info("release %d in %.2f s", release.release_id, release.seconds, extra=published_in)
        return release


@contextmanager
def _recorded(store: Store, what: str, previous: Release | None, pending: decisions.Pending | None) -> Iterator[None]:
    """Put a run that is stopped on record; a steward is told at once, and a lakehouse without rows has no runs."""
    try:
        yield
    except (LakehouseError, DeltaError, duckdb.Error, OSError) as error:
        if pending is None and not isinstance(error, NoRelease):
            with suppress(LakehouseError, DeltaError, OSError):  # a full disk takes no record
                after = previous.release_id if previous else 0
                attempts.record(
                    store, attempts.of_run(what, error, after_release=after, bronze=attempts.bronze_versions(store))
                )
        raise


def _steps_of_a_decision() -> list[Step]:
    """The steps whose results depend on who is who."""
    kept = {f"gold.{model.name}" for model in runner.load("gold")} - run_of.affected()
    first = next(number for number, step in enumerate(steps()) if step.run is _match)
    return [step for step in steps()[first:] if step.name not in kept]


def _execute(run: Run, planned: list[Step], report: Report | None) -> None:
    """Run the steps; their timings are rows of mdm.run_step."""
    tell = report or (lambda progress: None)
    timings: list[dict[str, Any]] = []
    for position, step in enumerate(planned, start=1):
        tell(Progress(step.name, position, len(planned) + 1))
        started = time.perf_counter()
        try:
            rows = step.run(run)
        except duckdb.Error as error:
            raise StepFailed(f"{step.name}: {error}") from error
        seconds = time.perf_counter() - started
        timings.append(
            {"run_id": run.run_id, "step_order": position, "step": step.name, "rows": rows, "seconds": seconds}
        )
        timings[-1]["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        run.rows["mdm.run_step"] = pl.DataFrame(timings)
        log.info("%s: %d rows in %.3f s", step.name, rows, seconds, extra=timings[-1])
        tell(Progress(step.name, position, len(planned) + 1, rows, seconds))
    tell(Progress("write and publish", len(planned) + 1, len(planned) + 1))


def _model(run: Run, *, layer: str, model: runner.Model) -> int:
    return runner.execute(run.con, layer, model)


def _gate(run: Run, *, name: str, layer: str | None = None) -> int:
    """Evaluate a gate, keep its results, put failing rows into quarantine, and stop on a breach."""
    with run.logs() if layer == "mdm" else nullcontext():
        report = gate.run(run.con, name, run_id=run.run_id, layer=layer)
    for warned in report.warnings:
        log.warning("%s", warned.message, extra={"run_id": run.run_id, "gate": name, "rule_id": warned.rule.id})
    frame = report.results_frame()
    run.rows["mdm.quality_result"] = pl.concat([run.rows.get("mdm.quality_result", frame.clear()), frame])
    _quarantine(run, report.quarantine)
    tally = run.gates.setdefault(name, {"rules": 0, "failed_rules": 0, "quarantined_rows": 0})
    tally["rules"] += len(frame)
    tally["failed_rules"] += frame.filter(~pl.col("success")).height
    tally["quarantined_rows"] += len(report.quarantine)
    try:
        gate.enforce(report, arrivals.breaches(run) if name == arrivals.GATE else ())
    except gate.GateFailed as error:
        counts = run.read("silver.quarantine").group_by("table_name").len().sort("table_name")
        error.quarantined = dict(counts.iter_rows())
        raise
    return len(frame)


def _quarantine(run: Run, rows: pl.DataFrame) -> None:
    columns = schemas.columns(schemas.QUARANTINE)
    run.con.execute(f"create table if not exists silver.quarantine as {views.empty_sql(columns)}")
    if len(rows):
        incoming = rows.to_arrow()
        run.con.register("incoming", incoming)
        run.con.execute("insert into silver.quarantine by name from incoming")
        run.con.unregister("incoming")


def _match(run: Run) -> int:
    """Match the conformed customers under the steward's decisions, and fill the mdm tables."""
    started = time.perf_counter()
    decided = _decided(run)
    past = history.until_today(run, run.read("silver.customer"), decided)
    found = past.found
    if run.pending:
        recorded = run.pending.settled(run.as_of_date, found.crosswalk, found.golden_customer)
        decided = pl.concat([decided.head(len(decided) - len(recorded)), recorded])
        run.rows["mdm.steward_decision"] = recorded
    run.table("mdm.steward_decision", decided)
    for name in ("match_pair", "crosswalk", "golden_customer", "golden_attribute"):
        run.table(f"mdm.{name}", getattr(found, name))
    run.table("mdm.uid_redirect", past.redirects)
    run.table("mdm.customer_hierarchy", hierarchy.groups(decided, found.crosswalk, found.golden_customer))
    run.table("mdm.golden_snapshot", past.snapshots)
    run.table("mdm.snapshot_day", past.days)
    seconds = pl.lit(time.perf_counter() - started).alias("seconds")
    run.rows["mdm.match_run"] = found.match_run.with_columns(pl.lit(run.run_id).alias("run_id"), seconds)
    run.rows["mdm.match_run_pass"] = found.match_run_pass.with_columns(pl.lit(run.run_id).alias("run_id"))
    return len(found.golden_customer)


def _decided(run: Run) -> pl.DataFrame:
    """Every decision on record, published or not, and last the one that this run is about to record."""
    found = views.empty_frame(schemas.MDM["mdm.steward_decision"])
    if run.store.exists("mdm.steward_decision"):
        found = pl.concat([found, run.stored("mdm.steward_decision")], how="diagonal")
    if run.pending:
        found = pl.concat([found, run.pending.frame(run.as_of_date)])
    day = pl.min_horizontal(pl.coalesce("as_of_date", pl.col("decided_at").cast(pl.Date)), pl.lit(run.as_of_date))
    return found.with_columns(day.alias("as_of_date"))


def gate_names() -> Mapping[str, str]:
    return {name: name.replace("_to_", " → ") for name in GATES}
