"""MDM & DQ, releases: the next day, any state of the past, two states compared, and back to the beginning."""

import streamlit as st

from ui import changes, columns, past, structure
from ui.cards import board, card, note


def draw() -> None:
    page = board(3, narrowest=360)
    about = "The sources' next change batch, through bronze, silver, matching and gold"
    with page.card("The next day", about, span=2):
        changes.advance()
        brought = changes.brought()
        if brought:
            changes.summary(brought)
        else:
            note("Accounts are added, changed and deleted; orders, interactions, web events, deals and alerts arrive.")
    with page.card("Start over", "The default enterprise, as on its first day"):
        note("Throws away every decision and every day that was added, for everybody who looks at this demo.")
        changes.reset()
    about = "Every published state stays readable until retention removes it; select one to look at it"
    with card("Releases", about) as it:
        listed = structure.releases()
        picked = it.table(
            {
                "release_id": columns.number("Release", width=65),
                "note": st.column_config.TextColumn("What made it", width=320),
                "as_of_date": columns.day("Data as of", width=100),
                "published_at": columns.moment("Published (UTC)", width=150),
                "seconds": columns.number("Seconds", decimals=1, width=70),
                "tables": columns.number("Tables", width=60),
                "rules": columns.number("Rules", width=60),
                "failed_rules": columns.number("Failed", width=60),
                "quarantined_rows": columns.number("Quarantined", width=85),
            },
            frame=listed,
            height=260 if len(listed) > 6 else "auto",
            key="mdm_releases",
            select=True,
        )
        if picked is not None and picked < len(listed):
            past.choices(listed["release_id"][picked])
    with card("Two releases compared", "Figures, customers and tables that differ"):
        found = changes.pick()
    if found is None:
        return
    figures, customers, scores, tables = changes.differences(found)
    page = board(3, narrowest=360)
    about = f"Release {found.earlier.release_id} → {found.later.release_id}"
    with page.card("Figures that differ", about, empty="No figure differs.") as it:
        it.table(
            {
                "figure": "Figure",
                "earlier": columns.number("Earlier"),
                "later": columns.number("Later"),
                "difference": columns.number("Difference"),
            },
            frame=figures,
            height=340 if len(figures) > 8 else "auto",
        )
    with page.card("Customers that differ", about, span=2, empty="No customer differs.") as it:
        it.table(
            {
                "change": st.column_config.TextColumn("Change", width=75),
                "name": st.column_config.TextColumn("Customer", width=190),
                "field": st.column_config.TextColumn("Field", width=110),
                "earlier": st.column_config.TextColumn("Earlier", width=170),
                "later": st.column_config.TextColumn("Later", width=170),
                "redirects_to": st.column_config.TextColumn("Leads on to", width=120),
                "customer_uid": st.column_config.TextColumn("Id", width=120),
            },
            frame=customers,
            height=340 if len(customers) > 8 else "auto",
        )
    empty = "No score differs."
    with page.card("Scores that differ", f"{about}, of customers and pairs in both", span=2, empty=empty) as it:
        it.table(
            {
                "score": st.column_config.TextColumn("Score", width=90),
                "of": st.column_config.TextColumn("Of", width=300),
                "earlier": columns.number("Earlier"),
                "later": columns.number("Later"),
                "difference": columns.number("Difference"),
            },
            frame=scores,
            height=260 if len(scores) > 6 else "auto",
        )
    with page.card("Tables that differ", about, empty="No table differs.") as it:
        it.table(
            {
                "table": st.column_config.TextColumn("Table", width=175),
                "rows_earlier": columns.number("Earlier", width=70),
                "rows_later": columns.number("Later", width=70),
                "difference": columns.number("Change", width=65),
            },
            frame=tables,
            height=260 if len(tables) > 6 else "auto",
        )
