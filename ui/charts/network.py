"""Tables and what connects them: lineage by layer, and the entities of a schema."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import palette
from ui.charts.figure import figure, values

LAYERS: Mapping[str, str] = {
    "bronze": "#F3E9DF",
    "silver": "#E7EBF0",
    "mdm": "#E6DEFD",
    "gold": "#FFE9C7",
    "query": "#DDF3F1",
}
ROW = 17  # pixels
WIDTH, STEP = 0.72, 1.0  # of a box, and from column to column
SHOWN_COLUMNS = 7
QUIET = "rgba(135,148,166,0.28)"


def lineage(frame: pl.DataFrame, *, source: str, target: str, focus: str = "") -> go.Figure:
    """A box per table, a column per layer, an arrow for each table that another is made from.

    With a focus, only what feeds that table and what it feeds stands out.
    """
    arrows = list(zip(values(frame, source), values(frame, target), strict=True))
    columns = _by_layer(arrows)
    place = {
        name: (x * STEP, _height(position, names))
        for x, names in enumerate(columns)
        for position, name in enumerate(names)
    }
    near = _upstream(arrows, focus) | _upstream([(b, a) for a, b in arrows], focus) if focus else set(place)
    shapes = [_arrow(place[a], place[b], lit=bool(focus) and a in near and b in near) for a, b in arrows]
    notes = []
    for name, (x, y) in place.items():
        layer, _, short = name.partition(".")
        lit = name in near
        fill = palette.ORANGE if name == focus else LAYERS.get(layer, palette.WHITE) if lit else "#FAFBFC"
        shapes.append(_box(x, y - 0.4, x + WIDTH, y + 0.4, fill))
        notes.append(_text(x + WIDTH / 2, y, short, color=palette.INK if lit else "#9AA5B4", center=True))
    tallest = max(len(names) for names in columns)
    reads, feeds = defaultdict(list), defaultdict(list)
    for a, b in arrows:
        feeds[a].append(b)
        reads[b].append(a)
    hover = {n: f"<b>{n}</b><br>Made from: {_listed(reads[n])}<br>Feeds: {_listed(feeds[n])}" for n in place}
    return _drawn(shapes, notes, {n: (x + WIDTH / 2, y) for n, (x, y) in place.items()}, hover, tallest)


def erd(columns: pl.DataFrame, relations: pl.DataFrame) -> go.Figure:
    """A box per table with its keys first; what others refer to stands in the middle.

    `columns`: table, column, type, is_key. `relations`: table, column, refers_to, refers_to_column.
    """
    parts = columns.partition_by("table", as_dict=True, maintain_order=True)
    tables: dict[str, list[dict[str, Any]]] = {str(name): part.to_dicts() for (name,), part in parts.items()}
    links = [r for r in relations.to_dicts() if r["table"] in tables and r["refers_to"] in tables]
    foreign = {(link["table"], link["column"]) for link in links}
    rows = {name: _rows(name, listed, foreign) for name, listed in tables.items()}
    sides = _sides(rows, links)
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    at: dict[tuple[str, str], tuple[float, float]] = {}
    for x, names in enumerate(sides):
        y = 0.0
        for name in names:
            _entity(name, rows[name], x * STEP, y, shapes, notes, at)
            y += len(rows[name]) + 2.6
    shapes = [_relation(at, link) for link in links if (link["table"], link["column"]) in at] + shapes
    hover = {
        name: f"<b>{name}</b><br>" + "<br>".join(f"{c['column']}  {c['type']}" for c in listed)
        for name, listed in tables.items()
    }
    tallest = max(sum(len(rows[name]) + 2.6 for name in names) for names in sides)
    heads = {name: (at[name, ""][0] + WIDTH / 2, at[name, ""][1]) for name in tables}
    return _drawn(shapes, notes, heads, hover, tallest, top=-0.8)


def _by_layer(arrows: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The tables of each layer, near the middle of what they are made from so that few arrows cross."""
    names = sorted({name for arrow in arrows for name in arrow})
    columns = [[name for name in names if name.startswith(f"{layer}.")] for layer in LAYERS]
    for _ in range(4):
        for against in (0, 1):
            height = {n: _height(at, column) for column in columns for at, n in enumerate(column)}
            near = defaultdict(list)
            for arrow in arrows:
                near[arrow[1 - against]].append(height[arrow[against]])
            columns = [
                sorted(c, key=lambda n: (sum(near[n]) / len(near[n]) if near[n] else height[n], n)) for c in columns
            ]
    return [column for column in columns if column]


def _height(position: int, names: Collection[str]) -> float:
    """Columns are centred on the same line."""
    return position - (len(names) - 1) / 2


def _upstream(arrows: Sequence[tuple[str, str]], focus: str) -> set[str]:
    reached = {focus}
    while grown := {a for a, b in arrows if b in reached} - reached:
        reached |= grown
    return reached


