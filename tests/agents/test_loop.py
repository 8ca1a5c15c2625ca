"""The loop's contract: every call answered once, in one message; bounded; on record; failing closed."""

import json
from collections.abc import Callable, Generator, Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import audit as trail
from agents.audit import Audit
from agents.errors import AuditFailed
from agents.loop import Budget, Loop, continued
from agents.models import Reply, Request, Usage
from agents.scripted import NAME, Call, Result, Scripted
from agents.tools import Access
from agents.tools.approvals import Approvals
from agents.tools.toolbox import Toolbox
from lakehouse.storage import Store
from tests.agents.small_tools import Small


def playing(*turns: Sequence[Call]) -> Scripted:
    def script(brief: str) -> Generator[Sequence[Call], list[Result], str]:
        for turn in turns:
            _ = yield turn
        return "Done."

    return Scripted(script)


def double(number: Any) -> Call:
    return Call("double", {"number": number})


def results(message: Any) -> dict[str, Any]:
    return {block["tool_use_id"]: block for block in message["content"]}


def test_all_calls_of_a_turn_are_answered_in_one_message(make_loop: Callable[..., Loop]):
    outcome = make_loop(playing([double(1), double(2), double(3)]), Small().tools()).run("Go")
    [_, asked, answered, _] = outcome.messages
    assert [block["id"] for block in asked["content"]] == [block["tool_use_id"] for block in answered["content"]]
    assert outcome.tool_calls == 3


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (double(13), "13 is not doubled; try another number"),
        (double("x"), "double was not called, its input is not valid: number: 'x' is not of type 'integer'"),
        (Call("double", {"number": 1, "more": 2}), "Additional properties are not allowed"),
        (Call("treble", {}), "No tool 'treble'. Available: double, note"),
        (double(99), "double took longer than 0.3 s and was given up."),
    ],
)
def test_a_failing_tool_is_told_to_the_model(make_loop: Callable[..., Loop], call: Call, said: str):
    outcome = make_loop(playing([call, double(4)]), Small().tools()).run("Go")
    [failed, well] = outcome.messages[2]["content"]
    assert failed["is_error"] is True and said in failed["content"]
    assert "is_error" not in well and json.loads(well["content"])["data"] == {"doubled": 8}
    assert outcome.is_answered


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        (Budget(iterations=3), "3 of 3 iterations"),
        (Budget(tool_calls=4), "4 of 4 tool calls"),
        (Budget(tokens=25), "30 of 25 tokens"),
        (Budget(seconds=0.0), "0 of 0 seconds"),
    ],
)
def test_a_spent_budget_is_told_to_the_person(make_loop: Callable[..., Loop], budget: Budget, reason: str):
    class Endless:
        name = NAME

        def reply(self, request: Request) -> Reply:
            at = len(request.messages)
            calls = [{"type": "tool_use", "id": f"{at}-{n}", "name": "double", "input": {"number": n}} for n in (1, 2)]
            return Reply(calls, "tool_use", Usage(10, 5))

    outcome = make_loop(Endless(), Small().tools(), budget=budget, clock=lambda: 0.0).run("Go")
    assert outcome.status == "budget_spent"
    assert reason in outcome.reason
    assert outcome.messages[-1]["role"] == "user"


CALLS = st.lists(
    st.sampled_from(["double", "note", "burn", "no_such_tool"]).flatmap(
        lambda name: st.builds(
            Call,
            st.just(name),
            st.sampled_from([{}, {"number": 3}, {"number": 13}, {"note": "x"}, {"note": 5}, {"approval_token": "y"}]),
        )
    ),
    min_size=1,
    max_size=4,
)


class Kept(Audit):
    """A trail in memory, where a test makes thousands of rows."""

    def __init__(self) -> None:
        super().__init__(Store("nowhere"), "r", "a", NAME)
        self.rows: list[dict[str, Any]] = []

    def flush(self) -> None:
        self.rows += self._noted
        self._noted = []


@settings(max_examples=40, deadline=None)
@given(st.lists(CALLS, max_size=40))
def test_any_sequence_of_calls_keeps_the_conversation_whole(turns: list[list[Call]]):
    small, kept = Small(), Kept()
    outcome = Loop(playing(*turns), Toolbox(small.tools(), allowed=Access.DESTRUCTIVE), kept, instructions="").run("Go")

    assert outcome.iterations <= 25
    assert outcome.is_answered == (len(turns) < 25)
    roles = [message["role"] for message in outcome.messages]
    assert roles == [("user", "assistant")[n % 2] for n in range(len(roles))]
    for asked, answered in zip(outcome.messages[1::2], outcome.messages[2::2], strict=False):
        assert [b["id"] for b in asked["content"]] == [b["tool_use_id"] for b in answered["content"]]
    assert not [done for done in small.done if done.startswith("burn")]
    events = [row["event"] for row in kept.rows]
    assert events.count("result") == sum(map(len, turns[:25]))
    assert events.count("reply") == outcome.iterations


