"""A handful of rows for every table that a connector fills, in the shapes of the sources; hard cases included."""

from datetime import datetime

import polars as pl

from lakehouse import catalog, schemas, views

AT = datetime(2026, 1, 31, 23, 59, 59)


def frame(table: str, *rows: dict) -> pl.DataFrame:
    """Rows with the business columns of a bronze table; SAP text is empty where it is not given, others are null."""
    types = {name: type_ for name, type_ in schemas.BRONZE[table].items() if name not in catalog.METADATA}
    blank = "" if table.startswith("bronze.sap_") else None
    whole = [{name: row.get(name, blank) for name in types} for row in rows]
    return pl.DataFrame(whole, schema=views.empty_frame(types).schema)


def customer(number: int, name: str, country: str = "DE", **other: str) -> dict:
    key = f"{100000 + number:010d}"
    return {
        "MANDT": "100",
        "KUNNR": key,
        "LAND1": country,
        "NAME1": name,
        "ORT01": "München",
        "PSTLZ": "80331",
        "STRAS": "Hauptstraße 5",
        "TELF1": "+49 89 123456",
        "ADRNR": f"{20000000 + number:010d}",
        "ERDAT": "20240105",
        "KUKLA": "02",
    } | other


def account(number: int, name: str, **other: str | None) -> dict:
    stamp = f"2026-01-{number:02d}T10:00:00.000Z"
    return {
        "Id": f"0015g00000ABC{number:02d}AAA",
        "Name": name,
        "BillingStreet": "1 Main St",
        "BillingCity": "Berlin",
        "BillingPostalCode": "10115",
        "BillingCountryCode": "DE",
        "Phone": "+49 30 1",
        "Email__c": "a@example.com",
        "Segment__c": "SMB",
        "CreatedDate": "2024-01-05T09:00:00.000Z",
        "LastModifiedDate": stamp,
        "SystemModstamp": stamp,
        "IsDeleted": "false",
    } | other


def party(number: int, name: str, **other: object) -> dict:
    return {
        "PARTY_ID": 100000 + number,
        "PARTY_NUMBER": f"P-{number}",
        "PARTY_NAME": name,
        "PARTY_TYPE": "ORGANIZATION",
        "CITY": "Lyon",
        "COUNTRY": "FR",
        "EMAIL_ADDRESS": f"info{number}@example.fr",
        "PRIMARY_PHONE": "+33 4 72 00 00 00",
        "ORIG_SYSTEM": "SAP",
        "ORIG_SYSTEM_REFERENCE": f"{100000 + number:010d}",
        "STATUS": "A",
        "CREATION_DATE": datetime(2024, 3, 1, 9, 30),
        "LAST_UPDATE_DATE": datetime(2026, 1, number, 8, 15),
    } | other


def order_line(number: int, **other: str) -> dict:
    return {
        "VBELN": f"{number:010d}",
        "POSNR": "000010",
        "KUNNR": "0000100001",
        "MATNR": "PRD-001",
        "ERDAT": "20260115",
        "ERZET": "101500",
        "KWMENG": "3",
        "NETPR": "19.90",
        "RABATT": "5",
        "NETWR": "56.72",
        "PERNR": "REP-01",
        "LAND1_WE": "DE",
        "BSTNK": f"PO {number}",
    } | other


def all_frames() -> dict[str, pl.DataFrame]:
    customers = [
        customer(1, "Müller | Söhne GmbH"),  # the delimiter within a name
        customer(2, "O'Brien & 'Partners'", "IE"),
        customer(3, " leading blank", "FR", NAME2="and a second line"),
        *(customer(n, f"Customer {n}", "US") for n in range(4, 12)),
    ]
    accounts = [
        account(1, 'Say "Hello", Ltd'),
        account(2, "Line\nbreak AG", BillingStreet="Haus 3\r\nHinterhof", Phone=None),
        account(3, "Gone Inc", IsDeleted="true"),
        *(account(n, f"Account {n}") for n in range(4, 10)),
    ]
    stamp = {"SystemModstamp": "2026-01-20T10:00:00.000Z", "IsDeleted": "false"}
    return {
        "bronze.sap_kna1": frame("bronze.sap_kna1", *customers),
        "bronze.sap_adr6": frame(
            "bronze.sap_adr6",
            *(
                {
                    "CLIENT": "100",
                    "ADDRNUMBER": row["ADRNR"],
                    "DATE_FROM": "00010101",
                    "CONSNUMBER": "001",
                    "FLGDEFAULT": "X",
                    "SMTP_ADDR": f"office@{row['KUNNR']}.example",
                }
                for row in customers[:6]
            ),
        ),
        "bronze.sap_mara": frame(
            "bronze.sap_mara",
            {
                "MATNR": "PRD-001",
                "MAKTX": 'Pump 3"',
                "MATKL": "C01",
                "PRDHA": "Pumps",
                "MTART": "HAWA",
                "NETPR": "1234.50",
                "STPRS": "0.50-",
                "ERSDA": "20230101",
            },
        ),
        "bronze.sap_vbap": frame(
            "bronze.sap_vbap", *(order_line(n) for n in range(1, 8)), order_line(8, KWMENG="2-", NETWR="39.80-")
        ),
        "bronze.sf_account": frame("bronze.sf_account", *accounts),
        "bronze.sf_user": frame(
            "bronze.sf_user",
            {"Id": "0055g00000ABC01AAA", "Rep_Id__c": "REP-01", "Name": "Ada", "Region__c": "EMEA", "IsActive": "true"},
        ),
        "bronze.sf_order": frame(
            "bronze.sf_order",
            *(
                {"Id": f"8015g00000ABC{n:02d}AAA", "AccountId": "0015g00000ABC01AAA", "Quantity": "2"} | stamp
                for n in range(1, 5)
            ),
        ),
        "bronze.sf_task": frame(
            "bronze.sf_task",
            {"Id": "00T5g00000ABC01AAA", "ActivityDateTime": "2026-01-02T10:00:00.000Z", "Subject": "Call"} | stamp,
        ),
        "bronze.sf_opportunity": frame(
            "bronze.sf_opportunity", {"Id": "0065g00000ABC01AAA", "StageName": "Lead", "Amount": "1000.00"} | stamp
        ),
        "bronze.oracle_hz_parties": frame(
            "bronze.oracle_hz_parties",
            party(1, "Société Générale d'Eau"),
            party(2, "No Contact SA", EMAIL_ADDRESS=None, PRIMARY_PHONE=None),
            party(3, "From Salesforce", ORIG_SYSTEM="SFDC", ORIG_SYSTEM_REFERENCE="0015g00000ABC01AAA"),
        ),
        "bronze.oracle_oe_order": frame(
            "bronze.oracle_oe_order",
            *(
                {
                    "HEADER_ID": 900 + n,
                    "SOLD_TO_PARTY_ID": 100001,
                    "INVENTORY_ITEM": "PRD-001",
                    "ORDERED_DATE": datetime(2026, 1, n, 12, 30),
                    "ORDERED_QUANTITY": n,
                    "UNIT_LIST_PRICE": 10.1,
                    "DISCOUNT_PCT": 5.0,
                    "EXTENDED_AMOUNT": 9.595 * n,
                    "SALESREP_NUMBER": "REP-02",
                }
                for n in range(1, 4)
            ),
        ),
    }
