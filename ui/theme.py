"""The look: page configuration and the style sheet, with its colours from the palette."""

from functools import cache
from pathlib import Path

import streamlit as st

from ui import palette

ROOT = Path(__file__).parent.parent
TITLE = "Enterprise MDM Lakehouse"
IN_STYLE_SHEET = [
    *("ORANGE", "PURPLE", "GREEN", "RED", "GOLD", "BLUE", "NAVY", "SLATE", "INK", "MUTED"),
    *("TINT", "BORDER", "GRID", "WHITE", "GREEN_TEXT", "RED_TEXT", "GOLD_TEXT"),
]


def apply() -> None:
    """Page configuration, logo and style sheet; the first thing a script run does."""
    st.set_page_config(page_title=TITLE, page_icon=str(ROOT / "static" / "favicon.png"), layout="wide")
    st.logo(str(ROOT / "static" / "logo.svg"), size="medium")
    st.html(f"<style>{css()}</style>")


@cache
def css() -> str:
    """The palette as variables, and every style sheet of the kit."""
    colours = ";".join(f"--{name.lower().replace('_', '-')}:{getattr(palette, name)}" for name in IN_STYLE_SHEET)
    sheets = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.css"))]
    # In one line: Streamlit looks at every line of what it is given, in every run.
    return " ".join(f":root{{{colours}}}\n{''.join(sheets)}".split())
