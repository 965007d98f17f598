"""A process hears of what others have changed, and believes its cache no longer than it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from afterword.core.errors import Unavailable
from afterword.core.model import Site
from afterword.core.page_key import PageClaim
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context, open_context
from afterword.services.permission import COMMAND_LINE
from afterword.services.reading.count_comments import count_comments
from afterword.services.reading.read_feed import thread_feed
from afterword.services.reading.read_thread import ThreadQuery
from afterword.services.running.change_poll import ChangePoll
from afterword.storage import changes
from tests.services.builders import NOW, POST, read, write
from tests.services.ear import ear
from tests.services.importing.taking import take
from tests.support.disqus_file import disqus_file, post, thread


@pytest_asyncio.fixture
async def other(ctx: Context, open_site: Site) -> AsyncIterator[Context]:
    """Another process on the same database."""
    async with open_context(ctx.settings) as opened:
        yield opened


async def count(ctx: Context) -> bytes:
    return (await count_comments(ctx, b"url", [POST], None, None, now=NOW)).identity


async def feed(ctx: Context) -> bytes:
    query = ThreadQuery(PageClaim(POST))
    return (await thread_feed(ctx, b"url", query, own="https://x.example/feed")).identity


async def test_thread_count_feed_and_listeners_hear_of_another_process(
    ctx: Context, other: Context
) -> None:
    poll = await ChangePoll.begin(other)
    async with ear(other) as reader:
        assert (await read(other)).count == 0
        none, nothing = await count(other), await feed(other)
        comment = await write(ctx, "The weir holds.")
        assert (await read(other)).count == 0, "it is warm"
        await poll.poll()
        assert (await read(other)).count == 1
        assert await count(other) != none
        assert b"The weir holds." in await feed(other)
        assert b"The weir holds." not in nothing
        assert [event.of for event in await reader.heard()] == [comment.id]


async def test_what_was_changed_before_it_begins_is_known(ctx: Context, other: Context) -> None:
    await write(ctx)
    async with ctx.store.write() as db:
        await db.execute("UPDATE site SET name = 'weir', version = version + 1")
    await ChangePoll.begin(other)
    assert other.sites.by_name("weir") is not None


async def test_each_answer_of_the_database_is_believed_for_a_while(
    ctx: Context, other: Context
) -> None:
    poll = await ChangePoll.begin(other)
    assert not other.cache.bypass
    other.cache.believe_until(0)
    assert other.cache.bypass
    await poll.poll()
    assert not other.cache.bypass


async def test_what_changed_while_it_failed_is_heard_of_afterwards(
    ctx: Context, other: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = await ChangePoll.begin(other)
    assert (await read(other)).count == 0
    until = other.cache._believed_until

    async def fail(_: object, db: object) -> None:
        raise Unavailable("The database cannot be reached now.")

    await write(ctx)
    with monkeypatch.context() as patch:
        patch.setattr(type(other.sites), "refresh", fail)
        for _ in range(3):
            with pytest.raises(Unavailable):
                await poll.poll()
    assert other.cache._believed_until == until, (
        "nothing was told, so nothing is believed for longer"
    )
    await poll.poll()
    assert (await read(other)).count == 1


async def test_another_server_behind_the_same_address_may_know_less(
    ctx: Context, other: Context
) -> None:
    poll = await ChangePoll.begin(other)
    async with ear(other) as reader:
        comment = await write(ctx)
        assert (await read(other)).count == 1
        await reader.heard()
        # As a standby that took over before it had the comment.
        async with ctx.store.write() as db:
            await db.execute("DELETE FROM comment WHERE id = :id", {"id": comment.id})
            await db.execute("UPDATE page SET comment_count = 0, version = version - 1")
        poll._mark = replace(await changes.mark(other.store), server="the one before")
        await poll.poll()
        assert (await read(other)).count == 0
        (event,) = await reader.heard()
        assert (event.name, event.data) == ("count", {"count": 0, "reload": True})


async def test_a_page_that_is_gone_does_not_stand_before_the_next_one(
    ctx: Context, other: Context, open_site: Site
) -> None:
    poll = await ChangePoll.begin(other)
    file = disqus_file(thread(1, POST), post(1, 1, "one"))
    _, done = await take(ctx, open_site, file)
    await poll.poll()
    assert (await read(other)).count == 1
    await undo(ctx, COMMAND_LINE, done.audit_id, now=NOW + 1)
    await poll.poll()
    assert (await read(other)).count == 0
    await write(ctx)
    await poll.poll()
    assert (await read(other)).count == 1
