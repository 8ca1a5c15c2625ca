"""Bulk API 2.0 through simple-salesforce: pages, faults, and what a person is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from lakehouse.connectors.errors import (
    QuotaExceeded,
    SourceChanged,
    SourceError,
    SourceInconsistent,
    SourceRefused,
    SourceUnreachable,
)
from lakehouse.connectors.salesforce_objects import ACCOUNT, OBJECTS
from lakehouse.standins import soql
from tests.connectors import frames

pytest.importorskip("simple_salesforce", reason="requirements-connectors.txt is not installed")

from lakehouse.connectors.bulk_query import Damaged, parse_page
from lakehouse.connectors.http_session import retry_after

USER, ORDER = OBJECTS[1], OBJECTS[2]


@pytest.fixture
def org(world):
    return world.enterprise.salesforce


@pytest.fixture
def connected(world):
    """A source that takes two records a page, so that the nine accounts come in five."""
    settings = replace(world.settings.salesforce, page_rows=2)
    found = world.sources["salesforce"](replace(world.settings, salesforce=settings))
    yield found
    found.close()


def accounts(source) -> list[dict]:
    return source.read(ACCOUNT).frame.sort("Id").to_dicts()


@pytest.fixture
def expected() -> list[dict]:
    return frames.all_frames()["bronze.sf_account"].sort("Id").to_dicts()


def test_pages_quotes_and_line_breaks(org, connected, expected):
    assert accounts(connected) == expected
    assert org.requests["page"] == 5
    assert org.requests["token"] == 1


@pytest.mark.parametrize("header", ["every", "first"])
def test_later_pages_with_and_without_a_header(org, connected, expected, header):
    org.page_header = header
    assert accounts(connected) == expected


def test_a_user_has_neither_a_stamp_nor_a_deletion(org, connected):
    assert connected.read(USER).high_water_mark is None
    assert "IsDeleted" not in org.schema["User"]


def test_fields_of_another_name_come_under_the_bronze_name(connected):
    assert connected.read(ORDER).frame["Quantity"].to_list() == ["2"] * 4


def test_no_records_at_all(org, connected):
    org.objects["Account"].clear()
    extract = connected.read(ACCOUNT)
    assert extract.frame.is_empty()
    assert extract.high_water_mark is None


def test_single_records_by_id(connected, expected):
    ids = [row["Id"] for row in expected[3:5]]
    assert connected.read_ids(ACCOUNT, ids).frame.sort("Id").to_dicts() == expected[3:5]
    with pytest.raises(ValueError, match="is no Salesforce id"):
        connected.read_ids(ACCOUNT, ["' OR Name != '"])


@pytest.mark.parametrize("fault", ["drop", "half", "repeat"])
def test_a_damaged_page_is_fetched_again(org, connected, expected, fault):
    org.faults.plan(fault, after=2)
    assert accounts(connected) == expected
    assert org.requests["page"] == 6


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("half", "its CSV breaks off|were announced|too few values"), ("repeat", "it repeats an earlier page")],
)
def test_a_page_that_stays_damaged_is_an_error(org, connected, fault, reason):
    org.faults.plan(fault, after=2, times=99)
    with pytest.raises(SourceInconsistent, match=rf"stayed damaged, 3 times in a row: .*({reason}).*nothing was taken"):
        connected.read(ACCOUNT)


def test_a_connection_that_stays_lost_is_an_error(org, connected):
    org.faults.plan("drop", times=99)
    with pytest.raises(SourceUnreachable, match="broke off while Account was read"):
        connected.read(ACCOUNT)


def test_records_lost_between_pages_are_noticed(org, connected, monkeypatch):
    real = type(org).page

    def losing(self, job_id, size, locator):
        text, headers = real(self, job_id, size, locator)
        return text, headers | ({"Sforce-Locator": "null"} if self.requests["page"] == 3 else {})

    monkeypatch.setattr(type(org), "page", losing)
    with pytest.raises(SourceInconsistent, match="processed 9 records and delivered 6"):
        connected.read(ACCOUNT)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_given_the_time_it_asks_for(world, org, connected, expected, status):
    org.faults.plan("busy", status=status, retry_after=7, after=2)
    assert accounts(connected) == expected
    assert 7.0 in world.naps


def test_a_server_that_stays_busy_is_an_error(org, connected):
    org.faults.plan("busy", status=503, after=1, times=99)
    with pytest.raises(SourceUnreachable, match=r"Account: still busy \(HTTP 503\)"):
        connected.read(ACCOUNT)


def test_too_long_a_wait_is_not_waited(world, org, connected):
    org.faults.plan("busy", status=503, after=1, retry_after=86_400)
    with pytest.raises(SourceUnreachable):
        connected.read(ACCOUNT)
    assert world.naps == []


def test_retry_after_as_seconds_and_as_a_date():
    now = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
    assert retry_after("120") == 120.0
    assert retry_after("Sat, 31 Jan 2026 12:00:30 GMT", now) == 30.0
    assert retry_after("Sat, 31 Jan 2026 11:00:00 GMT", now) == 0.0
    assert retry_after(None) is None
    assert retry_after("soon") is None


def test_an_expired_session_is_renewed_in_the_middle_of_a_job(org, connected, expected):
    org.faults.plan("expire", after=4)
    assert accounts(connected) == expected
    assert org.requests["token"] == 2
    assert org.requests["create"] == 1


def test_a_session_that_is_refused_again_is_an_error(org, connected):
    org.faults.plan("expire", times=99)
    with pytest.raises(SourceRefused, match=r"a new session was refused as well .*INVALID_SESSION_ID"):
        connected.read(ACCOUNT)


def test_a_wrong_secret_is_an_error_without_the_secret(world, org):
    settings = replace(world.settings.salesforce, consumer_secret="wrong-secret-value")
    source = world.sources["salesforce"](replace(world.settings, salesforce=settings))
    with pytest.raises(SourceRefused, match=r"refused the consumer key .*invalid client credentials") as raised:
        source.read(ACCOUNT)
    assert "wrong-secret-value" not in str(raised.value)


def test_a_session_token_is_a_secret_from_the_start(world):
    from lakehouse.connectors.http_session import access_token
    from lakehouse.connectors.redaction import redact

    class Session:
        def post(self, url, data):
            assert url == f"{world.settings.salesforce.instance_url}/services/oauth2/token"
            answer = requests.Response()
            answer.status_code, answer._content = 200, b'{"access_token": "plain-looking-words"}'
            return answer

    token = access_token(world.settings.salesforce, Session())
    assert token == "plain-looking-words"
    assert "plain" not in redact(f"somewhere {token} turned up")


def test_a_used_up_allowance_is_not_asked_again(org, connected):
    org.faults.plan("quota")
    with pytest.raises(QuotaExceeded, match=r"allowance is used up \(REQUEST_LIMIT_EXCEEDED"):
        connected.read(ACCOUNT)
    assert org.requests["create"] == 1


def test_a_field_that_is_gone_is_named(org, connected):
    org.schema["Account"] -= {"Segment__c"}
    with pytest.raises(SourceChanged, match=r"INVALID_FIELD: No such column 'Segment__c'"):
        connected.read(ACCOUNT)


def test_a_column_that_is_missing_in_the_result_is_named(org, connected):
    org.faults.plan("without", column="Website")
    with pytest.raises(SourceChanged, match="has no column Website"):
        connected.read(ACCOUNT)


def test_a_failed_job_says_why(org, connected):
    org.faults.plan("job_fails")
    with pytest.raises(SourceError, match=r"ended as Failed \(InternalServerError : retry your request\)"):
        connected.read(ACCOUNT)


def test_a_job_that_does_not_end_is_aborted_after_the_limit(world, org):
    settings = replace(world.settings.salesforce, wait_limit=timedelta(minutes=1), poll_seconds=16.0)
    source = world.sources["salesforce"](replace(world.settings, salesforce=settings))
    org.faults.plan("never_done", times=999)
    with pytest.raises(SourceUnreachable, match=r"still InProgress after 0:01:00; it was aborted"):
        source.read(ACCOUNT)
    assert world.naps == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 16.0, 16.0]
    assert org.requests["abort"] == 1


def test_nothing_is_landed_of_an_object_that_fails(world, org):
    from lakehouse.connectors.ingest import IngestFailed, ingest

    org.faults.plan("half", after=1, times=99)  # Account is whole, User is not
    with pytest.raises(IngestFailed, match="Salesforce User") as raised:
        ingest(world.store, ["salesforce"], world.settings, sources=world.sources, at=frames.AT)
    assert [one.object for one in raised.value.landed] == ["Account"]
    assert not world.store.exists("bronze.sf_user")
    assert not world.store.exists("bronze.sf_order")


@pytest.mark.parametrize(
    ("text", "promised", "rows"),
    [
        ('"Id","Name"\n"1","A"\n', 1, [["1", "A"]]),
        ('"1","A"\n', 1, [["1", "A"]]),
        ('"Name","Id"\n"A","1"\n', 1, [["1", "A"]]),  # by name, not by place
        ('"Id","Name"\n"1",""\n', 1, [["1", None]]),
        ('"Id","Name"\n', 0, []),
        ("", 0, []),
        ('"Id","Name"\n"1","A ""B"", C\nD"\n', 1, [["1", 'A "B", C\nD']]),
    ],
)
def test_a_page_is_parsed(text, promised, rows):
    assert parse_page(text, promised, ["Id", "Name"]) == rows


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ('"Id","Name"\n"1","A"\n', 2),
        ('"Id","Name"\n"1","A"\n', 0),
        ('"Id","Name"\n"1","A\n', 1),  # breaks off within a value
        ('"Id","Name"\n"1"\n', 1),
    ],
)
def test_a_half_written_page_is_noticed(text, promised):
    with pytest.raises(Damaged):
        parse_page(text, promised, ["Id", "Name"])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY"),
        ("SELEC Id FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Nope FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Id = 5", "MALFORMED_QUERY"),
    ],
)
def test_the_stand_in_refuses_bad_queries(query, code):
    with pytest.raises(soql.Malformed) as raised:
        soql.parse(query, {"Account": frozenset({"Id", "SystemModstamp"})})
    assert raised.value.code == code
