"""Recordings and the scripted model: what is replayed, what is refused, and who is named as the author."""

import json
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import pytest

from agents.cassettes import Recording, Replay, key
from agents.choice import choose
from agents.errors import NotRecorded
from agents.loop import Loop
from agents.models import Reply, Request, Usage
from agents.scripted import NAME, Call, Result, Scripted
from agents.settings import load
from tests.agents.small_tools import Small


class Numbered:
    """A model whose calls have other ids each time, as a real one's have."""

    name = "claude-test"

    def __init__(self, start: int) -> None:
        self._number = start

    def reply(self, request: Request) -> Reply:
        self._number += 1
        if len(request.messages) > 1:
            return Reply(
                [{"type": "text", "text": "42, sk-ant-abcdefgh12345"}], "end_turn", Usage(1, 2, 3, 4), self.name
            )
        return Reply(
            [{"type": "tool_use", "id": f"t{self._number}", "name": "double", "input": {"number": 21}}], "tool_use"
        )


def test_a_recorded_conversation_is_replayed_word_for_word(tmp_path: Path, make_loop: Callable[..., Loop]):
    path = tmp_path / "a.jsonl"
    first = make_loop(Recording(Numbered(0), path), Small().tools()).run("Double 21")
    again = make_loop(Replay(path), Small().tools()).run("Double 21")
    assert again.is_answered and again.usage == first.usage
    assert Replay(path).name == "recorded conversation with claude-test"
    assert again.text == "42, [redacted]"  # a recording holds nothing that looks like a key
    assert "sk-ant" not in path.read_text()
    other = make_loop(Replay(path), Small().tools()).run("Double 22")
    assert other.status == "model_failed" and "record it anew with MDM_RECORD=1" in other.reason


def test_a_missing_recording_is_an_error(tmp_path: Path):
    with pytest.raises(NotRecorded, match="No recording at"):
        Replay(tmp_path / "none.jsonl")


def test_the_key_of_a_turn_forgets_ids_and_cache_marks_and_nothing_else():
    def request(id_: str, number: int, **more: object) -> Request:
        call = {"type": "tool_use", "id": id_, "name": "double", "input": {"number": number}}
        result = {"type": "tool_result", "tool_use_id": id_, "content": "x", **more}
        return Request("s", [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}], [])

    same = key("m", request("a", 1))
    assert same == key("m", request("b", 1, cache_control={"type": "ephemeral"}))
    assert same not in (key("m", request("a", 2)), key("n", request("a", 1)), key("m", request("a", 1, is_error=True)))


def script(brief: str) -> Generator[Sequence[Call], list[Result], str]:
    [result] = yield [Call("double", {"number": 2})]
    [result] = yield [Call("double", {"number": result.data["doubled"]})]
    return f"{brief}: {result.data['doubled']}"


def test_the_scripted_model_is_decided_by_the_history_alone(make_loop: Callable[..., Loop]):
    outcome = make_loop(Scripted(script), Small().tools()).run("Twice")
    assert outcome.text == "Twice: 8"
    for at in (1, 3, 5):  # any other instance, asked in the middle of it, goes on the same way
        reply = Scripted(script).reply(Request("", outcome.messages[:at], []))
        assert [dict(block) for block in reply.content] == outcome.messages[at]["content"]
    assert json.dumps(outcome.usage.total) == "0"


@pytest.mark.parametrize(
    ("environment", "name", "reason"),
    [
        ({}, NAME, "ANTHROPIC_API_KEY is not set"),
        ({"ANTHROPIC_API_KEY": "k", "MDM_ALLOW_MODEL_REQUESTS": "0"}, NAME, "forbids model requests"),
        ({"ANTHROPIC_API_KEY": "k"}, "claude-opus-4-6", "claude-opus-4-6 by anthropic"),
        ({"MDM_MODEL_PROVIDER": "bedrock", "MDM_MODEL": "m"}, "m", "m by bedrock"),
        (
            {"ANTHROPIC_API_KEY": "k", "MDM_RECORD": "1", "MDM_CASSETTES": "c"},
            "claude-opus-4-6",
            "recorded to c/etl.jsonl",
        ),
    ],
)
def test_the_environment_chooses_the_model_and_says_why(environment: dict[str, str], name: str, reason: str):
    choice = choose(load(environment), "etl", script)
    assert choice.model.name == name
    assert reason in choice.reason
