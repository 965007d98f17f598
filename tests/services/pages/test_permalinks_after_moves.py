"""Whatever owners do to addresses: links to comments lead to them, and old addresses open the thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from afterword.core.host_move import parse_host_move
from afterword.core.model import Member
from afterword.core.move_rule import parse_rule
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.pages.bulk_moves import move_pages
from afterword.services.pages.follow_redirects import follow_redirects
from afterword.services.pages.move_pages import merge_pages, rename_page, split_page
from afterword.services.reading.find_permalink import find_permalink
from afterword.services.sites.rename_host import rename_host
from afterword.storage import address_checks, pages
from tests.services.builders import NOW, read
from tests.services.moving import NEW, OLD, THIRD, Two, page_id, seen

Act = Callable[[Context, Member, Two], Awaitable[int | None]]


def _site(ctx: Context) -> int:
    return next(iter(ctx.sites)).id


async def _rename(ctx: Context, owner: Member, two: Two) -> int | None:
    done = await rename_page(ctx, owner, two.first.page_id, url=THIRD, title="", now=NOW)
    return done.audit_id


async def _merge(ctx: Context, owner: Member, two: Two) -> int | None:
    into = await page_id(ctx, NEW)
    return (await merge_pages(ctx, owner, two.first.page_id, into, now=NOW)).audit_id


async def _split(ctx: Context, owner: Member, two: Two) -> int | None:
    return (await split_page(ctx, owner, [two.first.id], url=THIRD, now=NOW)).audit_id


async def _move(ctx: Context, owner: Member, two: Two) -> int | None:
    rule = parse_rule("/*", "/all/*")
    return (await move_pages(ctx, owner, _site(ctx), rule, merge=True, now=NOW))[0]


async def _rename_host(ctx: Context, owner: Member, two: Two) -> int | None:
    move = parse_host_move(OLD.removesuffix("/old"), "https://example.com/blog")
    return (await rename_host(ctx, owner, _site(ctx), move, merge=True, now=NOW))[0]


async def _follow(ctx: Context, owner: Member, two: Two) -> int | None:
    page = await pages.get(ctx.store, two.first.page_id)
    assert page is not None
    async with ctx.store.write() as db:
        told = {"status": 200, "leads_to": NEW, "said": None}
        await address_checks.note(db, page, outcome="moved", now=NOW, **told)  # type: ignore[arg-type]
    return (await follow_redirects(ctx, owner, _site(ctx), merge=True, now=NOW))[0]


ACTS = {
    "rename": _rename,
    "merge": _merge,
    "split": _split,
    "rule": _move,
    "host": _rename_host,
    "redirects": _follow,
}


async def _check(ctx: Context, two: Two) -> None:
    for comment in (*two.public, two.other):
        address = await find_permalink(ctx, comment.id)
        url, _, anchor = address.partition("#")
        thread = await read(ctx, url)
        assert anchor == f"comment-{comment.id}"
        assert comment.id in {each.id for each in thread.comments}
        assert thread.page.url == url and thread.count == len(thread.comments)
    shown = {each.id for url in (OLD, NEW) for each in (await read(ctx, url)).comments}
    assert {two.second.id, two.other.id} <= shown


@pytest.mark.parametrize("act", ACTS)
async def test_permalinks_and_old_addresses_work_after_it_and_after_its_undo(
    ctx: Context, owner: Member, two: Two, act: str
) -> None:
    before = await seen(ctx, OLD, NEW)
    done = await ACTS[act](ctx, owner, two)
    assert done is not None
    await _check(ctx, two)
    await undo(ctx, owner, done, now=NOW)
    await _check(ctx, two)
    assert await seen(ctx, OLD, NEW) == before
