"""The same suites in Great Expectations: a checkpoint for each table of a gate, and Data Docs of the results."""

import json
import logging
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from lakehouse import catalog
from lakehouse.errors import LakehouseError
from lakehouse.quality import frames
from lakehouse.quality.checks import TableCheck, compile_rule
from lakehouse.quality.gate import GateReport, Result, columns_of
from lakehouse.quality.scan import Finding, relation
from lakehouse.quality.suite import FOLDER, GATES, Rule, Suite, load
from lakehouse.release import Release
from lakehouse.storage import Store

if TYPE_CHECKING:
    import pandas
    from great_expectations.data_context import AbstractDataContext

log = logging.getLogger(__name__)

SITE = "data_docs"
BESIDE_RELEASES = ("mdm.source_watermark", *catalog.BESIDE_RELEASES)  # these are read at their newest version
# Counts alone: the rows behind them may name people, and stay in silver.quarantine.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}


class NotInstalled(LakehouseError):
    """Great Expectations is an extra that this environment lacks."""


def context(docs: Path | None = None) -> "AbstractDataContext":
    """A context that keeps nothing but the Data Docs, below `docs` where a folder is given, and calls nobody."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    try:
        import great_expectations
    except ImportError as error:
        raise NotInstalled(
            "Great Expectations is not installed; install it with: pip install -r requirements-dq.txt"
        ) from error
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    found = great_expectations.get_context(mode="ephemeral")
    found.variables.progress_bars = {"globally": False}
    found.data_sources.add_pandas("lakehouse")
    for site in tuple(found.get_site_names()):
        found.delete_data_docs_site(site)
    if docs is not None:
        store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs.resolve())}
        index = {"class_name": "DefaultSiteIndexBuilder"}
        found.add_data_docs_site(
            SITE, {"class_name": "SiteBuilder", "store_backend": store, "site_index_builder": index}
        )
    return found


def results(store: Store, release: Release, docs: Path | None = None) -> pl.DataFrame:
    """Every rule of every gate over a release's tables, evaluated now; and the Data Docs, where a folder is given."""
    gx = context(docs)
    beside = {name: store.version(name) for name in BESIDE_RELEASES if store.exists(name)}
    with store.connect({**release.tables, **beside}) as con:
        found = [run(con, gate, gx, run_id=release.run_id).results_frame() for gate in GATES]
    if docs is not None:
        log.info("Data Docs: %s", write_docs(gx))
    return pl.concat(found).drop("run_id").sort("gate", "table_name", "rule_id")


def run(con: duckdb.DuckDBPyConnection, gate: str, gx: "AbstractDataContext", *, run_id: str = "") -> GateReport:
    """Evaluate all rules of a gate as checkpoints; the report of the built-in gate, without a quarantine."""
    return evaluate(con, gate, load(gate), gx, run_id=run_id)


def write_docs(gx: "AbstractDataContext") -> str:
    """Write the Data Docs of all that the context has evaluated; the address of their first page."""
    [address] = gx.build_data_docs(site_names=[SITE]).values()
    return str(address)


def evaluate(
    con: duckdb.DuckDBPyConnection,
    gate: str,
    suites: Iterable[Suite],
    gx: "AbstractDataContext",
    *,
    run_id: str = "",
) -> GateReport:
    """Evaluate the rules of some suites, one checkpoint a table."""
    known = columns_of(con.cursor())
    present = (suite for suite in suites if suite.table in known or not suite.optional)
    results = [result for suite in present for result in _checkpoint(con.cursor(), gate, suite, gx)]
    return GateReport(gate, run_id, results, frames.QUARANTINE.to_frame())


def expectations(suite: Suite) -> list[dict[str, Any]]:
    """The expectations of a suite's file; a rule that refers to a column takes its values as a parameter."""
    content = []
    for rule in suite.rules:
        kwargs = dict(rule.kwargs)
        if rule.reference:
            kwargs["value_set"] = {"$PARAMETER": rule.id}
        meta = {"id": rule.id, "dimension": rule.dimension}
        content.append({"type": rule.type, "kwargs": kwargs, "severity": rule.severity, "meta": meta})
    return content


