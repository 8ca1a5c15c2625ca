"""Lineage and entities as drawings: every table a box, every arrow a curve, and what the models say in the labels."""

import polars as pl

from lakehouse import session
from ui import charts, palette

ARROWS = pl.DataFrame(
    [
        ("bronze.a", "silver.a"),
        ("bronze.b", "silver.b"),
        ("silver.a", "mdm.golden"),
        ("mdm.golden", "gold.dim"),
        ("silver.b", "gold.fact"),
        ("gold.dim", "gold.fact"),
    ],
    schema=["source", "target"],
    orient="row",
)


def boxes(figure) -> int:
    return sum(shape.type == "rect" for shape in figure.layout.shapes)


def curves(figure) -> list:
    return [shape for shape in figure.layout.shapes if shape.type == "path"]


def test_every_table_is_a_box_and_every_arrow_a_curve() -> None:
    drawn = charts.lineage(ARROWS, source="source", target="target")
    assert boxes(drawn) == 7 and len(curves(drawn)) == 6
    assert {note.text for note in drawn.layout.annotations} == {"a", "b", "golden", "dim", "fact"}
    assert "<b>gold.fact</b><br>Made from: gold.dim, silver.b<br>Feeds: nothing" in drawn.data[0].text


def test_a_focus_lights_what_feeds_it_and_what_it_feeds() -> None:
    drawn = charts.lineage(ARROWS, source="source", target="target", focus="mdm.golden")
    lit = [curve for curve in curves(drawn) if curve.line.color == palette.ORANGE]
    assert len(lit) == 4, "bronze.a → silver.a → golden → dim → fact"


def test_layers_stand_from_left_to_right() -> None:
    drawn = charts.lineage(ARROWS, source="source", target="target")
    at = dict(zip(drawn.data[0].customdata, drawn.data[0].x, strict=True))
    assert at["bronze.a"] < at["silver.a"] < at["mdm.golden"] < at["gold.dim"] == at["gold.fact"]


def test_entities_show_keys_first_and_join_what_refers() -> None:
    columns = pl.DataFrame(
        [("gold.fact", f"c{n}", "VARCHAR", n == 9) for n in range(10)] + [("gold.dim", "id", "VARCHAR", True)],
        schema=["table", "column", "type", "is_key"],
        orient="row",
    )
    relations = pl.DataFrame(
        [("gold.fact", "c8", "gold.dim", "id"), ("gold.fact", "c0", "mdm.elsewhere", "id")],
        schema=["table", "column", "refers_to", "refers_to_column"],
        orient="row",
    )
    drawn = charts.erd(columns, relations)
    texts = [note.text for note in drawn.layout.annotations]
    assert texts[:3] == ["<b>fact</b>", "<b>c9</b>", "c8 ↗"]
    assert "<i>and 3 more</i>" in texts
    assert len(curves(drawn)) == 1, "a table that is not shown is not joined"


def test_the_lakehouse_tells_its_structure() -> None:
    columns, relations = session.columns(), session.relations()
    keys = columns.filter("is_key").group_by("table").agg(pl.col("column").sort())
    assert dict(keys.iter_rows())["gold.dim_customer"] == ["customer_uid", "valid_from"]
    assert ("bronze.sap_kna1", "KUNNR") in set(columns.select("table", "column").iter_rows())
    known = set(columns.select("table", "column").iter_rows())
    assert set(relations.select("refers_to", "refers_to_column").iter_rows()) <= known
    assert ("gold.fact_sales", "customer_uid", "gold.dim_customer", "customer_uid") in set(relations.iter_rows())
