"""Agreement on a common value tells less, in proportion to how common it is."""

import numpy as np
import polars as pl
import pytest

from lakehouse.mdm.linkage import term_frequency
from lakehouse.mdm.linkage.columns import encode


@pytest.mark.parametrize(("often", "seldom"), [(900, 300), (900, 90), (300, 30)])
def test_a_value_three_times_as_common_tells_a_third_as_much(often, seldom):
    values = ["Evans"] * often + ["Quirke"] * seldom + [f"name{i // 20}" for i in range(4_000)]
    column = encode("surname", "surname", pl.Series(values))
    found = term_frequency.rarity(column, records_of_one=1.8, alone=0.1)
    place = {name: column.values.to_list().index(name) for name in ("evans", "quirke")}
    assert found[place["evans"]] - found[place["quirke"]] == pytest.approx(np.log(often / seldom), abs=0.15)
