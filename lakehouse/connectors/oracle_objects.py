"""Oracle E-Business Suite: the SQL that reads it, and how its rows become bronze rows. The one place for both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from lakehouse import schemas, views
from lakehouse.connectors.errors import SourceChanged
from lakehouse.connectors.source import Extract, SourceObject, columns, iso

SYSTEM = "Oracle"


@dataclass(frozen=True)
class OracleObject(SourceObject):
    """`sql` gives the bronze columns by name, and behind them any number of CHANGED_… dates, the newest the mark.

    `changed` is the condition that narrows it to what changed since :since.
    """

    sql: str = ""
    changed: str = ""


# The mapping of the Trading Community Architecture: the primary e-mail address and telephone number stand in contact
# points, the keys of the records that a party was made from in the cross-references (SAP's wins where there are two).
PARTIES = """
select
    p.PARTY_ID, p.PARTY_NUMBER, p.PARTY_NAME, p.PARTY_TYPE, p.ADDRESS1, p.CITY, p.POSTAL_CODE, p.COUNTRY,
    e.EMAIL_ADDRESS,
    t.RAW_PHONE_NUMBER as PRIMARY_PHONE,
    r.ORIG_SYSTEM, r.ORIG_SYSTEM_REFERENCE,
    p.TAX_REFERENCE, p.STATUS, p.CREATION_DATE, p.LAST_UPDATE_DATE,
    p.LAST_UPDATE_DATE as CHANGED_PARTY,
    e.LAST_UPDATE_DATE as CHANGED_EMAIL,
    t.LAST_UPDATE_DATE as CHANGED_PHONE,
    r.LAST_UPDATE_DATE as CHANGED_REFERENCE
from HZ_PARTIES p
left join (
    select
        OWNER_TABLE_ID, EMAIL_ADDRESS, LAST_UPDATE_DATE,
        row_number() over (
            partition by OWNER_TABLE_ID
            order by case PRIMARY_FLAG when 'Y' then 0 else 1 end, CONTACT_POINT_ID
        ) as PLACE
    from HZ_CONTACT_POINTS
    where OWNER_TABLE_NAME = 'HZ_PARTIES' and CONTACT_POINT_TYPE = 'EMAIL' and STATUS = 'A'
) e on e.OWNER_TABLE_ID = p.PARTY_ID and e.PLACE = 1
left join (
    select
        OWNER_TABLE_ID, RAW_PHONE_NUMBER, LAST_UPDATE_DATE,
        row_number() over (
            partition by OWNER_TABLE_ID
            order by case PRIMARY_FLAG when 'Y' then 0 else 1 end, CONTACT_POINT_ID
        ) as PLACE
    from HZ_CONTACT_POINTS
    where OWNER_TABLE_NAME = 'HZ_PARTIES' and CONTACT_POINT_TYPE = 'PHONE' and STATUS = 'A'
) t on t.OWNER_TABLE_ID = p.PARTY_ID and t.PLACE = 1
left join (
    select
        OWNER_TABLE_ID, ORIG_SYSTEM, ORIG_SYSTEM_REFERENCE, LAST_UPDATE_DATE,
        row_number() over (
            partition by OWNER_TABLE_ID
            order by case ORIG_SYSTEM when 'SAP' then 0 else 1 end, ORIG_SYSTEM_REF_ID
        ) as PLACE
    from HZ_ORIG_SYS_REFERENCES
    where OWNER_TABLE_NAME = 'HZ_PARTIES' and ORIG_SYSTEM in ('SAP', 'SFDC') and STATUS = 'A'
) r on r.OWNER_TABLE_ID = p.PARTY_ID and r.PLACE = 1
where p.PARTY_TYPE = 'ORGANIZATION'
"""
PARTY_CHANGED = """ and (p.LAST_UPDATE_DATE >= :since or e.LAST_UPDATE_DATE >= :since
    or t.LAST_UPDATE_DATE >= :since or r.LAST_UPDATE_DATE >= :since)"""

# Orders come through a view of the extraction schema (docs/connectors.md): one row an order, prices and party resolved.
ORDERS = """
select
    o.HEADER_ID, o.SOLD_TO_PARTY_ID, o.INVENTORY_ITEM, o.ORDERED_DATE, o.ORDERED_QUANTITY, o.UNIT_LIST_PRICE,
    o.DISCOUNT_PCT, o.EXTENDED_AMOUNT, o.SALESREP_NUMBER, o.SHIP_TO_COUNTRY, o.CUST_PO_NUMBER,
    o.LAST_UPDATE_DATE as CHANGED_ORDER
from XXMDM_OE_ORDER_V o
where 1 = 1
"""

OBJECTS = (
    OracleObject(
        "HZ_PARTIES", "bronze.oracle_hz_parties", ("PARTY_ID",), "LAST_UPDATE_DATE", sql=PARTIES, changed=PARTY_CHANGED
    ),
    OracleObject(
        "OE_ORDER",
        "bronze.oracle_oe_order",
        ("HEADER_ID",),
        "LAST_UPDATE_DATE",
        sql=ORDERS,
        changed=" and o.LAST_UPDATE_DATE >= :since",
    ),
)


def mapped(source: OracleObject, batches: Sequence[pl.DataFrame]) -> Extract:
    """The batches in the columns and types of the bronze table, and the newest date of change among them."""
    wanted = columns(source)
    types = views.empty_frame({name: schemas.BRONZE[source.table][name] for name in wanted}).schema
    if not batches:
        return Extract(source, pl.DataFrame(schema=types))
    rows = pl.concat([_typed(batch, source, wanted, types) for batch in batches])
    dates = rows.select(pl.max_horizontal(pl.col("^CHANGED_.*$").max())).item()
    return Extract(source, rows.select(wanted), iso(dates) if dates else None)


def _typed(batch: pl.DataFrame, source: OracleObject, wanted: list[str], types: Mapping[str, Any]) -> pl.DataFrame:
    missing = [name for name in wanted if name not in batch.columns]
    if missing:
        raise SourceChanged(f"Oracle {source.name} has no column {', '.join(missing)} (any more)")
    changed = [name for name in batch.columns if name.startswith("CHANGED_")]
    try:
        return batch.select(
            *(pl.col(name).cast(types[name]) for name in wanted),
            *(pl.col(name).cast(pl.Datetime("us")) for name in changed),
        )
    except pl.exceptions.PolarsError as error:
        found = ", ".join(f"{name} {batch.schema[name]}" for name in wanted)
        raise SourceChanged(
            f"Oracle {source.name} delivers other types than {source.table} takes; found: {found}"
        ) from error
