import pytest

from ui import repair
from ui.side_by_side import changed, marked


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Retail Ltd", "RETIAL Ltd", ("Reta<mark>i</mark>l Ltd", "RET<mark>I</mark>AL Ltd")),
        ("Mill", "Mill Inc", ("Mill", "Mill<mark> Inc</mark>")),
        ("2020-07-08", "2025-10-21", ("<mark>2020-07-08</mark>", "<mark>2025-10-21</mark>")),
        ("New York", "Columbus", ("<mark>New York</mark>", "<mark>Columbus</mark>")),
        ("A & B", None, ("A &amp; B", "<i>missing</i>")),
        ("<b>x</b> y", "<b>x</b> z", ("&lt;b&gt;x&lt;/b&gt; <mark>y</mark>", "&lt;b&gt;x&lt;/b&gt; <mark>z</mark>")),
    ],
)
def test_what_differs_is_marked_and_nothing_is_taken_for_html(a, b, expected):
    assert marked(a, b) == expected


def test_only_what_changed_is_listed():
    lines = changed(
        {"city": "Bonn", "records": 1}, {"city": "Bonn", "records": 2}, {"city": "City", "records": "Records"}
    )
    assert [(line.label, line.a, line.b) for line in lines] == [("Records", "1", "2")]


BROKEN = {
    "table_name": "bronze.sap_vbap",
    "row_key": "1",
    "outcome": "Kept out",
    "batch_id": "sap-vbap-20260201",
    "reasons": "quantity is positive: KWMENG is 0; price is present: NETPR is missing",
}


def test_every_reason_of_a_row_is_named_and_the_way_to_mend_it():
    assert [(one.title, one.because) for one in repair.reasons(BROKEN)] == [
        ("Quantity is positive", "KWMENG is 0"),
        ("Price is present", "NETPR is missing"),
    ]
    told = " ".join(f"{one.title} {one.because}" for one in repair.steps(BROKEN))
    for part in ("Correct it in SAP", "ingest sap", "lakehouse build", "withdraw sap-vbap-20260201"):
        assert part in told


def test_a_copy_needs_no_repair():
    assert [one.title for one in repair.steps(BROKEN | {"outcome": "Resent copy"})] == ["Nothing to repair"]
