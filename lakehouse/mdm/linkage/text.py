"""Strings as arrays: bytes, pairs of letters, tokens and sounds of many values at once."""

from dataclasses import dataclass

import numpy as np
import polars as pl

HASH_SEED = 20260131
SLICE = 100_000  # values at a time
BIT = np.uint64(1) << np.arange(64, dtype=np.uint64)
SOUND_OF = np.zeros(256, dtype=np.uint8)
for _digit, _letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), start=1):
    for _letter in _letters:
        SOUND_OF[ord(_letter)] = _digit
SILENT = 9
for _letter in "hw":
    SOUND_OF[ord(_letter)] = SILENT


@dataclass(frozen=True)
class Bytes:
    """The bytes of many strings in one array; string i is data[starts[i]:starts[i + 1]]."""

    data: np.ndarray
    starts: np.ndarray

    @property
    def owner(self) -> np.ndarray:
        """The string that each byte belongs to."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))


def utf8(values: pl.Series) -> Bytes:
    """The strings' bytes; nulls are empty strings."""
    lengths = values.str.len_bytes().fill_null(0).to_numpy()
    starts = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    joined = values.drop_nulls().str.join("").item() if len(values) else ""
    return Bytes(np.frombuffer((joined or "").encode(), dtype=np.uint8), starts)


def hashes(values: pl.Series) -> np.ndarray:
    """A 64-bit number for each string, the same wherever the string occurs."""
    return values.hash(HASH_SEED).to_numpy()


def signatures(values: pl.Series) -> np.ndarray:
    """64 bits that tell which pairs of neighbouring letters a string holds, its two ends included."""
    unspaced = values.fill_null("").str.replace_all(" ", "", literal=True)
    parts = [_signatures(unspaced[start : start + SLICE]) for start in range(0, len(values), SLICE)]
    return np.concatenate([np.zeros(0, dtype=np.uint64), *parts])


def _signatures(values: pl.Series) -> np.ndarray:
    text = utf8(values + "\x00")
    before = np.zeros(len(text.data), dtype=np.uint16)
    before[1:] = text.data[:-1]
    hashed = ((before * np.uint16(257) + text.data) * np.uint16(40503)) >> np.uint16(10)
    bits = BIT[hashed]
    return np.bitwise_or.reduceat(bits, text.starts[:-1])


def overlap(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Dice coefficient of two arrays of signatures: a cheap upper-side estimate of how alike the strings are."""
    shared = np.bitwise_count(left & right).astype(np.float32)
    return 2 * shared / np.maximum(np.bitwise_count(left) + np.bitwise_count(right), 1)


def soundex(values: pl.Series) -> np.ndarray:
    """American Soundex of lower-case strings as a number above 0; 0 where there is no Latin first letter."""
    text = utf8(values)
    codes, owner = SOUND_OF[text.data], text.owner
    lengths = np.diff(text.starts)
    first = np.zeros(len(codes), dtype=bool)
    first[text.starts[:-1][lengths > 0]] = True
    letter = (text.data >= ord("a")) & (text.data <= ord("z"))
    kept = (letter & (codes != SILENT)) | first
    codes, owner, data, first = codes[kept], owner[kept], text.data[kept], first[kept]
    repeats = np.zeros(len(codes), dtype=bool)
    repeats[1:] = (codes[1:] == codes[:-1]) & (owner[1:] == owner[:-1])
    kept = first | ((codes != 0) & (codes != SILENT) & ~repeats)
    codes, owner, data, first = codes[kept], owner[kept], data[kept], first[kept]
    starts = np.flatnonzero(first)
    rank = np.arange(len(codes)) - np.repeat(starts, np.diff(np.append(starts, len(codes))))
    result = np.zeros(len(values), dtype=np.int64)
    result[owner[starts]] = np.where((data[starts] >= ord("a")) & (data[starts] <= ord("z")), data[starts], 0)
    latin = result > 0
    for place in (1, 2, 3):
        here = rank == place
        digit = np.zeros(len(values), dtype=np.int64)
        digit[owner[here]] = codes[here]
        result = result * 7 + digit
    return np.where(latin, result, 0)
