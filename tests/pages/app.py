"""A page run as Streamlit runs it, without a browser."""

import json
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

import queries
from ui.format import COUNTRY

SEGMENTS = ("Enterprise", "Mid-Market", "SMB", "Startup")
ENTRY = Path(__file__).parents[2] / "streamlit_app.py"


def opened(key: str, **query: str) -> AppTest:
    """The app on one page, with the given parameters in the URL."""
    app = AppTest.from_file(str(ENTRY), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run().switch_page(f"pages/{key}.py").run()


def markup(app: AppTest) -> str:
    """All HTML that the page drew itself, style sheet aside."""
    return "\n".join(block.proto.body for block in app.get("html") if "<style>" not in block.proto.body)


def kpis(app: AppTest) -> int:
    return markup(app).count('class="mdm-kpi"')


def figures(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def assert_sound(app: AppTest) -> None:
    """No exception, and no fault that the page shows instead of one."""
    assert not app.exception
    trouble = [block.proto.body for block in app.get("html") if 'class="mdm-trouble"' in block.proto.body]
    assert not trouble, trouble


def without_rows(
    con: duckdb.DuckDBPyConnection, query: str, is_empty: Callable[[dict[str, Any]], bool]
) -> dict[str, str]:
    """Filters under which a summary finds nothing: a segment and a country in the last week of the default build."""
    week = {"start": date(2026, 1, 26), "end": date(2026, 2, 1), "compare_start": None, "compare_end": None}
    week["severity"] = None
    for segment, country in product(SEGMENTS, COUNTRY):
        found = queries.run(con, query, **week, segment=segment, country=country).row(0, named=True)
        if is_empty(found):
            return {"period": "Week to date", "segment": segment, "country": COUNTRY[country]}
    pytest.fail(f"{query} finds something for every segment and country in the last week")
