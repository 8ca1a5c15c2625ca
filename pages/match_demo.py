"""Match demo: type a customer and watch the engine decide, through the functions of the batch run."""

import polars as pl
import streamlit as st

from pages import match_file, match_models
from ui import charts, columns, data
from ui.cards import board, note, nothing_here
from ui.data import fetch
from ui.format import COUNTRY, count, milliseconds, score
from ui.kpi import Kpi, kpi_row
from ui.navigation import link
from ui.sentence import what_changed

FIELDS = {"name": "Name", "email": "E-mail", "phone": "Phone", "address": "Address", "source": "Source"}
KEYS = {"name": "name_key", "email": "email_key", "phone": "phone_key", "address": "address_key"}
TONE = {"AUTO_MERGE": "good", "REVIEW": "warning", "NO_MATCH": "ink"}
VERDICT = {
    "AUTO_MERGE": ("good", "The engine would merge it: it joins **{}** without asking anyone."),
    "REVIEW": (
        "warning",
        "A steward would decide whether it is **{}**: alike enough to ask, not alike enough to merge.",
    ),
    "NO_MATCH": (
        "neutral",
        "It would become a customer of its own. The closest is **{}**, and not alike enough to ask.",
    ),
}
JOINS = {
    "AUTO_MERGE": "The customer it would join",
    "REVIEW": "The customer in question",
    "NO_MATCH": "The closest customer",
}


def one_line(record: dict[str, str | None]) -> str:
    return ", ".join(record[part] for part in ("street", "postal_code", "city") if record[part])


VIEWS = {"record": "One record", "threshold": "Thresholds", "file": "Your own file"}
view = st.segmented_control(
    "View", list(VIEWS), default="record", format_func=VIEWS.__getitem__, required=True,
    key="demo_view", bind="query-params", label_visibility="collapsed",
)  # fmt: skip
if view != "record":
    match_models.thresholds() if view == "threshold" else match_file.own_file()
    st.stop()

asked = fetch("match_demo/one_record", record_id=st.query_params.get("record", "")).to_dicts()
examples = {row["example"]: row for row in [*asked, *fetch("match_demo/examples").to_dicts()]}
names = list(examples)
chosen = st.pills("Try", names, default=names[0], required=True, key="demo_example", bind="query-params")
typed = examples[chosen if chosen in examples else names[0]]
rules = data.release().rules
[everyone] = fetch("match_demo/population")["records"]
top, page = st.container(), board(3)

with page.card("Customer record", typed["story"]), st.form(f"record_{typed['example_order']}", border=False):
    at = f"demo_{typed['example_order'] or typed['record_id']}"
    record = {
        field: st.text_input(label, typed[field] or "", key=f"{at}_{field}")
        for field, label in {"name": "Name", "email": "E-mail", "phone": "Phone", "street": "Street"}.items()
    }
    with st.container(horizontal=True):
        record["postal_code"] = st.text_input("Postal code", typed["postal_code"] or "", key=f"{at}_postal_code")
        record["city"] = st.text_input("City", typed["city"] or "", key=f"{at}_city")
    with st.container(horizontal=True):
        known, systems = list(COUNTRY), list(dict.fromkeys(["SAP", "Salesforce", typed["source_system"]]))
        start = known.index(typed["country"]) if typed["country"] in known else None
        record["country"] = st.selectbox("Country", known, start, format_func=COUNTRY.__getitem__, key=f"{at}_country")
        start = systems.index(typed["source_system"])
        record["source_system"] = st.selectbox("System", systems, start, key=f"{at}_system")
    st.form_submit_button("Match", type="primary", icon=":material/join_inner:", width="stretch")

try:
    found = data.match({field: value for field, value in {**record, "record_id": typed["record_id"]}.items() if value})
except ValueError as error:
    nothing_here(str(error))
    st.stop()

with page.card("What the engine reads", "Each field in the form that is compared") as it:
    rows = [(FIELDS[field], found.normalised[key]) for field, key in KEYS.items()]
    it.rows(
        {"Field": "Field", "Compared": "Compared"},
        frame=pl.DataFrame(rows, schema={"Field": pl.String, "Compared": pl.String}, orient="row"),
    )
    words = pl.DataFrame(list(found.soundex.items()), schema={"Word": pl.String, "Soundex": pl.String}, orient="row")
    it.rows({"Word": "Word of the name", "Soundex": "Soundex"}, frame=words)
    note(f"Whole name: {found.normalised['name_soundex'] or '–'}. Words that sound alike have the same code.")
