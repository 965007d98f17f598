"""A whole installation moves from SQLite to PostgreSQL and back, and exports the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.core.errors import Conflict
from afterword.services.backups.move_database import move_database
from afterword.services.context import open_context
from afterword.services.sites.manage_sites import add_site
from afterword.settings import Settings
from afterword.storage import migrate
from afterword.storage.store import Store
from tests.services import builders
from tests.services.backups.holding import at, sites
from tests.services.exporting.test_export_site import furnish
from tests.services.importing.taking import exported
from tests.storage.test_copying import everything


async def _export(settings: Settings) -> bytes:
    async with open_context(settings) as ctx:
        (site,) = ctx.sites
        return await exported(ctx, site, private=True)


async def test_there_and_back_every_row_and_the_export_are_the_same(
    postgres_url: str, tmp_path: Path
) -> None:
    first = at(tmp_path / "data")
    async with open_context(first) as ctx:
        site = await add_site(ctx.store, "blog", [builders.ORIGIN], builders.UNHURRIED, 1)
        await ctx.sites.refresh(ctx.store)
        await furnish(ctx, site)
    there = at(tmp_path / "there", postgres_url)
    back = at(tmp_path / "back")
    await move_database(first, postgres_url)
    on_postgres = await _export(there)
    await move_database(there, back.database_url)
    assert first.database_file is not None
    assert back.database_file is not None
    assert everything(back.database_file) == everything(first.database_file)
    assert len(on_postgres.splitlines()) > 5
    assert await _export(first) == on_postgres == await _export(back)


async def test_it_is_refused_while_the_old_database_is_served(
    settings: Settings, postgres_url: str, tmp_path: Path
) -> None:
    to = postgres_url if settings.database_file else f"sqlite:///{tmp_path / 'new.db'}"
    store = await Store.open(settings.database_url)
    with pytest.raises(Conflict, match=r"has the database open. Stop it first"):
        await move_database(settings, to)
    await store.close()
    await move_database(settings, to)
    assert await sites(to) == ["blog"]
    assert await sites(settings.database_url) == ["blog"]


async def test_it_is_refused_where_the_new_database_holds_anything(
    settings: Settings, postgres_url: str, tmp_path: Path
) -> None:
    to = postgres_url if settings.database_file else f"sqlite:///{tmp_path / 'new.db'}"
    await move_database(settings, to)
    with pytest.raises(Conflict, match=r"holds an installation already. Nothing was changed"):
        await move_database(settings, to)


async def test_what_makes_no_sense_is_refused_with_what_to_do(
    settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(Conflict, match=r"Both are of one engine.*back it up"):
        await move_database(settings, settings.database_url)
    with pytest.raises(Conflict, match=r"That is not a database. Allowed"):
        await move_database(settings, "mysql://localhost/comments")


async def test_an_older_schema_is_to_be_brought_up_first(postgres_url: str, tmp_path: Path) -> None:
    settings = at(tmp_path / "data")
    migrate.bring_file_up(settings.data / "afterword.db", to="0003")
    with pytest.raises(Conflict, match="First run: afterword db upgrade"):
        await move_database(settings, postgres_url)
