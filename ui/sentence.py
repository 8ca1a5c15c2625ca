"""One sentence that says what changed."""

import html
import re
from typing import Any

from ui import paper
from ui.data import fetch

_BOLD = re.compile(r"\*\*(.+?)\*\*")


def what_changed(query: str = "", *, text: str | None = None, tone: str = "neutral", **params: Any) -> None:
    """Show the `sentence` of a query's one row (or the text given); nothing where there is none."""
    if query:
        rows = fetch(query, **params).to_dicts()
        text = rows[0].get("sentence") if rows else None
        tone = rows[0].get("tone") or tone if rows else tone
    if text:
        paper.html(f'<p class="mdm-sentence mdm-{html.escape(tone)}">{bold(text)}</p>')


def bold(text: str) -> str:
    """Text as HTML, with **words** set in bold."""
    return _BOLD.sub(r"<b>\1</b>", html.escape(text))
