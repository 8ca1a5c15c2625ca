"""A recording in the repository: the DAG Builder's conversation over the Messages API, replayed without a network.

It was recorded against the local server of messages_api.py, which played the scripted model's part, and not with
Claude; the model's name in it says so. Record it anew, after its instructions or tools changed, with:
MDM_RECORD=1 python -m pytest tests/agents/test_cassettes.py
"""

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.cassettes import Recording, Replay, key
from agents.choice import Choice, choose
from agents.loop import Budget
from agents.models import Claude, ModelClient, Request
from agents.orchestrator import Orchestrator
from agents.progress import Progress
from agents.roster import BY_NAME
from agents.scripted import Scripted
from agents.settings import Settings, load
from agents.tools import Workbench
from agents.tools.approvals import Approvals
from lakehouse.storage import Store
from tests.agents.messages_api import Turn, serving

AGENT = BY_NAME["dag_builder"]
FOLDER = Path(__file__).with_name("cassettes")
PATH = FOLDER / "dag_builder.jsonl"
SERVER = "local-messages-api-server-not-claude"
KEYS = re.compile(r"sk-ant-|AKIA[0-9A-Z]{16}|Bearer [\w.-]{12,}|-----BEGIN|ghp_\w{20,}|AIza[\w-]{30,}")
# Whether a run is to make the recording; taken before the fixtures clear the environment.
RECORD = os.environ.get("MDM_RECORD") == "1"


@pytest.fixture
def run(bench: Workbench, watched_store: Store) -> Callable[[ModelClient], Progress]:
    """The DAG Builder alone, with a model; the trail goes elsewhere than the lakehouse that all tests read."""

    def with_model(model: ModelClient) -> Progress:
        own = replace(bench, store=watched_store)
        choice = Choice(model, "a test")
        return Orchestrator(own, lambda _: choice, lambda _: None, Budget(), Approvals(), [AGENT]).run(fresh=True)

    return with_model


def plays_the_script(body: dict[str, Any]) -> Turn:
    """The server's part: the scripted model decides by the messages that came over the wire."""
    messages = [{"role": m["role"], "content": m["content"]} for m in body["messages"]]
    reply = Scripted(AGENT.script).reply(Request("", messages, []))
    return Turn([dict(block) for block in reply.content], reply.stop_reason)


def recorded(run: Callable[[ModelClient], Progress], path: Path) -> Progress:
    anthropic = pytest.importorskip("anthropic", reason="requirements-agents.txt is not installed")
    with serving(*[plays_the_script] * 10) as api:
        client = anthropic.Anthropic(api_key="test", base_url=api.url)
        return run(Recording(Claude(Settings(model=SERVER, has_key=True), client=client), path))


def turns(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_what_is_recorded_now_is_what_the_repository_holds(run: Callable[[ModelClient], Progress], tmp_path: Path):
    done = recorded(run, tmp_path / "now.jsonl")
    assert done.agents[AGENT.name].is_accepted and done.agents[AGENT.name].model == SERVER
    if RECORD:
        FOLDER.mkdir(exist_ok=True)
        PATH.write_text((tmp_path / "now.jsonl").read_text(encoding="utf-8"), encoding="utf-8")
    assert [turn["key"] for turn in turns(tmp_path / "now.jsonl")] == [turn["key"] for turn in turns(PATH)]


def test_the_recording_replays_without_a_network(run: Callable[[ModelClient], Progress]):
    choice = choose(load({"MDM_CASSETTES": str(FOLDER)}), AGENT.name, AGENT.script)
    done = run(choice.model)
    assert done.agents[AGENT.name].is_accepted, done.agents[AGENT.name].summary
    assert done.agents[AGENT.name].model == f"recorded conversation with {SERVER}"
    assert done.agents[AGENT.name].tokens > 0


def test_a_recording_holds_nothing_that_looks_like_a_key():
    found = sorted(FOLDER.glob("*.jsonl"))
    assert found
    for path in found:
        assert not KEYS.search(path.read_text(encoding="utf-8")), path
    assert KEYS.search("Authorization: Bearer abcdefghijklmnop")


def test_every_turn_says_that_it_is_not_claude():
    assert {turn["model"] for turn in turns(PATH)} == {SERVER}
    assert Replay(PATH).name.endswith("not-claude")


def test_what_differs_between_machines_is_no_part_of_a_turn_s_key():
    def request(**data: Any) -> Request:
        content = json.dumps({"data": data, "note": "n"})
        result = {"type": "tool_result", "tool_use_id": "a", "content": content}
        return Request("s", [{"role": "user", "content": [result]}], [])

    same = key("m", request(rows=[1], network="none", seconds=1))
    assert same == key("m", request(rows=[1], network="not cut off on this system", seconds=2))
    assert same != key("m", request(rows=[2], network="none", seconds=1))
