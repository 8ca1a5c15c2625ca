"""Records made ready to be linked: ids, sources, and every field as a dictionary-encoded column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from lakehouse.mdm.linkage.columns import Column, encode
from lakehouse.mdm.linkage.dates import Style, style_of
from lakehouse.mdm.linkage.fields import Fields
from lakehouse.mdm.linkage.frequency import Frequency
from lakehouse.mdm.linkage.keys import Atoms


@dataclass(frozen=True)
class Reference:
    """How often values and words occur in the population that a model was learned from."""

    values: Mapping[str, Frequency]
    words: Mapping[str, Frequency]
    kinds: Mapping[str, str]
    styles: Mapping[str, Style]


@dataclass
class Population:
    """The records of one linkage; numbers of records are positions in `ids`."""

    ids: pl.Series
    sources: np.ndarray | None
    columns: dict[str, Column]
    source_names: list[str] = field(default_factory=list)  # by the number of a source

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def atoms(self) -> Atoms:
        return Atoms(self.columns)

    def reference(self) -> Reference:
        words = {name: c.token_frequency for name, c in self.columns.items() if "tokens" in c.__dict__}
        return Reference(
            {name: column.frequency for name, column in self.columns.items()},
            words,
            {name: column.kind for name, column in self.columns.items()},
            {n: style_of(c.values, c.counts) for n, c in self.columns.items() if c.kind == "date_of_birth"},
        )


def populate(
    records: pl.DataFrame, id: str, source: str | None, fields: Fields, reference: Reference | None = None
) -> Population:
    """The records' fields, with the frequencies of another population where a reference is given."""
    columns = {}
    for name, column in fields:
        kind = fields.kind(name) if reference is None else reference.kinds.get(name, fields.kind(name))
        encoded = encode(name, kind, records[column])
        if reference is not None and name in reference.values:
            encoded.reference = reference.values[name]
            encoded.token_reference = reference.words.get(name)
            encoded.style = reference.styles.get(name)
        columns[name] = encoded
    if source is None:
        return Population(records[id], None, columns)
    named = records[source].cast(pl.String)
    sources = named.rank("dense").cast(pl.Int64).to_numpy() - 1
    return Population(records[id], sources, columns, named.unique().sort().to_list())
