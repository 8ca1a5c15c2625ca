"""Columns as numbers: dictionary-encoded values, with what comparing and blocking need, computed when asked for."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from lakehouse.mdm.linkage import cleaning, text
from lakehouse.mdm.linkage.dates import Dates, Style, read_dates, style_of
from lakehouse.mdm.linkage.frequency import Frequency

COMMON = 0.05  # share of the values from which on a word is too common to tell anything by itself
TOKENS = 8  # of a value; further ones are not compared one by one


@dataclass(frozen=True)
class Tokens:
    """The words of each value: positions in a vocabulary, -1 beyond the last word."""

    places: np.ndarray  # value x TOKENS
    words: pl.Series
    hashes: np.ndarray
    counts: np.ndarray  # values that hold the word

    @cached_property
    def signatures(self) -> np.ndarray:
        return text.signatures(self.words)

    @cached_property
    def strings(self) -> np.ndarray:
        return np.array(self.words.to_list(), dtype=object)

    @cached_property
    def is_number(self) -> np.ndarray:
        return self.words.str.contains(r"\d").to_numpy()

    @cached_property
    def sizes(self) -> np.ndarray:
        return self.words.str.len_chars().to_numpy().astype(np.int64)

    @cached_property
    def initials(self) -> np.ndarray:
        return text.hashes(self.words.str.head(1))

    @cached_property
    def sounds(self) -> np.ndarray:
        return text.soundex(self.words)


@dataclass
class Column:
    """One field of a population; the codes point into the distinct values, -1 where the field is missing."""

    field: str
    kind: str
    codes: np.ndarray
    values: pl.Series
    hashes: np.ndarray
    reference: Frequency | None = None
    token_reference: Frequency | None = None
    style: Style | None = None  # of dates; None where the values show it
    _heads: dict[int, np.ndarray] = dataclasses.field(default_factory=dict)

    @cached_property
    def counts(self) -> np.ndarray:
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    @cached_property
    def frequency(self) -> Frequency:
        """How often the values occur in the population that the model was learned from."""
        return self.reference or Frequency.of(self.hashes, self.counts)

    @cached_property
    def shares(self) -> np.ndarray:
        """For each value, the share of the records that have it."""
        return self.frequency.count(self.hashes) / max(self.frequency.total, 1)

    @cached_property
    def strings(self) -> np.ndarray:
        return np.array(self.values.to_list(), dtype=object)

    @cached_property
    def signatures(self) -> np.ndarray:
        return text.signatures(self.values)

    @cached_property
    def dates(self) -> Dates:
        return read_dates(self.values, self.style or style_of(self.values, self.counts))

    @cached_property
    def core(self) -> pl.Series:
        """The values, names without their legal form."""
        return cleaning.core_names(self.values) if self.kind == "name" else self.values

    @cached_property
    def tokens(self) -> Tokens:
        return _tokens(self.core, cleaning.short_words if self.kind == "address" else None)

    @cached_property
    def token_frequency(self) -> Frequency:
        return self.token_reference or Frequency.of(self.tokens.hashes, self.tokens.counts)

    @cached_property
    def token_weights(self) -> np.ndarray:
        """How telling each word is: the logarithm of how rare it is."""
        count = self.token_frequency.count(self.tokens.hashes)
        values = max(len(self.frequency.hashes), 2)
        return np.maximum(np.log((values + 1) / count), 0.1).astype(np.float32)

    @cached_property
    def width(self) -> int:
        """Words of the longest value."""
        return int((self.tokens.places >= 0).sum(axis=1).max(initial=1))

    @cached_property
    def has_words(self) -> np.ndarray:
        """Whether a value has several words."""
        return self.tokens.places[:, 1] >= 0

    @cached_property
    def word_hashes(self) -> list[np.ndarray]:
        """A 32-bit hash of each value's first word, second word and so on, 0 beyond the last one."""
        hashed = np.append((self.tokens.hashes >> np.uint64(32)).astype(np.uint32) | np.uint32(1), np.uint32(0))
        return [hashed[self.tokens.places[:, i]] for i in range(self.width)]

    @cached_property
    def number_hashes(self) -> list[np.ndarray]:
        """The same, of words with digits only."""
        is_number = np.append(self.tokens.is_number, False)
        return [
            np.where(is_number[self.tokens.places[:, i]], words, np.uint32(0))
            for i, words in enumerate(self.word_hashes)
        ]

    @cached_property
    def word_weights(self) -> list[np.ndarray]:
        weights = np.append(self.token_weights, np.float32(0))
        return [weights[self.tokens.places[:, i]] for i in range(self.width)]

    @cached_property
    def telling_words(self) -> np.ndarray:
        """64 bits that tell which of the rarer words a value has."""
        common = self.token_frequency.count(self.tokens.hashes) > COMMON * max(len(self.frequency.hashes), 1)
        bit = np.uint64(1) << (self.tokens.hashes >> np.uint64(58))
        bits = np.append(np.where(common, np.uint64(0), bit), np.uint64(0))[self.tokens.places[:, : self.width]]
        return np.bitwise_or.reduce(bits, axis=1)

    @cached_property
    def unspaced(self) -> np.ndarray:
        """The values written in one, names without their legal form."""
        return np.array(self.core.str.replace_all(" ", "", literal=True).to_list(), dtype=object)

    @cached_property
    def first_letters(self) -> np.ndarray:
        return text.hashes(self.values.str.head(1))

    @cached_property
    def is_initial(self) -> np.ndarray:
        """Whether the first word is a single letter."""
        return (self.values.str.split(" ").list.first().str.len_chars() == 1).to_numpy()

    def heads(self, letters: int) -> np.ndarray:
        """Hashes of the first letters of each value."""
        if letters not in self._heads:
            self._heads[letters] = text.hashes(self.values.str.head(letters))
        return self._heads[letters]

    @property
    def fill(self) -> float:
        return float((self.codes >= 0).mean()) if len(self.codes) else 0.0


