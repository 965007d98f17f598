"""The demo has a conversation before its first visitor comes."""

from __future__ import annotations

from afterword.services.context import Context
from afterword.services.members.first_run import set_up_link
from afterword.services.running.seed_demo import seed_demo
from tests.services.builders import NOW, read


async def test_the_demo_is_seeded_once(ctx: Context) -> None:
    url = ctx.settings.public_url
    for _ in range(2):
        await seed_demo(ctx, ctx.settings.public_origin, now=NOW)
    thread = await read(ctx, f"{url}/")
    assert thread.count == len(thread.comments)
    assert [each.depth for each in thread.comments].count(0) == 3
    assert max(each.depth for each in thread.comments) >= 2
    assert any(each.author and each.author.staff for each in thread.comments)
    assert thread.page.title == "What the river gauge told us"


async def test_the_demo_leaves_the_first_account_to_be_made(ctx: Context) -> None:
    await seed_demo(ctx, ctx.settings.public_origin, now=NOW)
    assert await set_up_link(ctx, now=NOW) is not None
