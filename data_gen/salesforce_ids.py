"""Eighteen-character Salesforce ids: fifteen case-sensitive characters and three that make them safe without case."""

import numpy as np
import numpy.typing as npt
import polars as pl

from data_gen.randomness import Ints

DIGITS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
CHECK = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
POD = b"5g00000"
PREFIX = {"Account": b"001", "User": b"005", "Opportunity": b"006", "Task": b"00T", "Order": b"801"}


def ids(entity: str, numbers: Ints) -> pl.Series:
    """One id per number; a higher number gives an id that sorts later."""
    left = np.asarray(numbers, dtype=np.int64).copy()
    head = np.frombuffer(PREFIX[entity] + POD, dtype=np.uint8)
    text = np.empty((len(left), 15), dtype=np.uint8)
    text[:, : len(head)] = head
    for place in range(14, len(head) - 1, -1):
        text[:, place] = DIGITS[left % 62]
        left //= 62
    return checked(text)


def checked(text: npt.NDArray[np.uint8]) -> pl.Series:
    """Rows of fifteen characters with their three check characters: five bits each, one per capital letter."""
    capitals = (text >= ord("A")) & (text <= ord("Z"))
    checks = [CHECK[capitals[:, 5 * group : 5 * group + 5] @ (1 << np.arange(5))] for group in range(3)]
    whole = np.column_stack([text, *checks])
    return pl.Series(np.ascontiguousarray(whole).view("S18").ravel().astype("U18"), dtype=pl.String)
