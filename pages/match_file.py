"""Match demo, your own file: upload, say what the columns are, match, look, download. Nothing is kept."""

import polars as pl
import streamlit as st

from ui import columns, linking
from ui.cards import board, card, note, nothing_here
from ui.errors import guarded_input
from ui.format import count, score
from ui.kpi import Kpi, kpi_row

LABELS = {
    "name": "Name (person or company)",
    "given_name": "Given name",
    "surname": "Surname",
    "date_of_birth": "Date of birth",
    "email": "E-mail",
    "phone": "Phone",
    "address": "Street",
    "postcode": "Postcode",
    "city": "City",
    "country": "Country",
    "tax_id": "Tax id",
}
MODES = {"dedupe": "All records", "link": "Records of different sources"}
SHOWN = 200
NONE = "–"


def own_file() -> None:
    """The whole view."""
    with card("Your file", f"CSV or Parquet, up to {linking.MAX_MEGABYTES} MB and {linking.MAX_ROWS:,} rows"):
        uploaded = st.file_uploader(
            "Table with one record a row", ["csv", "tsv", "txt", "parquet"], key="own_file",
            max_upload_size=linking.MAX_MEGABYTES,
        )  # fmt: skip
        note("The file stays in the memory of this session and is gone when you close the page.")
    if uploaded is None:
        st.session_state.pop("own_result", None)
        return
    with guarded_input():
        _matched(linking.read_upload(uploaded.name, uploaded.getvalue()), uploaded.file_id)


def _matched(frame: pl.DataFrame, file_id: str) -> None:
    mapping = _mapping(frame)
    if mapping is not None:
        with st.spinner("Matching"):
            st.session_state["own_result"] = file_id, linking.link_file(frame, mapping)
    held = st.session_state.get("own_result")
    if held and held[0] == file_id:
        _result(frame, held[1])


def _mapping(frame: pl.DataFrame) -> linking.Mapped | None:
    """What the person says the columns are; None until Match is pressed."""
    guessed, offered = linking.guess(frame.columns), [NONE, *frame.columns]
    with (
        card("Columns", f"{count(len(frame))} rows, {len(frame.columns)} columns"),
        st.form("own_columns", border=False),
    ):
        fields = {}
        cells = st.columns(4)
        for position, (field, label) in enumerate(LABELS.items()):
            start = offered.index(guessed.get(field, NONE))
            fields[field] = cells[position % 4].selectbox(label, offered, start, key=f"own_{field}")
        further = cells[3].multiselect(
            "Further identifiers", frame.columns, key="own_identifiers", placeholder="Customer number, …"
        )
        unique = [
            name for name in frame.columns if frame[name].n_unique() == len(frame) and not frame[name].null_count()
        ]
        start = 1 if unique and "id" in unique[0].lower() else 0
        id_ = cells[0].selectbox("Id", ["Row number", *unique], start, key="own_id")
        source = cells[1].selectbox("Source", offered, 0, key="own_source")
        mode = cells[2].selectbox("Compare", list(MODES), format_func=MODES.__getitem__, key="own_mode")
        model = cells[3].selectbox(
            "Model", list(linking.MODELS)[::-1], format_func=linking.MODELS.__getitem__, key="own_model"
        )
        pressed = st.form_submit_button("Match", type="primary", icon=":material/join_inner:")
    if not pressed:
        return None
    return linking.Mapped(
        fields={field: column for field, column in fields.items() if column != NONE},
        id=None if id_ == "Row number" else id_,
        source=None if source == NONE else source,
        identifiers=tuple(further),
        model=model,
        mode=mode,
    )


def _result(frame: pl.DataFrame, linkage: object) -> None:
    pairs, clusters = linkage.pairs, linkage.clusters
    sizes = clusters.group_by("cluster_id").len().filter(pl.col("len") > 1)
    kpi_row(
        Kpi("Records", count(len(frame)), tone="general"),
        Kpi(
            "Entities", count(clusters["cluster_id"].n_unique()), help="Clusters, single records included.", tone="data"
        ),
        Kpi(
            "Duplicates",
            count(int((sizes["len"] - 1).sum())),
            help="Records that are another one again.",
            tone="warning",
        ),
        Kpi(
            "Pairs compared",
            count(linkage.report.candidate_pairs),
            help="Candidates of all blocking passes.",
            tone="realtime",
        ),
    )
    for remark in linkage.report.notes:
        note(f"{remark[0].upper()}{remark[1:]}.")
    page = board(2)
    with page.card("Pairs", f"The {SHOWN} most alike; the download holds all {count(len(pairs))}") as it:
        if pairs.is_empty():
            nothing_here("No two records are alike.")
        else:
            shown = {
                "id_a": "Record",
                "id_b": "Other",
                "match_score": columns.number("Score", decimals=4),
                "tier": "Tier",
            }
            it.table({**shown, "blocking_pass": "Found by"}, frame=pairs.head(SHOWN), height=_height(pairs))
    with page.card("Clusters", f"Entities with several records, drawn from {score(linkage.report.threshold)}") as it:
        joined = frame if linkage.settings.id in frame.columns else frame.with_row_index(linkage.settings.id, offset=1)
        ids = clusters.rename({"id": linkage.settings.id})
        together = ids.join(sizes, on="cluster_id").join(joined, on=linkage.settings.id, how="left").sort("cluster_id")
        if together.is_empty():
            nothing_here("Every record is an entity of its own.")
        else:
            it.table(frame=together.drop("len").head(SHOWN), height=_height(together))
    with st.container(horizontal=True):
        for name, table in (("pairs", pairs), ("clusters", clusters), ("golden", linkage.golden)):
            st.download_button(
                f"Download {name}.csv", lambda table=table: table.write_csv().encode(), f"{name}.csv", "text/csv",
                icon=":material/download:", key=f"own_download_{name}",
            )  # fmt: skip
    with st.expander("The report"):
        st.text(str(linkage.report))


def _height(rows: pl.DataFrame) -> int | str:
    """Twelve rows at most, fewer where there are fewer."""
    return 420 if len(rows) > 12 else "auto"
