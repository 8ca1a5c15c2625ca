"""The text of a PySpark bronze extraction job, from the profile of a source object."""

import re
from collections.abc import Mapping
from typing import Any

NAMES: Mapping[str, str] = {"sap": "SAP", "salesforce": "Salesforce", "oracle": "Oracle"}


def job(profile: dict[str, Any]) -> str:
    """SAP and Salesforce send text and bronze keeps it as text; Oracle's types are known and kept."""
    system = profile["system"]
    columns = [(c["name"], _oracle_type(c["type"]) if system == "oracle" else "string") for c in profile["columns"]]
    changed = profile["changed_column"]
    table = profile.get("bronze_table") or f"bronze.{system}_{profile['object'].lower()}"
    how = f"the rows changed since a day, by {changed}" if changed else "all rows, for nothing tells what changed"
    listed = "\n".join(f"    ({name!r}, {type_!r})," for name, type_ in columns).replace("'", '"')
    constants = f'''SYSTEM = "{NAMES[system]}"
OBJECT = "{profile["object"]}"
KEY = {_texts(profile["key"])}
CHANGED = {f'"{changed}"' if changed else None}
TABLE = "{table}"
COLUMNS = [
{listed}
]'''
    head = f'"""Bronze extraction of {NAMES[system]} {profile["object"]} ({profile["description"]}): {how}."""\n'
    return head + IMPORTS + READERS[system][0] + "\n" + constants + "\n" + READERS[system][1] + LANDING


def _texts(names: list[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _oracle_type(type_: str) -> str:
    if type_.startswith("NUMBER"):
        return "decimal(38,10)"
    return "timestamp" if re.match("DATE|TIMESTAMP", type_) else "string"


IMPORTS = """
import argparse
from collections.abc import Iterator
from datetime import UTC, datetime

"""
SAP = (
    """from lakehouse.connectors import rfc, settings
from lakehouse.connectors.read_table import TableReader
""",
    '''NUMERIC = frozenset("PIFbs8ae")  # ABAP types that arrive right-justified


def extract(since: str | None = None) -> Iterator[list[tuple]]:
    """The rows, page by page, each page complete; `since` is a day as YYYY-MM-DD."""
    wanted = settings.require(settings.load(("sap",)), "sap")
    reader = TableReader(lambda: rfc.connect(wanted))
    try:
        fields = reader.fields(OBJECT, [name for name, _ in COLUMNS])
        numeric = {field.name for field in fields if field.type in NUMERIC}
        where = f"{CHANGED} >= '{since.replace('-', '')}'" if since and CHANGED else ""
        page_by = next(name for name in KEY if name not in ("MANDT", "CLIENT", "MANDANT"))
        for page in reader.rows(OBJECT, fields, KEY, page_by=page_by, page_rows=wanted.page_rows, where=where):
            yield [tuple(row[n].strip() if n in numeric else row[n] for n, _ in COLUMNS) for row in page]
    finally:
        reader.close()
''',
)
SALESFORCE = (
    """from lakehouse.connectors import settings
from lakehouse.connectors.bulk_query import BulkQueries
""",
    '''

def extract(since: str | None = None) -> Iterator[list[tuple]]:
    """The records of one bulk query, deleted ones among them; `since` is a day as YYYY-MM-DD."""
    queries = BulkQueries(settings.require(settings.load(("salesforce",)), "salesforce"))
    names = [name for name, _ in COLUMNS]
    where = f" WHERE {CHANGED} >= {since}T00:00:00.000Z" if since and CHANGED else ""
    try:
        soql = f"SELECT {', '.join(names)} FROM {OBJECT}{where}"
        yield [tuple(row) for row in queries.rows(OBJECT, soql, names, with_deleted="IsDeleted" in names)]
    finally:
        queries.close()
''',
)
ORACLE = (
    """from lakehouse.connectors import oracle, settings
""",
    '''

def extract(since: str | None = None) -> Iterator[list[tuple]]:
    """The rows in batches over one connection; `since` is a day as YYYY-MM-DD."""
    wanted = settings.require(settings.load(("oracle",)), "oracle")
    names = [name for name, _ in COLUMNS]
    where = f" where {CHANGED} >= :since" if since and CHANGED else ""
    parameters = {"since": datetime.fromisoformat(since)} if where else {}
    connection = oracle.connect(wanted)
    try:
        sql = f"select {', '.join(names)} from {OBJECT}{where}"
        for batch in oracle.fetched(connection, sql, parameters, wanted.batch_rows):
            yield list(batch.select(names).iter_rows())
    finally:
        connection.close()
''',
)
READERS: Mapping[str, tuple[str, str]] = {"sap": SAP, "salesforce": SALESFORCE, "oracle": ORACLE}

LANDING = '''

def land(spark, pages: Iterator[list[tuple]], target: str, batch_id: str, *, file_format: str = "delta") -> int:
    """Append the batch with the four columns of every bronze row; a batch that was landed before adds nothing."""
    from pyspark.sql import functions as F

    if _is_landed(spark, target, batch_id, file_format):
        return 0
    names = [name for name, _ in COLUMNS]
    rows = [row for page in pages for row in page]
    typed = [F.col(name).cast(type_).alias(name) for name, type_ in COLUMNS]
    text = ", ".join(f"`{name}` string" for name in names)
    schema = text if all(type_ == "string" for _, type_ in COLUMNS) else None
    frame = spark.createDataFrame(rows, schema or _schema()).select(typed)
    parts = [F.coalesce(F.col(name).cast("string"), F.lit("\\x1e")) for name in names]
    frame = frame.select(
        "*",
        F.lit(SYSTEM).alias("_source_system"),
        F.lit(datetime.now(UTC).replace(tzinfo=None)).alias("_ingestion_ts"),
        F.lit(batch_id).alias("_batch_id"),
        F.substring(F.sha2(F.concat_ws("\\x1f", *parts), 256), 1, 32).alias("_row_hash"),
    )
    # Where the engine knows Delta's transactions, two runs at once cannot land a batch twice either.
    writer = frame.write.format(file_format).mode("append")
    writer.option("txnAppId", f"{TABLE}/{batch_id}").option("txnVersion", 1).save(target)
    return len(rows)


def _is_landed(spark, target: str, batch_id: str, file_format: str) -> bool:
    from pyspark.errors import AnalysisException
    from pyspark.sql import functions as F

    try:
        landed = spark.read.format(file_format).load(target)
        return landed.filter(F.col("_batch_id") == batch_id).limit(1).count() > 0
    except AnalysisException:  # there is no table yet
        return False


def _schema() -> str:
    """The columns as Spark writes a schema; numbers of any size arrive as decimals."""
    return ", ".join(f"`{name}` {type_}" for name, type_ in COLUMNS)


def main() -> None:
    from pyspark.sql import SparkSession

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lakehouse", required=True, help="its root, as s3://lakehouse; the table stands below")
    parser.add_argument("--batch-id", required=True)
    parser.add_argument("--since", help="day, as 2026-01-31; all rows without it")
    parser.add_argument("--format", default="delta")
    given, _ = parser.parse_known_args()  # Glue adds arguments of its own
    target = f"{given.lakehouse.rstrip('/')}/{TABLE.replace('.', '/')}"
    spark = SparkSession.builder.appName(f"bronze {OBJECT}").getOrCreate()
    land(spark, extract(given.since), target, given.batch_id, file_format=given.format)


if __name__ == "__main__":
    main()
'''
