"""Faults that a stand-in is told to commit, each a number of times."""

import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass
class _Fault:
    kind: str
    times: int
    after: int
    details: dict[str, Any]


@dataclass
class Faults:
    """`plan("drop", after=2)`: spare two occasions of this kind, then drop one."""

    _planned: list[_Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, kind: str, *, times: int = 1, after: int = 0, **details: Any) -> None:
        with self._lock:
            self._planned.append(_Fault(kind, times, after, details))

    def take(self, kind: str) -> dict[str, Any] | None:
        """The details of the fault that is due on this occasion, or None."""
        with self._lock:
            for fault in self._planned:
                if fault.kind != kind or fault.times == 0:
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    return None
                fault.times -= 1
                return fault.details
        return None
