"""The finished order book: source records, planted frauds, purchase order numbers and order ids."""

import numpy as np
import numpy.typing as npt
import polars as pl

from data_gen import clock, fraud_cases, orders, salesforce_ids
from data_gen.identities import Identity, slug
from data_gen.plan import Plan
from data_gen.population import Population
from data_gen.products import Products
from data_gen.randomness import Ints, Rng, stream
from data_gen.records import Records

FIRST_NUMBER = {"SAP": 4_500_010_001, "Salesforce": 2_000_017, "Oracle": 7_300_001, "E-Commerce": 240_001}
MISSING_PO_SHARE = 0.03
LONGEST_PO_GAP = 60


def simulate(
    seed: int, plan: Plan, people: Population, companies: list[Identity], records: Records, products: Products
) -> pl.DataFrame:
    """One row per order in order of time; `source_key` is the id in its system, `order_id` the one in gold."""
    rng = stream(seed, "order_book")
    book = orders.simulate(seed, plan, people, records.known_from, products)
    book = book.with_columns(record=_records(rng, book, people, records))
    book = fraud_cases.plant(seed, plan, people, book, _weak(people, companies, records))
    return _numbered(book).with_columns(po=_purchase_orders(rng, book, companies))


def _records(rng: Rng, book: pl.DataFrame, people: Population, records: Records) -> Ints:
    """The source record under which each order is entered; the shop knows SAP and Salesforce keys."""
    golden, day = book["golden"].to_numpy(), book["seconds"].to_numpy() // clock.DAY_SECONDS
    source = book["source"].to_numpy()
    in_salesforce = np.array(people.cell)[golden] == "salesforce"
    sap, salesforce, oracle = (records.used(rng, system, golden, day) for system in ("SAP", "Salesforce", "Oracle"))
    shop = np.where(in_salesforce, salesforce, sap)
    found = np.select([source == "SAP", source == "Salesforce", source == "Oracle"], [sap, salesforce, oracle], shop)
    return found.astype(np.int64)


def _weak(people: Population, companies: list[Identity], records: Records) -> fraud_cases.Weak:
    no_tax_id = np.ones(len(people), dtype=bool)
    odd = np.full(len(people), -1, dtype=np.int64)
    for row in records.of("SAP"):
        g, seen = int(records.golden[row]), records.sightings[row]
        no_tax_id[g] &= seen.tax_id is None
        if seen.email is not None and not seen.email.lower().endswith(f"@{companies[g].domain}"):
            odd[g] = row
    has_sap = records.first("SAP") >= 0
    return fraud_cases.Weak(no_tax_id & has_sap, odd, records.created[odd])


def _numbered(book: pl.DataFrame) -> pl.DataFrame:
    """Ids ascend with time within each source."""
    place = pl.int_range(pl.len()).over("source")
    numbers = book.select(place + pl.col("source").replace_strict(FIRST_NUMBER, return_dtype=pl.Int64)).to_series()
    year = clock.moments(book["seconds"].to_numpy()).dt.year()
    keyed = book.with_columns(
        number=numbers,
        salesforce=salesforce_ids.ids("Order", numbers.to_numpy()),
        shop=pl.format("WEB-{}-{}", year, numbers.cast(pl.String).str.zfill(6)),
    )
    key = (
        pl.when(pl.col("source") == "Salesforce")
        .then("salesforce")
        .when(pl.col("source") == "E-Commerce")
        .then("shop")
        .otherwise(pl.col("number").cast(pl.String).str.zfill(pl.when(pl.col("source") == "SAP").then(10).otherwise(1)))
    )
    prefix = {"SAP": "SAP-", "Salesforce": "SF-", "Oracle": "ORA-", "E-Commerce": ""}
    order_id = pl.col("source").replace_strict(prefix, return_dtype=pl.String) + pl.col("source_key")
    return keyed.with_columns(source_key=key).with_columns(order_id=order_id).drop("salesforce", "shop")


def po_codes(companies: list[Identity]) -> npt.NDArray[np.str_]:
    """The letters with which each customer's own purchase order numbers begin."""
    return np.array([slug(company.root)[:3].upper() for company in companies])


def _purchase_orders(rng: Rng, book: pl.DataFrame, companies: list[Identity]) -> pl.Series:
    """The customer's own numbers, rising with gaps; sequential and borrowed ones where a fraud is planted."""
    golden, kind = book["golden"].to_numpy(), book["fraud_type"].fill_null("").to_numpy()
    codes = po_codes(companies)
    first = rng.integers(1_000, 90_000, len(companies))
    gap = 2 + (rng.random(len(book)) ** 2 * LONGEST_PO_GAP).astype(np.int64)
    gap[kind == "Sequential IDs"] = 1
    number = pl.DataFrame({"g": golden, "gap": gap}).select(pl.col("gap").cum_sum().over("g")).to_series().to_numpy()
    foreign = codes[(golden + 1 + rng.integers(0, len(codes) - 1, len(golden))) % len(codes)]
    code = np.where(kind == "PO Mismatch", foreign, codes[golden])
    missing = (rng.random(len(book)) < MISSING_PO_SHARE) & (kind == "")
    po = pl.DataFrame({"code": code, "number": first[golden] + number, "missing": missing})
    return po.select(pl.when(~pl.col("missing")).then(pl.format("{}-{}", "code", "number")).alias("po")).to_series()
