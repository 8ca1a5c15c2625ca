"""A local server that speaks the Messages API as it is streamed: the SDK, the network and the retries are real."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Turn:
    """One answer. `status` other than 200 is an error; `cut` breaks the stream off before its end."""

    content: list[dict[str, Any]] = field(default_factory=list)
    stop_reason: str = "end_turn"
    status: int = 200
    cut: bool = False
    usage: dict[str, int] = field(default_factory=lambda: {"input_tokens": 100, "cache_read_input_tokens": 50})


def text(words: str, stop_reason: str = "end_turn") -> Turn:
    return Turn([{"type": "text", "text": words}], stop_reason)


def tools(*calls: tuple[str, dict[str, Any]], stop_reason: str = "tool_use") -> Turn:
    content = [
        {"type": "tool_use", "id": f"toolu_{i}_{n}", "name": n, "input": given} for i, (n, given) in enumerate(calls)
    ]
    return Turn(content, stop_reason)


Policy = Callable[[dict[str, Any]], Turn]  # a turn that depends on the request


class MessagesApi:
    """Plays its turns in order and keeps every request."""

    def __init__(self, turns: list[Turn | Policy]) -> None:
        self.turns = turns
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""


@contextmanager
def serving(*turns: Turn | Policy) -> Iterator[MessagesApi]:
    api = MessagesApi(list(turns))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            api.requests.append(body)
            api.headers.append({name.lower(): value for name, value in self.headers.items()})
            planned = api.turns.pop(0)
            turn = planned if isinstance(planned, Turn) else planned(body)
            if turn.status != 200:
                return self._error(turn.status)
            assert self.path == "/v1/messages" and body["stream"] is True
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for event in _events(turn, body["model"]):
                self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
            return None

        def _error(self, status: int) -> None:
            kind = {429: "rate_limit_error", 529: "overloaded_error"}.get(status, "invalid_request_error")
            answer = {"type": "error", "error": {"type": kind, "message": f"no: {kind}"}}
            self.send_response(status)
            self.send_header("retry-after-ms", "1")
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _events(turn: Turn, model: str) -> Iterator[dict[str, Any]]:
    """The turn as the API streams it: a tool's input comes in pieces of JSON."""
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": []}
    usage = {**turn.usage, "output_tokens": 1}
    yield {"type": "message_start", "message": {**head, "stop_reason": None, "stop_sequence": None, "usage": usage}}
    for index, block in enumerate(turn.content):
        empty = {**block, "input": {}} if block["type"] == "tool_use" else {**block, "text": ""}
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        whole = json.dumps(block["input"]) if block["type"] == "tool_use" else block["text"]
        half = len(whole) // 2
        for piece in (whole[:half], whole[half:]) if not turn.cut else (whole[:half],):
            kind = {"type": "input_json_delta", "partial_json": piece} if "input" in block else None
            delta = kind or {"type": "text_delta", "text": piece}
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        if turn.cut:
            return
        yield {"type": "content_block_stop", "index": index}
    ended = {"stop_reason": turn.stop_reason, "stop_sequence": None}
    yield {"type": "message_delta", "delta": ended, "usage": {"output_tokens": 20}}
    yield {"type": "message_stop"}
