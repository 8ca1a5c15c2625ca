"""Blocking keys: what two records must share to be compared, following from the fields at hand."""

from collections.abc import Callable, Mapping
from functools import reduce

import numpy as np

from lakehouse.mdm.linkage import text
from lakehouse.mdm.linkage.columns import Column

TELLING_SHARE = 0.02  # an identifier whose usual value is more common than this is no key by itself


class Atoms:
    """The parts that keys are mixed from, computed once each."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.columns = columns
        self._known: dict[tuple[str, str], np.ndarray] = {}

    def __contains__(self, field: str) -> bool:
        return field in self.columns

    def __call__(self, field: str, part: str) -> np.ndarray:
        if (field, part) not in self._known:
            column = self.columns[field]
            values = PARTS[part](column).astype(np.uint64)
            self._known[field, part] = np.append(values, np.uint64(0))[column.codes]
        return self._known[field, part]

    def clear(self) -> None:
        """Forgets what was computed."""
        self._known.clear()

    def part(self, named: str) -> np.ndarray:
        """A part by its name, as surname.sound."""
        field, part = named.rsplit(".", 1)
        return self(field, part)


def mix(*parts: np.ndarray) -> np.ndarray:
    """One hash of several; 0 where any part is 0."""
    missing = reduce(np.logical_or, [part == 0 for part in parts])
    mixed = parts[0]
    for part in parts[1:]:
        mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15) + part
    return np.where(missing, np.uint64(0), mixed)


def mix_any_order(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return mix(np.minimum(a, b), np.maximum(a, b))


def _sound(column: Column) -> np.ndarray:
    """Soundex, or the first letters of what is not written in Latin letters."""
    codes = text.soundex(column.values)
    return np.where(codes > 0, codes.astype(np.uint64), column.heads(3))


def _tail(letters: int) -> Callable[[Column], np.ndarray]:
    return lambda column: text.hashes(column.values.str.replace_all(" ", "", literal=True).str.tail(letters))


def _local(column: Column) -> np.ndarray:
    local = column.values.str.extract(r"^([^@]{4,})@")
    return np.where(local.is_not_null().to_numpy(), text.hashes(local), np.uint64(0))


def _first_half(column: Column) -> np.ndarray:
    return _half(column, 0)


def _second_half(column: Column) -> np.ndarray:
    return _half(column, 1)


def _half(column: Column, which: int) -> np.ndarray:
    length = column.values.str.len_chars()
    part = column.values.str.head(length // 2) if which == 0 else column.values.str.tail(length - length // 2)
    return np.where((length >= 6).to_numpy(), text.hashes(part), np.uint64(0))


def _year(column: Column) -> np.ndarray:
    return column.dates.year.astype(np.uint64)


def _day(column: Column) -> np.ndarray:
    """Month and day, without the year."""
    day = column.dates.month * 32 + column.dates.day
    return np.where((column.dates.month > 0) & (column.dates.day > 0), day, 0).astype(np.uint64)


def _ranked_words(column: Column) -> np.ndarray:
    """Places of each value's words, the rarest first, numbers last; -1 where there are no more."""
    tokens = column.tokens
    weight = np.append(np.where(tokens.is_number, column.token_weights * 0.01, column.token_weights), -1.0)
    order = np.argsort(-weight[tokens.places], axis=1, kind="stable")
    return np.take_along_axis(tokens.places, order, axis=1)


def _rare(rank: int) -> Callable[[Column], np.ndarray]:
    def rare(column: Column) -> np.ndarray:
        return np.append(column.tokens.hashes, np.uint64(0))[_ranked_words(column)[:, rank]]

    return rare


def _sounds(column: Column) -> np.ndarray:
    """The sounds of the two rarest words, in any order."""
    tokens, places = column.tokens, _ranked_words(column)
    sound = np.where(tokens.sounds > 0, tokens.sounds.astype(np.uint64), text.hashes(tokens.words.str.head(3)))
    first, second = (np.append(sound, np.uint64(0))[places[:, rank]] for rank in (0, 1))
    both = mix_any_order(first, second)
    return np.where(second == 0, first, both)


def _number_and_word(column: Column) -> np.ndarray:
    """The first number of an address and the sound of its rarest word."""
    tokens = column.tokens
    number = np.append(tokens.is_number, False)[tokens.places]
    at = number.argmax(axis=1)
    place = np.where(number.any(axis=1), np.take_along_axis(tokens.places, at[:, None], axis=1)[:, 0], -1)
    ranked = _ranked_words(column)[:, 0]
    sound = np.where(tokens.sounds > 0, tokens.sounds.astype(np.uint64), tokens.hashes)
    words = np.append(np.where(tokens.is_number, np.uint64(0), sound), np.uint64(0))[ranked]
    return mix(np.append(tokens.hashes, np.uint64(0))[place], words)


