"""Run a query kept in a .sql file against a release, and get a frame back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

FOLDER = Path(__file__).parent

_PARAM = re.compile(r"\$([a-z_]\w*)")
_TABLE = re.compile(r"\b(?:from|join)\s+((?:bronze|silver|mdm|gold)\.\w+)", re.IGNORECASE)
_COLUMN = re.compile(r"(\w+) ([A-Z][A-Z0-9_]*(?:\([^)]*\))?(?:\[\])?)(?:, |$)")


class UnknownQuery(Exception):
    """No .sql file has this name."""


class QueryFailed(Exception):
    """A query could not be run; the message names the query, its tables and the cause."""


@dataclass(frozen=True)
class Header:
    """What a query's file promises: see the comment lines at its top."""

    description: str
    grain: tuple[str, ...]  # empty: one row
    columns: Mapping[str, str]
    params: Mapping[str, str]


def run(con: duckdb.DuckDBPyConnection, name: str, **params: object) -> pl.DataFrame:
    """Run <name>.sql on a cursor of its own, with those of the parameters that it names."""
    text = sql(name)
    named = params_of(name)
    missing = [param for param in named if param not in params]
    if missing:
        raise QueryFailed(
            f"{name} needs the parameters {', '.join(missing)}; given were: {', '.join(params) or 'none'}"
        )
    try:
        with con.cursor() as cursor:
            return cursor.sql(text, params={param: params[param] for param in named}).pl()
    except duckdb.Error as error:
        reads = ", ".join(tables(name)) or "no table"
        raise QueryFailed(f"{name} (reads {reads}): {error}") from error


def names() -> list[str]:
    """Every query, as page/name."""
    return sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.sql"))


@cache
def sql(name: str) -> str:
    path = FOLDER / f"{name}.sql"
    if not path.is_file():
        raise UnknownQuery(f"No query {name!r}; available: {', '.join(names())}")
    return path.read_text(encoding="utf-8")


@cache
def params_of(name: str) -> tuple[str, ...]:
    """The named parameters that the query's text uses, comments aside."""
    return tuple(dict.fromkeys(_PARAM.findall(_statement(name))))


@cache
def tables(name: str) -> tuple[str, ...]:
    """The tables that the query reads, in order of appearance."""
    return tuple(dict.fromkeys(found.lower() for found in _TABLE.findall(_statement(name))))


@cache
def header(name: str) -> Header:
    """The promises in the comment lines at the top of the file; a long promise may go on in indented lines."""
    lines = []
    for line in sql(name).splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    promises: dict[str, str] = {"description": ""}
    current = "description"
    for line in lines:
        label, _, rest = line.partition(":")
        if label in ("grain", "columns", "params"):
            current, line = label, rest.strip()
        promises[current] = f"{promises.get(current, '')} {line}".strip()
    if "grain" not in promises or "columns" not in promises:
        raise ValueError(f"{name}.sql must open with comment lines: a sentence, 'grain:' and 'columns:'")
    grain = promises["grain"]
    return Header(
        description=promises["description"],
        grain=() if grain == "one row" else tuple(part.strip() for part in grain.split(",")),
        columns=dict(_COLUMN.findall(promises["columns"])),
        params=dict(re.findall(r"\$(\w+) ([A-Z]+)", promises.get("params", ""))),
    )


def _statement(name: str) -> str:
    """The text without its comments."""
    return re.sub(r"--.*$", "", sql(name), flags=re.MULTILINE)
