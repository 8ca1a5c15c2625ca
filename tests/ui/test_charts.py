import json
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from ui import charts, palette

ROWS = pl.DataFrame(
    {
        "month": [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)],
        "name": ["Alpha", "Beta", None],
        "segment": ["SMB", "Enterprise", "SMB"],
        "revenue": [Decimal("10.50"), Decimal("30.00"), None],
        "profit": [4.0, float("nan"), 6.0],
        "count": [3, 2, 1],
        "share": [0.2, 0.5, 1.0],
        "country": ["US", "SG", "DE"],
    },
    schema_overrides={"revenue": pl.Decimal(18, 2)},
)

KINDS = {
    "lines": (charts.lines, {"x": "month", "y": {"revenue": "Revenue", "profit": "Profit"}, "unit": "money"}),
    "lines by color": (charts.lines, {"x": "month", "y": "revenue", "color": "segment", "stack": True}),
    "lines with all": (
        charts.lines,
        {"x": "month", "y": "revenue", "band": ("count", "profit", "Usual"), "right": {"count": "Count"}, "area": True}
        | {"events": (("2025-12-01", "Incident"),), "target": (20.0, "Target"), "dashed": ("revenue",)},
    ),
    "bars": (charts.bars, {"x": "month", "y": "revenue", "unit": "money", "highlight": "max", "text": True}),
    "bars with line": (charts.bars, {"x": "name", "y": {"count": "Count"}, "line": {"share": "Share"}, "stack": True}),
    "ranked": (charts.ranked, {"label": "name", "value": "revenue", "unit": "money"}),
    "ranked tones": (charts.ranked, {"label": "segment", "value": "count", "tones": {}}),
    "shares": (charts.shares, {"label": "name", "part": "segment", "value": "count"}),
    "bullets": (charts.bullets, {"label": "name", "value": "count", "target": "share"}),
    "pareto": (charts.pareto, {"rank": "count", "value": "revenue", "cumulative": "share"}),
    "waterfall": (charts.waterfall, {"label": "segment", "value": "revenue", "totals": ("Enterprise",)}),
    "funnel": (charts.funnel, {"stage": "name", "value": "count"}),
    "sankey": (charts.sankey, {"source": "name", "target": "segment", "value": "count"}),
    "heatmap": (charts.heatmap, {"x": "segment", "y": "name", "value": "revenue", "text": True}),
    "cohorts": (charts.cohorts, {"cohort": "segment", "period": "count", "value": "share"}),
    "histogram": (
        charts.histogram,
        {"start": "share", "count": "count", "width": 0.1, "thresholds": ((0.5, "review"),)},
    ),
    "scatter": (charts.scatter, {"x": "count", "y": "revenue", "label": "name", "size": "share", "color": "segment"}),
    "radar": (charts.radar, {"axis": "name", "value": "count", "color": "segment"}),
    "world_map": (charts.world_map, {"country": "country", "value": "revenue"}),
}


def spec(kind: str, rows: pl.DataFrame = ROWS) -> dict:
    builder, options = KINDS[kind]
    return json.loads(builder(rows, **options).to_json())


@pytest.mark.parametrize("kind", KINDS)
def test_house_rules_hold_for_every_kind(kind):
    layout = spec(kind)["layout"]
    assert layout["hoverlabel"]["bgcolor"] == palette.INK
    assert layout["hoverlabel"]["font"]["color"] == palette.WHITE
    assert layout["dragmode"] is False, "no kind may allow zooming"
    for name in (name for name in layout if name.startswith(("xaxis", "yaxis"))):
        assert layout[name]["fixedrange"] is True
        assert not layout[name].get("title", {}).get("text")


@pytest.mark.parametrize("kind", KINDS)
def test_every_hover_label_speaks_its_unit(kind):
    for trace in spec(kind)["data"]:
        if trace.get("hoverinfo") != "skip":
            template = trace.get("hovertemplate") or trace["link"]["hovertemplate"]
            assert "%{" in template and "<extra>" in template


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [ROWS.clear(), ROWS.head(1)], ids=["no rows", "one row"])
def test_few_rows_make_a_figure_and_no_error(kind, rows):
    assert spec(kind, rows)["data"] is not None


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_is_orange(kind):
    def fonts(node, under_font=False):
        if isinstance(node, dict):
            for key, value in node.items():
                if under_font and key == "color":
                    yield from value if isinstance(value, list) else [value]
                yield from fonts(value, "font" in key.lower())
        elif isinstance(node, list):
            for value in node:
                yield from fonts(value)

    assert not {colour.upper() for colour in fonts(spec(kind))} & {palette.ORANGE, palette.GOLD.upper()}


def test_decimals_dates_and_gaps_reach_the_browser():
    revenue, profit = spec("lines")["data"]
    assert revenue["x"] == ["2025-11-01", "2025-12-01", "2026-01-01"]
    assert revenue["y"] == [10.5, 30.0, None]
    assert profit["y"] == [4.0, None, 6.0]
    assert revenue["hovertemplate"] == "Revenue: $%{y:,.0f}<extra></extra>"


def test_the_legend_is_there_only_when_there_is_something_to_tell_apart():
    assert spec("lines")["layout"]["showlegend"] is True
    assert spec("bars")["layout"]["showlegend"] is False


def test_comparison_is_dotted_grey_and_the_event_is_marked():
    found = spec("lines with all")
    line = next(trace for trace in found["data"] if trace.get("name") == "Revenue")
    assert (line["line"]["dash"], line["line"]["color"]) == ("dot", palette.SLATE)
    assert [note["text"] for note in found["layout"]["annotations"]] == ["Incident", "Target"]


def test_one_bar_stands_out():
    assert spec("bars")["data"][0]["marker"]["color"] == ["#FFD699", palette.ORANGE, "#FFD699"]


