"""What can go wrong around a model, by name."""

from lakehouse.errors import LakehouseError


class AgentError(LakehouseError):
    """Any fault of the agents that a person can act on."""


class ModelUnavailable(AgentError):
    """The model cannot be asked: no library, no key, no network, or its service refused."""


class ModelRequestsForbidden(ModelUnavailable):
    """The kill switch is set: nothing may be sent to a model."""


class NotRecorded(AgentError):
    """A replayed conversation was asked for a turn that it does not hold."""


class OutOfScript(AgentError):
    """The scripted model was asked for something that it has no script for."""


class AuditFailed(AgentError):
    """An action could not be put on record, so it was not taken."""


class ToolError(AgentError):
    """A tool could not do what it was asked; the text goes to the model, which may try otherwise."""
