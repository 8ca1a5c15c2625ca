"""The customer masters as the three systems deliver them: KNA1 with ADR6, accounts, and Oracle's parties."""

import numpy as np
import polars as pl

from data_gen import clock, salesforce_ids
from data_gen.extracts import salesforce_time
from data_gen.identities import Identity
from data_gen.plan import AS_OF, day_number
from data_gen.population import INDUSTRIES, SEGMENTS, Population
from data_gen.randomness import Bools, Ints, Rng, stream
from data_gen.records import Records
from data_gen.vocabulary import companies, people, places

CLERKS = ("KMEIER", "JSMITH", "APATEL", "LROSSI", "MIGRATION", "HTANAKA", "BATCHUSER")
ONE_TIME_SHARE, DELETION_FLAG_SHARE, FAX_SHARE = 0.02, 0.12, 0.3
GREETINGS = {"D": "Firma", "F": "Société", "P": "Empresa"}
NAME1_WIDTH = 35


def sap_kna1(seed: int, sold_to: Population, records: Records) -> pl.DataFrame:
    rng = stream(seed, "sap_kna1", 1)
    rows = records.of("SAP")
    frame = _sightings(records, rows)
    golden = records.golden[rows]
    countries = [places.BY_CODE[code] for code in frame["country"]]
    cut = [name_cut(name) for name in frame["name"]]
    has_fax = pl.Series(_chance(rng, rows, FAX_SHARE))
    tax_digits = pl.col("tax_id").str.replace_all(r"\D", "").str.tail(9)
    return frame.select(
        pl.lit("100").alias("MANDT"),
        records.source_id[rows].alias("KUNNR"),
        pl.col("country").alias("LAND1"),
        pl.Series("NAME1", [first for first, _ in cut]),
        pl.Series("NAME2", [second for _, second in cut]),
        pl.col("city").str.slice(0, 35).alias("ORT01"),
        pl.col("postal_code").alias("PSTLZ"),
        pl.col("region").alias("REGIO"),
        pl.col("name").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "").str.slice(0, 10).alias("SORTL"),
        pl.col("street").alias("STRAS"),
        pl.col("phone").alias("TELF1"),
        pl.when(has_fax).then(pl.col("phone") + "9").otherwise(pl.lit("")).alias("TELFX"),
        _marked(_chance(rng, rows, ONE_TIME_SHARE)).alias("XCPDK"),
        _address_number(records, rows).alias("ADRNR"),
        pl.Series("ANRED", [GREETINGS.get(country.language, "Company") for country in countries]),
        pl.Series("BRSCH", [companies.INDUSTRIES[INDUSTRIES[i]][0] for i in sold_to.industry[golden]]),
        clock.dates(records.created[rows]).dt.strftime("%Y%m%d").alias("ERDAT"),
        pl.Series("ERNAM", [CLERKS[i] for i in rng.integers(0, len(CLERKS), len(rows))]),
        pl.lit("0001").alias("KTOKD"),
        _marked(records.is_duplicate[rows] & _chance(rng, rows, DELETION_FLAG_SHARE)).alias("LOEVM"),
        pl.Series("SPRAS", [country.language for country in countries]),
        tax_digits.fill_null("").alias("STCD1"),
        pl.lit("").alias("STCD2"),
        pl.col("tax_id").fill_null("").alias("STCEG"),
        pl.Series("KUKLA", [companies.SEGMENTS[SEGMENTS[i]][0] for i in sold_to.segment[golden]]),
        pl.Series("AUFSD", np.where(sold_to.is_churned[golden], "01", "")),
    )


def sap_adr6(records: Records) -> pl.DataFrame:
    """The e-mail addresses of the SAP customers that have one; KNA1 holds none."""
    rows = records.of("SAP")
    return (
        _sightings(records, rows)
        .select(
            pl.lit("100").alias("CLIENT"),
            _address_number(records, rows).alias("ADDRNUMBER"),
            pl.lit("").alias("PERSNUMBER"),
            pl.lit("00010101").alias("DATE_FROM"),
            pl.lit("001").alias("CONSNUMBER"),
            pl.lit("X").alias("FLGDEFAULT"),
            pl.col("email").alias("SMTP_ADDR"),
        )
        .drop_nulls("SMTP_ADDR")
    )


