"""The learned model beside the composite one, what a threshold would change, and a person's own file."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import polars as pl
import streamlit as st

from lakehouse import session
from ui import data

MODELS = {"composite": "Composite", "fellegi_sunter": "Fellegi-Sunter"}
MAX_MEGABYTES = 20
MAX_ROWS = session.MAX_ROWS
REVIEW_AT = 0.1  # of the learned model; pairs below are not worth a look
STEPS = [number / 100 for number in range(10, 100)] + [0.999, 1.0]
# Words in a header that tell what a column holds, the more telling ones first.
HINTS = {
    "given_name": ("given", "first_name", "firstname"),
    "surname": ("surname", "last_name", "lastname", "family"),
    "date_of_birth": ("birth", "dob"),
    "email": ("mail",),
    "phone": ("phone", "tel", "mobile"),
    "address": ("street", "address", "addr"),
    "postcode": ("postcode", "postal", "zip", "plz"),
    "city": ("city", "town", "suburb", "ort"),
    "country": ("country", "land"),
    "tax_id": ("vat", "tax"),
    "name": ("company", "organisation", "organization", "customer_name", "full_name", "name"),
}


@dataclass(frozen=True)
class Measured:
    """A model's pairs (match_score, customer_uid_a, customer_uid_b), and its curve where there is an answer key."""

    pairs: pl.DataFrame
    curve: pl.DataFrame | None  # threshold, precision, recall, f1
    merge_at: float
    about: str
    lowest: float = 0.65  # score from which on pairs are recorded

    def changed(self, threshold: float) -> tuple[int, int]:
        """Pairs that would be on the other side of the merge line, and the customers that they touch."""
        low, high = sorted((threshold, self.merge_at))
        moved = self.pairs.filter((pl.col("match_score") >= low) & (pl.col("match_score") < high))
        touched = pl.concat([moved["customer_uid_a"], moved["customer_uid_b"]]).n_unique() if len(moved) else 0
        return len(moved), touched


def learned() -> session.LearnedCustomers:
    """The learned model over the customers of the release."""
    release = data.release()
    return _learned(session.uri(), release.release_id, str(release.published_at))


@st.cache_resource(max_entries=2, show_spinner="Learning the weights from the data")
def _learned(uri: str, release_id: int, published: str) -> session.LearnedCustomers:
    model = session.second_model(release_id)
    assert model.linkage  # learn now, behind the spinner
    return model


def candidates(record: Mapping[str, Any]) -> list[session.Explained]:
    """The records that the learned model holds for probable, each with its evidence; best first."""
    release = data.release()
    return _candidates(session.uri(), release.release_id, str(release.published_at), tuple(sorted(record.items())))


@st.cache_data(max_entries=200, show_spinner=False)
def _candidates(
    uri: str, release_id: int, published: str, record: tuple[tuple[str, Any], ...]
) -> list[session.Explained]:
    return learned().match(dict(record))


def measured(model: str) -> Measured:
    """What a model recorded over the customers of the release, measured against the answer key."""
    release = data.release()
    if model == "composite":
        found = data.evaluation()
        return Measured(
            data.fetch("match_demo/scored_pairs"),
            None if found is None else found.curve,
            float(release.rules["auto_merge_at"]),
            "pairs between parties, after the trusted keys have joined records",
        )
    return _measured(session.uri(), release.release_id, str(release.published_at))


@st.cache_resource(max_entries=2, show_spinner=False)
def _measured(uri: str, release_id: int, published: str) -> Measured:
    model = learned()
    owners = data.fetch("match_demo/owners")
    pairs = model.linkage.pairs.select("id_a", "id_b", "match_score", "tier")
    for side in ("a", "b"):
        named = owners.rename({"record_id": f"id_{side}", "customer_uid": f"customer_uid_{side}"})
        pairs = pairs.join(named, on=f"id_{side}", how="left", maintain_order="left")
    key = session.answer_key("entity")
    curve = None
    if key is not None:
        found = model.evaluate(key)
        curve = pl.DataFrame([{**found.at(step), "threshold": step} for step in STEPS])
    return Measured(pairs, curve, 0.99, "pairs between single records, with no trusted key used", REVIEW_AT)


def guess(columns: list[str]) -> dict[str, str]:
    """The field that each column most likely holds, by its name; a column is taken once."""
    found: dict[str, str] = {}
    for field, hints in HINTS.items():
        if field == "name" and "given_name" in found and "surname" in found:
            continue
        free = [column for column in columns if column not in found.values()]
        hit = next((column for hint in hints for column in free if _tells(column, hint)), None)
        if hit:
            found[field] = hit
    return found


def _tells(column: str, hint: str) -> bool:
    """Whether a header has the word; a short word must stand alone, so that 'passport' is no town."""
    words = re.findall("[a-z0-9]+", column.lower())
    return hint in words or (len(hint) > 3 and hint in column.lower())


def read_upload(name: str, content: bytes) -> pl.DataFrame:
    """An uploaded CSV or Parquet file; LinkageError says what is wrong with it."""
    if len(content) > MAX_MEGABYTES * 1_000_000:
        raise session.LinkageError(
            f"{name} has {len(content) / 1e6:.1f} MB; at most {MAX_MEGABYTES} MB can be matched here"
        )
    if not content.strip():
        raise session.LinkageError(f"{name} is empty")
    try:
        if PurePath(name).suffix.lower() == ".parquet":
            frame = pl.read_parquet(io.BytesIO(content))
        else:
            text = content.decode("utf-8-sig")
            first = text.split("\n", 1)[0]
            frame = pl.read_csv(io.StringIO(text), infer_schema=False, separator=max(",;\t", key=first.count))
    except UnicodeDecodeError as error:
        raise session.LinkageError(
            f"{name} is not UTF-8: byte {error.start:,} cannot be read; save it as UTF-8 and upload it again"
        ) from error
    except pl.exceptions.PolarsError as error:
        raise session.LinkageError(f"{name} cannot be read as a table: {error}") from error
    if len(frame) > MAX_ROWS:
        raise session.LinkageError(
            f"{name} has {len(frame):,} rows; at most {MAX_ROWS:,} can be matched here. "
            "Larger files: python -m lakehouse match"
        )
    return frame


@dataclass(frozen=True)
class Mapped:
    """What a person says of the columns of a file; without an id column the row numbers are the ids."""

    fields: Mapping[str, str]
    id: str | None = None
    source: str | None = None
    identifiers: tuple[str, ...] = ()
    model: str = "fellegi_sunter"
    mode: str = "dedupe"


def link_file(frame: pl.DataFrame, mapped: Mapped) -> Any:
    """Link an uploaded table; LinkageError names all that is wrong with what was said of its columns."""
    id = mapped.id or row_number(frame)
    table = frame if mapped.id else frame.with_row_index(id, offset=1)
    return session.link_table(
        table,
        id=id,
        source=mapped.source,
        fields=mapped.fields,
        identifiers=mapped.identifiers,
        model=mapped.model,
        mode=mapped.mode,
    )


def row_number(frame: pl.DataFrame) -> str:
    """A name for row numbers that no column of the table has."""
    name = "row"
    while name in frame.columns:
        name += "_number"
    return name
