"""One error names everything that is wrong with the records and the options."""

import polars as pl
import pytest

from lakehouse.errors import LakehouseError
from lakehouse.mdm import Fields, link

RECORDS = pl.DataFrame(
    {
        "id": [1, 2, 2, None],
        "company": ["a", "b", "c", "d"],
        "tags": [["x"]] * 4,
        "empty": [None] * 4,
        "one": ["crm"] * 4,
    }
)


def message(records: pl.DataFrame = RECORDS, **options) -> str:
    with pytest.raises(LakehouseError) as caught:
        link(records, **({"id": "id", "fields": Fields(name="company")} | options))
    return str(caught.value)


def test_all_problems_at_once():
    text = message(fields=Fields(name="firm", email="mail"), model="magic", mode="guess", source="origin")
    for part in ("no model 'magic'", "no mode 'guess'", "'firm' (name)", "'mail' (email)", "'origin' (source)"):
        assert part in text
    assert "there are id, company, tags, empty, one" in text
    assert "1 ids in 'id' occur more than once: 2 (2 times)" in text
    assert "1 records have no id" in text


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"fields": Fields()}, "no field is declared"),
        ({"fields": Fields(city="company")}, "no usable field: city alone cannot tell records apart"),
        ({"fields": Fields(name="tags")}, "columns that hold lists or structures: tags"),
        ({"fields": Fields(name="company", email="company")}, "columns declared more than once: company"),
        ({"mode": "link"}, "mode 'link' needs a source column"),
        ({"mode": "link", "source": "one"}, "mode 'link' needs records of several sources, but all are of 'crm'"),
        ({"one_to_one": True}, "one_to_one needs mode 'link'"),
        ({"trusted_keys": ["vat"]}, "trusted_keys name what is no declared field: vat"),
        ({"fields": Fields(identifiers=["company"]), "model": "composite"}, "the composite model compares name"),
        ({"threshold": 1.5}, "threshold must lie between 0 and 1, but is 1.5"),
        ({"max_cluster": 1}, "max_cluster must be at least 2"),
        ({"fields": Fields(email="empty")}, "every declared field is empty in all 4 records"),
    ],
)
def test_each_problem(options, part):
    assert part in message(**options)


def test_no_records():
    assert "there are no records" in message(RECORDS.head(0))


def test_unknown_ids_in_decisions():
    records = pl.DataFrame({"id": ["a", "b"], "company": ["x", "y"]})
    assert "name ids that no record has: z" in message(records, must_link=[("a", "z")])


def test_unknown_ids_are_told_with_all_else():
    records = pl.DataFrame({"id": ["a", "b"], "company": ["x", "y"]})
    text = message(records, must_link=[("a", "z")], threshold=2.0)
    assert "name ids that no record has: z" in text and "threshold must lie" in text


def test_decisions_that_contradict_each_other():
    records = pl.DataFrame({"id": [1, 2, 3], "company": ["x", "y", "z"]})
    text = message(records, must_link=[(1, 2), (2, 3)], cannot_link=[(3, 1)])
    assert "must_link joins what cannot_link keeps apart: 3 and 1" in text


def test_a_table_of_another_library():
    with pytest.raises(LakehouseError, match=r"they must be a polars DataFrame or LazyFrame, but are a builtins\.list"):
        link([{"id": 1}], id="id", fields=Fields(name="company"))
