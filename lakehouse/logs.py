"""What the process logs: lines of text or of JSON on stderr, without secrets, e-mail addresses and phone numbers."""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any

from lakehouse.connectors import redaction

log = logging.getLogger(__name__)

LEVEL, FORMAT = "LAKEHOUSE_LOG_LEVEL", "LAKEHOUSE_LOG_FORMAT"
LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")
# Libraries that tell of every request and every file; their warnings are enough.
TALKATIVE = ("asyncio", "boto3", "botocore", "faker", "great_expectations", "s3transfer", "urllib3", "watchdog")


def configure(level: str | None = None, form: str | None = None, *, default: str = "warning") -> None:
    """Log to stderr from now on; may be called again. What is not given says the environment, then the default."""
    chosen = level or _from_environment(LEVEL, LEVELS) or default
    handler = ToStderr()
    handler.setFormatter(Lines() if (form or _from_environment(FORMAT, FORMATS)) == "json" else Text())
    root = logging.getLogger()
    for before in [found for found in root.handlers if isinstance(found, ToStderr)]:
        root.removeHandler(before)
    root.addHandler(handler)
    redaction.install([handler])
    root.setLevel(chosen.upper())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def fail(error: Exception) -> None:
    """Say on stderr why a command could not do its work: a line for a person, or one of the log's objects."""
    if any(isinstance(found.formatter, Lines) for found in logging.getLogger().handlers):
        log.error("%s", error)
    else:
        sys.stderr.write(f"error: {error}\n")


class ToStderr(logging.StreamHandler):
    """Writes to what stderr is at the time of the record."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class Text(logging.Formatter):
    """WARNING lakehouse.pipeline: what happened."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")


class Lines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the fields given with `extra`, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {name: value for name, value in vars(record).items() if name not in redaction.STANDARD}
        if record.exc_text or record.exc_info:
            told["traceback"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        return json.dumps(told, ensure_ascii=False, default=str)


def _from_environment(name: str, known: tuple[str, ...]) -> str | None:
    """A setting of the environment; one that is not known counts as none, for a log must not stop the work."""
    found = os.environ.get(name, "").lower()
    return found if found in known else None
