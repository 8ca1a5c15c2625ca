"""A Dash app with the figures of one of our pages: the same queries, the same builders, one filter.

python -m benchmarks.peers.dash_app --uri URI --page revenue --port 8050   (needs dash beside the app's requirements)
"""

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from benchmarks import machine


@dataclass(frozen=True)
class Figure:
    """How our page makes a figure."""

    builder: Callable[..., go.Figure]
    query: str
    params: Mapping[str, Any]
    options: Mapping[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uri", required=True)
    parser.add_argument("--page", default="revenue")
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args()
    os.environ["LAKEHOUSE_URI"] = chosen.uri
    os.chdir(machine.PROJECT)
    serve(figures_of(chosen.page), chosen.port)


def figures_of(page: str) -> list[Figure]:
    """What a run of the page's script asks for."""
    from streamlit.testing.v1 import AppTest

    from ui import data

    seen: list[Figure] = []
    made = data.figure

    def record(
        builder: Any,
        query: str,
        params: Mapping[str, Any],
        options: Mapping[str, Any],
        layout: Mapping[str, Any],
    ) -> go.Figure:
        seen.append(Figure(builder, query, dict(params), dict(options)))
        return made(builder, query, params, options, layout)

    data.figure = record
    app = AppTest.from_file(str(machine.PROJECT / "streamlit_app.py"), default_timeout=300).run()
    seen.clear()  # those of the page that opens by itself
    app.switch_page(f"pages/{page}.py").run()
    data.figure = made
    return seen


def serve(figures: list[Figure], port: int) -> None:
    import dash
    from dash import Input, Output, dcc, html

    import queries
    from lakehouse import session

    con = session.open_release()
    [options] = queries.run(con, "app/options").to_dicts()

    def drawn(segment: str | None) -> list[go.Figure]:
        return [_drawn(queries, con, figure, segment) for figure in figures]

    app = dash.Dash(__name__, serve_locally=True)
    app.layout = html.Div(
        [
            dcc.Dropdown(options["segments"], id="segment"),
            html.Div(
                [
                    dcc.Graph(id=f"figure-{place}", figure=figure, style={"height": "250px"})
                    for place, figure in enumerate(drawn(None))
                ],
                style={"display": "grid", "gridTemplateColumns": "repeat(3, 1fr)"},
            ),
        ]
    )
    app.callback(
        [Output(f"figure-{place}", "figure") for place in range(len(figures))],
        Input("segment", "value"),
        prevent_initial_call=True,
    )(drawn)
    app.run(host="127.0.0.1", port=port, debug=False)


def _drawn(queries: Any, con: Any, figure: Figure, segment: str | None) -> go.Figure:
    params = {**figure.params, "segment": segment}
    named = {name: params[name] for name in queries.params_of(figure.query) if name in params}
    return figure.builder(queries.run(con, figure.query, **named), **figure.options)


if __name__ == "__main__":
    main()
