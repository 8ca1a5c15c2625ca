"""The chat with a key: the audited loop over a server that speaks the Messages API, and what comes of its tools."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import queries
from agents import audit
from agents.ask import claude
from agents.ask.desk import Desk
from agents.ask.talk import Talk
from agents.choice import choose
from agents.models import Claude
from agents.settings import Settings
from lakehouse.storage import Store
from tests.agents import messages_api as api
from tests.agents.asking import desk, own_uri  # noqa: F401  fixtures

pytest.importorskip("anthropic")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch):
    """A model over a server that plays the given turns."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
    monkeypatch.setenv("MDM_ALLOW_MODEL_REQUESTS", "1")

    def connected(server: api.MessagesApi) -> Claude:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        return Claude(Settings(has_key=True, max_retries=1))

    return connected


def results(server: api.MessagesApi, request: int) -> list[dict]:
    """The results that a request carries, unwrapped."""
    blocks = server.requests[request]["messages"][-1]["content"]
    return [json.loads(block["content"]) for block in blocks if block["type"] == "tool_result"]


def test_a_verified_question_gives_a_verified_answer(desk: Desk, own_uri: str, warehouse, model):  # noqa: F811
    asks = {"question_id": "revenue", "period": "last quarter", "country": "DE", "segment": "Enterprise"}
    with api.serving(api.tools(("verified_question", asks)), api.text("It was $1.22M.")) as server:
        talk = Talk()
        answer = claude.ask(desk, "revenue last quarter in Germany for Enterprise", talk, model(server))
    assert (answer.kind, answer.text, answer.is_verified) == ("answer", "It was $1.22M.", True)
    expected = desk.answer(answer.question, answer.conditions)
    assert answer.frame.equals(expected.frame) and answer.row["revenue"] == expected.row["revenue"]
    assert answer.sources[0].sql == queries.sql("revenue/summary")
    [told] = results(server, 1)
    assert told["data"]["rows"][0]["orders"] == answer.row["orders"] and "untrusted" in told["note"]
    assert {tool["name"] for tool in server.requests[0]["tools"]} == {"query_database", "verified_question"}
    assert "revenue: How much revenue did we make?" in server.requests[0]["system"][0]["text"]
    rows = audit.rows(Store(own_uri), talk.id).to_dicts()
    assert [row["event"] for row in rows] == ["intent", "reply", "result", "reply", "end"]
    assert {row["model"] for row in rows} == {"claude-opus-4-6"} and answer.tokens > 0


def test_free_sql_reads_masked_tables_and_is_not_verified(desk: Desk, model):  # noqa: F811
    sql = "select segment, count(*) as customers, min(email) as email from gold.dim_customer group by 1 order by 1"
    with api.serving(api.tools(("query_database", {"sql": sql})), api.text("Four segments.")) as server:
        answer = claude.ask(desk, "customers by segment", Talk(), model(server))
    assert (answer.kind, answer.is_verified, answer.question) == ("answer", False, None)
    assert answer.sources[0].sql == sql and list(answer.sources[0].tables) == ["gold.dim_customer"]
    assert len(answer.frame) == 4 and all("***@" in email for email in answer.frame["email"])


def test_sql_that_would_change_or_look_elsewhere_is_refused(desk: Desk, model):  # noqa: F811
    calls = [
        ("query_database", {"sql": sql}) for sql in ("drop table gold.dim_customer", "select * from mdm.crosswalk")
    ]
    with api.serving(api.tools(*calls), api.text("I cannot do that.")) as server:
        answer = claude.ask(desk, "drop it", Talk(), model(server))
    assert (answer.kind, answer.sources) == ("decline", ())
    blocks = server.requests[1]["messages"][-1]["content"]
    assert [block.get("is_error") for block in blocks] == [True, True]


def test_a_model_without_figures_asks_back_or_declines(desk: Desk, model):  # noqa: F811
    with api.serving(api.text("By revenue or by lifetime value?"), api.text("The lakehouse does not know.")) as server:
        client = model(server)
        assert claude.ask(desk, "best customers", Talk(), client).kind == "clarify"
        assert claude.ask(desk, "the weather", Talk(), client).kind == "decline"


def test_the_conversation_goes_on(desk: Desk, model):  # noqa: F811
    with api.serving(api.text("Of what?"), api.text("Then it is not known.")) as server:
        client, talk = model(server), Talk()
        talk = talk.after(claude.ask(desk, "conversion rate", talk, client))
        claude.ask(desk, "of the weather", talk, client)
    said = [(m["role"], m["content"][0]["text"]) for m in server.requests[1]["messages"]]
    assert said == [("user", "conversion rate"), ("assistant", "Of what?"), ("user", "of the weather")]


def test_an_unclear_period_and_an_ambiguous_customer_go_back_to_the_model(desk: Desk, model):  # noqa: F811
    calls = [
        ("verified_question", {"question_id": "revenue", "period": "once upon a time"}),
        ("verified_question", {"question_id": "who-is", "customer": "Muhlbauer & Hellwig"}),
        ("verified_question", {"question_id": "no-such"}),
    ]
    with api.serving(api.tools(*calls), api.text("Which one?")) as server:
        claude.ask(desk, "revenue", Talk(), model(server))
    texts = [block["content"] for block in server.requests[1]["messages"][-1]["content"] if "content" in block]
    assert "is not understood" in texts[0]
    assert "Several customers may be" in texts[1]
    assert "was not called, its input is not valid" in texts[2]


def test_a_model_that_cannot_be_reached_is_said_so(desk: Desk, model):  # noqa: F811
    with api.serving(*[api.Turn(status=529)] * 3) as server:
        answer = claude.ask(desk, "revenue", Talk(), model(server))
    assert answer.kind == "failed" and "HTTP 529" in answer.text and not answer.sources


def test_without_a_key_nothing_is_sent():
    from agents.ask.talk import AGENT, unplayed

    found = choose(Settings(), AGENT, unplayed)
    assert found.model.name == "scripted model, not Claude"
    assert found.reason == "scripted model, not Claude: ANTHROPIC_API_KEY is not set"


BLOCKED = """
import sys

sys.modules |= dict.fromkeys(("anthropic", "jsonschema", "yaml", "sqlglot", "sqlalchemy"))
from agents.ask.desk import opened
from agents.ask.talk import Talk
from agents import background, trail
from agents.roster import ROSTER
answer = opened(sys.argv[1]).ask("revenue last quarter", Talk())
assert answer.is_verified and answer.row["revenue"], answer
print(answer.row["orders"], background.missing(), len(trail.events(sys.argv[1])), len(ROSTER))
"""


def test_requirements_txt_is_enough_without_a_key(own_uri: str):  # noqa: F811
    project = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", BLOCKED, own_uri], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(maxsplit=1)[0].isdigit()
    assert "['jsonschema', 'yaml', 'sqlglot']" in done.stdout
