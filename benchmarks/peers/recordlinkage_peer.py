"""recordlinkage with its ECM classifier: blocks on equal values, Jaro-Winkler similarities, no labels."""

import warnings
from typing import Any

import pandas as pd
import pyarrow as pa
import recordlinkage

warnings.filterwarnings("ignore")
ALIKE = 0.85


def link(parquet: str, fields: dict[str, Any], source: str | None, mode: str) -> tuple[list[str], Any]:
    """Pairs with a probability, as Arrow columns id_a, id_b, score."""
    table = pd.read_parquet(parquet).set_index("id")
    named = {field: column for field, column in fields.items() if field != "identifiers" and column}
    named |= {f"identifier_{i}": column for i, column in enumerate(fields.get("identifiers") or ())}
    records = pd.DataFrame({field: table[column].astype("string").str.lower() for field, column in named.items()})
    sides = [records]
    if mode == "link":
        sides = [records[(table[source] == name).to_numpy()] for name in sorted(table[source].unique())]
    indexer, rules = recordlinkage.Index(), []
    keys = [f for f in ("email", "phone", "surname", "given_name", "date_of_birth", "postcode", "name") if f in named]
    for key in keys:
        indexer.block(key)
        rules.append(key)
    candidates = indexer.index(*sides)
    comparison = recordlinkage.Compare()
    for field in named:
        if field in ("date_of_birth", "country"):
            comparison.exact(field, field, label=field)
        else:
            comparison.string(field, field, method="jarowinkler", threshold=ALIKE, label=field)
    features = comparison.compute(candidates, *sides)
    classifier = recordlinkage.ECMClassifier(binarize=0.5)
    classifier.fit_predict(features)
    score = classifier.prob(features)
    kept = score[score > 0.001]
    pairs = kept.index.to_frame(index=False)
    return rules, pa.table(
        {"id_a": pa.array(pairs.iloc[:, 0]), "id_b": pa.array(pairs.iloc[:, 1]), "score": pa.array(kept.to_numpy())}
    )
