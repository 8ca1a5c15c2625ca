"""A requests session that waits and tries again, and the OAuth logon at Salesforce."""

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from lakehouse.connectors import redaction
from lakehouse.connectors.errors import SourceRefused, SourceUnreachable
from lakehouse.connectors.retry import Backoff
from lakehouse.connectors.settings import SalesforceSettings

log = logging.getLogger(__name__)

BUSY = frozenset({429, 502, 503, 504})
BROKEN = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
TIMEOUT_SECONDS = (10.0, 120.0)  # to connect, between two pieces of an answer


class PatientSession(requests.Session):
    """Repeats a request whose connection broke or whose server is busy, and waits as long as Retry-After says."""

    def __init__(self, backoff: Backoff | None = None) -> None:
        super().__init__()
        self.backoff = backoff or Backoff()

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", TIMEOUT_SECONDS)
        for attempt in range(self.backoff.attempts):
            is_last = attempt + 1 == self.backoff.attempts
            try:
                answer = super().request(method, url, *args, **kwargs)
            except BROKEN as error:
                if is_last:
                    raise
                why, seconds = type(error).__name__, self.backoff.pause(attempt)
            else:
                if answer.status_code not in BUSY or is_last:
                    return answer
                asked = retry_after(answer.headers.get("Retry-After"))
                if asked is not None and asked > self.backoff.patience:
                    return answer
                why, seconds = f"HTTP {answer.status_code}", self.backoff.pause(attempt) if asked is None else asked
            log.warning("%s: %s; attempt %d of %d in %.1f s", method, why, attempt + 2, self.backoff.attempts, seconds)
            self.backoff.sleep(seconds)
        raise AssertionError("a backoff has at least one attempt")


def retry_after(header: str | None, now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks for: a number, or a date; None where there is no such header."""
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def access_token(settings: SalesforceSettings, session: requests.Session) -> str:
    """A session token by the client-credentials flow, which Salesforce serves at the My Domain URL alone."""
    url = f"{settings.instance_url.rstrip('/')}/services/oauth2/token"
    form = {
        "grant_type": "client_credentials",
        "client_id": settings.consumer_key,
        "client_secret": settings.consumer_secret,
    }
    try:
        answer = session.post(url, data=form)
    except BROKEN as error:
        raise SourceUnreachable(
            f"Salesforce does not answer at {settings.instance_url}: {type(error).__name__}"
        ) from error
    if answer.status_code in BUSY:
        raise SourceUnreachable(f"Salesforce is busy at {settings.instance_url}: HTTP {answer.status_code}")
    try:
        body = answer.json()
    except ValueError:
        body = {}
    if not answer.ok or "access_token" not in body:
        why = redaction.redact(str(body.get("error_description") or body.get("error") or f"HTTP {answer.status_code}"))
        raise SourceRefused(
            f"Salesforce refused the consumer key at {settings.instance_url}: {why}; "
            "check the external client app, its client-credentials flow and the secret"
        )
    redaction.remember(body["access_token"])
    return body["access_token"]
