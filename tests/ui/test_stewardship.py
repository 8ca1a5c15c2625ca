"""A steward at work in the app: the decision is published, shown at once, and refused with its reason."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from lakehouse import session, steward
from lakehouse.storage import Store
from ui import data


def desk() -> None:
    import streamlit as st

    from lakehouse import session as lake
    from lakehouse import steward
    from lakehouse.storage import Store
    from ui import changes, data, stewardship

    now = steward.state(Store(lake.uri()))
    pending = now.pairs.filter(now.pairs["steward_status"] == "Pending").sort("pair_id")
    st.text(f"release {data.release().release_id}, {len(pending)} open, {len(now.golden)} customers")
    stewardship.verdict(pending["pair_id"][0])
    stewardship.log(now.decisions)
    changes.comparison()


@pytest.fixture
def app(default_uri, tmp_path, monkeypatch) -> AppTest:
    shutil.copytree(default_uri, tmp_path / "lakehouse")
    monkeypatch.setenv("LAKEHOUSE_URI", str(tmp_path / "lakehouse"))
    data.forget()
    yield AppTest.from_function(desk, default_timeout=60)
    data.forget()


def press(app, label):
    next(button for button in app.button if button.label == label).click()
    return app.run()


def test_an_approval_is_published_and_shown_without_a_reload(app):
    app.run()
    assert not app.exception
    assert app.text[0].value == "release 1, 54 open, 500 customers"
    app.text_input[0].input("one VAT id")
    press(app, "Approve")
    assert not app.exception
    assert app.text[0].value == "release 2, 53 open, 499 customers"
    assert [row["reason"] for row in steward.state(Store(session.uri())).decisions.to_dicts()] == ["one VAT id"]
    assert any("golden customers" in str(frame.value) for frame in app.dataframe)


def test_a_decision_without_a_reason_is_refused_in_words(app):
    app.run()
    press(app, "Reject")
    assert [error.value for error in app.error] == ["A decision needs a reason; the audit trail keeps both"]
    assert session.release().release_id == 1


def test_an_older_release_is_for_looking_only(app):
    app.run()
    app.text_input[0].input("sure")
    press(app, "Approve")
    app.query_params["release"] = "1"
    app.run()
    assert not app.exception
    assert not [button for button in app.button if button.label == "Approve"]
