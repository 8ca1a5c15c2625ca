"""Where a source system's credential comes from: AWS Secrets Manager, environment variables, or Streamlit secrets."""

import json
import logging
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lakehouse.connectors import redaction
from lakehouse.connectors.errors import SecretExpired, SecretMissing, SourceRefused, SourceUnreachable

log = logging.getLogger(__name__)

ROTATE_AFTER = timedelta(days=90)
STREAMLIT_SECRETS = Path(".streamlit/secrets.toml")
NOT_THERE = ("ResourceNotFoundException",)


@dataclass(frozen=True)
class Credential:
    """The fields of one credential, with the place they came from and since when they are in force."""

    values: Mapping[str, str] = field(repr=False)
    origin: str
    since: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether the credential should have been rotated by now."""
        return self.since is not None and now - self.since > ROTATE_AFTER


@dataclass(frozen=True)
class Needed:
    """What a source system's credential consists of, and the names it goes by."""

    system: str  # sap, salesforce, oracle
    secret_name: str  # in AWS Secrets Manager
    required: Sequence[str]
    optional: Sequence[str] = ()
    confidential: Sequence[str] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)

    def variable(self, name: str) -> str:
        return f"{self.system}_{name}".upper()

    def how_to_set(self) -> str:
        example = json.dumps(dict.fromkeys(self.required, "…"), ensure_ascii=False)
        variables = ", ".join(self.variable(name) for name in self.required)
        return (
            f"set it with: aws secretsmanager create-secret --name {self.secret_name} --secret-string '{example}'; "
            f"or set the environment variables {variables}; "
            f"or give {STREAMLIT_SECRETS} a table [{self.system}] with these fields"
        )


def find(
    needed: Needed,
    *,
    environment: Mapping[str, str] = os.environ,
    streamlit_secrets: Path = STREAMLIT_SECRETS,
    client: Any = None,
    now: datetime | None = None,
) -> Credential | None:
    """The credential from the first place that has any of it; None where no place has.

    A place that has a part of it is an error that names the rest: two places are never mixed.
    """
    now = now or datetime.now(UTC)
    for place in (
        _from_aws(needed, environment, client),
        _from(environment, needed),
        _from_file(needed, streamlit_secrets),
    ):
        if place is None:
            continue
        missing = [name for name in needed.required if not place.values.get(name)]
        if missing:
            raise SecretMissing(
                f"the {needed.system} credential in {place.origin} lacks {', '.join(missing)}; {needed.how_to_set()}"
            )
        _refuse_expired(needed, place, now)
        redaction.remember(*(place.values[name] for name in needed.confidential if place.values.get(name)))
        return place
    return None


def require(needed: Needed, found: Credential | None) -> Credential:
    """The credential, or an error that names it and tells how to set it."""
    if found is None:
        raise SecretMissing(f"no {needed.system} credential ({needed.secret_name}); {needed.how_to_set()}")
    return found


def _refuse_expired(needed: Needed, found: Credential, now: datetime) -> None:
    expires_at = found.values.get("expires_at")
    if expires_at and _instant(needed, found.origin, expires_at) <= now:
        raise SecretExpired(
            f"the {needed.system} credential in {found.origin} expired on {expires_at}; "
            f"rotate it with: aws secretsmanager rotate-secret --secret-id {needed.secret_name}"
        )
    if found.is_due(now):
        age = (now - found.since).days if found.since else 0
        log.warning(
            "the %s credential in %s is %d days old, rotation is due after 90", needed.system, found.origin, age
        )


def _instant(needed: Needed, origin: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise SecretExpired(
            f"expires_at of the {needed.system} credential in {origin} is {text!r}, expected a date as 2026-04-30"
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _from_aws(needed: Needed, environment: Mapping[str, str], client: Any) -> Credential | None:
    """Asked where a region is configured, as it is on AWS; a laptop without one is not kept waiting."""
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if client is None:
        if not region:
            return None
        client = _aws_client(region)
        if client is None:
            return None
    name = environment.get(f"MDM_SECRET_{needed.system.upper()}") or needed.secret_name
    found = current_version(client, name)
    if found is None:
        return None
    values, since = found
    return Credential(values, f"AWS Secrets Manager, {name}", since)


def _aws_client(region: str) -> Any:
    try:
        import boto3
    except ImportError:
        return None
    session = boto3.session.Session(region_name=region)
    return session.client("secretsmanager") if session.get_credentials() else None


def current_version(client: Any, name: str) -> tuple[dict[str, str], datetime | None] | None:
    """The fields of a secret's AWSCURRENT version and since when it exists; None where there is no such secret."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = client.get_secret_value(SecretId=name, VersionStage="AWSCURRENT")
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in NOT_THERE:
            return None
        raise SourceRefused(
            f"AWS Secrets Manager refused secret {name} ({code}); "
            "grant secretsmanager:GetSecretValue and kms:Decrypt on it, or renew the AWS session"
        ) from error
    except BotoCoreError as error:
        raise SourceUnreachable(
            f"AWS Secrets Manager did not answer for secret {name}: {type(error).__name__}"
        ) from error
    try:
        values = json.loads(answer["SecretString"])
        return {key: str(value) for key, value in values.items()}, answer.get("CreatedDate")
    except (KeyError, ValueError, AttributeError):
        raise SecretMissing(f"secret {name} in AWS Secrets Manager holds no JSON object of fields") from None


def _from(environment: Mapping[str, str], needed: Needed) -> Credential | None:
    values = {
        name: environment[needed.variable(name)] for name in needed.fields if environment.get(needed.variable(name))
    }
    return Credential(values, "the environment") if values else None


def _from_file(needed: Needed, path: Path) -> Credential | None:
    """The file that st.secrets reads; read here so that the lakehouse runs with no app installed."""
    if not path.exists():
        return None
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError:
        raise SecretMissing(f"{path} is no valid TOML; correct it or remove it") from None
    values = {key: str(value) for key, value in tables.get(needed.system, {}).items()}
    return Credential(values, str(path)) if values else None
