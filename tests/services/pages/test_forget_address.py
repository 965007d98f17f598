"""How an address came to lead to a page is told; one that does by mistake is taken away, and comes back."""

from __future__ import annotations

import pytest
import pytest_asyncio

from afterword.core.errors import Conflict, Forbidden, NotFound
from afterword.core.model import Member, Role, Site
from afterword.core.page_key import PageClaim
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.pages.forget_address import forget_address
from afterword.services.pages.list_pages import read_page
from afterword.services.pages.move_pages import rename_page
from afterword.storage import pages
from tests.services.builders import NOW, ORIGIN, add, read, submit
from tests.services.ear import ear
from tests.services.moving import OLD, THIRD, page_at, page_id

WRONG = f"{ORIGIN}/wrong"
KEY = "url:blog.example.org/wrong"


@pytest_asyncio.fixture
async def page(ctx: Context, open_site: Site) -> int:
    """A page with a comment."""
    return (await submit(ctx, "First", url=OLD)).comment.page_id


async def told(ctx: Context, owner: Member, page: int) -> dict[str, tuple[str | None, str | None]]:
    view = await read_page(ctx, owner, page)
    return {each.key: (each.how, each.act) for each in view.keys}


async def test_how_each_address_came_to_lead_to_a_page_is_known(
    ctx: Context, owner: Member, page: int
) -> None:
    await submit(ctx, "By the canonical", claim=PageClaim(WRONG, canonical=OLD), now=NOW + 9)
    await rename_page(ctx, owner, page, url=THIRD, title="", now=NOW + 10)
    async with ctx.store.write() as db:
        await db.execute(
            "INSERT INTO page_key (site_id, key, page_id) SELECT site_id, 'id:early', id"
            " FROM page WHERE id = :id",
            {"id": page},
        )
    assert await told(ctx, owner, page) == {
        "id:early": (None, None),
        "url:blog.example.org/old": ("opened", None),
        "url:blog.example.org/third": ("given", "rename_page"),
        KEY: ("learnt", None),
    }


async def test_an_address_that_is_forgotten_leads_nowhere_until_that_is_undone(
    ctx: Context, owner: Member, page: int
) -> None:
    await submit(ctx, "By the canonical", claim=PageClaim(WRONG, canonical=OLD), now=NOW + 9)
    before = await told(ctx, owner, page)
    there = await read(ctx, WRONG)
    async with ear(ctx, WRONG) as reader:
        done = await forget_address(ctx, owner, page, KEY, now=NOW)
        assert any(event.data.get("reload") for event in await reader.heard())
    assert (await read(ctx, WRONG)).page.id is None
    assert (await read(ctx, OLD)).count == there.count
    assert done.audit_id is not None
    await undo(ctx, owner, done.audit_id, now=NOW)
    assert (await read(ctx, WRONG)).page == there.page
    assert await told(ctx, owner, page) == before


async def test_what_leads_elsewhere_by_now_is_left_there(
    ctx: Context, owner: Member, page: int
) -> None:
    async with ctx.store.write() as db:
        at = await page_at(ctx, OLD)
        assert at is not None
        await pages.learn_keys(db, at, [KEY], NOW)
    done = await forget_address(ctx, owner, page, KEY, now=NOW)
    await submit(ctx, "A thread of its own", url=WRONG)
    own = await page_id(ctx, WRONG)
    assert own != page and done.audit_id is not None
    with pytest.raises(Conflict):
        await undo(ctx, owner, done.audit_id, now=NOW)
    assert await page_id(ctx, WRONG) == own


async def test_the_address_that_a_page_is_shown_under_stays(
    ctx: Context, owner: Member, page: int
) -> None:
    with pytest.raises(Conflict):
        await forget_address(ctx, owner, page, "url:blog.example.org/old", now=NOW)
    await rename_page(ctx, owner, page, url=THIRD, title="", now=NOW)
    with pytest.raises(Conflict):
        await forget_address(ctx, owner, page, "url:blog.example.org/third", now=NOW)
    await forget_address(ctx, owner, page, "url:blog.example.org/old", now=NOW)
    with pytest.raises(NotFound):
        await forget_address(ctx, owner, page, "url:blog.example.org/old", now=NOW)


async def test_only_owners_forget_an_address(ctx: Context, page: int) -> None:
    for role in (Role.MODERATOR, Role.VIEWER):
        member = await add(ctx, role)
        with pytest.raises(Forbidden):
            await forget_address(ctx, member, page, KEY, now=NOW)