def _rows(name: str, listed: Sequence[dict[str, Any]], foreign: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """(column, label) of the lines of a box: keys, then references, then the rest as far as there is room."""
    ordered = sorted(listed, key=lambda c: (not c["is_key"], (name, c["column"]) not in foreign))
    needed = sum(c["is_key"] or (name, c["column"]) in foreign for c in listed)
    kept = ordered[: max(SHOWN_COLUMNS, needed)]
    lines = [
        (
            c["column"],
            f"<b>{c['column']}</b>"
            if c["is_key"]
            else f"{c['column']}{' ↗' if (name, c['column']) in foreign else ''}",
        )
        for c in kept
    ]
    return lines + ([("", f"<i>and {len(listed) - len(kept)} more</i>")] if len(listed) > len(kept) else [])


def _sides(rows: Mapping[str, Sequence[Any]], links: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Left, middle and right: in the middle what is only referred to, the others where there is room."""
    refers, referred = {link["table"] for link in links}, {link["refers_to"] for link in links}
    middle = [name for name in rows if name in referred and name not in refers]
    left: list[str] = []
    right: list[str] = []
    for name in sorted((n for n in rows if n not in middle), key=lambda n: (n not in refers, -len(rows[n]), n)):
        lighter = min((left, right), key=lambda side: sum(len(rows[n]) + 2.6 for n in side))
        lighter.append(name)
    return [left, middle, right]


def _entity(
    name: str,
    lines: Sequence[tuple[str, str]],
    x: float,
    y: float,
    shapes: list[dict[str, Any]],
    notes: list[dict[str, Any]],
    at: dict[tuple[str, str], tuple[float, float]],
) -> None:
    layer, _, short = name.partition(".")
    fill = (
        palette.NAVY
        if short.startswith("dim_")
        else palette.PURPLE
        if layer == "mdm" or short.startswith("mdm_")
        else "#B86E00"
    )
    shapes.append(_box(x, y - 0.5, x + WIDTH, y + len(lines) + 0.7, palette.WHITE))
    shapes.append(_box(x, y - 0.5, x + WIDTH, y + 0.6, fill, fill))
    notes.append(_text(x + 0.02, y + 0.05, f"<b>{short}</b>", color=palette.WHITE))
    at[name, ""] = (x, y)
    for position, (column, label) in enumerate(lines, start=1):
        notes.append(_text(x + 0.02, y + position + 0.1, label, color=palette.INK))
        if column:
            at[name, column] = (x, y + position + 0.1)


def _relation(at: Mapping[tuple[str, str], tuple[float, float]], link: Mapping[str, Any]) -> dict[str, Any]:
    start = at[link["table"], link["column"]]
    return _arrow(
        start,
        at.get((link["refers_to"], link["refers_to_column"]), at[link["refers_to"], ""]),
        lit=False,
        color=palette.SLATE,
    )


def _arrow(start: tuple[float, float], end: tuple[float, float], *, lit: bool, color: str = QUIET) -> dict[str, Any]:
    """A curve between the facing sides of two boxes; boxes in one column are joined on their right."""
    (x0, y0), (x1, y1) = start, end
    if x0 < x1:
        a, b = x0 + WIDTH, x1
        bend = (a + b) / 2, (a + b) / 2
    elif x0 > x1:
        a, b = x0, x1 + WIDTH
        bend = (a + b) / 2, (a + b) / 2
    else:
        a = b = x0 + WIDTH
        bend = a + 0.13, a + 0.13
    line = {"color": palette.ORANGE if lit else color, "width": 1.8 if lit else 1}
    path = f"M {a:.4f},{y0:.4f} C {bend[0]:.4f},{y0:.4f} {bend[1]:.4f},{y1:.4f} {b:.4f},{y1:.4f}"
    return {"type": "path", "path": path, "line": line, "layer": "below"}


def _box(x0: float, y0: float, x1: float, y1: float, fill: str, edge: str = palette.BORDER) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
        "fillcolor": fill,
        "line": {"color": edge, "width": 1},
    } | {"layer": "below"}


def _text(x: float, y: float, text: str, *, color: str, center: bool = False) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "xanchor": "center" if center else "left",
        "yanchor": "middle",
        "font": {"size": 11, "color": color},
    }


def _listed(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _drawn(
    shapes: list[dict[str, Any]],
    notes: list[dict[str, Any]],
    heads: Mapping[str, tuple[float, float]],
    hover: Mapping[str, str],
    rows: float,
    top: float | None = None,
) -> go.Figure:
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in heads.values()],
        "y": [y for _, y in heads.values()],
        "text": [hover[name] for name in heads],
        "customdata": list(heads),
        "marker": {"size": 22, "opacity": 0},
        "hovertemplate": "%{text}<extra></extra>",
    }
    right = max(x for x, _ in heads.values()) + WIDTH / 2 + (0.16 if top is None else 0.03)
    low, high = (-rows / 2, rows / 2) if top is None else (top, rows + top)
    bare = {"visible": False, "fixedrange": True}
    return figure(
        [trace],
        shapes=shapes,
        annotations=notes,
        height=int(rows * (ROW if top is not None else 26)) + 20,
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        xaxis={**bare, "range": [-0.02, right]},
        yaxis={**bare, "range": [high, low]},
    )
