"""A lakehouse of one's own to ask: every ask writes to its audit trail."""

import shutil
from pathlib import Path

import pytest

from agents.ask.answers import Answer
from agents.ask.desk import Desk, opened
from agents.ask.talk import Talk


@pytest.fixture(scope="module")
def own_uri(default_uri: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy of the default lakehouse, whose audit trail may be written."""
    copy = tmp_path_factory.mktemp("asked") / "lakehouse"
    shutil.copytree(Path(default_uri), copy)
    return str(copy)


@pytest.fixture(scope="module")
def desk(own_uri: str):
    found = opened(own_uri)
    yield found
    found.close()


def asked(desk: Desk, *texts: str) -> Answer:
    """The last answer of a conversation."""
    talk = Talk()
    for text in texts:
        answer = desk.ask(text, talk)
        talk = talk.after(answer)
    return answer
