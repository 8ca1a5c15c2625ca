"""A page run as Streamlit runs it, without a browser."""

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

ENTRY = Path(__file__).parents[2] / "streamlit_app.py"


def opened(key: str, **query: str) -> AppTest:
    """The app on one page, with the given parameters in the URL."""
    app = AppTest.from_file(str(ENTRY), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run().switch_page(f"pages/{key}.py").run()


def markup(app: AppTest) -> str:
    """All HTML that the page drew itself."""
    return "\n".join(block.proto.body for block in app.get("html"))


def kpis(app: AppTest) -> int:
    return markup(app).count('class="mdm-kpi"')


def figures(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def assert_sound(app: AppTest) -> None:
    """No exception, and no fault that the page shows instead of one."""
    assert not app.exception
    assert "mdm-trouble" not in markup(app), markup(app)
