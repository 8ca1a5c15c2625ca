"""Credentials from the environment and from Streamlit's secrets; what a person is told; and what no log may say."""

import logging
from datetime import UTC, datetime

import pytest

from lakehouse import logs
from lakehouse.connectors import redaction, secrets, settings
from lakehouse.connectors.errors import SecretExpired, SecretMissing, SourceError
from lakehouse.connectors.ingest import IngestFailed, ingest
from lakehouse.connectors.redaction import MASK, redact
from tests.connectors.frames import AT

VARIABLES = {"ORACLE_USER": "mdm", "ORACLE_PASSWORD": "env-password", "ORACLE_DSN": "db.test/EBS"}
TOML = '[oracle]\nuser = "mdm"\npassword = "file-password"\ndsn = "db.test/EBS"\n'


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "secrets.toml"
    path.write_text(TOML)
    return path


def load(environment, file, **options):
    return settings.load(("oracle",), environment=environment, streamlit_secrets=file, **options)


def test_the_environment_comes_before_streamlits_secrets(file, tmp_path):
    assert load(VARIABLES, file).oracle.password == "env-password"
    assert load({}, file).oracle.password == "file-password"
    assert load({}, file).origin("oracle") == str(file)
    assert load({}, tmp_path / "none.toml").oracle is None


def test_two_places_are_never_mixed(file):
    found = load({"ORACLE_USER": "mdm"}, file)
    with pytest.raises(SecretMissing, match="oracle credential in the environment lacks password, dsn"):
        settings.require(found, "oracle")


def test_a_missing_credential_names_itself_and_every_way_to_set_it(tmp_path):
    found = load({}, tmp_path / "none.toml")
    with pytest.raises(SecretMissing) as raised:
        settings.require(found, "oracle")
    for part in (
        "no oracle credential (mdm/oracle/ebs-production)",
        "aws secretsmanager create-secret --name mdm/oracle/ebs-production",
        "ORACLE_USER, ORACLE_PASSWORD, ORACLE_DSN",
        ".streamlit/secrets.toml a table [oracle]",
    ):
        assert part in str(raised.value)


def test_an_expired_credential(file):
    found = load(VARIABLES | {"ORACLE_EXPIRES_AT": "2026-01-31"}, file, now=datetime(2026, 2, 1, tzinfo=UTC))
    with pytest.raises(SecretExpired, match="oracle credential in the environment expired on 2026-01-31"):
        settings.require(found, "oracle")
    bad = load(VARIABLES | {"ORACLE_EXPIRES_AT": "next spring"}, file)
    with pytest.raises(SecretExpired, match="'next spring', expected a date"):
        settings.require(bad, "oracle")


def test_a_broken_file_says_so_and_quotes_nothing(tmp_path):
    path = tmp_path / "secrets.toml"
    path.write_text("[oracle]\npassword = very-secret-but-unquoted\n")
    with pytest.raises(SecretMissing, match="is no valid TOML") as raised:
        settings.require(load({}, path), "oracle")
    assert "very-secret" not in str(raised.value)


def test_one_bad_credential_leaves_the_other_systems_alone(tmp_path):
    found = settings.load(environment={"SAP_USER": "x"} | VARIABLES, streamlit_secrets=tmp_path / "none.toml")
    assert found.oracle is not None
    assert found.sap is None
    assert isinstance(found.problems["sap"], SecretMissing)


def test_no_setting_shows_its_secret(file):
    found = load(VARIABLES, file)
    assert "env-password" not in repr(found)
    assert "env-password" not in repr(secrets.Credential({"password": "env-password"}, "somewhere"))


def test_a_laptop_without_a_region_asks_no_aws(file, monkeypatch):
    monkeypatch.setattr(secrets, "_aws_client", lambda region: pytest.fail("asked AWS"))
    assert load(VARIABLES, file).oracle is not None


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer 00D5g000!AQ.abcdefghijk", "AQ.abcdefghijk"),
        ("session 00D5g0000012345!AQcAQHxyzxyzxyz.abc in use", "AQcAQHxyzxyzxyz"),
        ("key sk-ant-api03-abcdefgh1234", "api03"),
        ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"),
        ("passwd=hunter2hunter2 user=x", "hunter2"),
        ('{"client_secret": "0123456789ABCDEF"}', "0123456789"),
        ("grant_type=client_credentials&client_secret=abcd1234&x=1", "abcd1234"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text, secret):
    assert secret not in redact(text)
    assert MASK in redact(text)


def test_what_does_not_look_like_one_is_left_alone():
    text = "SAP KNA1: 500 rows read, 500 landed; the session has expired; token bucket"
    assert redact(text) == text


def test_messages_arguments_and_tracebacks_are_masked(caplog):
    redaction.remember("correct-horse-battery")
    redaction.install([caplog.handler])
    log = logging.getLogger("some.library")
    log.warning("logon with %s", "correct-horse-battery")
    log.warning("details: %s", {"nested": ["correct-horse-battery"]})
    try:
        raise RuntimeError("refused correct-horse-battery")
    except RuntimeError:
        log.exception("it failed")
    assert "correct-horse-battery" not in caplog.text
    assert caplog.text.count(MASK) == 4  # the traceback shows the line and the message
    assert "Traceback" in caplog.text


def test_no_connector_logs_a_secret(world, caplog):
    """All connectors, at the most talkative level, with every kind of failure; then search what was said."""
    for name in (None, *logs.TALKATIVE):  # whatever was set up before
        caplog.set_level(logging.DEBUG, logger=name)
    redaction.install([caplog.handler])
    played = world.enterprise
    said = []
    ingest(world.store, settings.SYSTEMS, world.settings, sources=world.sources, at=AT)
    for system, fault in (
        ("sap", lambda: played.sap.faults.plan("logon", times=9)),
        ("salesforce", lambda: played.salesforce.faults.plan("expire", times=9)),
        ("salesforce", lambda: played.salesforce.faults.plan("quota")),
        ("salesforce", lambda: played.salesforce.faults.plan("busy", status=503, times=9)),
    ):
        fault()
        try:
            ingest(world.store, [system], world.settings, sources=world.sources, at=AT)
        except IngestFailed as error:
            said.append(str(error))
            logging.getLogger(__name__).exception("ingestion failed")
    secrets_ = [*played.passwords.values(), *played.salesforce.tokens]
    assert len(said) == 4
    assert len(caplog.records) > 50
    for secret in secrets_:
        assert secret not in caplog.text
        assert all(secret not in text for text in said)
    logging.getLogger("control").warning("%s", played.passwords["sap"])  # the filter, not luck
    assert MASK in caplog.text.splitlines()[-1]


def test_an_error_of_a_source_is_an_error_of_the_lakehouse():
    from lakehouse.errors import LakehouseError

    assert issubclass(SourceError, LakehouseError)
