"""One Bulk API 2.0 query through simple-salesforce: create, wait, fetch the pages by locator, and check them."""

import csv
import io
import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import requests
from simple_salesforce import Salesforce
from simple_salesforce.bulk2 import Operation
from simple_salesforce.exceptions import (
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
)

from lakehouse.connectors.errors import (
    QuotaExceeded,
    SourceChanged,
    SourceError,
    SourceInconsistent,
    SourceRefused,
    SourceUnreachable,
)
from lakehouse.connectors.http_session import BUSY, PatientSession, access_token
from lakehouse.connectors.redaction import redact
from lakehouse.connectors.settings import SalesforceSettings

log = logging.getLogger(__name__)

REREADS = 3
FIRST_POLL_SECONDS = 0.25
QUOTA = frozenset({"REQUEST_LIMIT_EXCEEDED", "EXCEEDED_ID_LIMIT", "TXN_SECURITY_METERING_ERROR"})

Result = TypeVar("Result")


class BulkQueries:
    """Runs queries for one organisation; logs on at the first, and once more where the session has expired."""

    def __init__(
        self,
        settings: SalesforceSettings,
        session: requests.Session | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._session = session or PatientSession()
        self._clock = clock
        self._sleep = sleep
        self._org: Salesforce | None = None

    def close(self) -> None:
        self._session.close()

    def limits(self) -> dict[str, Any]:
        """The organisation's allowances; the cheapest call that needs a valid session."""
        return self._call(lambda org: org.limits(), "limits")

    def describe(self, name: str) -> dict[str, Any]:
        """What the organisation says of an object: its fields with types and lengths."""
        return self._call(lambda org: getattr(org, name).describe(), name)

    def rows(self, name: str, soql: str, columns: Sequence[str], *, with_deleted: bool) -> list[list[str | None]]:
        """All rows of a query, complete, with the columns in the order asked for; an empty value is None."""
        operation = Operation.query_all if with_deleted else Operation.query
        job = self._call(lambda org: _client(org, name).create_job(operation, query=soql), name)["id"]
        promised = self._wait(name, job)
        rows: list[list[str | None]] = []
        for page in self._pages(name, job, columns):
            rows += page
        if len(rows) != promised:
            raise SourceInconsistent(
                f"Salesforce {name}: job {job} processed {promised:,} records and delivered {len(rows):,}; "
                "nothing was taken. Ingest again"
            )
        return rows

    def _wait(self, name: str, job: str) -> int:
        """Wait for the job, within the limit; the number of its records."""
        give_up_at = self._clock() + self._settings.wait_limit.total_seconds()
        pause = FIRST_POLL_SECONDS
        while True:
            info = self._call(lambda org: _client(org, name).get_job(job, True), name)
            state = info["state"]
            if state == "JobComplete":
                return int(info["numberRecordsProcessed"])
            if state in ("Failed", "Aborted"):
                reason = redact(str(info.get("errorMessage") or "no reason given"))
                raise SourceError(f"Salesforce {name}: job {job} ended as {state} ({reason}); ingest again")
            if self._clock() >= give_up_at:
                self._call(lambda org: _client(org, name).abort_job(job, True), name)
                raise SourceUnreachable(
                    f"Salesforce {name}: job {job} is still {state} after {self._settings.wait_limit}; it was aborted. "
                    "Ingest again, or allow more time"
                )
            self._sleep(pause)
            pause = min(2 * pause, self._settings.poll_seconds)

    def _pages(self, name: str, job: str, columns: Sequence[str]) -> Iterator[list[list[str | None]]]:
        locator = ""
        seen: set[str] = set()
        while True:
            answer, page = self._page(name, job, locator, columns, seen)
            seen.add(answer["records"])
            yield page
            if not answer["locator"] or answer["locator"] == locator:
                return
            locator = answer["locator"]

    def _page(
        self, name: str, job: str, locator: str, columns: Sequence[str], seen: set[str]
    ) -> tuple[dict[str, Any], list[list[str | None]]]:
        """One page, fetched again while it is damaged or repeats an earlier one."""
        problem = ""
        for _ in range(REREADS):
            answer = self._call(
                lambda org: _client(org, name).get_query_results(job, locator, self._settings.page_rows), name
            )
            try:
                page = parse_page(answer["records"], int(answer["number_of_records"]), columns)
            except Damaged as error:
                problem = str(error)
            else:
                if not page or answer["records"] not in seen:
                    return answer, page
                problem = "it repeats an earlier page"
            log.warning("Salesforce %s: a page of job %s is damaged (%s); fetching it again", name, job, problem)
        raise SourceInconsistent(
            f"Salesforce {name}: a page of job {job} stayed damaged, {REREADS} times in a row: {problem}; "
            "nothing was taken. Ingest again"
        )

    def _call(self, operation: Callable[[Salesforce], Result], name: str) -> Result:
        """Run against the live session; an expired one is renewed once."""
        try:
            try:
                return operation(self._live())
            except SalesforceExpiredSession:
                log.info("the Salesforce session has expired; logging on again")
                self._org = None
                return operation(self._live())
        except SalesforceError as error:
            raise explained(error, name) from error
        except requests.RequestException as error:
            raise SourceUnreachable(
                f"Salesforce broke off while {name} was read: {type(error).__name__}; nothing was taken. Ingest again"
            ) from error

    def _live(self) -> Salesforce:
        if self._org is None:
            self._org = Salesforce(
                instance_url=self._settings.instance_url,
                session_id=access_token(self._settings, self._session),
                session=self._session,
                version=self._settings.api_version,
            )
        return self._org


def _client(org: Salesforce, name: str) -> Any:
    """simple-salesforce's own client of one object: its public query() hides the record count of each page."""
    return getattr(org.bulk2, name)._client


class Damaged(Exception):
    """A page's text is not what its headers promise."""


def parse_page(text: str, promised: int, columns: Sequence[str]) -> list[list[str | None]]:
    """The rows of a page of CSV, which may or may not repeat the header; SourceChanged names columns that are gone."""
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except csv.Error as error:
        raise Damaged(f"its CSV breaks off: {error}") from error
    order = list(range(len(columns)))
    if lines and 2 * len(set(lines[0]) & set(columns)) > len(columns):
        header = lines.pop(0)
        missing = [name for name in columns if name not in header]
        if missing:
            raise SourceChanged(
                f"the Salesforce result has no column {', '.join(missing)} (any more); "
                "restore the field, or take it out of lakehouse/connectors/salesforce.py and the bronze schema"
            )
        order = [header.index(name) for name in columns]
    if len(lines) != promised:
        raise Damaged(f"it holds {len(lines):,} records, {promised:,} were announced")
    width = max(order, default=-1) + 1
    if any(len(line) < width for line in lines):
        raise Damaged("a record has too few values")
    return [[line[position] or None for position in order] for line in lines]


def explained(error: SalesforceError, name: str) -> SourceError:
    """A refusal of simple-salesforce as one of ours, with Salesforce's own code and message."""
    code, message = _reason(error)
    detail = redact(f"{code}: {message}" if code else message)
    if code in QUOTA:
        return QuotaExceeded(
            f"Salesforce {name}: the organisation's request allowance is used up ({detail}); "
            "wait for it to be renewed, see: python -m lakehouse sources"
        )
    if isinstance(error, SalesforceExpiredSession):
        return SourceRefused(f"Salesforce {name}: a new session was refused as well ({detail}); check the run-as user")
    if isinstance(error, SalesforceMalformedRequest):
        return SourceChanged(
            f"Salesforce {name}: the query was not understood ({detail}); "
            "a field or object may be gone or hidden from the run-as user"
        )
    if isinstance(error, SalesforceRefusedRequest):
        return SourceRefused(f"Salesforce {name}: refused ({detail}); grant the run-as user API access and read on it")
    if error.status in BUSY:
        return SourceUnreachable(f"Salesforce {name}: still busy (HTTP {error.status}); ingest again later")
    return SourceError(f"Salesforce {name}: HTTP {error.status} ({detail})")


def _reason(error: SalesforceError) -> tuple[str, str]:
    content: Any = error.content
    if isinstance(content, bytes):
        content = content.decode("utf-8", "replace")
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except ValueError:
            return "", content[:200]
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, dict):
        return "", str(first)[:200]
    return str(first.get("errorCode", "")), str(first.get("message", ""))
