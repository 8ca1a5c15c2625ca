"""What is true: which source records are one company, and which orders are frauds. No pipeline step reads it."""

from collections.abc import Mapping

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


def of_new_records(held: pl.DataFrame, truth: Mapping[str, str]) -> pl.DataFrame:
    """Rows for records that a later day brought; `truth` names a record of the same company, or the record itself."""
    entity = dict(held.select("record_id", "entity_id").iter_rows())
    group = dict(held.select("record_id", "planned_uid_group").iter_rows())
    rows = [
        {
            "record_id": record,
            "entity_id": entity.get(same, f"ENT-{same}"),
            "planned_uid_group": group.get(same, f"CUST-{same}"),
            "archetype": "duplicate_account" if same in entity else "new_company",
        }
        for record, same in truth.items()
        if record not in entity
    ]
    return pl.DataFrame(rows, schema=held.schema)
