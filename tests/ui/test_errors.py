import pytest

import queries
from lakehouse import session
from ui.errors import explain, told


@pytest.mark.parametrize(
    ("error", "title", "advice"),
    [
        (session.NoRelease("No release 7"), "This release is not there", "Open the latest release"),
        (session.Locked("held by data_gen"), "Another writer is at work", "Wait until it is done"),
        (session.NotWritable("read-only"), "The lakehouse cannot be written", "Free the folder"),
        (session.ReleaseBroken("part-1 is gone"), "The lakehouse cannot be read", "python -m lakehouse build"),
        (queries.QueryFailed("a/b: gone"), "A table behind this page cannot be read", "python -m lakehouse build"),
        (PermissionError(13, "Permission denied"), "A file cannot be read", "Check the folder"),
        (KeyError("x"), "This page met an unexpected fault", "log of the app"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_fault_says_what_it_is_and_what_to_do(error, title, advice):
    trouble = explain(error)
    assert trouble.title == title
    assert advice in trouble.advice
    assert str(error) in trouble.found


def test_an_unforeseen_fault_is_named():
    assert explain(ZeroDivisionError("division by zero")).found == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("gold.x cannot be read: No files\n\nLINE 1: select\n   ^", "gold.x cannot be read: No files"),
        (
            "_release cannot be read: Json error\n   0: <unknown>\n   1: start_thread",
            "_release cannot be read: Json error",
        ),
        (
            "Quality gate failed:\nsilver.a: 1 of 3\nsilver.b: 2 of 3",
            "Quality gate failed:\nsilver.a: 1 of 3\nsilver.b: 2 of 3",
        ),
    ],
    ids=["statement", "stack", "several lines that matter"],
)
def test_an_engines_workings_are_left_out(message, shown):
    assert told(session.ReleaseBroken(message)) == shown
