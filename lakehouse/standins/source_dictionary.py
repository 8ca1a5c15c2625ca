"""The stand-ins' data dictionaries: the objects that each source system describes, with keys, columns and types."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "dictionary"
SYSTEMS = ("sap", "salesforce", "oracle")


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # a word of letters and what the system says of its size: C10, id18, VARCHAR2(30), NUMBER

    @property
    def word(self) -> str:
        return self.type.partition("(")[0] if "(" in self.type else self.type.rstrip("0123456789")

    @property
    def size(self) -> int:
        digits = self.type.removeprefix(self.word).strip("()").partition(",")[0]
        return int(digits) if digits else 0


@dataclass(frozen=True)
class Described:
    """One object as its system describes it."""

    name: str
    description: str
    key: tuple[str, ...]
    changed: str | None  # the column that tells when a row was created or changed; None: read in full
    columns: tuple[Column, ...]


@cache
def objects(system: str) -> tuple[Described, ...]:
    """The dictionary of one of SYSTEMS, in the order of its file."""
    lines = (FOLDER / f"{system}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_object(system, *lines[at : at + 2]) for at in range(0, len(lines), 2))


def _object(system: str, head: str, body: str) -> Described:
    """'NAME | what it is | KEY … | CHANGED' and below it 'COLUMN type, …'."""
    name, description, key, changed = (part.strip() for part in head.split("|"))
    columns = tuple(Column(*part.split(maxsplit=1)) for part in body.split(","))
    missing = {*key.split(), *([changed] if changed else [])} - {column.name for column in columns}
    if missing:
        raise ValueError(f"{system} {name}: {', '.join(sorted(missing))} is no column of it")
    return Described(name, description, tuple(key.split()), changed or None, columns)
