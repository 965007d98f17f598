"""Everything goes from one engine to the other and back, or nothing does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from afterword.core.errors import Conflict
from afterword.storage import copying, migrate, postgres_rows, sqlite_rows
from afterword.storage.failures import NotWhole
from afterword.storage.store import Store
from tests.support.every_table import LAST_ID, ROWS, fill_every_table

ADD = "INSERT INTO sign_in_failure (subject, at) VALUES (:subject, 1)"
PAGE = """
INSERT INTO site (name, policy, changed_at) VALUES ('another', '{}', 1) RETURNING id
"""


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A file with rows in every table."""
    file = tmp_path / "full.db"
    migrate.bring_file_up(file)
    fill_every_table(file)
    return file


def everything(file: Path) -> dict[str, list[Any]]:
    """Every row of every table, and the highest numbers."""
    with sqlite_rows.opened(file) as raw:
        found: dict[str, list[Any]] = {
            table.name: sorted(
                map(repr, (row for rows in sqlite_rows.read(raw, table) for row in rows))
            )
            for table in sqlite_rows.tables(raw)
        }
        return {**found, "last ids": sorted(sqlite_rows.last_ids(raw).items())}


async def test_every_row_of_every_table_is_the_same_after_there_and_back(
    full: Path, postgres_url: str, tmp_path: Path
) -> None:
    there = await copying.file_to_postgres(full, postgres_url)
    back = tmp_path / "back.db"
    async with postgres_rows.reading(postgres_url) as connection:
        here = await copying.postgres_to_file(connection, back)
    assert there.rows == here.rows
    assert set(there.rows.values()) == {ROWS}
    assert everything(back) == everything(full)
    sqlite_rows.look_through(back, lambda: False)


async def test_no_table_of_the_schema_is_left_out(full: Path, postgres_url: str) -> None:
    await migrate.upgrade(postgres_url)
    with sqlite_rows.opened(full) as raw:
        copied = {table.name for table in sqlite_rows.tables(raw)}
    async with postgres_rows.reading(postgres_url) as connection:
        assert copied == set(await postgres_rows.there(connection)) - {"alembic_version"}


async def test_numbers_go_on_behind_those_of_rows_that_are_gone(
    full: Path, postgres_url: str, tmp_path: Path
) -> None:
    await copying.file_to_postgres(full, postgres_url)
    store = await Store.open(postgres_url)
    async with store.write() as db:
        assert await db.fetch_one(PAGE) == (LAST_ID + 1,)
    await store.close()
    back = tmp_path / "back.db"
    async with postgres_rows.reading(postgres_url) as connection:
        await copying.postgres_to_file(connection, back)
    with closing(sqlite3.connect(back)) as raw:
        raw.execute("DELETE FROM site WHERE name = 'another'")
        assert raw.execute(PAGE).fetchall() == [(LAST_ID + 2,)]


async def test_a_snapshot_of_postgres_is_of_one_moment(postgres_url: str, tmp_path: Path) -> None:
    await migrate.upgrade(postgres_url)
    store = await Store.open(postgres_url)
    async with store.write() as db:
        await db.execute(ADD, {"subject": "before"})
    copy = tmp_path / "copy.db"
    async with postgres_rows.reading(postgres_url) as connection:
        await copying.known_revision(connection)
        async with store.write() as db:
            await db.execute(ADD, {"subject": "after"})
        done = await copying.postgres_to_file(connection, copy)
    await store.close()
    assert done.rows["sign_in_failure"] == 1


async def test_what_postgres_does_not_take_leaves_nothing_there(
    full: Path, postgres_url: str
) -> None:
    with closing(sqlite3.connect(full)) as raw:
        # The last table of all: everything else is written by then.
        raw.execute("UPDATE delivery_try SET answer = 'a' || char(0) || 'b' WHERE id = 2")
        raw.commit()
    with pytest.raises(NotWhole, match="delivery_try"):
        await copying.file_to_postgres(full, postgres_url)
    assert await migrate.status(postgres_url) == migrate.Status(None, migrate.newest())


async def test_what_is_too_long_for_an_index_of_postgres_is_said(
    full: Path, postgres_url: str
) -> None:
    with closing(sqlite3.connect(full)) as raw:
        raw.execute("UPDATE sign_in_failure SET subject = hex(randomblob(5000))")
        raw.commit()
    with pytest.raises(NotWhole, match="does not take what sign_in_failure holds: index row"):
        await copying.file_to_postgres(full, postgres_url)


async def test_what_holds_anything_is_refused_and_kept_only_when_that_was_asked_for(
    full: Path, postgres_url: str, postgres_admin: asyncpg.Connection
) -> None:
    await copying.file_to_postgres(full, postgres_url)
    with pytest.raises(Conflict, match="holds an installation already"):
        await copying.file_to_postgres(full, postgres_url)
    done = await copying.file_to_postgres(full, postgres_url, keep_as="before")
    assert done.kept
    connection = await asyncpg.connect(postgres_url)
    assert await connection.fetchval("SELECT count(*) FROM before.comment") == ROWS
    assert await connection.fetchval("SELECT count(*) FROM comment") == ROWS
    assert await connection.fetchval("SELECT count(*) FROM before.alembic_version") == 1
    await connection.close()


async def test_what_a_server_wrote_before_anybody_had_an_account_is_given_up(
    full: Path, ready_postgres_url: str
) -> None:
    store = await Store.open(ready_postgres_url)
    async with store.write() as db:
        await db.execute(ADD, {"subject": "a stranger"})
    with pytest.raises(Conflict, match="has the database open"):
        await copying.file_to_postgres(full, ready_postgres_url)
    await store.close()
    done = await copying.file_to_postgres(full, ready_postgres_url)
    assert not done.kept
    assert done.rows["sign_in_failure"] == ROWS


async def test_tables_of_others_are_left_alone(full: Path, postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    await connection.execute("CREATE TABLE of_others (a INT); INSERT INTO of_others VALUES (1)")
    await copying.file_to_postgres(full, postgres_url)
    await copying.file_to_postgres(full, postgres_url, keep_as="before")
    assert await connection.fetchval("SELECT a FROM of_others") == 1
    await connection.close()


async def test_a_schema_of_a_newer_release_is_not_copied(postgres_url: str) -> None:
    await migrate.upgrade(postgres_url)
    connection = await asyncpg.connect(postgres_url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()
    async with postgres_rows.reading(postgres_url) as reading:
        with pytest.raises(migrate.SchemaTooNew, match="9999"):
            await copying.known_revision(reading)
