"""One run of the pipeline under way: the in-memory database that its steps fill, and what they found."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import duckdb
import polars as pl

from lakehouse import catalog, checksums, runner, schemas, views
from lakehouse.decisions import Pending
from lakehouse.errors import NoRelease, ReleaseBroken
from lakehouse.release import Release
from lakehouse.storage import Store

log = logging.getLogger(__name__)

MEMORY_LIMIT = "2GB"
WATERMARKS = "mdm.source_watermark"
QUARANTINE, LAST_GATE = "silver.quarantine", "mdm_to_gold"


@dataclass
class Run:
    """Steps read and write `con`; `versions` names the tables that are as in Delta already."""

    store: Store
    con: duckdb.DuckDBPyConnection
    run_id: str
    previous: Release | None
    pending: Pending | None = None  # the steward's decision that this run is about to record
    rows: dict[str, pl.DataFrame] = field(default_factory=dict)  # of the accumulating tables
    gates: dict[str, dict[str, int]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    is_over_bronze: bool = True  # else bronze is as it was, and not opened

    def table(self, name: str, frame: pl.DataFrame) -> int:
        """Create or replace a table from a frame, in the declared types where the catalog declares them."""
        declared = catalog.table(name).columns
        columns = ", ".join(f'"{c}"::{t} as "{c}"' for c, t in declared.items()) if declared else "*"
        rows = frame.to_arrow()
        self.con.register("incoming", rows)
        self.con.execute(f"create or replace table {name} as select {columns} from incoming")
        self.con.unregister("incoming")
        return len(frame)

    def read(self, name: str) -> pl.DataFrame:
        return self.con.sql(f"from {name}").pl()

    def earlier(self, name: str) -> pl.DataFrame:
        """The rows that the previous release holds of a table; none where it has none, or had other columns."""
        declared = catalog.table(name).columns
        version = self.published(name)
        if version is not None:
            try:
                found = self.stored(name, version)
            except ReleaseBroken as error:
                if not self.is_over_bronze:  # only bronze has what it was made from
                    raise
                log.warning("%s: made anew", error)
                return views.empty_frame(declared or {})
            if declared is None or found.columns == list(declared):
                return found
        return views.empty_frame(declared or {})

    def stored(self, name: str, version: int | None = None) -> pl.DataFrame:
        """The rows that Delta holds of a table, at its newest version unless told otherwise."""
        delta = self.store.delta(name, version)
        checksums.verify(self.store, {name: delta})
        return self.store.rows(name, delta)

    def published(self, name: str) -> int | None:
        """The version of a table in the previous release."""
        return self.previous.tables.get(name) if self.previous else None

    @contextmanager
    def logs(self) -> Iterator[None]:
        """What this run has told of itself so far, and the logs beside the releases, as tables for the last gate."""
        kept = [name for name in (*catalog.BESIDE_RELEASES, WATERMARKS) if self.store.exists(name)]
        try:
            for name in catalog.ACCUMULATING:
                if name in self.rows:
                    self.table(name, self.rows[name].select(list(catalog.DECLARED[name].columns or {})))
            for name in kept:
                self.con.execute(f"create view {name} as {views.select_sql(self.store.delta(name))}")
            yield
        finally:
            for name in catalog.ACCUMULATING:
                self.con.execute(f"drop table if exists {name}")
            for name in kept:
                self.con.execute(f"drop view if exists {name}")

    @property
    def as_of_date(self) -> date:
        [(found,)] = self.con.sql("select as_of_date from silver.as_of").fetchall()
        return found


@contextmanager
def over_bronze(store: Store, run_id: str, previous: Release | None, pending: Pending | None = None) -> Iterator[Run]:
    """A run over the newest bronze."""
    bronze = {name: store.delta(name) for name in schemas.BRONZE if store.exists(name)}
    if not bronze:
        raise NoRelease(
            f"No bronze tables at {store.uri}. Simulate the sources with: python -m data_gen --out {store.uri}"
        )
    checksums.verify(store, bronze)
    con = views.connect(bronze)
    try:
        con.execute(f"set memory_limit='{MEMORY_LIMIT}'")
        for name, columns in schemas.BRONZE.items():
            if name not in bronze:
                con.execute(f"create view {name} as {views.empty_sql(columns)}")
        versions = {name: delta.version() for name, delta in bronze.items()}
        yield Run(store, con, run_id, previous, pending, versions=versions)
    finally:
        con.close()


@contextmanager
def over_release(store: Store, run_id: str, previous: Release, pending: Pending) -> Iterator[Run]:
    """A run over a steward's decision: what does not depend on who is who stays as the previous release has it."""
    anew = affected() | {QUARANTINE}
    kept = {name: v for name, v in previous.tables.items() if not name.startswith("mdm.") and name not in anew}
    con = store.connect({name: version for name, version in kept.items() if not name.startswith("bronze.")})
    try:
        con.execute(f"set memory_limit='{MEMORY_LIMIT}'")
        run = Run(store, con, run_id, previous, pending, versions=kept, is_over_bronze=False)
        run.gates.update({name: dict(tally) for name, tally in previous.gates.items() if name != LAST_GATE})
        results = run.earlier("mdm.quality_result").filter(pl.col("run_id") == previous.run_id)
        results = results.filter(pl.col("gate") != LAST_GATE)
        run.rows["mdm.quality_result"] = results.with_columns(pl.lit(run_id).alias("run_id"))
        run.table(QUARANTINE, run.earlier(QUARANTINE).filter(pl.col("gate") != LAST_GATE))
        yield run
    finally:
        con.close()


def affected() -> set[str]:
    """The gold tables that depend on who is who, by the models' own references."""
    found: set[str] = set()
    for model in runner.load("gold"):
        if any(read.startswith("mdm.") or read in found for read in model.reads):
            found.add(model.full_name)
    return found


def can_follow(previous: Release) -> bool:
    """Whether a release still offers what a decision is taken over; retention takes silver from an old one."""
    return {"silver.customer", QUARANTINE} <= previous.tables.keys()
