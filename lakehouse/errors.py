"""What can go wrong, by name: each error says what was found, where, and what to do."""


class LakehouseError(Exception):
    """Any fault that a person can act on; its text is fit to be shown."""


class NoRelease(LakehouseError):
    """The lakehouse holds no published release yet."""


class ReleaseBroken(LakehouseError):
    """A release names a table or a file that cannot be read any more."""


class SchemaMismatch(LakehouseError):
    """Rows do not have the columns or types that the catalog declares for the table."""


class BatchRefused(SchemaMismatch):
    """A batch of another shape than its table; nothing of it is in bronze, and its rows are kept aside."""


class Locked(LakehouseError):
    """Another writer holds the lakehouse."""


class StepFailed(LakehouseError):
    """A step of the pipeline could not be carried out."""


class NotWritable(LakehouseError):
    """The lakehouse's folder cannot be created or written to."""