with page.card("Blocking", "Candidates of each pass: records that share one of its keys") as it:
    rows = [(hit.label, ", ".join(hit.keys) or None, hit.candidates, hit.new) for hit in found.passes]
    it.rows(
        {
            "Pass": "Pass",
            "Found": columns.number("Found"),
            "New": columns.number("New"),
            "Keys": "Keys",
        },
        frame=pl.DataFrame(rows, schema=["Pass", "Keys", "Found", "New"], orient="row"),
    )
    note("New: not found by a pass before. Only these candidates are compared, never the whole table.")
    if found.candidates:
        rows = [(c.record["name"], c.match_score, c.match_tier, c.record_id) for c in found.candidates]
        picked = it.table(
            {
                "Candidate": st.column_config.TextColumn("Candidate", width=165),
                "Score": columns.number("Score", decimals=3, width=55),
                "Tier": "Tier",
            },
            frame=pl.DataFrame(rows, schema=["Candidate", "Score", "Tier", "Record"], orient="row"),
            key=f"{at}_candidate",
            select=True,
        )

best = found.candidates[0] if found.candidates else None
with top:
    tone, text = VERDICT[found.match_tier]
    what_changed(text=text.format(best.record["name"] if best else "–"), tone=tone)
    kpi_row(
        Kpi(
            "Match score",
            score(found.match_score, 3),
            help="Weighted agreement of five fields with the best candidate, 0 to 1.",
            target=f"merge from {score(rules['auto_merge_at'])}, review from {score(rules['review_at'])}",
            reached=found.match_score,
            tone=TONE[found.match_tier],
        ),
        Kpi(
            "Tier",
            found.match_tier,
            help="What follows from the score of the best candidate.",
            tone=TONE[found.match_tier],
        ),
        Kpi(
            "Records compared",
            count(found.compared),
            help="Candidates that at least one blocking pass found.",
            target=f"of {count(everyone)}: the others share no key",
            reached=found.compared / everyone if everyone else 0,
            tone="data",
        ),
        Kpi(
            "Answer in",
            milliseconds(found.seconds * 1000),
            help="Time of the engine, without the page.",
            tone="realtime",
        ),
    )
if best is None:
    nothing_here("No record shares a name sound, a mailbox or a phone with this one.")
    st.stop()

other = found.candidates[picked] if picked is not None else best
about = f"{other.record['name']} · {other.record_id}"
with page.card(f"Why {score(other.match_score, 3)}: {rules['model']} model", about, span=2) as it:
    parts = [(FIELDS[field], value) for field, value in other.contributions.items()]
    steps = pl.DataFrame([*parts, ("Score", other.match_score)], schema=["field", "adds"], orient="row")
    it.figure(charts.waterfall(steps, label="field", value="adds", totals=("Score",), unit="score", rising="data"))
    here, there = (
        {**found.record, "address": one_line(found.record)},
        {**other.record, "address": one_line(other.record)},
    )
    here["source"], there["source"] = here["source_system"], there["source_system"]
    rows = [
        (
            FIELDS[c["field"]],
            here[c["field"]],
            there[c["field"]],
            other.similarities[c["column"]],
            c["weight"],
            other.contributions[c["field"]],
        )
        for c in rules["comparisons"]
    ]
    it.rows(
        {
            "Field": "Field",
            "This record": "This record",
            "Candidate": "Candidate",
            "Agreement": columns.number("Agreement", decimals=3),
            "Weight": columns.share("Weight"),
            "Adds": columns.number("Adds", decimals=3),
        },
        frame=pl.DataFrame(
            rows, schema=["Field", "This record", "Candidate", "Agreement", "Weight", "Adds"], orient="row"
        ),
    )
    note("Each bar is agreement times weight. A missing field agrees with nothing and adds nothing.")
one = {"customer_uid": other.customer_uid}
with page.card(JOINS[other.match_tier], other.customer_uid, query="match_demo/golden", params=one) as it:
    it.rows(
        {
            "attribute": "Attribute",
            "value": "Value",
            "source_system": "From",
        },
    )
    link("customer_360", "Open customer", uid=other.customer_uid, icon=":material/arrow_outward:")
match_models.learned({**record, "record_id": typed["record_id"]}, other.record_id)