def references(cursor: duckdb.DuckDBPyConnection, suite: Suite) -> dict[str, list[Any]]:
    """The values that each rule allows that refers to a column, by the rule's id."""
    found = {}
    for rule in suite.rules:
        if rule.reference:
            table, _, column = rule.reference.rpartition(".")
            values = cursor.execute(f'select distinct "{column}" from {table} where "{column}" is not null').df()
            found[rule.id] = values[column].tolist()
    return found


def name(suite: Suite) -> str:
    """The suite's name in Great Expectations, where a dot would become a folder."""
    path = FOLDER / suite.gate / f"{suite.table}.json"
    if path.is_file():
        return str(json.loads(path.read_text())["name"])
    return f"{suite.gate}__{suite.table.replace('.', '__')}"


def _checkpoint(cursor: duckdb.DuckDBPyConnection, gate: str, suite: Suite, gx: "AbstractDataContext") -> list[Result]:
    """Run one suite over its table; the findings in the order of its rules."""
    import great_expectations

    started = time.perf_counter()
    try:
        rows = _plain(cursor.execute(f"select * from {relation(suite)} as rows").df())
        allowed = references(cursor, suite)
    except duckdb.Error as error:
        fault = Finding(error=str(error).partition("\n")[0])
        return [Result(gate, suite.table, rule, fault, 0.0) for rule in suite.rules]
    title = name(suite)
    asset = gx.data_sources.get("lakehouse").add_dataframe_asset(title)
    definition = gx.validation_definitions.add(
        great_expectations.ValidationDefinition(
            name=title,
            data=asset.add_batch_definition_whole_dataframe("all rows"),
            suite=gx.suites.add(great_expectations.ExpectationSuite(name=title, expectations=expectations(suite))),
        )
    )
    checkpoint = gx.checkpoints.add(
        great_expectations.Checkpoint(
            name=title,
            validation_definitions=[definition],
            result_format=RESULT_FORMAT,
        )
    )
    ran = checkpoint.run(batch_parameters={"dataframe": rows}, expectation_parameters=allowed)
    [validated] = ran.run_results.values()
    told = {result.expectation_config.meta["id"]: result.to_json_dict() for result in validated.results}
    seconds = (time.perf_counter() - started) / len(suite.rules)
    return [Result(gate, suite.table, rule, _finding(rule, told[rule.id]), seconds) for rule in suite.rules]


def _plain(rows: "pandas.DataFrame") -> "pandas.DataFrame":
    """Whole numbers with gaps as float64 and flags with gaps as objects: on pandas' NA, comparisons raise."""
    for column, dtype in rows.dtypes.items():
        if str(dtype) == "boolean":
            flags = rows[column].astype(object)
            rows[column] = flags.where(flags.notna(), None)
        elif str(dtype).startswith(("Int", "UInt")):
            rows[column] = rows[column].astype("float64")
    return rows


def _finding(rule: Rule, result: Mapping[str, Any]) -> Finding:
    """What Great Expectations found of one expectation, in the gate's own terms."""
    if fault := _fault(result.get("exception_info") or {}):
        return Finding(error=fault)
    detail = result["result"]
    # The type of a column is one statement, which Great Expectations asks of every value of an object column.
    if "unexpected_count" in detail and not isinstance(compile_rule(rule), TableCheck):
        return Finding(detail["element_count"] - detail.get("missing_count", 0), detail["unexpected_count"])
    observed = "" if result["success"] else f"observed {json.dumps(detail.get('observed_value'))}"
    return Finding(1, int(not result["success"]), observed)


def _fault(info: Mapping[str, Any]) -> str | None:
    """Why an expectation could not be evaluated; Great Expectations tells it flat or for each metric."""
    told = [info] if "raised_exception" in info else [part for part in info.values() if isinstance(part, Mapping)]
    for part in told:
        if part.get("raised_exception"):
            return str(part.get("exception_message") or "raised an exception").partition("\n")[0]
    return None
