"""The Salesforce stand-in behind a loopback port, at the paths of the real one."""

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lakehouse.standins.salesforce import Refused, SalesforceStandIn


def handler(stand_in: SalesforceStandIn) -> type[BaseHTTPRequestHandler]:
    """A request handler that answers for the stand-in."""

    class SalesforceHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def do_PATCH(self) -> None:
            self._answer("PATCH")

        def _answer(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            address = urlsplit(self.path)
            parts = address.path.strip("/").split("/")
            try:
                self._route(method, parts, {k: v[0] for k, v in parse_qs(address.query).items()}, body)
            except Refused as error:
                answer: Any = [{"errorCode": error.code, "message": str(error)}]
                if parts[-1] == "token":
                    answer = {"error": error.code, "error_description": str(error)}
                self._send(json.dumps(answer), "application/json", error.status, error.headers)

        def _route(self, method: str, parts: list[str], query: dict[str, str], body: bytes) -> None:
            what = _what(method, parts)
            stand_in.requests[what] += 1
            busy = stand_in.faults.take("busy")
            if busy is not None:
                after = {"Retry-After": str(busy["retry_after"])} if "retry_after" in busy else {}
                raise Refused(busy["status"], "SERVER_UNAVAILABLE", "try again later", after)
            if what == "token":
                return self._json(stand_in.token({k: v[0] for k, v in parse_qs(body.decode()).items()}))
            stand_in.authorise(self.headers.get("Authorization"))
            match what:
                case "limits":
                    self._json({"DailyApiRequests": {"Max": 15000, "Remaining": 14998}})
                case "describe":
                    self._json(stand_in.describe(parts[-2]))
                case "create":
                    self._json(stand_in.create(json.loads(body)))
                case "poll":
                    self._json(stand_in.poll(parts[-1]))
                case "abort":
                    self._json(stand_in.abort(parts[-1]))
                case "page":
                    size, locator = int(query.get("maxRecords", 50000)), query.get("locator", "")
                    text, headers = stand_in.page(parts[-2], size, locator)
                    is_dropped = stand_in.faults.take("drop") is not None
                    self._send(text, "text/csv; charset=UTF-8", 200, headers, drop=is_dropped)
                case _:
                    raise Refused(404, "NOT_FOUND", "The requested resource does not exist")

        def _json(self, answer: Any) -> None:
            self._send(json.dumps(answer), "application/json")

        def _send(
            self,
            text: str,
            type_: str,
            status: int = 200,
            headers: Mapping[str, str] | None = None,
            *,
            drop: bool = False,
        ) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", type_)
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            if drop:
                self.wfile.write(body[: len(body) // 2])
                self.wfile.flush()
                self.close_connection = True
                self.connection.close()
                return
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Stay silent; the connector logs what matters."""

    return SalesforceHandler


def _what(method: str, parts: list[str]) -> str:
    """token, limits, describe, create, poll, page or abort; an empty text for anything else."""
    match method, parts:
        case "POST", ["services", "oauth2", "token"]:
            return "token"
        case "GET", ["services", "data", _, "limits"]:
            return "limits"
        case "GET", ["services", "data", _, "sobjects", _, "describe"]:
            return "describe"
        case "POST", ["services", "data", _, "jobs", "query"]:
            return "create"
        case "GET", ["services", "data", _, "jobs", "query", _]:
            return "poll"
        case "PATCH", ["services", "data", _, "jobs", "query", _]:
            return "abort"
        case "GET", ["services", "data", _, "jobs", "query", _, "results"]:
            return "page"
    return ""
