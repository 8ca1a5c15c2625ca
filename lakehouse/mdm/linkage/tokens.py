"""Names and addresses compared word by word: in any order, rare words counting more, misspelt words still counting."""

from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler, LCSseq

from lakehouse.mdm.linkage import text
from lakehouse.mdm.linkage.columns import Column

SLICE = 50_000  # pairs aligned at a time
ALIKE = np.float32(0.88)  # words from here on are taken for misspellings of each other
UNLIKE = np.float32(0.3)
HALF = np.float32(0.45)
SAME_WORDS = np.float32(0.98)  # legal form or word order apart
FUZZY = np.float32(0.96)  # the most that unequal words add up to
CONTAINED = np.float32(0.6)  # the least where one name only leaves words out
CONTRADICTING = np.float32(0.8)  # the most where both have words of their own
LONGEST_SHORT = 4  # letters of an abbreviation: intl, mfg, bros


def contains(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether one side's words are all among the other's; whether one side is the initial of the other's first word."""
    initial = left.first_letters[code_l] == right.first_letters[code_r]
    initial &= left.is_initial[code_l] | right.is_initial[code_r]
    contained = np.zeros(len(code_l), dtype=bool)
    several = np.flatnonzero(left.has_words[code_l] | right.has_words[code_r])
    if len(several):
        a, b = _words(left, code_l[several]), _words(right, code_r[several])
        shared = np.zeros(len(several), dtype=np.int8)
        for word in a:
            equal = np.zeros(len(several), dtype=bool)
            for other in b:
                equal |= word == other
            shared += equal & (word != 0)
        size_l, size_r = (sum((word != 0).astype(np.int8) for word in side) for side in (a, b))
        contained[several] = shared >= np.minimum(size_l, size_r)
    return contained, initial


def _words(column: Column, codes: np.ndarray) -> list[np.ndarray]:
    """Hashes of each value's first word, second word and so on, 0 beyond the last one."""
    return [np.take(words, codes) for words in column.word_hashes]


def name_similarity(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> np.ndarray:
    """Share of the words' weight that the names have in common, or their likeness written in one.

    Words that only one name has weigh less against it than words that contradict each other.
    """
    shared, over_l, over_r, complete = aligned(left, right, code_l, code_r)
    contradicts = (over_l > 0) & (over_r > 0)
    found = np.where(contradicts, shared * CONTRADICTING, CONTAINED + shared * (FUZZY - CONTAINED))
    found = np.where(complete, SAME_WORDS, np.where(shared > 0, found, 0)).astype(np.float32)
    unsure = np.flatnonzero(found < FUZZY)
    sig_l, sig_r = np.take(left.signatures, code_l[unsure]), np.take(right.signatures, code_r[unsure])
    near = unsure[text.overlap(sig_l, sig_r) >= 0.5]
    if len(near):
        whole = process.cpdist(
            left.unspaced[code_l[near]],
            right.unspaced[code_r[near]],
            scorer=JaroWinkler.normalized_similarity,
            dtype=np.float32,
            workers=-1,
        )
        found[near] = np.maximum(found[near], np.maximum(0, (whole - np.float32(0.7)) / np.float32(0.3)) * FUZZY)
    return found


def address_similarity(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> np.ndarray:
    """Words and house numbers apart: the same street with another number is a neighbour, not the same address."""
    shared, _, _, complete = aligned(left, right, code_l, code_r)
    found = shared * np.float32(0.9)
    some = np.flatnonzero(shared > 0)
    a, b = (_numbers(side, codes[some]) for side, codes in ((left, code_l), (right, code_r)))
    same = np.zeros(len(some), dtype=bool)
    for number in a:
        for other in b:
            same |= (number == other) & (number != 0)
    some_l, some_r = (np.any([number != 0 for number in side], axis=0) for side in (a, b))
    close = shared[some]
    numbered = np.where(same, np.float32(0.35) + close * np.float32(0.62), close * np.float32(0.9))
    differ = some_l & some_r & ~same
    found[some] = np.where(differ, np.minimum(numbered, np.float32(0.54)), numbered)
    return np.where(complete, SAME_WORDS, found).astype(np.float32)


def _numbers(column: Column, codes: np.ndarray) -> list[np.ndarray]:
    return [np.take(numbers, codes) for numbers in column.number_hashes]


def aligned(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> tuple[np.ndarray, ...]:
    """The shared share of the words' weight, what is left over on either side, and whether no word differs at all.

    Pairs without a telling word or half of their letter pairs in common share nothing.
    """
    found = [np.zeros(len(code_l), dtype=np.float32) for _ in range(3)]
    complete = np.zeros(len(code_l), dtype=bool)
    telling = (np.take(left.telling_words, code_l) & np.take(right.telling_words, code_r)) != 0
    letters = text.overlap(np.take(left.signatures, code_l), np.take(right.signatures, code_r))
    likely = np.flatnonzero((telling & (letters >= UNLIKE)) | (letters >= HALF))
    for start in range(0, len(likely), SLICE):
        part = likely[start : start + SLICE]
        *weights, complete[part] = _aligned(left, right, code_l[part], code_r[part])
        for column, weight in zip(found, weights, strict=True):
            column[part] = weight
    return (*found, complete)


def _aligned(left: Column, right: Column, code_l: np.ndarray, code_r: np.ndarray) -> tuple[np.ndarray, ...]:
    hash_l, hash_r = _words(left, code_l), _words(right, code_r)
    found_l = [np.zeros(len(code_l), dtype=np.float32) for _ in hash_l]
    found_r = [np.zeros(len(code_l), dtype=np.float32) for _ in hash_r]
    for word, credit_l in zip(hash_l, found_l, strict=True):
        for other, credit_r in zip(hash_r, found_r, strict=True):
            equal = (word == other) & (word != 0)
            credit_l[equal] = 1
            credit_r[equal] = 1
    over = [
        [(credit == 0) & (word != 0) for word, credit in side]
        for side in (zip(hash_l, found_l, strict=True), zip(hash_r, found_r, strict=True))
    ]
    complete = ~np.any([*over[0], *over[1]], axis=0)
    _credit_alike(left, right, code_l, code_r, over, (found_l, found_r))
    sums = []
    for column, codes, words, credits in ((left, code_l, hash_l, found_l), (right, code_r, hash_r, found_r)):
        weights = [np.take(weight, codes) for weight in column.word_weights]
        common = sum(weight * credit for weight, credit in zip(weights, credits, strict=True))
        over_here = sum(
            weight * ((credit == 0) & (word != 0)) for weight, credit, word in zip(weights, credits, words, strict=True)
        )
        sums.append((common, over_here, sum(weights)))
    (common_l, over_l, total_l), (common_r, over_r, total_r) = sums
    shared = (common_l + common_r) / np.maximum(total_l + total_r, np.float32(1e-6))
    return shared.astype(np.float32), over_l, over_r, complete


def _credit_alike(
    left: Column,
    right: Column,
    code_l: np.ndarray,
    code_r: np.ndarray,
    over: list[list[np.ndarray]],
    credits: tuple[list[np.ndarray], list[np.ndarray]],
) -> None:
    """Words left over on both sides count as far as they are spelled alike."""
    where, at_l, at_r = [], [], []
    for i, left_over in enumerate(over[0]):
        for j, right_over in enumerate(over[1]):
            pairs = np.flatnonzero(left_over & right_over)
            where.append(pairs)
            at_l.append(np.full(len(pairs), i, dtype=np.int8))
            at_r.append(np.full(len(pairs), j, dtype=np.int8))
    pair, place_l, place_r = np.concatenate(where), np.concatenate(at_l), np.concatenate(at_r)
    if not len(pair):
        return
    words_l = left.tokens.places[code_l[pair], place_l]
    words_r = right.tokens.places[code_r[pair], place_r]
    alike = _words_alike(left, right, words_l, words_r)
    kept = np.flatnonzero(alike >= ALIKE)
    for side, places in ((credits[0], place_l), (credits[1], place_r)):
        for i, credit in enumerate(side):
            here = kept[places[kept] == i]
            np.maximum.at(credit, pair[here], alike[here])


def _words_alike(left: Column, right: Column, place_l: np.ndarray, place_r: np.ndarray) -> np.ndarray:
    """Jaro-Winkler similarity of words, or that of an abbreviation; numbers are never alike."""
    words_l, words_r = left.tokens, right.tokens
    both = place_l.astype(np.int64) * len(words_r.words) + place_r
    distinct, where = np.unique(both, return_inverse=True)
    a, b = distinct // len(words_r.words), distinct % len(words_r.words)
    found = np.zeros(len(distinct), dtype=np.float32)
    words = ~(words_l.is_number[a] | words_r.is_number[b])
    near = np.flatnonzero(words & (text.overlap(words_l.signatures[a], words_r.signatures[b]) >= UNLIKE))
    if len(near):
        found[near] = _scored(JaroWinkler.normalized_similarity, words_l.strings[a[near]], words_r.strings[b[near]])
    size_l, size_r = words_l.sizes[a], words_r.sizes[b]
    shorter = np.minimum(size_l, size_r)
    likely = words & (found < ALIKE) & (words_l.initials[a] == words_r.initials[b])
    short = np.flatnonzero(likely & (shorter <= LONGEST_SHORT) & (np.maximum(size_l, size_r) >= shorter + 2))
    if len(short):
        kept = _scored(LCSseq.similarity, words_l.strings[a[short]], words_r.strings[b[short]])
        found[short[kept >= shorter[short]]] = ALIKE
    return found[where]


def _scored(scorer: Any, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    answers: np.ndarray = process.cpdist(left, right, scorer=scorer, dtype=np.float32, workers=-1)
    return answers
