"""The order book as each of the four order systems delivers its share of it."""

import polars as pl

from data_gen import clock
from data_gen.extracts import plain, salesforce_time, sap_date, text
from data_gen.masters import rep_id
from data_gen.products import Products
from data_gen.records import Records
from data_gen.vocabulary import people, places

TABLES = ("sap_vbap", "sf_order", "oracle_oe_order", "ecom_order")


def simulate(book: pl.DataFrame, records: Records, products: Products) -> dict[str, pl.DataFrame]:
    """The four extracts by table, each in order of time."""
    named = book.with_columns(
        pl.Series("customer_ref", records.record_id[book["record"].to_numpy()]),
        pl.Series("customer", records.source_id[book["record"].to_numpy()]),
        pl.Series("sku", pl.Series(products.ids)[book["product"]]),
        pl.Series("at", clock.moments(book["seconds"].to_numpy())),
        pl.Series("rep_id", pl.Series([rep_id(i) for i in range(len(people.REPS))])[book["rep"]]),
        pl.Series("ship_country", pl.Series([country.code for country in places.COUNTRIES])[book["ship"]]),
        price=_dollars(book["price_cents"]),
        total=_dollars(book["total_cents"]),
    )
    of = {source: named.filter(pl.col("source") == source) for source in ("SAP", "Salesforce", "Oracle", "E-Commerce")}
    return {
        "sap_vbap": _sap_vbap(of["SAP"]),
        "sf_order": _sf_order(of["Salesforce"]),
        "oracle_oe_order": _oracle_oe_order(of["Oracle"]),
        "ecom_order": _ecom_order(of["E-Commerce"]),
    }


def _dollars(cents: pl.Series) -> pl.Series:
    """The nearest doubles; polars would multiply by 0.01 and miss some."""
    return pl.Series(cents.to_numpy() / 100)


def _sap_vbap(orders: pl.DataFrame) -> pl.DataFrame:
    return text(
        orders.select(
            pl.col("source_key").alias("VBELN"),
            pl.lit("000010").alias("POSNR"),
            pl.col("customer").alias("KUNNR"),
            pl.col("sku").alias("MATNR"),
            sap_date(pl.col("at")).alias("ERDAT"),
            pl.col("at").dt.strftime("%H%M%S").alias("ERZET"),
            pl.format("{}.000", "quantity").alias("KWMENG"),
            plain(pl.col("price")).alias("NETPR"),
            pl.format("{}.00", "discount").alias("RABATT"),
            plain(pl.col("total")).alias("NETWR"),
            pl.col("rep_id").alias("PERNR"),
            pl.col("ship_country").alias("LAND1_WE"),
            pl.col("po").fill_null("").alias("BSTNK"),
        )
    )


def _sf_order(orders: pl.DataFrame) -> pl.DataFrame:
    when = salesforce_time(pl.col("at"))
    return text(
        orders.select(
            pl.col("source_key").alias("Id"),
            pl.col("customer").alias("AccountId"),
            pl.col("sku").alias("Product_Code__c"),
            when.alias("CreatedDate"),
            pl.format("{}.0", "quantity").alias("Quantity"),
            plain(pl.col("price")).alias("UnitPrice"),
            pl.col("discount").alias("Discount__c"),
            plain(pl.col("total")).alias("TotalAmount"),
            pl.col("rep_id").alias("Rep_Id__c"),
            pl.col("ship_country").alias("ShippingCountryCode"),
            pl.col("po").alias("PoNumber"),
            when.alias("SystemModstamp"),
            pl.lit("false").alias("IsDeleted"),
        )
    )


def _oracle_oe_order(orders: pl.DataFrame) -> pl.DataFrame:
    return orders.select(
        pl.col("source_key").cast(pl.Int64).alias("HEADER_ID"),
        pl.col("customer").cast(pl.Int64).alias("SOLD_TO_PARTY_ID"),
        pl.col("sku").alias("INVENTORY_ITEM"),
        pl.col("at").alias("ORDERED_DATE"),
        pl.col("quantity").cast(pl.Int32).alias("ORDERED_QUANTITY"),
        pl.col("price").alias("UNIT_LIST_PRICE"),
        pl.col("discount").cast(pl.Float64).alias("DISCOUNT_PCT"),
        pl.col("total").alias("EXTENDED_AMOUNT"),
        pl.col("rep_id").alias("SALESREP_NUMBER"),
        pl.col("ship_country").alias("SHIP_TO_COUNTRY"),
        pl.col("po").alias("CUST_PO_NUMBER"),
    )


def _ecom_order(orders: pl.DataFrame) -> pl.DataFrame:
    return orders.select(
        pl.col("order_id"),
        pl.col("customer_ref"),
        pl.col("sku"),
        pl.col("at").alias("ordered_at"),
        pl.col("quantity").cast(pl.Int32),
        pl.col("price").alias("unit_price"),
        pl.col("discount").cast(pl.Float64).alias("discount_pct"),
        pl.col("total"),
        pl.col("rep_id").alias("account_owner"),
        pl.col("ship_country"),
        pl.col("po").alias("po_number"),
    )
