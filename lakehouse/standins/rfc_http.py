"""The SAP stand-in behind a loopback port, and the connection that reaches it."""

import base64
import http.client
import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from lakehouse.connectors import rfc
from lakehouse.connectors.settings import SapSettings
from lakehouse.standins.sap import SapStandIn

ERRORS: Mapping[str, type[rfc.RfcError]] = {
    kind.__name__: kind for kind in (rfc.LogonError, rfc.SystemFailure, rfc.CommunicationError)
}
TIMEOUT_SECONDS = 60


class HttpRfcConnection:
    """call, ping and close over HTTP; a lost connection is a CommunicationError, as with the real library."""

    def __init__(self, settings: SapSettings) -> None:
        address = urlsplit(settings.ashost)
        self._client = http.client.HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
        logon = base64.b64encode(f"{settings.user}:{settings.passwd}".encode()).decode()
        self._headers = {"Authorization": f"Basic {logon}", "Content-Type": "application/json"}
        self.ping()

    def call(self, function: str, **parameters: Any) -> dict[str, Any]:
        try:
            self._client.request("POST", f"/rfc/{function}", json.dumps(parameters), self._headers)
            answer = json.loads(self._client.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._client.close()
            raise rfc.CommunicationError(f"stand-in: {type(error).__name__}") from error
        failed = answer.get("error")
        if failed is None:
            return answer["result"]
        if failed["type"] == "ApplicationError":
            raise rfc.ApplicationError(failed["key"], failed["message"])
        raise ERRORS[failed["type"]](failed["message"])

    def ping(self) -> None:
        self.call("RFC_PING")

    def close(self) -> None:
        self._client.close()


def handler(stand_in: SapStandIn) -> type[BaseHTTPRequestHandler]:
    """A request handler that answers for the stand-in."""

    class RfcHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def do_POST(self) -> None:
            parameters = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            try:
                result = self._call(self.path.rpartition("/")[2], parameters)
            except rfc.CommunicationError:
                self.close_connection = True  # break off without an answer
                return
            except rfc.RfcError as error:
                key = getattr(error, "key", "")
                self._send({"error": {"type": type(error).__name__, "key": key, "message": str(error)}})
            else:
                self._send({"result": result})

        def _call(self, function: str, parameters: dict[str, Any]) -> dict[str, Any]:
            user, _, passwd = base64.b64decode(self.headers["Authorization"].split()[1]).decode().partition(":")
            logon = SapSettings("", "", "", user, passwd)
            connection = stand_in.connect(logon)
            return {} if function == "RFC_PING" else connection.call(function, **parameters)

        def _send(self, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Stay silent; the connector logs what matters."""

    return RfcHandler
