"""What a run found, into Delta: the tables whose content changed, and the rows of the logs."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import duckdb

from lakehouse import catalog
from lakehouse.release import dumps
from lakehouse.run import Run

WRITERS = 4


def write(run: Run) -> None:
    """Write every derived table whose content changed, and note in the run the version that holds it.

    A steward's decision is the first to be written: from then on it is an input of every later run.
    """
    for name in sorted(catalog.APPEND_ONLY):
        if name in run.rows and run.store.exists(name):
            run.store.append_rows(name, run.rows[name])
    logs = sorted(catalog.ACCUMULATING)
    written = [
        f"{layer}.{name}"
        for layer, name in run.con.sql(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('silver', 'mdm', 'gold') order by all"
        ).fetchall()
    ]
    changed = [name for name in written if name not in run.versions]
    with ThreadPoolExecutor(WRITERS) as pool:
        versions = [pool.submit(partial(_write_log, run, name)) for name in logs]
        versions += [pool.submit(partial(_write_table, run, name)) for name in changed]
        run.versions.update(zip([*logs, *changed], [version.result() for version in versions], strict=True))


def _write_log(run: Run, name: str) -> int:
    columns = list(catalog.DECLARED[name].columns or {})
    return run.store.replace_run(name, run.rows[name].select(columns), run.run_id, run.published(name))


def _write_table(run: Run, name: str) -> int:
    if name in catalog.APPEND_ONLY and run.store.exists(name):
        return run.store.version(name)
    cursor = run.con.cursor()
    fingerprint = _fingerprint(cursor, name)
    return run.store.overwrite(name, cursor.sql(f"from {name}").to_arrow_reader(), fingerprint=fingerprint)


def _fingerprint(cursor: duckdb.DuckDBPyConnection, name: str) -> str:
    """A digest of a table's columns and rows that does not depend on their order."""
    described = cursor.sql(f"describe {name}").fetchall()
    [(bits, total, rows)] = cursor.sql(
        f"select bit_xor(hash(t)), sum(hash(t)::hugeint), count(*) from {name} t"
    ).fetchall()
    return dumps([[column[:2] for column in described], str(bits), str(total), rows])
