"""Candidate pairs: complete, each once, in bounded chunks, and honest about what was cut."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.mdm.blocking import Blocks, pass_names, shared
from lakehouse.mdm.rules import CUSTOMER
from lakehouse.mdm.standardise import record_frame, standardise


def keyed(*rows: dict) -> pl.DataFrame:
    return standardise(record_frame(rows))


def pairs(blocks: Blocks, chunk_pairs: int = 1 << 21) -> dict[tuple[int, int], int]:
    """Unordered pairs and the bits of the passes that found them; fails where a pair comes twice."""
    found: dict[tuple[int, int], int] = {}
    for chunk in blocks.candidates(chunk_pairs):
        for a, b, bits in zip(chunk.left.tolist(), chunk.right.tolist(), chunk.passes.tolist(), strict=True):
            assert (min(a, b), max(a, b)) not in found
            found[min(a, b), max(a, b)] = bits
    return found


def test_which_pass_finds_which_pair():
    records = keyed(
        {"name": "Robert Zeta", "email": "a@b.co", "phone": None},
        {"name": "Rupert Zeta", "email": "c@d.co", "phone": "089 1234567"},  # Soundex of the name, and of both words
        {"name": "Zeta Quix", "email": "A@B.co", "phone": None},  # one word, and the e-mail
        {"name": "Omega", "email": None, "phone": "089/1234567"},  # the phone
        {"name": None, "email": None, "phone": None},  # nothing to find it by
    )
    blocks = Blocks(records)
    assert pairs(blocks) == {(0, 1): 0b0011, (0, 2): 0b0110, (1, 2): 0b0010, (1, 3): 0b1000}
    found = {s.blocking_pass: (s.pairs_found, s.pairs_new, s.largest_block) for s in blocks.stats}
    assert found == {
        "soundex_name": (1, 1, 2),
        "soundex_token": (3, 2, 3),
        "email": (1, 0, 2),
        "phone": (1, 1, 2),
    }
    assert blocks.capped.is_empty()


def test_names_of_passes():
    named = pass_names(np.array([0b0011, 0b1000]))
    assert named["blocking_pass"].to_list() == ["soundex_name", "phone"]
    assert named["blocking_passes"].to_list() == ["soundex_name+soundex_token", "phone"]


@pytest.mark.parametrize("rows", [[], [{"name": "Robert"}]])
def test_no_pairs(rows):
    blocks = Blocks(keyed(*rows))
    assert pairs(blocks) == {}
    assert [s.pairs_found for s in blocks.stats] == [0, 0, 0, 0]


def test_an_oversized_block_is_split_by_the_second_key():
    """Ten names share the word Werk; only those whose names sound alike as a whole stay together."""
    rules = replace(CUSTOMER, max_block=4)
    names = [f"{first} Werk" for first in ("Ba", "Ca", "Da", "La", "Ra") for _ in range(2)]
    blocks = Blocks(keyed(*({"name": name} for name in names)), rules)
    assert set(pairs(blocks)) == {(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)}
    assert blocks.stats[1].capped_blocks == 1
    assert blocks.stats[1].largest_block == 10
    [cut] = blocks.capped.to_dicts()
    assert cut == {
        "blocking_pass": "soundex_token",
        "block": "W620",
        "records": 10,
        "pairs_possible": 45,
        "pairs_compared": 5,
    }


def test_what_cannot_be_split_is_compared_with_its_neighbours_in_name_order():
    rules = replace(CUSTOMER, max_block=4, window=2)
    rows = [{"name": "Zeta", "email": "info@acme.example"} for _ in range(6)]
    blocks = Blocks(keyed(*rows), rules)
    assert len(pairs(blocks)) == 5 + 4  # each with its next two
    assert blocks.capped["blocking_pass"].to_list() == ["soundex_name", "soundex_token", "email"]
    assert blocks.capped["pairs_compared"].to_list() == [9, 9, 9]
    assert blocks.capped["pairs_possible"].to_list() == [15, 15, 15]


names = st.lists(st.sampled_from(["robert", "rupert", "zeta", "werk", "bau", "lee"]), max_size=3).map(" ".join)
rows = st.fixed_dictionaries(
    {
        "name": names,
        "email": st.sampled_from([None, "a@b.co", "c@d.co"]),
        "phone": st.sampled_from([None, "089 1234567", "089 7654321"]),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(rows, max_size=14), st.sampled_from([1, 3, 1000]))
def test_all_pairs_that_share_a_block_in_chunks_of_any_size(customers, chunk_pairs):
    records = keyed(*customers)
    left, right = np.triu_indices(len(records), k=1)
    expected = {}
    for a, b, row in zip(left.tolist(), right.tolist(), shared(records, left, right).iter_rows(), strict=True):
        if any(row):
            expected[a, b] = sum(1 << number for number, found in enumerate(row) if found)
    assert pairs(Blocks(records), chunk_pairs) == expected


def test_chunks_are_bounded():
    records = keyed(*({"name": f"Zeta {'abcdefghij'[n % 10]}"} for n in range(60)))
    blocks = Blocks(records)
    sizes = [len(chunk.left) for chunk in blocks.candidates(chunk_pairs=200)]
    assert len(sizes) > 5
    assert max(sizes) <= 200
    assert sum(sizes) == 60 * 59 // 2
