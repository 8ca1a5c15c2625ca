"""Capitals for values that a source sends in one case throughout."""

import re
from functools import partial

import polars as pl

from lakehouse.mdm.vocabulary import SPELLING

SHORT = 3  # letters; a name of one word no longer than this stays in capitals: it is likely an acronym
_WORD = re.compile(r"[^\s\-/()]+")
_VOWEL = re.compile("[aeiouyäöüáéíóúàèìòùâêîôû]")


def cased(text: pl.Expr, casing: str) -> pl.Expr:
    """The values as a golden record shows them."""
    trimmed = text.str.strip_chars()
    match casing:
        case "lower":
            return trimmed.str.to_lowercase()
        case "title" | "name":
            proper = partial(proper_case, is_name=casing == "name")
            spelt = trimmed.map_batches(partial(_spelt, proper=proper), return_dtype=pl.String)
            return pl.when(single_case(trimmed)).then(spelt).otherwise(trimmed)
        case _:
            return trimmed


def single_case(text: pl.Expr) -> pl.Expr:
    """Whether a value holds capitals only, or none."""
    return (text == text.str.to_uppercase()) | (text == text.str.to_lowercase())


def proper_case(text: str, *, is_name: bool = True) -> str:
    """MÜLLER & SÖHNE GMBH as Müller & Söhne GmbH; a text in mixed case stays as it is."""
    if text not in (text.upper(), text.lower()):
        return text
    words = _WORD.findall(text)
    spelling = SPELLING if is_name else {w: s for w, s in SPELLING.items() if s == s.lower()}
    core = [word for word in words if word.lower() not in spelling]
    keep = text.isupper() and is_name and len(core) == 1 and len(core[0]) <= SHORT
    return _WORD.sub(lambda found: _word(found, spelling, keep=keep, upper=text.isupper()), text)


def _word(found: re.Match[str], spelling: dict[str, str], *, keep: bool, upper: bool) -> str:
    word = found.group()
    lower = word.lower()
    if lower in spelling and (found.start() or not spelling[lower].islower()):
        return spelling[lower]
    if keep or (upper and len(word) <= SHORT + 1 and word.isalpha() and not _VOWEL.search(lower)):
        return word
    return "'".join(part.capitalize() if len(part) > 1 else part for part in lower.capitalize().split("'"))


def _spelt(values: pl.Series, proper: partial[str]) -> pl.Series:
    distinct = values.drop_nulls().unique()
    spelt = pl.Series([proper(text) for text in distinct], dtype=pl.String)
    return values.replace_strict(distinct, spelt, default=None, return_dtype=pl.String)
