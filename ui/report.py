"""A page as one HTML file that needs no network: filters, release, cards, charts and tables as they were shown."""

import base64
import gzip
import html
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import resources
from itertools import groupby
from pathlib import Path

from ui import format, theme
from ui.cards import CONFIG
from ui.paper import Figure, Kpis, Panel, Paper, Table, Text
from ui.report_table import table
from ui.slugs import slug

FOLDER = Path(__file__).parent
MIME = "text/html"


def document(paper: Paper, title: str, question: str, facts: Mapping[str, str]) -> bytes:
    """The file: what the page showed, below its title and the facts that say what was shown."""
    figures: list[Figure] = []
    body = "".join(_parts(paper.parts, figures))
    listed = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>" for name, value in facts.items())
    now = datetime.now(UTC)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=1100"><style>{_font()}{theme.css()}{_sheet()}</style></head><body>'
        f'<header class="r-head"><div><h1>{html.escape(title)}</h1><p>{html.escape(question)}</p></div>'
        f'<dl class="r-facts">{listed}</dl></header><main>{body}</main>'
        f'<p class="r-foot">{theme.TITLE} · exported {format.moment(now)} UTC</p>{_script(figures)}</body></html>'
    ).encode()


def file_name(title: str, as_of: str) -> str:
    return f"{slug(title)}_{as_of}.html"


def _parts(parts: Iterable[object], figures: list[Figure]) -> Iterable[str]:
    """Each part as HTML; cards of one board side by side."""
    for grid, group in groupby(parts, lambda part: part.grid if isinstance(part, Panel) else None):
        if grid is None:
            yield from (_part(part, figures) for part in group)
        else:
            cards = [part for part in group if isinstance(part, Panel)]
            inner = "".join(_card(card, figures) for card in cards)
            yield f'<div class="r-grid" style="grid-template-columns:repeat({cards[0].columns},1fr)">{inner}</div>'


def _part(part: object, figures: list[Figure]) -> str:
    match part:
        case Text():
            return f'<div class="stHtml r-part">{part.html}</div>'
        case Kpis():
            columns = len(part.cards) if len(part.cards) <= 6 else 4
            return (
                f'<div class="r-kpis" style="grid-template-columns:repeat({columns},1fr)">{"".join(part.cards)}</div>'
            )
        case Figure():
            figures.append(part)
            alt = html.escape(part.alt, quote=True)
            return f'<div class="r-chart" role="img" aria-label="{alt}" style="height:{part.height}px"></div>'
        case Table():
            return table(part.frame, part.columns)
    raise TypeError(f"A report has no place for a {type(part).__name__}")


def _card(card: Panel, figures: list[Figure]) -> str:
    inner = "".join(_part(part, figures) for part in card.parts.values())
    about = card.subtitle.partition(" · click ")[0]  # on paper nobody clicks
    line = f"<p>{html.escape(about)}</p>" if about else ""
    span = min(card.span, card.columns)
    return (
        f'<section class="r-card" style="grid-column:span {span}"><h3>{html.escape(card.title)}</h3>{line}{inner}'
        "</section>"
    )


_DRAW = """
(async () => {
  const packed = document.getElementById('code').textContent;
  const bytes = Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const script = document.createElement('script');
  script.textContent = await new Response(stream).text();
  document.head.append(script);
  const figures = JSON.parse(document.getElementById('figures').textContent);
  const config = %s;
  await document.fonts.ready;
  const places = [...document.querySelectorAll('.r-chart')];
  await Promise.all(places.map((place, at) => Plotly.newPlot(
    place, figures[at].data, {...figures[at].layout, height: place.clientHeight, width: place.clientWidth}, config)));
  document.body.dataset.ready = 'true';
})();
"""


def _script(figures: list[Figure]) -> str:
    """The charts and what draws them; nothing where there are none."""
    if not figures:
        return ""
    drawn = f"[{','.join(figure.figure.to_json() for figure in figures)}]".replace("<", "\\u003c")
    code = resources.files("plotly").joinpath("package_data/plotly.min.js").read_bytes()
    if '"choropleth"' in drawn:
        outlines = (theme.ROOT / "static" / "topojson" / "world_110m.json").read_bytes()
        code = b'window.PlotlyGeoAssets={topojson:{"world_110m":' + outlines + b"}};\n" + code
    packed = base64.b64encode(gzip.compress(code, 6)).decode()
    config = json.dumps({name: value for name, value in CONFIG.items() if name != "topojsonURL"})
    return (
        f'<script type="text/plain" id="code">{packed}</script>'
        f'<script type="application/json" id="figures">{drawn}</script><script>{_DRAW % config}</script>'
    )


def _font() -> str:
    letters = base64.b64encode((theme.ROOT / "static" / "DMSans.woff2").read_bytes()).decode()
    return (
        '@font-face{font-family:"DM Sans";font-weight:100 1000;'
        f'src:url(data:font/woff2;base64,{letters}) format("woff2")}}'
    )


def _sheet() -> str:
    return (FOLDER / "sheets" / "report.css").read_text(encoding="utf-8")
