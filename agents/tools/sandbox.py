"""A process of its own that runs one SELECT on a read-only DuckDB file: a request on stdin, an answer on stdout.

It is started as a script, isolated, with an empty environment; see sandboxed.py for the side that starts it.
"""

import json
import resource
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import duckdb
import sql_guard  # type: ignore[import-not-found]

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
    "memory_limit": "512MB",
    "threads": 2,
    "max_temp_directory_size": "0B",
}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The first rows of the result, or what is wrong with the request."""
    con = duckdb.connect(request["path"], read_only=True, config=CONFIG)
    seconds, limit = float(request["seconds"]), int(request["rows"])
    timer = threading.Timer(seconds, con.interrupt)
    timer.daemon = True
    try:
        tables = [row[0] for row in con.execute(TABLES).fetchall()]
        if request.get("describe"):
            return {"tables": {name: con.execute(COLUMNS, name.split(".")).fetchall() for name in tables}}
        read = sql_guard.check(con, request["sql"], tables)
        timer.start()
        body = request["sql"].strip().rstrip(";")
        result = con.execute(f"select * from (\n{body}\n) limit {limit + 1}")
        columns = [[column[0], str(column[1])] for column in result.description]
        rows = result.fetchall()
    except sql_guard.Denied as error:
        return {"error": str(error), "kind": "denied"}
    except duckdb.InterruptException:
        return {"error": f"The query took longer than {seconds:g} s and was stopped", "kind": "timeout"}
    except duckdb.Error as error:
        return {"error": str(error).replace(request["path"], "the database"), "kind": "failed"}
    finally:
        timer.cancel()
        con.close()
    return {"columns": columns, "rows": rows[:limit], "is_cut": len(rows) > limit, "tables": read}


TABLES = """select table_schema || '.' || table_name from information_schema.tables
    where table_schema not in ('information_schema', 'main') order by 1"""
COLUMNS = """select column_name, data_type from information_schema.columns
    where table_schema = ? and table_name = ? order by ordinal_position"""


def limit_process(seconds: float) -> None:
    """No files, no core dump, no processor time beyond the query's."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allowed = int(2 * seconds) + 10
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed))


if __name__ == "__main__":
    given = json.load(sys.stdin)
    limit_process(float(given["seconds"]))
    json.dump(answer(given), sys.stdout, default=str)
