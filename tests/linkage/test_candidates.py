"""Candidate pairs: every pair once, with the passes that find it, and bounded blocks."""

import numpy as np
import polars as pl
import pytest

from lakehouse.mdm.linkage import candidates, text
from lakehouse.mdm.linkage.runs import Runs


def all_pairs(found):
    chunks = list(found.stream(chunk=7))
    return [(a, b) for left, right, _, _ in chunks for a, b in zip(left.tolist(), right.tolist(), strict=True)]


def passes_of(*columns, sources=None):
    keys = [np.array(column, dtype=np.uint64) for column in columns]
    made = [
        candidates._pass(candidates.Plan((f"f{i}.value",)), Runs.of(k), len(k), sources) for i, k in enumerate(keys)
    ]
    return candidates.Candidates(len(columns[0]), sources, made)


def test_each_pair_comes_once_from_the_first_pass_that_finds_it():
    found = passes_of([1, 1, 2, 2, 0, 0], [5, 5, 5, 0, 0, 0])
    assert sorted(all_pairs(found)) == [(0, 1), (0, 2), (1, 2), (2, 3)]
    assert [one.pairs_found for one in found.passes] == [2, 3]
    assert [one.pairs_new for one in found.passes] == [2, 2]


def test_a_hash_of_zero_is_no_key():
    assert all_pairs(passes_of([0, 0, 0])) == []


def test_linking_pairs_different_sources_only():
    found = passes_of([1, 1, 1, 1], sources=np.array([0, 0, 1, 1]))
    assert sorted(all_pairs(found)) == [(0, 2), (0, 3), (1, 2), (1, 3)]
    assert found.possible_pairs == 4


def test_the_passes_of_a_pair():
    found = passes_of([1, 1, 2], [5, 5, 5])
    mask = found.found_by(np.array([0, 0]), np.array([1, 2]))
    assert mask.tolist() == [3, 2]


def test_pairs_by_number_are_those_of_the_stream():
    found = passes_of([1, 1, 1, 2, 2, 0])
    one = found.passes[0]
    left, right = one.pairs(np.arange(one.pairs_found))
    pairs = sorted((min(pair), max(pair)) for pair in zip(left.tolist(), right.tolist(), strict=True))
    assert pairs == sorted(all_pairs(found))


def test_oversized_blocks_are_cut_and_counted():
    runs, lost = Runs.of(np.full(100, 7, dtype=np.uint64)).cut(30)
    assert runs.lengths.tolist() == [30, 30, 30, 10]
    assert lost == 100 * 99 // 2 - runs.pairs


def test_the_cap_keeps_a_pass_within_its_budget():
    runs = Runs.of(np.full(10_000, 7, dtype=np.uint64))
    assert runs.cut(runs.cap(candidates.CAPS, 300_000))[0].pairs <= 300_000


@pytest.mark.parametrize(
    ("a", "b"), [("robert", "rupert"), ("ashcraft", "ashcroft"), ("tymczak", "tymczak"), ("mueller", "muller")]
)
def test_names_that_sound_alike_share_a_code(a, b):
    codes = text.soundex(pl.Series([a, b, "xenia"]))
    assert codes[0] == codes[1] != codes[2]


def test_there_is_no_sound_without_latin_letters():
    assert text.soundex(pl.Series(["王", "42", ""])).tolist() == [0, 0, 0]


def test_similar_strings_share_letter_pairs():
    a = text.signatures(pl.Series(["smith", "smith", "abc"]))
    b = text.signatures(pl.Series(["smyth", "zzzzz", "abc"]))
    shared = text.overlap(a, b)
    assert shared[0] > 0.5 > shared[1]
    assert shared[2] == 1
