"""KPI cards: a value, its change, a target, a sparkline and a definition."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import quote

import streamlit as st

from ui import format, navigation, palette, paper


@dataclass(frozen=True)
class Kpi:
    """One card. `good` says which direction of the change is welcome; `reached` is the share of the target, 0 to 1."""

    label: str
    value: str
    delta: float | str | None = None
    delta_as: Callable[[Any], str] = format.signed
    good: Literal["up", "down", "neutral"] = "up"
    versus: str = ""
    help: str = ""
    spark: Sequence[float | None] = field(default=())
    target: str = ""
    reached: float | None = None
    tone: str = "general"
    link: str = ""  # the key of the page that explains it


def kpi_row(*kpis: Kpi, versus: str = "") -> None:
    """Four or six cards side by side; on narrow screens three or two a line."""
    shown = [replace(kpi, versus=kpi.versus or versus) for kpi in kpis]
    paper.keep(paper.Kpis(tuple(card_html(kpi) for kpi in shown)))
    with st.container(key=f"kpis_{len(shown)}_{_slug(shown[0].label)}"):
        for kpi in shown:
            with st.container(key=f"kpi_{_slug(kpi.label)}"):
                st.html(card_html(kpi))
                if kpi.link:
                    navigation.link(kpi.link, "Open", icon=":material/arrow_outward:")


def card_html(kpi: Kpi) -> str:
    colour = palette.tone(kpi.tone)
    parts = [
        f'<div class="mdm-kpi" style="--tone:{colour}">',
        f'<div class="mdm-kpi-label">{html.escape(kpi.label)}{_definition(kpi)}</div>',
        f'<div class="mdm-kpi-value">{html.escape(kpi.value)}</div>',
        _delta(kpi),
        _target(kpi),
        _spark(kpi.spark, colour, f"{kpi.label}, its course"),
        "</div>",
    ]
    return "".join(parts)


def _definition(kpi: Kpi) -> str:
    if not kpi.help:
        return ""
    text = html.escape(kpi.help, quote=True)
    return f'<span class="mdm-tip" tabindex="0" role="img" aria-label="{text}" data-tip="{text}">?</span>'


def _delta(kpi: Kpi) -> str:
    """The change as a chip: an arrow, its size, and whether it is welcome."""
    if kpi.delta is None:
        note = html.escape(kpi.versus) if kpi.versus.startswith("no ") else ""
        return f'<div class="mdm-kpi-delta"><span class="mdm-versus">{note or "&nbsp;"}</span></div>'
    text = kpi.delta if isinstance(kpi.delta, str) else kpi.delta_as(kpi.delta)
    direction = direction_of(kpi.delta, text)
    mood = "flat" if not direction or kpi.good == "neutral" else "good" if direction == kpi.good else "bad"
    arrow = {"up": "↑ ", "down": "↓ "}.get(direction, "")
    versus = f'<span class="mdm-versus">{html.escape(kpi.versus)}</span>' if kpi.versus else ""
    return (
        f'<div class="mdm-kpi-delta"><span class="mdm-chip mdm-{mood}">{arrow}{html.escape(text)}</span>{versus}</div>'
    )


def direction_of(delta: float | str, text: str) -> Literal["up", "down", ""]:
    """Where the change points; what rounds to zero points nowhere."""
    if not any(digit in "123456789" for digit in text):
        return ""
    if isinstance(delta, str):  # without a sign it is a remark, not a change
        return "down" if delta.startswith(("-", format.MINUS)) else "up" if delta.startswith("+") else ""
    return "up" if delta > 0 else "down"


def _target(kpi: Kpi) -> str:
    if not kpi.target:
        return ""
    share = min(1.0, max(0.0, kpi.reached or 0.0))
    return (
        f'<div class="mdm-target"><div class="mdm-target-bar"><i style="width:{share:.1%}"></i></div>'
        f"<span>{html.escape(kpi.target)}</span></div>"
    )


def _spark(values: Sequence[float | None], colour: str, alt: str) -> str:
    """The course of the value as a small picture; with fewer than two points, an empty one of the same height."""
    points = [number for number in (format.number(value) for value in values) if number is not None]
    if len(points) < 2:
        return '<div class="mdm-spark"></div>' if len(values) else ""
    uri = "data:image/svg+xml," + quote(spark_svg(points, colour), safe="=:/ ,;'()")
    return f'<img class="mdm-spark" alt="{html.escape(alt, quote=True)}" src="{uri}">'


def spark_svg(points: Sequence[float], colour: str, width: int = 200, height: int = 40) -> str:
    low, high = min(points), max(points)
    span = (high - low) or 1.0
    step = width / (len(points) - 1)
    path = " ".join(
        f"{position * step:.1f},{height - 3 - (point - low) / span * (height - 8):.1f}"
        for position, point in enumerate(points)
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' preserveAspectRatio='none'>"
        f"<polygon points='0,{height} {path} {width},{height}' fill='{colour}' fill-opacity='.12'/>"
        f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2' stroke-linejoin='round' "
        f"vector-effect='non-scaling-stroke'/></svg>"
    )


def _slug(text: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in text.lower())
