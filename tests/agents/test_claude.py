"""Claude over the SDK against a local server: streaming, caching, retries, refusals, and the loop on top."""

from collections.abc import Callable

import pytest

from agents.errors import ModelRequestsForbidden, ModelUnavailable
from agents.loop import Loop
from agents.models import Claude, Request, Usage, connect
from agents.settings import DEFAULT_MODEL, Settings, load
from tests.agents.messages_api import MessagesApi, Turn, serving, text, tools
from tests.agents.small_tools import Small

anthropic = pytest.importorskip("anthropic", reason="requirements-agents.txt is not installed")

ALLOWED = Settings(has_key=True)


def claude(api: MessagesApi, settings: Settings = ALLOWED, retries: int = 2, **options: object) -> Claude:
    client = anthropic.Anthropic(api_key="test", base_url=api.url, max_retries=retries)
    return Claude(settings, client=client, **options)  # type: ignore[arg-type]


def test_a_question_is_answered_through_a_tool(make_loop: Callable[..., Loop]):
    heard: list[str] = []
    with serving(tools(("double", {"number": 21})), text("It is 42.")) as api:
        outcome = make_loop(claude(api, on_text=heard.append), Small().tools()).run("Double 21")

    assert (outcome.status, outcome.text, outcome.iterations, outcome.tool_calls) == ("answered", "It is 42.", 2, 1)
    assert "".join(heard) == "It is 42."
    [_, assistant, result] = api.requests[1]["messages"]
    assert assistant["content"][0]["input"] == {"number": 21}
    assert result["content"][0]["tool_use_id"] == "toolu_0_double"
    assert '"doubled": 42' in result["content"][0]["content"]
    assert outcome.usage == Usage(200, 40, 100, 0)


def test_what_stays_the_same_is_marked_for_the_cache(make_loop: Callable[..., Loop]):
    with serving(tools(("double", {"number": 1})), text("2")) as api:
        make_loop(claude(api), Small().tools()).run("Double 1")
    mark = {"type": "ephemeral"}
    for request in api.requests:
        assert request["model"] == DEFAULT_MODEL
        assert request["system"][0]["cache_control"] == mark
        assert [tool.get("cache_control") for tool in request["tools"]] == [None, mark]
        marked = [block.get("cache_control") for message in request["messages"] for block in message["content"]]
        assert marked == [mark, None, mark][-len(marked) :]


def test_calls_that_come_together_are_answered_together(make_loop: Callable[..., Loop]):
    turn = tools(("double", {"number": 1}), ("double", {"number": 13}), ("double", {"number": 3}))
    with serving(turn, text("2 and 6.")) as api:
        outcome = make_loop(claude(api), Small().tools()).run("Double these")
    assert outcome.tool_calls == 3
    [_, asked, answered] = api.requests[1]["messages"]
    assert [block["id"] for block in asked["content"]] == [block["tool_use_id"] for block in answered["content"]]
    assert [block.get("is_error", False) for block in answered["content"]] == [False, True, False]
    assert answered["role"] == "user"


@pytest.mark.parametrize("status", [429, 529])
def test_a_busy_service_is_asked_again(make_loop: Callable[..., Loop], status: int):
    with serving(Turn(status=status), text("Here.")) as api:
        outcome = make_loop(claude(api), []).run("Hello")
    assert outcome.text == "Here."
    assert [h.get("x-stainless-retry-count") for h in api.headers] == ["0", "1"]


def test_a_service_that_stays_busy_is_told_to_the_person(make_loop: Callable[..., Loop]):
    with serving(Turn(status=529), Turn(status=529)) as api:
        outcome = make_loop(claude(api, retries=1), []).run("Hello")
    assert outcome.status == "model_failed"
    assert outcome.reason.startswith(f"{DEFAULT_MODEL} refused the request with HTTP 529")


