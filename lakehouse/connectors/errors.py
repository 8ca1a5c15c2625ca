"""What can go wrong at a source system, by name; each error says what was found, where, and what to do."""

from lakehouse.errors import LakehouseError


class SourceError(LakehouseError):
    """A source system could not be read."""


class SourceUnreachable(SourceError):
    """No answer, or none in time; trying again later may help."""


class SourceRefused(SourceError):
    """The source system answered and said no: a wrong or expired credential, or a missing authorisation."""


class QuotaExceeded(SourceError):
    """The source system's allowance is used up; trying again at once makes it worse."""


class SourceChanged(SourceError):
    """The source system no longer has a table or a column that we read."""


class SourceInconsistent(SourceError):
    """What the source system delivered does not add up, and reading it again did not help."""


class SecretMissing(SourceError):
    """No place holds the credential of a source system, or it is there in part."""


class SecretExpired(SourceError):
    """A credential is past its date."""
