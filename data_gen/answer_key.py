"""What is true: which source records are one company, and which orders are frauds. No pipeline step reads it."""

import polars as pl

from data_gen.population import Population
from data_gen.records import Records


def entity(people: Population, records: Records) -> pl.DataFrame:
    """One row per source record: its true company, the golden customer it was planned for, and why it is there."""
    golden = pl.Series("golden", records.golden)
    kind = pl.Series([people.kind[g] or "single" for g in records.golden.tolist()])
    archetype = pl.when(pl.Series(records.is_duplicate)).then(pl.lit("duplicate_row")).otherwise(kind)
    return pl.select(
        records.record_id.alias("record_id"),
        pl.format("ENT-{}", pl.Series(people.entity[records.golden]).cast(pl.String).str.zfill(6)).alias("entity_id"),
        pl.format("CUST-{}", golden.cast(pl.String).str.zfill(6)).alias("planned_uid_group"),
        archetype.alias("archetype"),
    ).sort("record_id")


def fraud(book: pl.DataFrame) -> pl.DataFrame:
    """One row per fraudulent order."""
    return book.filter(pl.col("fraud_type").is_not_null()).select("order_id", "fraud_type").sort("order_id")