def test_a_key_in_an_error_is_masked(make_loop: Callable[..., Loop], monkeypatch: pytest.MonkeyPatch):
    with serving(Turn(status=400)) as api:
        model = claude(api)
        monkeypatch.setattr(anthropic.BadRequestError, "__str__", lambda self: "sk-ant-abcdefghijkl")
        outcome = make_loop(model, []).run("Hello")
    assert "sk-ant" not in outcome.reason


def test_a_refusal_ends_the_run(make_loop: Callable[..., Loop]):
    with serving(text("I will not.", "refusal")) as api:
        outcome = make_loop(claude(api), []).run("Do harm")
    assert (outcome.status, outcome.is_answered, outcome.text) == ("refused", False, "I will not.")


def test_a_full_context_window_ends_the_run(make_loop: Callable[..., Loop]):
    with serving(text("", "model_context_window_exceeded")) as api:
        assert make_loop(claude(api), []).run("Hello").status == "context_full"


def test_a_call_that_was_cut_off_is_asked_for_again_with_more_room(make_loop: Callable[..., Loop]):
    small = Small()
    with serving(tools(("note", {"note": "half a no"}), stop_reason="max_tokens"), text("Done.")) as api:
        outcome = make_loop(claude(api), small.tools(), max_tokens=1000).run("Write")
    assert small.done == []
    assert [request["max_tokens"] for request in api.requests] == [1000, 2000]
    assert api.requests[0]["messages"] == api.requests[1]["messages"]
    assert outcome.is_answered


def test_a_reply_that_is_cut_off_at_the_largest_size_is_no_answer(make_loop: Callable[..., Loop]):
    with serving(text("and so on", "max_tokens"), text("and so on", "max_tokens")) as api:
        outcome = make_loop(claude(api), [], max_tokens=32_000).run("Write")
    assert (outcome.status, len(api.requests)) == ("truncated", 2)
    assert "64,000 tokens" in outcome.reason


def test_a_paused_turn_is_sent_back_as_it_is(make_loop: Callable[..., Loop]):
    with serving(text("Thinking…", "pause_turn"), text("Done.")) as api:
        outcome = make_loop(claude(api), []).run("Hello")
    assert [message["role"] for message in api.requests[1]["messages"]] == ["user", "assistant"]
    assert outcome.text == "Done."


def test_a_stream_that_breaks_off_is_no_answer(make_loop: Callable[..., Loop]):
    small = Small()
    turn = tools(("note", {"note": "half"}))
    turn.cut = True
    with serving(turn) as api:
        outcome = make_loop(claude(api), small.tools()).run("Write")
    assert not outcome.is_answered
    assert small.done == []


def test_the_kill_switch_holds_before_anything_is_sent():
    with serving() as api, pytest.raises(ModelRequestsForbidden, match="MDM_ALLOW_MODEL_REQUESTS"):
        claude(api, load()).reply(Request("", [{"role": "user", "content": "Hello"}], []))
    assert api.requests == []


def test_without_a_key_the_error_says_what_to_set():
    with pytest.raises(ModelUnavailable, match="ANTHROPIC_API_KEY"):
        Claude(Settings()).reply(Request("", [{"role": "user", "content": "Hello"}], []))


def test_bedrock_is_one_setting_away(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("botocore", reason="Bedrock needs anthropic[bedrock]")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    client = connect(load({"MDM_MODEL_PROVIDER": "bedrock"}))
    assert isinstance(client, anthropic.AnthropicBedrock)
    assert "bedrock-runtime.eu-central-1" in str(client.base_url) and client.max_retries == Settings().max_retries


def test_settings_come_from_the_environment():
    found = load({"MDM_MODEL": "claude-sonnet-5", "MDM_MODEL_PROVIDER": "bedrock"})
    assert (found.model, found.provider, found.has_key, found.allow_requests) == (
        "claude-sonnet-5",
        "bedrock",
        True,
        True,
    )
    assert load({}).model == "claude-opus-4-6"
    with pytest.raises(ValueError, match="MDM_MODEL_PROVIDER is 'azure'"):
        load({"MDM_MODEL_PROVIDER": "azure"})