def test_a_single_bar_is_as_slim_as_one_of_four():
    one = json.loads(charts.ranked(ROWS.head(1), label="name", value="count").to_json())["data"][0]
    assert one["width"] == pytest.approx(0.7 / 4)


def test_ranked_is_largest_first_and_leaves_out_what_is_missing():
    [trace] = spec("ranked")["data"]
    assert trace["y"] == ["Beta", "Alpha"]
    assert trace["text"] == ["$30", "$10.50"]
    assert trace["marker"]["color"] == [palette.ORANGE, "#FFD699"]


def test_values_with_a_meaning_keep_their_colour():
    painted = {trace["name"]: trace["marker"]["color"] for trace in spec("shares")["data"]}
    assert painted == {"SMB": palette.OF_VALUE["SMB"], "Enterprise": palette.OF_VALUE["Enterprise"]}


def test_shares_of_each_label_sum_to_one():
    rows = pl.DataFrame({"label": ["a", "a", "b"], "part": ["x", "y", "x"], "n": [1, 3, 0]})
    traces = json.loads(charts.shares(rows, label="label", part="part", value="n").to_json())["data"]
    assert [trace["x"] for trace in traces] == [[0.25, 0.0], [0.75]]  # a total of zero is no share, not an error


def test_waterfall_keeps_levels_and_changes_apart():
    rows = pl.DataFrame({"step": ["Before", "New", "Lost", "Now"], "v": [100.0, 30.0, -50.0, 80.0]})
    [trace] = json.loads(charts.waterfall(rows, label="step", value="v", totals=("Before", "Now")).to_json())["data"]
    assert trace["measure"] == ["absolute", "relative", "relative", "absolute"]
    assert trace["text"] == ["$100", "+$30", "−$50", "$80"]


def test_funnel_says_the_share_of_the_first_and_of_the_step_before():
    rows = pl.DataFrame({"stage": ["Lead", "MQL", "Won"], "n": [200, 100, 25]})
    [trace] = json.loads(charts.funnel(rows, stage="stage", value="n").to_json())["data"]
    assert trace["text"] == ["200 · 100%", "100 · 50%", "25 · 12%"]
    assert trace["customdata"] == [1.0, 0.5, 0.25]


def test_cohorts_leave_what_is_not_yet_observed_empty():
    rows = pl.DataFrame({"cohort": ["A", "A", "B"], "k": [0, 1, 0], "kept": [1.0, 0.5, 1.0]})
    [trace] = json.loads(charts.cohorts(rows, cohort="cohort", period="k", value="kept").to_json())["data"]
    assert trace["z"] == [[1.0, 0.5], [1.0, None]]
    assert trace["text"] == [["100%", "50%"], ["100%", ""]]


def test_heatmap_keeps_the_order_of_the_rows():
    rows = pl.DataFrame({"day": ["Tue", "Mon"], "hour": ["9", "9"], "n": [1, 2]})
    [trace] = json.loads(charts.heatmap(rows, x="hour", y="day", value="n").to_json())["data"]
    assert trace["y"] == ["Tue", "Mon"]


def test_histogram_paints_its_bands():
    rows = pl.DataFrame({"start": [0.7, 0.8, 0.95], "n": [1, 1, 1]})
    bands = ((0.75, "neutral"), (0.92, "warning"), (None, "good"))
    [trace] = json.loads(charts.histogram(rows, start="start", count="n", width=0.04, bands=bands).to_json())["data"]
    assert trace["marker"]["color"] == [palette.SILVER, palette.GOLD, palette.GREEN]


def test_map_names_countries_and_shows_the_city_state_as_a_point():
    areas, points = spec("world_map")["data"]
    assert areas["locations"] == ["USA", "SGP", "DEU"]
    assert areas["text"] == ["United States", "Singapore", "Germany"]
    assert points["text"] == ["Singapore"]


@pytest.mark.parametrize(
    ("xs", "expected"),
    [
        ([date(2025, 1, 1), date(2025, 6, 1)], {"dtick": "M1", "hoverformat": "%b %Y"}),
        ([date(2024, 1, 1), date(2026, 1, 1)], {"dtick": "M3", "hoverformat": "%b %Y"}),
        ([date(2025, 1, 1), date(2025, 1, 9)], {"hoverformat": "%-d %b %Y"}),
        ([datetime(2025, 1, 1, 5)], {"hoverformat": "%a %-d %b %Y, %H:%M"}),
    ],
    ids=["months", "years of months", "days", "hours"],
)
def test_time_axis_is_as_fine_as_its_values(xs, expected):
    rows = pl.DataFrame({"x": xs, "y": [1] * len(xs)})
    axis = json.loads(charts.lines(rows, x="x", y="y").to_json())["layout"]["xaxis"]
    assert {key: axis[key] for key in expected} == expected


def test_unknown_names_are_told_with_what_there_is():
    with pytest.raises(ValueError, match="No column 'nope'; the rows have: month, name"):
        charts.lines(ROWS, x="nope", y="revenue")
    with pytest.raises(ValueError, match="No unit 'eur'; available: money"):
        charts.lines(ROWS, x="month", y="revenue", unit="eur")
    with pytest.raises(ValueError, match="No tone 'pink'"):
        charts.bars(ROWS, x="month", y="revenue", tone="pink")


def test_figures_stand_beside_the_bars_that_are_too_short_for_them():
    rows = pl.DataFrame({"name": ["a", "b"], "size": [1000.0, 30.0]})
    ranked = charts.ranked(rows, label="name", value="size").data[0]
    funnel = charts.funnel(rows, stage="name", value="size").data[0]
    assert list(ranked.textposition) == list(funnel.textposition) == ["inside", "outside"]