def encode(name: str, kind: str, column: pl.Series) -> Column:
    """A column of raw values, made comparable and dictionary-encoded."""
    raw_codes, raw = _distinct(column)
    cleaned = cleaning.clean(raw, "identifier" if kind in ("code", "word") else kind)
    codes, values = _distinct(cleaned)
    joined = np.where(raw_codes >= 0, np.append(codes, -1)[raw_codes], -1).astype(np.int32)
    if kind == "identifier":
        kind = identifier_kind(values)
    return Column(name, kind, joined, values.alias(name), text.hashes(values))


def identifier_kind(values: pl.Series) -> str:
    """`code` where the values are mostly numbers of some length, else `word`."""
    sample = values.head(10_000)
    digits = int(sample.str.count_matches(r"\d").sum() or 0)
    letters = int(sample.str.len_chars().sum() or 0)
    return "code" if letters and digits / letters >= 0.4 and letters / len(sample) >= 4 else "word"


def _distinct(values: pl.Series) -> tuple[np.ndarray, pl.Series]:
    """Codes into the distinct values (-1 for null), which stand in the order of their hashes."""
    present = values.is_not_null().to_numpy()
    _, first, inverse = np.unique(values.hash(text.HASH_SEED).to_numpy(), return_index=True, return_inverse=True)
    if present.all():
        return inverse.astype(np.int32), values.gather(first)
    kept = present[first]
    renumbered = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    return renumbered[inverse], values.gather(first[kept])


def _tokens(values: pl.Series, shorten: Callable[[pl.Series], pl.Series] | None) -> Tokens:
    lists = values.fill_null("").str.split(" ").list.head(TOKENS)
    lengths = lists.list.len().to_numpy().astype(np.int64)
    flat = lists.explode(empty_as_null=True, keep_nulls=True)
    if shorten is not None:
        flat_codes, distinct = _distinct(flat)
        short = shorten(distinct)
        codes, words = _distinct(short)
        codes = codes[flat_codes]
    else:
        codes, words = _distinct(flat)
    places = np.full((len(values), TOKENS), -1, dtype=np.int32)
    row = np.repeat(np.arange(len(values)), lengths)
    place = np.arange(len(codes)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    places[row, place] = codes
    empty = words == ""
    if empty.any():
        places[places == int(empty.arg_max() or 0)] = -1
    counts = np.bincount(np.sort(places, axis=1)[_first_of_run(np.sort(places, axis=1))], minlength=len(words))
    return Tokens(places, words, text.hashes(words), counts)


def _first_of_run(ordered: np.ndarray) -> np.ndarray:
    first = np.ones(ordered.shape, dtype=bool)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    return first & (ordered >= 0)
