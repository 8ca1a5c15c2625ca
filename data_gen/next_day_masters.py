"""A day's changes of customer masters: accounts as change events, SAP and Oracle as extracts of the changed rows."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from data_gen import identities
from data_gen.dirt import LIGHT, Sighting, sighting, slip
from data_gen.identities import Identity, Registry
from data_gen.masters import CLERKS, GREETINGS, name_cut
from data_gen.next_day_events import Events
from data_gen.next_day_state import DayState
from data_gen.randomness import Rng
from data_gen.vocabulary import companies, places
from lakehouse.batches import row_hashes

# How many of each happen on a day, on average at scale 1.
NEW_COMPANIES, NEW_DUPLICATES, ACCOUNT_CHANGES, SAP_CHANGES, PARTY_CHANGES, DELETIONS = 2.0, 1.0, 4.0, 3.0, 1.5, 0.6
NOON = 12 * 3600
KEYS = {"sap_kna1": "KUNNR", "sap_adr6": "ADDRNUMBER", "oracle_hz_parties": "PARTY_ID"}
REFERRING = (  # who would be left without its account: an account with history is never deleted
    "select AccountId from bronze.sf_order", "select AccountId from bronze.sf_task",
    "select AccountId from bronze.sf_opportunity", "select ORIG_SYSTEM_REFERENCE from bronze.oracle_hz_parties",
    "select substr(customer_ref, 12) from bronze.web_event", "select substr(customer_ref, 12) from bronze.ecom_order",
    "select substr(customer_ref, 12) from bronze.fraud_alert",
)  # fmt: skip


@dataclass
class Masters:
    """What changed on the day: rows by bronze table, and for each new record the record that it truly is, if any."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    truth: dict[str, str] = field(default_factory=dict)  # new record_id -> a record of the same company, or itself
    counts: list[tuple[str, str, int]] = field(default_factory=list)  # system, change, records

    @classmethod
    def of(cls, state: DayState) -> "Masters":
        made = cls()
        rng = state.rng("masters")
        kna1, adr6 = state.newest("sap_kna1", "KUNNR"), state.newest("sap_adr6", "ADDRNUMBER")
        parties = state.newest("oracle_hz_parties", "PARTY_ID")
        accounts = _accounts(state)
        registry = Registry(state.rng("identity"))
        events = Events(state)
        new_kna1, new_adr6 = made._founded(state, rng, registry, events)
        made._duplicated(state, rng, accounts, events)
        made._touched(rng, accounts, events)
        made._deleted(state, rng, events)
        changed_kna1, changed_adr6 = _sap_changes(state, rng, kna1, adr6)
        made._extract("sap_kna1", kna1, pl.concat([changed_kna1, new_kna1]))
        made._extract("sap_adr6", adr6, pl.concat([changed_adr6, new_adr6]))
        made._extract("oracle_hz_parties", parties, _party_changes(state, rng, parties))
        made.tables["sf_account_change_event"] = events.frame()
        made.counts += [("SAP", "new", len(new_kna1)), ("SAP", "changed", len(made.tables["sap_kna1"]) - len(new_kna1))]
        made.counts += [("Oracle", "changed", len(made.tables["oracle_hz_parties"]))]
        made.counts += [("Salesforce", kind, count) for kind, count in events.counts.items()]
        return made

    def summary(self) -> pl.DataFrame:
        return pl.DataFrame(self.counts, schema=["source_system", "change", "records"], orient="row")

    def _extract(self, table: str, before: pl.DataFrame, now: pl.DataFrame) -> None:
        """The rows of a full extract whose content is new; the others are in bronze already."""
        known = dict(zip(before[KEYS[table]], row_hashes(before), strict=True))
        is_new = [known.get(key) != found for key, found in zip(now[KEYS[table]], row_hashes(now), strict=True)]
        self.tables[table] = now.filter(pl.Series(is_new, dtype=pl.Boolean))

    def _founded(
        self, state: DayState, rng: Rng, registry: Registry, events: "Events"
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """New companies: most are known to Salesforce and SAP by one customer number, some to one of them only."""
        kna1: list[dict[str, Any]] = []
        adr6: list[dict[str, Any]] = []
        for serial in range(state.count(rng, NEW_COMPANIES, least=1)):
            country = places.COUNTRIES[int(rng.random() ** 2 * len(places.COUNTRIES))]
            industry = list(companies.INDUSTRIES)[int(rng.random() * len(companies.INDUSTRIES))]
            segment = list(companies.SEGMENTS)[int(rng.random() ** 0.6 * len(companies.SEGMENTS))]
            company = registry.company(country, industry)
            kind = ("both", "sap", "salesforce")[int(rng.random() * 3)] if serial else "both"
            number = f"{state.number:06d}{serial:04d}"
            if kind != "salesforce":
                seen = sighting(rng, company, "SAP", LIGHT)
                kna1.append(_kna1_row(rng, state, number, company, seen, segment))
                adr6.append(_adr6_row(number, seen.email or company.email))
                self.truth[f"SAP:{number}"] = f"SAP:{number}"
            if kind != "sap":
                named = number if kind == "both" else None
                seen = sighting(rng, company, "Salesforce", LIGHT)
                account = events.create(_account_fields(seen, company, segment, named))
                self.truth[f"Salesforce:{account}"] = f"SAP:{number}" if named else f"Salesforce:{account}"
        of = {name: dict.fromkeys(_columns(state, name), pl.String) for name in ("sap_kna1", "sap_adr6")}
        return pl.DataFrame(kna1, schema=of["sap_kna1"]), pl.DataFrame(adr6, schema=of["sap_adr6"])

    def _duplicated(self, state: DayState, rng: Rng, accounts: pl.DataFrame, events: "Events") -> None:
        """Accounts that a salesperson opens for customers that SAP knows already, without the customer number."""
        known = state.con.sql(
            "select * from silver.customer where source_system = 'SAP' and not is_churned and email is not null and "
            "record_id not in (select sap_key from silver.customer where sap_key is not null) order by record_id"
        ).pl()
        for row in _some(rng, known, state.count(rng, NEW_DUPLICATES, least=1)):
            is_sure = rng.random() < 0.6
            account = events.create(
                {
                    "Name": slip(rng, row["name"].title()),
                    "BillingStreet": row["street"],
                    "BillingCity": row["city"],
                    "BillingPostalCode": row["postal_code"],
                    "BillingCountryCode": row["country"],
                    "Phone": row["phone"] if is_sure else None,
                    "Email__c": row["email"],
                    "Industry": row["industry"],
                    "Segment__c": row["segment"],
                    "Contract_Status__c": "Active",
                    "SAP_Customer_Number__c": None,
                }
            )
            self.truth[f"Salesforce:{account}"] = row["record_id"]

    def _touched(self, rng: Rng, accounts: pl.DataFrame, events: "Events") -> None:
        for row in _some(rng, accounts, events.state.count(rng, ACCOUNT_CHANGES, least=2)):
            kind = rng.random()
            if kind < 0.35:
                events.update(row["account_id"], {"Phone": _redialled(rng, row["phone"])})
            elif kind < 0.7:
                country = places.BY_CODE[row["country"] or "US"]
                street, city, postal = _moved(rng, country)
                events.update(
                    row["account_id"],
                    {"BillingStreet": street, "BillingCity": city, "BillingPostalCode": postal},
                )
            elif kind < 0.9:
                segment = list(companies.SEGMENTS)[int(rng.random() * len(companies.SEGMENTS))]
                events.update(row["account_id"], {"Segment__c": segment})
            else:
                events.update(row["account_id"], {"Contract_Status__c": "Terminated"})

    def _deleted(self, state: DayState, rng: Rng, events: "Events") -> None:
        refers = " union all ".join(REFERRING)
        idle = state.con.sql(
            f"select account_id from silver.sf_account_state where account_id not in "
            f"(select * from ({refers}) as r(ref) where ref is not null) order by account_id"
        ).pl()
        for row in _some(rng, idle, state.count(rng, DELETIONS)):
            events.delete(row["account_id"])


def _accounts(state: DayState) -> pl.DataFrame:
    return state.con.sql(
        "from silver.sf_account_state where contract_status = 'Active' and phone is not null order by account_id"
    ).pl()


def _columns(state: DayState, table: str) -> list[str]:
    return [name for name in state.con.sql(f"select * from bronze.{table} limit 0").columns if name[0] != "_"]


def _some(rng: Rng, rows: pl.DataFrame, count: int) -> list[dict[str, Any]]:
    """Different rows by chance."""
    chosen = np.sort(rng.permutation(len(rows))[:count])
    return rows[chosen.tolist()].to_dicts() if len(chosen) else []


def _sap_changes(
    state: DayState, rng: Rng, kna1: pl.DataFrame, adr6: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The full extracts with a few customers moved, called anew, or under another address of mail."""
    rows, mails = kna1.to_dicts(), {row["ADDRNUMBER"]: row for row in adr6.to_dicts()}
    for place in np.sort(rng.permutation(len(rows))[: state.count(rng, SAP_CHANGES, least=2)]):
        row, kind = rows[int(place)], rng.random()
        mail = mails.get(row["ADRNR"])
        if kind < 0.35 and mail is not None:
            _, _, host = mail["SMTP_ADDR"].partition("@")
            mail["SMTP_ADDR"] = f"{identities.MAILBOXES[int(rng.random() * len(identities.MAILBOXES))]}@{host}"
        elif kind < 0.7:
            row["STRAS"], row["ORT01"], row["PSTLZ"] = _moved(rng, places.BY_CODE[row["LAND1"]])
        else:
            row["TELF1"] = _redialled(rng, row["TELF1"])
    return (
        pl.DataFrame(rows, schema=kna1.schema, orient="row"),
        pl.DataFrame([*mails.values()], schema=adr6.schema, orient="row"),
    )


def _party_changes(state: DayState, rng: Rng, parties: pl.DataFrame) -> pl.DataFrame:
    rows = parties.to_dicts()
    for place in np.sort(rng.permutation(len(rows))[: state.count(rng, PARTY_CHANGES, least=1)]):
        row = rows[int(place)]
        row["PRIMARY_PHONE"] = _redialled(rng, row["PRIMARY_PHONE"])
        row["LAST_UPDATE_DATE"] = state.midnight + timedelta(seconds=NOON)
    return pl.DataFrame(rows, schema=parties.schema, orient="row")


def _redialled(rng: Rng, phone: str | None) -> str | None:
    """Another extension: the last four digits anew."""
    return None if phone is None else phone[:-4] + f"{int(rng.random() * 9000) + 1000}"


def _moved(rng: Rng, country: places.Country) -> tuple[str, str, str]:
    """Street, city and postal code somewhere else in the country."""
    city = country.cities[int(rng.random() * len(country.cities))]
    street = country.streets[int(rng.random() * len(country.streets))]
    number = 1 + int(rng.random() ** 2 * 240)
    postal = "".join(
        str(int(rng.random() * 9) + 1) if s == "#" else "ABCDEFGH"[int(rng.random() * 8)] if s == "@" else s
        for s in city.postal
    )
    return (f"{number} {street}" if country.number_first else f"{street} {number}")[:35], city.name, postal


def _account_fields(seen: Sighting, company: Identity, segment: str, sap_number: str | None) -> dict[str, Any]:
    return {
        "Name": seen.name,
        "BillingStreet": seen.street,
        "BillingCity": seen.city,
        "BillingPostalCode": seen.postal_code,
        "BillingCountryCode": seen.country,
        "Phone": seen.phone,
        "Email__c": seen.email,
        "Website": f"https://www.{company.domain}",
        "Industry": company.industry,
        "Segment__c": segment,
        "Contract_Status__c": "Active",
        "SAP_Customer_Number__c": sap_number,
    }


def _kna1_row(
    rng: Rng, state: DayState, number: str, company: Identity, seen: Sighting, segment: str
) -> dict[str, Any]:
    first, second = name_cut(seen.name)
    return {
        "MANDT": "100", "KUNNR": number, "LAND1": seen.country, "NAME1": first, "NAME2": second,
        "ORT01": seen.city[:35], "PSTLZ": seen.postal_code, "REGIO": seen.region,
        "SORTL": "".join(c for c in seen.name.upper() if c.isalnum())[:10], "STRAS": seen.street,
        "TELF1": seen.phone, "TELFX": "", "XCPDK": "", "ADRNR": _address(number),
        "ANRED": GREETINGS.get(company.country.language, "Company"),
        "BRSCH": companies.INDUSTRIES[company.industry][0], "ERDAT": f"{state.day:%Y%m%d}",
        "ERNAM": CLERKS[int(rng.random() * len(CLERKS))], "KTOKD": "0001", "LOEVM": "",
        "SPRAS": company.country.language, "STCD1": "".join(c for c in company.vat if c.isdigit())[-9:],
        "STCD2": "", "STCEG": company.vat, "KUKLA": companies.SEGMENTS[segment][0], "AUFSD": "",
    }  # fmt: skip


def _adr6_row(number: str, email: str) -> dict[str, Any]:
    return {
        "CLIENT": "100", "ADDRNUMBER": _address(number), "PERSNUMBER": "", "DATE_FROM": "00010101",
        "CONSNUMBER": "001", "FLGDEFAULT": "X", "SMTP_ADDR": email,
    }  # fmt: skip


def _address(number: str) -> str:
    return str(int(number) + 20_000_000).zfill(10)
