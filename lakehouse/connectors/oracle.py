"""Oracle E-Business Suite over python-oracledb: connecting, reading in batches, and what its errors mean."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

import polars as pl

from lakehouse.connectors.errors import SourceChanged, SourceError, SourceRefused, SourceUnreachable
from lakehouse.connectors.oracle_objects import OBJECTS, SYSTEM, OracleObject, mapped
from lakehouse.connectors.redaction import redact
from lakehouse.connectors.retry import Backoff
from lakehouse.connectors.settings import OracleSettings
from lakehouse.connectors.source import Extract, instant

# Oracle's error numbers, by what a person should do about them.
REFUSED = ("ORA-01017", "ORA-28000", "ORA-28001", "ORA-01031", "ORA-01045", "DPY-4001")
CHANGED = ("ORA-00904", "ORA-00942", "ORA-04063")
PASSING = (
    "ORA-03113",
    "ORA-03114",
    "ORA-03135",
    "ORA-12170",
    "ORA-12541",
    "ORA-12537",
    "ORA-12514",
    "DPY-4011",
    "DPY-6005",
)


class Broken(Exception):
    """The connection failed in a way that another attempt may mend."""


def connect(settings: OracleSettings) -> Any:
    """A DB-API connection: python-oracledb in thin mode, or SQLite for a stand-in's file."""
    if settings.dsn.startswith("sqlite:"):
        from lakehouse.standins import oracle as stand_in

        return stand_in.connect(settings)
    try:
        import oracledb
    except ImportError as error:
        raise SourceUnreachable("oracledb is not installed: pip install -r requirements-connectors.txt") from error
    return oracledb.connect(user=settings.user, password=settings.password, dsn=settings.dsn)


class OracleSource:
    """The objects above, over any DB-API connection that takes :named parameters."""

    system = SYSTEM
    objects = OBJECTS

    def __init__(
        self,
        settings: OracleSettings,
        *,
        connect: Callable[[OracleSettings], Any] = connect,
        backoff: Backoff | None = None,
    ) -> None:
        self._settings = settings
        self._connect = connect
        self._backoff = backoff or Backoff()

    def close(self) -> None:
        """Nothing stays open between two reads."""

    def ping(self) -> None:
        """Raise a SourceError where the database cannot be reached or refuses us."""
        self._with_connection("the connection", lambda connection: connection.cursor().close())

    def read(self, source: OracleObject, since: date | None = None, mark: str | None = None) -> Extract:
        """The rows changed since the high-water mark, less an overlap; all of them where there is no mark."""
        start = datetime.combine(since, time()) if since else None
        if start is None and mark:
            start = instant(mark) - self._settings.overlap
        sql = source.sql + (source.changed if start else "")
        parameters = {"since": start} if start else {}
        batches = self._with_connection(
            source.name, lambda connection: list(fetched(connection, sql, parameters, self._settings.batch_rows))
        )
        return mapped(source, batches)

    def _with_connection(self, what: str, work: Callable[[Any], Any]) -> Any:
        """Run on a connection of its own, from the start again where it breaks: a result is whole or an error."""

        def once() -> Any:
            connection = None
            try:
                connection = self._connect(self._settings)
                return work(connection)
            except SourceError:
                raise
            except Exception as error:
                if str(error).startswith(PASSING):
                    raise Broken(redact(str(error))) from error
                raise explained(error, self._settings, what) from error
            finally:
                if connection is not None:
                    connection.close()

        try:
            return self._backoff.call(once, what=f"Oracle {what}", again_on=(Broken,))
        except Broken as error:
            raise SourceUnreachable(
                f"Oracle {self._settings.dsn} broke off at {what}, {self._backoff.attempts} times: {error}; "
                "nothing was taken. Check the listener and ingest again"
            ) from error


def fetched(connection: Any, sql: str, parameters: Mapping[str, Any], size: int) -> Iterator[pl.DataFrame]:
    """The result in batches: as Arrow where the driver offers it, else as rows."""
    if hasattr(connection, "fetch_df_batches"):
        for batch in connection.fetch_df_batches(statement=sql, parameters=dict(parameters), size=size):
            frame = pl.DataFrame(batch)
            yield frame.rename({name: name.upper() for name in frame.columns})
        return
    cursor = connection.cursor()
    try:
        cursor.execute(sql, dict(parameters))
        names = [column[0].upper() for column in cursor.description]
        while rows := cursor.fetchmany(size):
            yield pl.DataFrame(
                [
                    pl.Series(name, values, strict=False)
                    for name, values in zip(names, zip(*rows, strict=True), strict=True)
                ]
            )
    finally:
        cursor.close()


def explained(error: Exception, settings: OracleSettings, what: str) -> SourceError:
    message = redact(str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__)
    if message.startswith(REFUSED):
        return SourceRefused(
            f"Oracle {settings.dsn} refused user {settings.user}: {message}; unlock the user or rotate its secret"
        )
    if message.startswith(CHANGED):
        return SourceChanged(
            f"Oracle {what}: {message}; a table or column is gone or not granted to {settings.user}: "
            "restore it, or change the SQL in lakehouse/connectors/oracle.py"
        )
    return SourceError(f"Oracle {what}: {message}")
