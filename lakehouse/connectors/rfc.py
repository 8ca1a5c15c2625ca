"""A connection to SAP over RFC: the three methods we use, and the adapter for pyrfc where it is installed."""

import importlib
from typing import Any, Protocol

from lakehouse.connectors.errors import SourceRefused, SourceUnreachable
from lakehouse.connectors.redaction import redact
from lakehouse.connectors.settings import SapSettings


class RfcConnection(Protocol):
    def call(self, function: str, **parameters: Any) -> dict[str, Any]: ...

    def ping(self) -> None: ...

    def close(self) -> None: ...


class RfcError(Exception):
    """Base of what a call may raise, in whichever library carries it."""


class ApplicationError(RfcError):
    """The function module raised one of its own exceptions; `key` is its name."""

    def __init__(self, key: str, message: str = "") -> None:
        super().__init__(f"RFC_ABAP_EXCEPTION: key={key} {message}".strip())
        self.key = key


class CommunicationError(RfcError):
    """The connection broke or could not be made; the only error that is worth another attempt."""


class LogonError(RfcError):
    """The user or the password is wrong, locked or expired."""


class SystemFailure(RfcError):
    """The application server gave up on the call (a short dump)."""


NO_PYRFC = (
    "pyrfc is not installed. It needs SAP's NetWeaver RFC SDK, which SAP gives to its customers: install the SDK, "
    "build pyrfc from its source, and try again. To try the connector without SAP: python -m lakehouse stand-ins"
)


def connect(settings: SapSettings) -> RfcConnection:
    """A live connection; a host that is an http:// address is a stand-in's."""
    if settings.ashost.startswith("http://"):
        from lakehouse.standins.rfc_http import HttpRfcConnection

        return HttpRfcConnection(settings)
    try:
        pyrfc = importlib.import_module("pyrfc")
    except ImportError as error:
        raise SourceUnreachable(NO_PYRFC) from error
    return PyRfcConnection(pyrfc, settings)


class PyRfcConnection:
    """pyrfc behind our protocol: its exceptions become ours, by the name of their class."""

    def __init__(self, pyrfc: Any, settings: SapSettings) -> None:
        self._connection = _translated(
            pyrfc.Connection,
            ashost=settings.ashost,
            sysnr=settings.sysnr,
            client=settings.client,
            user=settings.user,
            passwd=settings.passwd,
            lang=settings.lang,
        )

    def call(self, function: str, **parameters: Any) -> dict[str, Any]:
        return _translated(self._connection.call, function, **parameters)

    def ping(self) -> None:
        _translated(self._connection.ping)

    def close(self) -> None:
        _translated(self._connection.close)


def _translated(operation: Any, *arguments: Any, **parameters: Any) -> Any:
    try:
        return operation(*arguments, **parameters)
    except Exception as error:
        message = redact(str(error))
        match type(error).__name__:
            case "ABAPApplicationError":
                raise ApplicationError(getattr(error, "key", "") or "", message) from error
            case "CommunicationError":
                raise CommunicationError(message) from error
            case "LogonError":
                raise LogonError(message) from error
            case (
                "ABAPRuntimeError" | "ExternalApplicationError" | "ExternalRuntimeError" | "ExternalAuthorizationError"
            ):
                raise SystemFailure(message) from error
        raise


def refused(settings: SapSettings, error: LogonError) -> SourceRefused:
    return SourceRefused(
        f"SAP {settings.ashost} refused user {settings.user} in client {settings.client}: {error}; "
        "unlock the user or rotate its secret"
    )
