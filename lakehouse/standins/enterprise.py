"""All stand-ins together: one enterprise whose SAP, Salesforce and Oracle hold the rows they are given."""

import secrets
import shlex
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import polars as pl

from lakehouse import catalog, schemas
from lakehouse.connectors import landing, oracle, redaction, salesforce_objects, sap
from lakehouse.connectors.source import SourceObject, columns
from lakehouse.errors import NoRelease
from lakehouse.standins import certificate, rfc_http, salesforce_http
from lakehouse.standins import oracle as oracle_stand_in
from lakehouse.standins.salesforce import SalesforceStandIn
from lakehouse.standins.sap import SapStandIn
from lakehouse.storage import Store

Frames = Mapping[str, pl.DataFrame]  # by bronze table, business columns only
OBJECTS: tuple[SourceObject, ...] = (*sap.TABLES, *salesforce_objects.OBJECTS, *oracle.OBJECTS)
USER = "MDM_EXTRACT"


class Enterprise:
    """The three stand-ins with users and passwords of their own, made anew for each."""

    def __init__(self, frames: Frames, folder: Path, **salesforce_options: Any) -> None:
        self.folder = folder
        self.passwords = {name: secrets.token_urlsafe(18) for name in ("sap", "salesforce", "oracle")}
        redaction.remember(*self.passwords.values())
        self.sap = SapStandIn(
            {table.name: frames[table.table] for table in sap.TABLES}, user=USER, passwd=self.passwords["sap"]
        )
        self.salesforce = SalesforceStandIn(
            {one.name: _renamed(frames[one.table], one) for one in salesforce_objects.OBJECTS},
            consumer_key="3MVG9StandIn",
            consumer_secret=self.passwords["salesforce"],
            **salesforce_options,
        )
        self.oracle_dsn = oracle_stand_in.create(
            folder / "oracle.sqlite", frames, user=USER, password=self.passwords["oracle"]
        )

    def environment(self, *, sap_url: str, salesforce_url: str) -> dict[str, str]:
        """The environment variables that point the connectors here."""
        return {
            "SAP_ASHOST": sap_url,
            "SAP_SYSNR": "00",
            "SAP_CLIENT": "100",
            "SAP_USER": USER,
            "SAP_PASSWD": self.passwords["sap"],
            "SALESFORCE_INSTANCE_URL": salesforce_url,
            "SALESFORCE_CONSUMER_KEY": self.salesforce.client[0],
            "SALESFORCE_CONSUMER_SECRET": self.passwords["salesforce"],
            "ORACLE_USER": USER,
            "ORACLE_PASSWORD": self.passwords["oracle"],
            "ORACLE_DSN": self.oracle_dsn,
        }

    @contextmanager
    def serving(self) -> Iterator[dict[str, str]]:
        """Serve on loopback ports; the environment that reaches them, with the certificate to trust."""
        certificate_file, key_file = certificate.write(self.folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate_file, key_file)
        with (
            served(rfc_http.handler(self.sap)) as sap_url,
            served(salesforce_http.handler(self.salesforce), context) as salesforce_url,
        ):
            found = self.environment(sap_url=sap_url, salesforce_url=salesforce_url)
            yield found | {"REQUESTS_CA_BUNDLE": str(certificate_file)}


@contextmanager
def served(handler: type, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A handler behind a free loopback port, in threads of its own; the URL."""
    server = ThreadingHTTPServer((certificate.LOOPBACK, 0), handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://{certificate.LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def frames_of_extracts(extracts: Iterable[Any]) -> dict[str, pl.DataFrame]:
    """What the source systems hold, from the batches they delivered; a row that was delivered twice is held once."""
    parts: dict[str, list[pl.DataFrame]] = {}
    wanted = {one.table for one in OBJECTS}
    for extract in extracts:
        if extract.table in wanted:
            parts.setdefault(extract.table, []).append(extract.frame)
    return {table: pl.concat(frames).unique(maintain_order=True) for table, frames in parts.items()}


def frames_of_store(store: Store) -> dict[str, pl.DataFrame]:
    """What the source systems hold, from the bronze tables of a lakehouse: the newest row of each record."""
    missing = [one.table for one in OBJECTS if not store.exists(one.table)]
    if missing:
        shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
        raise NoRelease(
            f"{store.uri} has no {shown} for the stand-ins to serve. Simulate the sources with: "
            f"python -m data_gen --out {store.uri}"
        )
    return {one.table: landing.latest(store.read(one.table), list(one.key)).select(columns(one)) for one in OBJECTS}


def take_over(store: Store, target: Store) -> list[str]:
    """Bring over, batch by batch, the bronze tables that no connector reads; their names."""
    read = {one.table for one in OBJECTS}
    found = [name for name in schemas.BRONZE if name not in read and store.exists(name)]
    for name in found:
        batches = store.read(name).sort("_ingestion_ts", "_batch_id").partition_by("_batch_id", maintain_order=True)
        for rows in batches:
            batch_id, system, arrived_at = rows.select("_batch_id", "_source_system", "_ingestion_ts").row(0)
            frame = rows.drop(catalog.METADATA)
            target.append(name, frame, batch_id=batch_id, source_system=system, ingestion_ts=arrived_at)
    return found


def newest_arrival(store: Store) -> datetime:
    """When the last row of any served table arrived."""
    newest = (landing.query(store, one.table, "select max(_ingestion_ts) from bronze").item() for one in OBJECTS)
    return max(moment for moment in newest if moment)


def exports(environment: Mapping[str, str]) -> str:
    """Shell lines that set the environment."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in environment.items())


def _renamed(frame: pl.DataFrame, one: salesforce_objects.SalesforceObject) -> pl.DataFrame:
    return frame.rename(dict(one.fields))
