"""The four steps by which Secrets Manager rotates a source system's password, every 90 days."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lakehouse.connectors import oracle, redaction, rfc, settings
from lakehouse.connectors.errors import SecretMissing, SourceError, SourceRefused
from lakehouse.connectors.secrets import ROTATE_AFTER

log = logging.getLogger(__name__)

Fields = dict[str, str]
GRACE = ROTATE_AFTER / 3  # a new credential outlives the next rotation's date by this much


@dataclass(frozen=True)
class System:
    """How the password of one kind of source system is changed and tried."""

    password: str  # the field that holds it
    length: int
    change: Callable[[Fields, Fields], None] | None  # from the current to the pending; None: the source issues it
    test: Callable[[Fields], None]


def handler(event: Mapping[str, str], context: Any = None) -> None:
    """The rotation Lambda: Secrets Manager calls it once for each step. Each step may be called again."""
    import boto3

    redaction.install()
    client = boto3.client("secretsmanager")
    arn, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    _check_version(client, arn, token)
    system = SYSTEMS[_system_of(client, arn)]
    match step:
        case "createSecret":
            create_secret(client, arn, token, system)
        case "setSecret":
            set_secret(client, arn, token, system)
        case "testSecret":
            test_secret(client, arn, token, system)
        case "finishSecret":
            finish_secret(client, arn, token)
        case _:
            raise ValueError(
                f"unknown rotation step {step!r}; expected createSecret, setSecret, testSecret, finishSecret"
            )


def create_secret(client: Any, arn: str, token: str, system: System, now: datetime | None = None) -> None:
    """Put a pending version with a new password beside the current one, unless it is there already."""
    if _version(client, arn, "AWSPENDING", token) is not None:
        return
    if system.change is None:
        raise SecretMissing(
            f"secret {arn} holds a credential that its source system issues: issue a new one there and store it with "
            "aws secretsmanager put-secret-value --version-stages AWSPENDING, then rotate again"
        )
    pending = dict(_current(client, arn))
    answer = client.get_random_password(
        PasswordLength=system.length, ExcludePunctuation=True, RequireEachIncludedType=True
    )
    pending[system.password] = answer["RandomPassword"]
    pending["expires_at"] = f"{(now or datetime.now(UTC)) + ROTATE_AFTER + GRACE:%Y-%m-%d}"
    redaction.remember(pending[system.password])
    client.put_secret_value(
        SecretId=arn, ClientRequestToken=token, SecretString=json.dumps(pending), VersionStages=["AWSPENDING"]
    )


def set_secret(client: Any, arn: str, token: str, system: System) -> None:
    """Change the password in the source system; one that was changed by an earlier call is left alone."""
    pending = _pending(client, arn, token)
    try:
        system.test(pending)
        return
    except SourceRefused:
        log.info("the pending password is not in force yet")
    if system.change is not None:
        system.change(_current(client, arn), pending)


def test_secret(client: Any, arn: str, token: str, system: System) -> None:
    """Log on with the pending password."""
    system.test(_pending(client, arn, token))


def finish_secret(client: Any, arn: str, token: str) -> None:
    """Make the pending version the current one."""
    versions = client.describe_secret(SecretId=arn)["VersionIdsToStages"]
    current = next((version for version, stages in versions.items() if "AWSCURRENT" in stages), None)
    if current == token:
        return
    client.update_secret_version_stage(
        SecretId=arn, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
    )
    if "AWSPENDING" in versions.get(token, ()):
        client.update_secret_version_stage(SecretId=arn, VersionStage="AWSPENDING", RemoveFromVersionId=token)
    log.info("the secret was rotated")


def _check_version(client: Any, arn: str, token: str) -> None:
    described = client.describe_secret(SecretId=arn)
    if not described.get("RotationEnabled"):
        raise SecretMissing(f"rotation is not enabled for secret {arn}")
    if token not in described["VersionIdsToStages"]:
        raise SecretMissing(f"secret {arn} has no version {token} to rotate to")


def _system_of(client: Any, arn: str) -> str:
    """The system that a secret belongs to: the second part of its name, as in mdm/sap/ecc-production."""
    name = client.describe_secret(SecretId=arn)["Name"]
    parts = name.split("/")
    if len(parts) < 2 or parts[1] not in SYSTEMS:
        raise SecretMissing(f"secret {name} is not named as mdm/<{'|'.join(SYSTEMS)}>/…")
    return parts[1]


def _current(client: Any, arn: str) -> Fields:
    found = _version(client, arn, "AWSCURRENT")
    if found is None:
        raise SecretMissing(f"secret {arn} has no current version")
    return found


def _pending(client: Any, arn: str, token: str) -> Fields:
    found = _version(client, arn, "AWSPENDING", token)
    if found is None:
        raise SecretMissing(f"secret {arn} has no pending version {token}; the step createSecret comes first")
    return found


def _version(client: Any, arn: str, stage: str, token: str | None = None) -> Fields | None:
    named = {"SecretId": arn, "VersionStage": stage} | ({"VersionId": token} if token else {})
    try:
        return json.loads(client.get_secret_value(**named)["SecretString"])
    except client.exceptions.ResourceNotFoundException:
        return None


def _change_sap(current: Fields, pending: Fields) -> None:
    """SAP lets a user change its own password, knowing the old one, once a day."""
    connection = rfc.connect(settings.of("sap", current))
    try:
        answer = connection.call(
            "SUSR_USER_CHANGE_PASSWORD_RFC",
            BNAME=current["user"],
            PASSWORD=current["passwd"],
            NEW_PASSWORD=pending["passwd"],
        )
    finally:
        connection.close()
    result = answer.get("RETURN") or {}
    if result.get("TYPE") in ("E", "A"):
        raise SourceError(f"SAP did not change the password of {current['user']}: {result.get('MESSAGE')}")


def _test_sap(fields: Fields) -> None:
    logon = settings.of("sap", fields)
    try:
        rfc.connect(logon).close()
    except rfc.LogonError as error:
        raise rfc.refused(logon, error) from error


def _change_oracle(current: Fields, pending: Fields) -> None:
    connection = oracle.connect(settings.of("oracle", current))
    try:
        connection.changepassword(current["password"], pending["password"])
    finally:
        connection.close()


def _test_oracle(fields: Fields) -> None:
    oracle.OracleSource(settings.of("oracle", fields)).ping()


def _test_salesforce(fields: Fields) -> None:
    from lakehouse.connectors.http_session import PatientSession, access_token

    with PatientSession() as session:
        access_token(settings.of("salesforce", fields), session)


# Salesforce issues its consumer secrets itself: an administrator stages a new one, the steps then try and adopt it.
SYSTEMS: Mapping[str, System] = {
    "sap": System("passwd", 32, _change_sap, _test_sap),
    "oracle": System("password", 30, _change_oracle, _test_oracle),
    "salesforce": System("consumer_secret", 0, None, _test_salesforce),
}