def sf_account(seed: int, sold_to: Population, records: Records, truth: list[Identity]) -> pl.DataFrame:
    rng = stream(seed, "sf_account", 1)
    rows = records.of("Salesforce")
    golden = records.golden[rows]
    created, modified = _moments(rng, records.created[rows])
    named = records.refers_to[rows]
    number = [records.source_id[int(i)] if i >= 0 else None for i in named]
    return _sightings(records, rows).select(
        records.source_id[rows].alias("Id"),
        pl.col("name").alias("Name"),
        pl.col("street").alias("BillingStreet"),
        pl.col("city").alias("BillingCity"),
        pl.col("postal_code").alias("BillingPostalCode"),
        pl.col("country").alias("BillingCountryCode"),
        pl.col("phone").alias("Phone"),
        pl.col("email").alias("Email__c"),
        pl.Series("Website", [f"https://www.{truth[g].domain}" for g in golden]),
        pl.Series("Industry", [INDUSTRIES[i] for i in sold_to.industry[golden]]),
        pl.Series("Segment__c", [SEGMENTS[i] for i in sold_to.segment[golden]]),
        pl.Series("Contract_Status__c", np.where(sold_to.is_churned[golden], "Terminated", "Active")),
        pl.Series("SAP_Customer_Number__c", number, dtype=pl.String),
        salesforce_ids.ids("User", sold_to.rep[golden] + 1).alias("OwnerId"),
        salesforce_time(pl.lit(created)).alias("CreatedDate"),
        salesforce_time(pl.lit(modified)).alias("LastModifiedDate"),
        salesforce_time(pl.lit(modified)).alias("SystemModstamp"),
        pl.lit("false").alias("IsDeleted"),
    )


def sf_user() -> pl.DataFrame:
    names, regions, hired = zip(*people.REPS, strict=True)
    numbers = np.arange(1, len(names) + 1)
    return pl.DataFrame(
        {
            "Id": salesforce_ids.ids("User", numbers),
            "Rep_Id__c": [rep_id(i) for i in range(len(names))],
            "Name": names,
            "Region__c": regions,
            "Hired_Date__c": [day.isoformat() for day in hired],
            "IsActive": ["true"] * len(names),
        }
    )


def oracle_hz_parties(seed: int, sold_to: Population, records: Records) -> pl.DataFrame:
    """Every party names the SAP or Salesforce record that it was made from; only SAP's tax id comes along."""
    rng = stream(seed, "oracle_hz_parties", 1)
    rows = records.of("Oracle")
    golden, origin = records.golden[rows], records.refers_to[rows]
    from_sap = records.system[origin] == 0
    created, modified = _moments(rng, records.created[rows])
    tax_id = [records.sightings[o].tax_id if sap else None for o, sap in zip(origin, from_sap, strict=True)]
    return _sightings(records, rows).select(
        records.source_id[rows].cast(pl.Int64).alias("PARTY_ID"),
        pl.format("P-{}", records.source_id[rows]).alias("PARTY_NUMBER"),
        pl.col("name").alias("PARTY_NAME"),
        pl.lit("ORGANIZATION").alias("PARTY_TYPE"),
        pl.col("street").alias("ADDRESS1"),
        pl.col("city").alias("CITY"),
        pl.col("postal_code").alias("POSTAL_CODE"),
        pl.col("country").alias("COUNTRY"),
        pl.col("email").alias("EMAIL_ADDRESS"),
        pl.col("phone").alias("PRIMARY_PHONE"),
        pl.Series("ORIG_SYSTEM", np.where(from_sap, "SAP", "SFDC")),
        records.source_id[origin].alias("ORIG_SYSTEM_REFERENCE"),
        pl.Series("TAX_REFERENCE", tax_id, dtype=pl.String),
        pl.Series("STATUS", np.where(sold_to.is_churned[golden], "I", "A")),
        created.alias("CREATION_DATE"),
        modified.alias("LAST_UPDATE_DATE"),
    )


def rep_id(index: int) -> str:
    return f"REP-{index + 1:02d}"


def _sightings(records: Records, rows: Ints) -> pl.DataFrame:
    fields = ("name", "street", "city", "region", "postal_code", "country", "phone", "email", "tax_id")
    shown = [records.sightings[row] for row in rows]
    return pl.DataFrame({f: [getattr(s, f) for s in shown] for f in fields}, schema=dict.fromkeys(fields, pl.String))


def name_cut(name: str) -> tuple[str, str]:
    """NAME1 and NAME2: a hard cut at 35, a word earlier where a blank would fall on it and be lost."""
    first, second = name[:NAME1_WIDTH], name[NAME1_WIDTH:]
    if second.startswith(" "):
        first, _, moved = first.rpartition(" ")
        second = moved + second
    return first.strip(), second


def _address_number(records: Records, rows: Ints) -> pl.Series:
    return (records.source_id[rows].cast(pl.Int64) + 20_000_000).cast(pl.String).str.zfill(10)


def _moments(rng: Rng, created: Ints) -> tuple[pl.Series, pl.Series]:
    """When a row was made, in business hours, and when it was last touched."""
    last = day_number(AS_OF)
    touched = created + (rng.random(len(created)) ** 0.6 * (last - created)).astype(np.int64)
    hours = [rng.integers(8 * 3600, 18 * 3600, len(created)) for _ in range(2)]
    made = created * clock.DAY_SECONDS + hours[0]
    return clock.moments(made), clock.moments(np.maximum(touched * clock.DAY_SECONDS + hours[1], made))


def _chance(rng: Rng, rows: Ints, share: float) -> Bools:
    return rng.random(len(rows)) < share


def _marked(flags: Bools) -> pl.Series:
    return pl.Series(np.where(flags, "X", ""))
