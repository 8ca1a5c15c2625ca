"""One typed settings object for all source systems."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lakehouse.connectors import secrets
from lakehouse.connectors.errors import SourceError
from lakehouse.connectors.secrets import Credential, Needed

SYSTEMS = ("sap", "salesforce", "oracle")

NEEDED: Mapping[str, Needed] = {
    "sap": Needed(
        "sap",
        "mdm/sap/ecc-production",
        required=("ashost", "sysnr", "client", "user", "passwd"),
        optional=("lang", "expires_at"),
        confidential=("passwd",),
    ),
    "salesforce": Needed(
        "salesforce",
        "mdm/salesforce/production",
        required=("instance_url", "consumer_key", "consumer_secret"),
        optional=("api_version", "expires_at"),
        confidential=("consumer_secret",),
    ),
    "oracle": Needed(
        "oracle",
        "mdm/oracle/ebs-production",
        required=("user", "password", "dsn"),
        optional=("expires_at",),
        confidential=("password",),
    ),
}


@dataclass(frozen=True)
class SapSettings:
    ashost: str
    sysnr: str
    client: str
    user: str
    passwd: str = field(repr=False)
    lang: str = "EN"
    page_rows: int = 5_000


@dataclass(frozen=True)
class SalesforceSettings:
    """The OAuth client-credentials flow of an external client app, at the organisation's My Domain URL."""

    instance_url: str
    consumer_key: str
    consumer_secret: str = field(repr=False)
    api_version: str = "59.0"
    page_rows: int = 50_000
    wait_limit: timedelta = timedelta(minutes=30)  # for one bulk job
    poll_seconds: float = 5.0  # the longest pause between two looks at it
    overlap: timedelta = timedelta(minutes=10)  # read again before the high-water mark


@dataclass(frozen=True)
class OracleSettings:
    user: str
    dsn: str
    password: str = field(repr=False)
    batch_rows: int = 10_000
    overlap: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class Settings:
    """The settings of every source system that is configured, where each came from, and what is wrong with the rest."""

    sap: SapSettings | None = None
    salesforce: SalesforceSettings | None = None
    oracle: OracleSettings | None = None
    origins: Mapping[str, Credential] = field(default_factory=dict)
    problems: Mapping[str, SourceError] = field(default_factory=dict)

    def origin(self, system: str) -> str | None:
        return self.origins[system].origin if system in self.origins else None


KINDS: Mapping[str, Any] = {"sap": SapSettings, "salesforce": SalesforceSettings, "oracle": OracleSettings}


def load(
    systems: tuple[str, ...] = SYSTEMS,
    *,
    environment: Mapping[str, str] = os.environ,
    streamlit_secrets: Path = secrets.STREAMLIT_SECRETS,
    client: Any = None,
    now: datetime | None = None,
) -> Settings:
    """The settings of the given systems; one that has no credential, or a bad one, is left out: see `require`."""
    origins: dict[str, Credential] = {}
    problems: dict[str, SourceError] = {}
    for system in systems:
        try:
            found = secrets.find(
                NEEDED[system], environment=environment, streamlit_secrets=streamlit_secrets, client=client, now=now
            )
        except SourceError as error:
            problems[system] = error
            continue
        if found is not None:
            origins[system] = found
    return Settings(
        **{system: of(system, found.values) for system, found in origins.items()},
        origins=origins,
        problems=problems,
    )


def require(settings: Settings, system: str) -> Any:
    """The settings of one system, or an error that names the credential and how to set it."""
    if system in settings.problems:
        raise settings.problems[system]
    secrets.require(NEEDED[system], settings.origins.get(system))
    return getattr(settings, system)


def of(system: str, values: Mapping[str, str]) -> Any:
    """The settings of one system from the fields of its credential; fields that are none of its are left out."""
    kind = KINDS[system]
    return kind(**{name: values[name] for name in NEEDED[system].fields if name in values and name != "expires_at"})
