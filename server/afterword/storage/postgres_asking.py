"""Questions to PostgreSQL on a connection that somebody holds, and failures in our words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

import asyncpg

from afterword.core.errors import Unavailable
from afterword.storage.failures import AlreadyThere
from afterword.storage.patience import waiting
from afterword.storage.text import numbered, spread

Row = tuple[Any, ...]
Values = Mapping[str, object]

_BROKEN = (
    TimeoutError,
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
)
_CANNOT_NOW = (
    asyncpg.InterfaceError,
    # What asyncpg says of itself when its connection is lost between two statements.
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidCachedStatementError,
    OSError,
    TimeoutError,
)


class Held(Protocol):
    """A connection of the pool, or one apart."""

    @property
    def raw_connection(self) -> Any:
        """What the driver has."""
        ...


async def fetch(connection: Held, sql: str, values: Values) -> list[Row]:
    """The rows as tuples, and failures in our words."""
    sql, values = spread(sql, values)
    text, names = numbered(sql)
    arguments = [values[name] for name in names]
    rows = await ask(connection, connection.raw_connection.fetch, text, *arguments)
    return [tuple(row) for row in rows]


async def ask(connection: Held, method: Callable[..., Any], *arguments: object) -> Any:
    """What a method of the driver brings while there is patience; a connection that is broken is closed."""
    with waiting() as seconds:
        try:
            return await method(*arguments, timeout=seconds)
        except Exception as error:
            _drop_if_broken(connection, error)
            raise from_postgres(error) from error


def _drop_if_broken(connection: Held, error: Exception) -> None:
    # Closed at once: otherwise the release waits for an answer that may never come.
    if isinstance(error, _BROKEN) and not isinstance(error, ValueError):
        drop(connection)


def drop(connection: Held) -> None:
    """Close it without a word: its server rolls back what was under way."""
    with suppress(asyncpg.InterfaceError):  # It has gone back to the pool by itself.
        connection.raw_connection.terminate()


def from_postgres(error: BaseException) -> BaseException:
    """The same failure in our words; what we have no word for comes back as it is, but without details:
    those are the values of the row, and would stand in the log.
    """
    if isinstance(error, asyncpg.PostgresError):
        error.detail = None
    if isinstance(error, asyncpg.UniqueViolationError):
        return AlreadyThere(str(error))
    if isinstance(
        error, asyncpg.InvalidAuthorizationSpecificationError | asyncpg.InvalidCatalogNameError
    ):
        return Unavailable(f"PostgreSQL does not let us in: {error}.")
    # Wrong arguments are our own mistake, though asyncpg calls them an InterfaceError.
    if isinstance(error, _CANNOT_NOW) and not isinstance(error, ValueError):
        return Unavailable("The database cannot be reached now; nothing was stored.")
    return error
