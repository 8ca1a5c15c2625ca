"""Trying again, with growing pauses, what failed for a passing reason."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Backoff:
    """Pauses of 1, 2, 4, … seconds, at most `cap`; a pause the other side asks for is kept, up to `patience`."""

    attempts: int = 5
    first: float = 1.0
    cap: float = 60.0
    patience: float = 300.0
    sleep: Callable[[float], None] = time.sleep

    def pause(self, attempt: int) -> float:
        return min(self.first * 2**attempt, self.cap)

    def call(
        self,
        operation: Callable[[], Result],
        *,
        what: str,
        again_on: tuple[type[Exception], ...],
        before_again: Callable[[], None] = lambda: None,
    ) -> Result:
        """The operation's result; the last error where every attempt failed."""
        for attempt in range(self.attempts):
            try:
                return operation()
            except again_on as error:
                if attempt + 1 == self.attempts:
                    raise
                seconds = self.pause(attempt)
                log.warning(
                    "%s: %s; attempt %d of %d in %.1f s",
                    what,
                    type(error).__name__,
                    attempt + 2,
                    self.attempts,
                    seconds,
                )
                self.sleep(seconds)
                before_again()
        raise AssertionError("a backoff has at least one attempt")