def test_every_event_is_on_record(make_loop: Callable[..., Loop], audit_store: Store):
    secret = {"note": "x", "password": "hunter2-hunter2"}
    make_loop(playing([double(1), Call("note", secret)], [Call("note", {"note": "y"})]), Small().tools()).run("Go")
    rows = trail.rows(audit_store)
    assert rows["event"].to_list() == [
        "reply", "intent", "result", "result", "reply", "intent", "result", "reply", "end",
    ]  # fmt: skip
    assert rows["run_id"].unique().to_list() == ["run-1"]
    assert rows["model"].unique().to_list() == [NAME]
    failed = rows.filter(pl.col("is_error") & (pl.col("event") == "result")).row(0, named=True)
    assert (failed["tool"], failed["access"], failed["iteration"]) == ("note", "write", 1)
    assert "hunter2" not in rows.write_json()
    assert '"password": "[redacted]"' in failed["input"]
    assert rows.filter(event="result")["result_size"].min() > 0
    assert audit_store.version(trail.TABLE) == 4  # five commits, none of which took a row away


def test_a_change_that_cannot_be_put_on_record_is_not_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    small = Small()
    audit = Audit(Store(str(tmp_path / "file")), "r", "a", NAME)
    loop = Loop(
        playing([Call("note", {"note": "x"})]), Toolbox(small.tools(), allowed=Access.WRITE), audit, instructions=""
    )
    with pytest.raises(AuditFailed, match="nothing was done"):
        loop.run("Go")
    assert small.done == []


def test_tools_above_the_allowed_class_are_not_offered():
    for allowed, names in [(Access.READ, ["double"]), (Access.WRITE, ["double", "note"])]:
        box = Toolbox(Small().tools(), allowed=allowed)
        assert [spec["name"] for spec in box.specs()] == names
        assert box.call("burn", {"note": "x"}).text.startswith("No tool 'burn'")


def test_a_destructive_call_waits_for_a_person(make_loop: Callable[..., Loop], audit_store: Store):
    small, approvals = Small(), Approvals()
    burn = {"note": "the old table"}
    loop = make_loop(playing([Call("burn", burn)]), small.tools(), allowed=Access.DESTRUCTIVE, approvals=approvals)
    outcome = loop.run("Burn it")
    assert small.done == []
    [plan] = approvals.waiting()
    assert outcome.plans == (plan.plan_id,) and plan.effect == {"would_burn": "the old table"}

    token = approvals.grant(plan.plan_id, "Dana")
    loop = make_loop(
        playing([Call("burn", {**burn, "approval_token": token})]),
        small.tools(),
        allowed=Access.DESTRUCTIVE,
        approvals=approvals,
    )
    loop.run("Approved")
    assert small.done == ["burn the old table"]
    recorded = trail.rows(audit_store)
    assert recorded.filter(pl.col("approver").is_not_null())["approver"].to_list() == ["Dana"]
    assert token not in recorded.write_json()


def test_a_token_is_for_one_call_and_one_time():
    small, approvals = Small(), Approvals()
    box = Toolbox(small.tools(), allowed=Access.DESTRUCTIVE, approvals=approvals, run_id="r")
    plan = box.call("burn", {"note": "a"}).plan_id
    assert plan is not None
    token = approvals.grant(plan, "Dana")
    for wrong in ({"note": "b", "approval_token": token}, {"note": "a", "approval_token": "guess"}):
        assert "not valid for this call" in box.call("burn", wrong).text
    first = box.call("burn", {"note": "a", "approval_token": token})
    again = box.call("burn", {"note": "a", "approval_token": token})
    assert first == again and small.done == ["burn a"]  # a retry of the same call gives its result, and does nothing
    other = Toolbox(small.tools(), allowed=Access.DESTRUCTIVE, approvals=approvals, run_id="another")
    assert "not valid for this call" in other.call("burn", {"note": "a", "approval_token": token}).text


def test_an_approval_expires():
    now = [0.0]
    approvals = Approvals(lambda: now[0])
    box = Toolbox(Small().tools(), allowed=Access.DESTRUCTIVE, approvals=approvals)
    token = approvals.grant(str(box.call("burn", {"note": "a"}).plan_id), "Dana")
    now[0] = 3601.0
    assert "has expired" in box.call("burn", {"note": "a", "approval_token": token}).text


def test_a_conversation_goes_on_after_results_of_tools():
    ended = [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": "x"}]}]
    [message] = continued(ended, "And now?")
    assert [block["type"] for block in message["content"]] == ["tool_result", "text"]
