"""A row in quarantine in words: every rule that it broke, and the way to mend it at the source and try again."""

from collections.abc import Mapping
from typing import Any

from ui.blocks import Action

SYSTEMS = {  # how a bronze table's name begins: whose it is, and how its next batch comes
    "sap_": ("SAP", "python -m lakehouse ingest sap"),
    "sf_": ("Salesforce", "python -m lakehouse ingest salesforce"),
    "oracle_": ("Oracle", "python -m lakehouse ingest oracle"),
    "ecom_": ("the shop", "its next delivery"),
    "web_": ("the web tracker", "its next delivery"),
    "fraud_": ("fraud detection", "its next delivery"),
    "ops_": ("operations", "its next delivery"),
}
CONFORMED = {"sales_order": "the order system", "interaction": "Salesforce", "deal": "Salesforce"}


def reasons(row: Mapping[str, Any]) -> list[Action]:
    """One action a reason, named by its rule."""
    found = []
    for text in row["reasons"].split("; "):
        rule, _, what = text.partition(": ")
        found.append(Action(rule[:1].upper() + rule[1:], what or "the rule does not hold", tone="alert"))
    return found


def steps(row: Mapping[str, Any]) -> list[Action]:
    """What to do about a row, in order."""
    if row["outcome"] == "Resent copy":
        return [
            Action(
                "Nothing to repair",
                "The same row came before and went on; this copy adds nothing. If it comes every day, ask the source "
                "why it sends rows again.",
                tone="good",
            )
        ]
    layer, _, table = row["table_name"].partition(".")
    system, delivery = next((found for start, found in SYSTEMS.items() if table.startswith(start)), ("", ""))
    if layer == "silver" or not system:
        system, delivery = CONFORMED.get(table, "the source system"), "the next delivery"
    return [
        Action(
            f"Correct it in {system}", f"Look for {row['row_key'] or 'the row'}; the reasons say which value is wrong."
        ),
        Action("Have it delivered again", f"The corrected row comes as a new version with {delivery}."),
        Action(
            "Replay",
            "Every run reads all of bronze through the gates again: the corrected version goes on, and the row leaves "
            "the quarantine of the next release. To run at once: python -m lakehouse build.",
            tone="good",
        ),
        Action(
            "If the whole batch is wrong",
            f"python -m lakehouse withdraw {row['batch_id']} --reason … takes it out of bronze again.",
        ),
    ]
