"""The models of silver and gold: one SELECT a file, ordered by what they refer to, run with DuckDB."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

from lakehouse.errors import LakehouseError, StepFailed

FOLDER = Path(__file__).parent / "models"
LAYERS = ("silver", "gold")

TAG = re.compile(r"\{\{\s*(?P<call>.*?)\s*\}\}", re.DOTALL)
REF = re.compile(r"""ref\(\s*(['"])(?P<name>\w+)\1\s*\)""")
SOURCE = re.compile(r"""source\(\s*(['"])(?P<schema>\w+)\1\s*,\s*(['"])(?P<name>\w+)\3\s*\)""")
HEADER = re.compile(r"^-- (grain|columns):\s*(.*)$")


class ModelInvalid(LakehouseError):
    """A model refers to what is not there, or models refer to each other in a circle."""


@dataclass(frozen=True)
class Model:
    """One table of silver or gold, and the SELECT that fills it."""

    layer: str
    name: str
    sql: str
    refs: tuple[str, ...]  # other models: by name as parsed, as layer.table once ordered
    sources: tuple[str, ...]  # tables that no model fills, as layer.table
    description: str
    grain: tuple[str, ...]  # empty where the table has one row
    columns: tuple[tuple[str, str], ...]

    @property
    def full_name(self) -> str:
        return f"{self.layer}.{self.name}"

    @property
    def reads(self) -> tuple[str, ...]:
        """The tables this model reads, as layer.table."""
        return tuple(sorted({*self.refs, *self.sources}))

    def render(self, resolve: Callable[[str], str] = str) -> str:
        """The SELECT with every ref and source replaced by what `resolve` makes of its layer.table."""

        def table(tag: re.Match[str]) -> str:
            if ref := REF.fullmatch(tag["call"]):
                return resolve(next(full for full in self.refs if full.endswith(f".{ref['name']}")))
            if source := SOURCE.fullmatch(tag["call"]):
                return resolve(f"{source['schema']}.{source['name']}")
            raise _not_understood(self.full_name, tag[0])

        return TAG.sub(table, self.sql)


def load(layer: str) -> list[Model]:
    """The models of one layer, each after those it refers to."""
    return [model for model in _models().values() if model.layer == layer]


def run(con: duckdb.DuckDBPyConnection, layer: str, progress: Callable[[Model, int], None] | None = None) -> None:
    """Fill every table of a layer, in order; `progress` is told each model and its rows."""
    for model in load(layer):
        rows = execute(con, layer, model)
        if progress:
            progress(model, rows)


def execute(con: duckdb.DuckDBPyConnection, layer: str, model: Model) -> int:
    """Create or replace the table of one model; its rows."""
    try:
        cursor = con.cursor()
        cursor.execute(f"create or replace table {layer}.{model.name} as {model.render()}")
        [(rows,)] = cursor.execute(f"select count(*) from {layer}.{model.name}").fetchall()
    except duckdb.Error as error:
        raise StepFailed(f"{layer}.{model.name} (reads {', '.join(model.reads) or 'nothing'}): {error}") from error
    return int(rows)


def lineage() -> list[tuple[str, str]]:
    """Every arrow between tables, as (read, written), both layer.table."""
    return [(read, model.full_name) for model in _models().values() for read in model.reads]


def parse(layer: str, name: str, text: str) -> Model:
    """A model from its file's text. Raises ModelInvalid for any template that is neither ref nor source."""
    refs, sources = set(), set()
    for tag in TAG.finditer(text):
        if ref := REF.fullmatch(tag["call"]):
            refs.add(ref["name"])
        elif source := SOURCE.fullmatch(tag["call"]):
            sources.add(f"{source['schema']}.{source['name']}")
        else:
            raise _not_understood(f"{layer}.{name}", tag[0])
    description, promised = _header(text)
    grain = promised.get("grain", "")
    return Model(
        layer=layer,
        name=name,
        sql=text.strip().rstrip(";"),
        refs=tuple(sorted(refs)),
        sources=tuple(sorted(sources)),
        description=description,
        grain=() if grain == "one row" else tuple(part.strip() for part in grain.split(",")),
        columns=_columns(promised.get("columns", "")),
    )


def ordered(models: Iterable[Model]) -> list[Model]:
    """Models after those they refer to, otherwise by layer and name. Raises ModelInvalid, naming all that is wrong."""
    by_name: dict[str, Model] = {}
    problems = []
    for model in models:
        if model.name in by_name:
            problems.append(f"{model.full_name} has the name of {by_name[model.name].full_name}; names must be unique")
        by_name[model.name] = model
    for model in by_name.values():
        for ref in model.refs:
            if ref not in by_name:
                problems.append(f"{model.full_name} refers to {ref!r}, which no model fills")
            elif LAYERS.index(by_name[ref].layer) > LAYERS.index(model.layer):
                problems.append(f"{model.full_name} refers to {by_name[ref].full_name}, a later layer")
    if problems:
        raise ModelInvalid("; ".join(problems))
    sorter = TopologicalSorter({model.name: model.refs for model in by_name.values()})
    try:
        sorter.prepare()
    except CycleError as error:
        raise ModelInvalid(f"Models refer to each other in a circle: {' → '.join(error.args[1])}") from error
    found: list[Model] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found += (by_name[name] for name in ready)
        sorter.done(*ready)
    return [replace(model, refs=tuple(by_name[ref].full_name for ref in model.refs)) for model in found]


def _not_understood(model: str, tag: str) -> ModelInvalid:
    return ModelInvalid(
        f"{model}: {tag} is not understood; use {{{{ ref('model') }}}} or {{{{ source('schema', 'table') }}}}"
    )


@cache
def _models() -> dict[str, Model]:
    files = [(layer, path) for layer in LAYERS for path in sorted((FOLDER / layer).glob("*.sql"))]
    return {model.name: model for model in ordered(parse(layer, path.stem, path.read_text()) for layer, path in files)}


def _header(text: str) -> tuple[str, dict[str, str]]:
    """The first comment lines: a description, and what is promised of grain and columns."""
    description: list[str] = []
    promised: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if found := HEADER.match(line):
            key = found[1]
            promised[key] = found[2].strip()
        elif line.startswith("--  ") and key:
            promised[key] += " " + line[2:].strip()
        elif not key:
            description.append(line[2:].strip())
        else:
            key = "notes"
            promised[key] = ""
    return " ".join(description), promised


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    """'a VARCHAR, b DECIMAL(18,2)' as pairs of name and type."""
    parts = [part.strip().partition(" ") for part in re.split(r",\s*(?![^(]*\))", text) if part.strip()]
    return tuple((name.strip('"'), type_.strip()) for name, _, type_ in parts)