PARTS: dict[str, Callable[[Column], np.ndarray]] = {
    "value": lambda column: column.hashes,
    "sound": _sound,
    "initial": lambda column: column.heads(1),
    "head3": lambda column: column.heads(3),
    "head5": lambda column: text.hashes(column.values.str.replace_all(" ", "", literal=True).str.head(5)),
    "tail4": _tail(4),
    "tail6": _tail(6),
    "local": _local,
    "first_half": _first_half,
    "second_half": _second_half,
    "year": _year,
    "day": _day,
    "rare1": _rare(0),
    "rare2": _rare(1),
    "sounds": _sounds,
    "number_and_word": _number_and_word,
}

# Passes in the order in which they run. A key that makes few pairs is a pass of its own; where it makes too many,
# it is refined by each of the further parts in turn.
PASSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("email.value", ("name.sounds", "surname.sound")),
    ("phone.value", ("name.sounds", "surname.sound", "given_name.sound")),
    ("name.sounds", ("city.value", "postcode.value", "date_of_birth.year", "address.rare1", "phone.tail6")),
    (
        "surname.sound",
        (
            "given_name.sound",
            "given_name.initial",
            "date_of_birth.year",
            "postcode.value",
            "city.sound",
            "address.rare1",
        ),
    ),
    ("date_of_birth.value", ("surname.initial", "given_name.initial", "name.rare1", "postcode.value", "city.value")),
    ("postcode.value", ("surname.head3", "given_name.head3", "name.rare1", "address.rare1")),
    ("address.number_and_word", ("city.value", "postcode.value")),
    ("name.rare1", ("name.rare2", "city.value", "postcode.value", "address.rare1", "date_of_birth.year")),
    ("given_name.sound", ("date_of_birth.year", "postcode.value", "city.sound", "address.rare1")),
    ("name.head5", ("city.value", "postcode.value", "address.rare1")),
    ("name.rare2", ("city.value", "postcode.value")),
    ("date_of_birth.day", ("surname.initial", "given_name.initial", "name.rare1")),
    ("city.sound", ("surname.initial", "given_name.initial", "date_of_birth.year")),
    ("email.local", ("name.sounds", "surname.sound")),
    ("phone.tail6", ("name.sounds", "surname.sound")),
    ("address.rare1", ("city.value", "postcode.value")),
    ("surname.tail4", ("given_name.initial", "date_of_birth.year")),
)
SPLITS = (
    "postcode.value",
    "date_of_birth.year",
    "name.sounds",
    "surname.sound",
    "given_name.sound",
    "city.value",
    "address.rare1",
    "phone.tail6",
    "email.local",
)


def key_parts(atoms: Atoms, is_affordable: Callable[[tuple[str, ...]], bool]) -> list[tuple[str, ...]]:
    """The parts of the keys that the fields allow and the data call for, identifiers first."""
    found: list[tuple[str, ...]] = []
    for column in atoms.columns.values():
        if column.kind in ("tax_id", "code"):
            found += [(f"{column.field}.{part}",) for part in ("value", "first_half", "second_half")]
        elif column.kind == "word" and _is_telling(column):
            found.append((f"{column.field}.value",))
    alone: set[str] = set()
    for part, further in PASSES:
        if _field(part) not in atoms:
            continue
        if is_affordable((part,)):
            found.append((part,))
            alone.add(part)
            continue
        finer = [other for other in further if _field(other) in atoms and other not in alone]
        found += [(part, other) for other in finer if (other, part) not in found]
        if not finer and further and not any(_field(other) in atoms for other in further):
            found.append((part,))
    return found


def key(atoms: Atoms, parts: tuple[str, ...]) -> np.ndarray:
    """A hash for each record of what its block is to have in common; 0 where it lacks a part."""
    hashes = [atoms.part(part) for part in parts]
    if len(parts) == 2 and all(part.endswith("name.sound") for part in parts):
        return mix_any_order(*hashes)  # finds swapped names too
    return mix(*hashes)


def splits(atoms: Atoms) -> list[str]:
    """Further parts that an oversized block is split by."""
    return [part for part in SPLITS if _field(part) in atoms]


def _field(part: str) -> str:
    return part.rsplit(".", 1)[0]


def _is_telling(column: Column) -> bool:
    return len(column.values) > 0 and float((column.shares**2).sum()) < TELLING_SHARE**2
