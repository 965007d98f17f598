"""What is exported, imported elsewhere and exported again is the same bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from afterword.core.errors import Forbidden
from afterword.core.model import Author, Role, Site, Status
from afterword.services.context import Context, open_context
from afterword.services.exporting.export_site import export_site
from afterword.services.pages import change_page
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import add_site
from afterword.settings import Settings
from afterword.storage import comments, contacts, edits, pages
from tests.services import builders
from tests.services.builders import NOW, ORIGIN
from tests.services.importing.taking import all_comments, exported, look_at, take

VOTES = """
UPDATE comment SET up = 3, down = 1, points = 2, edited_at = 3600 WHERE parent_id IS NULL
"""


@asynccontextmanager
async def instance(url: str, data: Path) -> AsyncIterator[tuple[Context, Site]]:
    """An empty installation with the same site."""
    async with open_context(Settings(data=data, database_url=url)) as ctx:
        site = await add_site(ctx.store, "blog", [ORIGIN], builders.UNHURRIED, NOW)
        await ctx.sites.refresh(ctx.store)
        yield ctx, site


async def furnish(ctx: Context, site: Site) -> None:
    """A site with some of everything."""
    async with ctx.store.write() as db:
        keys = ["id:post-1", "url:blog.example.org/post"]
        page = await pages.open_page(db, site.id, keys, f"{ORIGIN}/post", "Post – “1”", 1_000)
        async with pages.changing(db, page.id, 2_000) as page:
            first = await comments.insert(
                db, page, parent=None, status=Status.APPROVED, author=Author("Mira Ö", "https://m.example/"),
                source="**Hi**", tree=[["p", ["strong", "Hi"]]], origin_key="client:1", now=3_000,
            )  # fmt: skip
            contacts.add(db, first.id, "mira@example.org")
            for number, status in enumerate(Status):
                await comments.insert(
                    db,
                    page,
                    parent=first,
                    status=status,
                    author=Author(f"N {number}", None, "key", None, True, "Editor", "🦊"),
                    source=f"text {number}",
                    tree=[["p", f"text {number}"]],
                    origin_key=f"demo:{number}",
                    now=3_000 - number,
                )
            edits.add(db, first.id, "Hello", now=3_500)
            edits.add(db, first.id, "Hello!", now=3_600)
    await change_page.pin_comment(ctx, COMMAND_LINE, first.id, pinned=True, now=4_000)
    await change_page.close_page(ctx, COMMAND_LINE, page.id, now=4_100)
    await change_page.note_page(ctx, COMMAND_LINE, page.id, "Be *kind*", now=4_200)
    async with ctx.store.write() as db:
        await pages.open_page(
            db, site.id, ["url:blog.example.org/empty"], f"{ORIGIN}/empty", "", 5_000
        )
        await db.execute(
            "UPDATE comment SET up = 3, down = 1, points = 2, edited_at = 3600 WHERE parent_id IS NULL"
        )


@pytest.mark.parametrize("private", [True, False])
async def test_a_round_trip_over_both_engines_is_the_same_bytes(
    ready_sqlite_url: str, ready_postgres_url: str, tmp_path: Path, private: bool
) -> None:
    async with instance(ready_sqlite_url, tmp_path / "a") as (ctx, site):
        await furnish(ctx, site)
        first = await exported(ctx, site, private=private)
    async with instance(ready_postgres_url, tmp_path / "b") as (ctx, site):
        report, _ = await take(ctx, site, first)
        assert not report.skipped.by_reason
        assert not report.changed.by_reason
        second = await exported(ctx, site, private=private)
    assert second == first
    back = f"sqlite:///{tmp_path}/back.db"
    async with instance(back, tmp_path / "c") as (ctx, site):
        await take(ctx, site, second)
        assert await exported(ctx, site, private=private) == first
        report = await look_at(ctx, site, first)
        assert (report.new, report.there_already) == (0, 5)


async def test_an_export_without_private_fields_has_none(ctx: Context, site: Site) -> None:
    await furnish(ctx, site)
    whole = await exported(ctx, site)
    for private in (b"mira@example.org", b'"Hello!"', b"client:1"):
        assert private in whole
        assert private not in await exported(ctx, site, private=False)


async def test_what_was_removed_is_its_place_alone(ctx: Context, site: Site) -> None:
    await furnish(ctx, site)
    lines = [msgspec.json.decode(line) for line in (await exported(ctx, site)).splitlines()]
    (removed,) = (line for line in lines if line.get("status") == "removed")
    assert set(removed) == {"type", "ref", "page", "parent", "status", "created_at"}


async def test_staff_come_back_by_their_address(
    ready_sqlite_url: str, ready_postgres_url: str, tmp_path: Path
) -> None:
    async with instance(ready_sqlite_url, tmp_path / "a") as (ctx, site):
        owner = await builders.add(ctx, Role.OWNER, email="lea@example.org")
        await builders.reply(ctx, owner, await builders.approved(ctx, owner, "Question"))
        first = await exported(ctx, site)
    async with instance(ready_postgres_url, tmp_path / "b") as (ctx, site):
        await builders.add(ctx, Role.OWNER, email="lea@example.org")
        report = await look_at(ctx, site, first)
        (reason,) = report.changed.by_reason
        assert "no badge" in reason
        await take(ctx, site, first, staff=(owner.email,))
        assert await exported(ctx, site) == first


async def test_only_owners_export(ctx: Context, site: Site) -> None:
    moderator = await builders.add(ctx, Role.MODERATOR, site)
    with pytest.raises(Forbidden):
        async for _ in export_site(ctx, moderator, site, private=False):
            pass
    assert await all_comments(ctx, site) == {}
