"""A log filter that takes secrets, tokens and personal data out of every record, whatever logged it."""

import logging
import re
import threading
from collections.abc import Iterable

MASK = "[redacted]"
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}  # a record's own attributes
SHORTEST = 6  # a shorter value would mask ordinary words

PATTERNS = (
    re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=!-]{8,}"),
    re.compile(r"\b()00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{10,}"),  # a Salesforce session
    re.compile(r"\b()sk-ant-[A-Za-z0-9_-]{8,}"),
    re.compile(r"\b()(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    re.compile(
        r"""(?ix) (["']? (?:passwd|password|secret|client_secret|consumer_secret|access_token|token|session_id)
            ["']? \s* [=:] \s* ["']?) [^\s"',;&)}\]]{4,}"""
    ),
)

PERSONAL = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<!\w)(?:\+|00)[1-9](?:[ ()/.-]{0,2}\d){7,14}\b"),  # a phone number with its country
)

_known: set[str] = set()
_lock = threading.Lock()


def remember(*secrets: str) -> None:
    """Values that must never appear in a log or a message from now on."""
    with _lock:
        _known.update(secret for secret in secrets if len(secret) >= SHORTEST)


def redact(text: str) -> str:
    """The text with every remembered secret and everything that looks like one masked."""
    with _lock:
        known = sorted(_known, key=len, reverse=True)
    for secret in known:
        text = text.replace(secret, MASK)
    for pattern in PATTERNS:
        text = pattern.sub(rf"\1{MASK}", text)
    return text


def fit_to_log(text: str) -> str:
    """The text without secrets, and without e-mail addresses and phone numbers, which an error may quote."""
    for pattern in PERSONAL:
        text = pattern.sub(MASK, text)
    return redact(text)


class SecretFilter(logging.Filter):
    """Rewrites a record before any handler formats it, its traceback and its own fields included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = fit_to_log(record.getMessage()), None
        if record.exc_info:
            record.exc_text = fit_to_log(record.exc_text or logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        if record.stack_info:
            record.stack_info = fit_to_log(record.stack_info)
        for name in vars(record).keys() - STANDARD:
            value = getattr(record, name)
            if value is not None and not isinstance(value, bool | int | float):
                setattr(record, name, fit_to_log(str(value)))
        return True


def install(handlers: Iterable[logging.Handler] | None = None) -> None:
    """Put the filter on handlers (a logger's filter would miss its children's records); default: the root's."""
    for handler in logging.getLogger().handlers if handlers is None else handlers:
        if not any(isinstance(found, SecretFilter) for found in handler.filters):
            handler.addFilter(SecretFilter())
