"""The options of one linkage, and the clock that it runs by."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from lakehouse.mdm.linkage.fields import Fields

Progress = Callable[[str, float], None]  # a stage, and the share of it that is done


@dataclass(frozen=True)
class Settings:
    """How records are linked; see `link`."""

    id: str
    fields: Fields
    source: str | None = None
    model: str = "fellegi_sunter"
    mode: str = "dedupe"
    threshold: float | None = None
    trusted_keys: tuple[str, ...] = ("tax_id",)
    max_cluster: int | None = None
    one_to_one: bool | None = None
    seed: int = 0


class Clock:
    """Seconds by stage, and progress for who watches."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._last = perf_counter()
        self.seconds: dict[str, float] = {}

    def stage(self, name: str) -> None:
        """Ends a stage."""
        now = perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._last
        self._last = now
        self.tell(name, 1.0)

    def tell(self, name: str, share: float) -> None:
        """How far a stage is."""
        if self._progress is not None:
            self._progress(name, min(share, 1.0))
