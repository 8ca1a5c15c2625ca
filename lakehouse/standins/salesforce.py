"""The Salesforce stand-in: OAuth tokens and Bulk API 2.0 queries, with the faults it is told to commit."""

import csv
import io
import secrets
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from lakehouse.standins import described, soql
from lakehouse.standins.faults import Faults

Row = soql.Row


@dataclass
class Job:
    id: str
    object: str
    fields: Sequence[str]
    rows: list[Row]
    polls_left: int
    state: str = "UploadComplete"
    error: str = ""


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}


class SalesforceStandIn:
    """Holds objects as rows of text. Faults by name: "busy" (status, retry_after), "drop" and "half" (a page's answer
    breaks off, or its CSV does), "repeat" (the page before comes again), "expire", "quota", "job_fails", "never_done",
    "without" (column: is missing in the result)."""

    def __init__(
        self,
        objects: Mapping[str, pl.DataFrame],
        *,
        consumer_key: str,
        consumer_secret: str,
        page_header: str = "every",  # or "first": whether later pages repeat the header
        polls: int = 1,
    ) -> None:
        self.faults = Faults()
        self.requests: Counter[str] = Counter()
        self.tokens: set[str] = set()
        self.client = (consumer_key, consumer_secret)
        self.page_header = page_header
        self.objects: dict[str, list[Row]] = {name: frame.to_dicts() for name, frame in objects.items()}
        further = {name: fields for name, fields in described.salesforce_columns().items() if name not in objects}
        self.schema = {name: frozenset(frame.columns) for name, frame in objects.items()} | further
        self.objects |= {name: [] for name in further}
        self._polls = polls
        self._jobs: dict[str, Job] = {}
        self._before: dict[str, str] = {}
        self._lock = threading.Lock()

    def token(self, form: Mapping[str, str]) -> dict[str, str]:
        if (
            form.get("grant_type") != "client_credentials"
            or (form.get("client_id"), form.get("client_secret")) != self.client
        ):
            raise Refused(400, "invalid_client", "invalid client credentials")
        token = f"00D5g00000Stand!{secrets.token_hex(24)}"
        self.tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "scope": "api"}

    def authorise(self, header: str | None) -> None:
        if self.faults.take("expire") is not None:
            self.tokens.clear()
        if (header or "").removeprefix("Bearer ") not in self.tokens:
            raise Refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if self.faults.take("quota") is not None:
            raise Refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")

    def describe(self, name: str) -> dict[str, Any]:
        found = described.sobject(name)
        if found is None:
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        return found

    def create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            query = soql.parse(body["query"], self.schema)
        except soql.Malformed as error:
            raise Refused(400, error.code, str(error)) from error
        is_all = body["operation"] == "queryAll"
        rows = [
            row for row in self.objects[query.object] if query.keep(row) and (is_all or row.get("IsDeleted") != "true")
        ]
        lost = self.faults.take("without")
        fields = [field for field in query.fields if not lost or field != lost["column"]]
        with self._lock:
            job = Job(f"750{len(self._jobs):015d}", query.object, fields, rows, self._polls)
            self._jobs[job.id] = job
        if self.faults.take("job_fails") is not None:
            job.state, job.error = "Failed", "InternalServerError : retry your request"
        return self._info(job)

    def poll(self, job_id: str) -> dict[str, Any]:
        job = self._job(job_id)
        if job.state == "UploadComplete" or job.state == "InProgress":
            job.polls_left -= 1
            waits = job.polls_left >= 0 or self.faults.take("never_done") is not None
            job.state = "InProgress" if waits else "JobComplete"
        return self._info(job)

    def abort(self, job_id: str) -> dict[str, Any]:
        job = self._job(job_id)
        job.state = "Aborted"
        return self._info(job)

    def page(self, job_id: str, size: int, locator: str) -> tuple[str, dict[str, str]]:
        """The CSV of a page and its headers."""
        job = self._job(job_id)
        start = int(locator[2:], 36) if locator else 0
        rows = job.rows[start : start + size]
        upto = start + len(rows)
        with_header = start == 0 or self.page_header == "every"
        text = _csv(job.fields, rows, with_header)
        if self.faults.take("repeat") is not None:
            text = self._before.get(job_id, text)
        elif self.faults.take("half") is not None:
            text = text[: len(text) // 2]
        self._before[job_id] = text
        next_ = f"Mz{_base36(upto)}" if upto < len(job.rows) else "null"
        return text, {"Sforce-NumberOfRecords": str(len(rows)), "Sforce-Locator": next_}

    def _job(self, job_id: str) -> Job:
        if job_id not in self._jobs:
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        return self._jobs[job_id]

    def _info(self, job: Job) -> dict[str, Any]:
        info = {"id": job.id, "operation": "query", "object": job.object, "state": job.state, "apiVersion": 59.0}
        if job.state == "JobComplete":
            info |= {"numberRecordsProcessed": len(job.rows), "retries": 0, "totalProcessingTime": 17}
        return info | ({"errorMessage": job.error} if job.error else {})


def _csv(fields: Sequence[str], rows: Sequence[Row], with_header: bool) -> str:
    """As Salesforce writes it: everything quoted, an empty value for null."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    if with_header:
        writer.writerow(fields)
    writer.writerows([row.get(field) or "" for field in fields] for row in rows)
    return text.getvalue()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
