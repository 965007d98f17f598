"""The SQLAlchemy engine that migrates PostgreSQL; apart, because it needs what SQLite does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from afterword.storage.postgres_asking import from_postgres


@asynccontextmanager
async def migration_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine for one use, whose failures come in our words."""
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool
    )
    try:
        yield engine
    except DBAPIError as error:
        cause = error.orig.__cause__ if error.orig else None
        raise from_postgres(cause or error) from error
    except OSError as error:
        raise from_postgres(error) from error
    finally:
        await engine.dispose()
