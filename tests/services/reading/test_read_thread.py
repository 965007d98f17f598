"""Reading: the whole thread in parts, never older than what was announced."""

from __future__ import annotations

import asyncio

import brotli
import msgspec
import pytest

from afterword.core import wire
from afterword.core.errors import Invalid, UnknownOrigin
from afterword.core.model import Act, Member, Policy, Site
from afterword.core.page_key import PageClaim
from afterword.core.thread import REPLIES_PER_ROOT, ROOTS_PER_SLICE, Cursor
from afterword.services.context import Context, open_context
from afterword.services.reading import count_comments, read_thread
from afterword.services.reading.read_thread import ThreadQuery, read_thread_answer
from afterword.services.reading.slice_of_thread import MOST_TEXT
from afterword.services.running.change_poll import ChangePoll
from afterword.services.sites.manage_sites import edit_site
from afterword.services.thread_cache import SEVERAL
from tests.services.builders import NOW, ORIGIN, POST, bodies, decide, read, submit, vote, write

COUNTS = b"url=x"


async def counts(ctx: Context, *urls: str) -> list[int]:
    entry = await count_comments.count_comments(ctx, repr(urls).encode(), urls, None, None, now=NOW)
    return msgspec.json.decode(entry.identity, type=wire.Counts).counts


async def entry(ctx: Context, url: str = POST) -> bytes:
    query = ThreadQuery(PageClaim(url))
    return (await read_thread.read_thread(ctx, url.encode(), query, now=NOW)).etag


async def test_a_page_without_comments_is_an_empty_thread(ctx: Context, site: Site) -> None:
    thread = await read(ctx)
    assert (thread.page.id, thread.page.title, thread.page.url) == (None, None, POST)
    assert (thread.count, thread.comments, thread.next, thread.version) == (0, [], None, 0)
    assert thread.site.fields.email == "optional"


async def test_the_first_comment_is_seen_where_there_was_no_page(
    ctx: Context, open_site: Site
) -> None:
    assert (await read(ctx)).count == 0
    assert await counts(ctx, POST) == [0]
    await write(ctx, "Here")
    assert bodies(await read(ctx)) == ["Here"]
    assert await counts(ctx, POST) == [1]


async def test_a_thread_comes_from_the_cache_until_it_changes(
    ctx: Context, open_site: Site
) -> None:
    await write(ctx)
    before = await entry(ctx)
    ready = read_thread.cached(ctx, POST.encode())
    assert ready is not None
    assert ready.etag == before
    assert ready.origins == {ORIGIN.encode()}
    await write(ctx)
    assert read_thread.cached(ctx, POST.encode()) is None
    assert await entry(ctx) != before


async def test_another_page_stays_in_the_cache(ctx: Context, open_site: Site) -> None:
    await write(ctx, url=f"{ORIGIN}/a")
    await entry(ctx, f"{ORIGIN}/a")
    await write(ctx, url=f"{ORIGIN}/b")
    assert read_thread.cached(ctx, f"{ORIGIN}/a".encode()) is not None


async def test_counts_and_threads_of_the_same_query_are_not_mixed_up(
    ctx: Context, open_site: Site
) -> None:
    await read_thread.read_thread(ctx, COUNTS, ThreadQuery(PageClaim(POST)), now=NOW)
    counted = await count_comments.count_comments(ctx, COUNTS, [POST], None, None, now=NOW)
    assert counted.identity == b'{"counts":[0]}'


async def test_another_process_hears_of_a_change_by_its_poll(ctx: Context, open_site: Site) -> None:
    async with open_context(ctx.settings) as other:
        poll = await ChangePoll.begin(other)
        assert (await read(other)).count == 0
        await write(ctx)
        await poll.poll()
        assert (await read(other)).count == 1
        await write(ctx)
        assert (await read(other)).count == 1, "within a second it may be older"
        await poll.poll()
        assert (await read(other)).count == 2
        held = read_thread.cached(other, POST.encode())
        await poll.poll()
        assert read_thread.cached(other, POST.encode()) is held, "nothing changed, nothing dropped"


async def test_a_changed_site_is_heard_of_by_the_poll(ctx: Context, open_site: Site) -> None:
    poll = await ChangePoll.begin(ctx)
    assert (await read(ctx)).site.max_length == 10_000
    await edit_site(
        ctx.store,
        open_site,
        name="blog",
        origins=[ORIGIN],
        policy=Policy(max_length=99),
        now=NOW,
    )
    await poll.poll()
    assert (await read(ctx)).site.max_length == 99


async def test_while_the_poll_fails_nothing_comes_from_the_cache(
    ctx: Context, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = await ChangePoll.begin(ctx)
    await entry(ctx)
    with monkeypatch.context() as patch:
        patch.setattr(type(ctx.sites), "refresh", _fail)
        with pytest.raises(ConnectionError):
            await poll.poll()
    ctx.cache.believe_until(0)  # a second later
    assert read_thread.cached(ctx, POST.encode()) is None
    await entry(ctx)
    assert read_thread.cached(ctx, POST.encode()) is None
    await poll.poll()
    await entry(ctx)
    assert read_thread.cached(ctx, POST.encode()) is not None


async def _fail(*_: object) -> None:
    raise ConnectionError


async def test_a_long_thread_comes_in_slices_in_both_orders(ctx: Context, open_site: Site) -> None:
    written = [str(number) for number in range(2 * ROOTS_PER_SLICE + 5)]
    for at, text in enumerate(written):
        await write(ctx, text, now=NOW + at)
    for sort, expected in (("oldest", written), ("newest", written[::-1])):
        seen, after = [], None
        for size in (ROOTS_PER_SLICE, ROOTS_PER_SLICE, 5):
            part = await read(ctx, sort=sort, after=after)
            assert len(part.comments) == size
            seen += bodies(part)
            after = part.next
        assert seen == expected
        assert after is None


async def test_folded_replies_come_by_their_cursor(ctx: Context, open_site: Site) -> None:
    root = await write(ctx, "root")
    replies = [str(number) for number in range(REPLIES_PER_ROOT + 7)]
    for at, text in enumerate(replies):
        await write(ctx, text, parent_id=root.id, now=NOW + at)
    thread = await read(ctx)
    more = thread.comments[0].more
    assert more is not None
    assert (thread.comments[0].reply_count, more.count) == (REPLIES_PER_ROOT, 7)
    rest = await read(ctx, after=more.after)
    assert bodies(thread) + bodies(rest) == ["root", *replies]
    assert rest.next is None


async def test_a_comment_that_is_asked_for_is_in_the_answer(ctx: Context, open_site: Site) -> None:
    root = await write(ctx, "root", now=NOW)
    for at in range(ROOTS_PER_SLICE):
        await write(ctx, now=NOW + 1 + at)
    late_root = await write(ctx, "late root", now=NOW + 500)
    for at in range(REPLIES_PER_ROOT + 3):
        reply = await write(ctx, parent_id=late_root.id, now=NOW + 600 + at)
    seen = {each.id for each in (await read(ctx, around=reply.id)).comments}
    assert {late_root.id, reply.id} <= seen
    assert root.id not in seen
    assert (await read(ctx, around=99_999)).comments[0].id == root.id


async def test_a_cursor_of_another_page_is_refused(ctx: Context, open_site: Site) -> None:
    root = await write(ctx, url=f"{ORIGIN}/other")
    await write(ctx, url=f"{ORIGIN}/other", parent_id=root.id)
    await write(ctx)
    with pytest.raises(Invalid):
        await read(ctx, after=Cursor(0, 1, root.id).encode())


@pytest.mark.parametrize("after", ["", "x", "AAAA", "../..", "a" * 5000])
async def test_a_cursor_that_we_never_made_is_refused(
    ctx: Context, open_site: Site, after: str
) -> None:
    await write(ctx)
    with pytest.raises(Invalid):
        await read(ctx, after=after)


async def test_long_comments_make_short_slices_that_still_hold_everything(
    ctx: Context, open_site: Site
) -> None:
    long = "word " * 1_900
    root = await write(ctx, "root")
    for at in range(15):
        await write(ctx, f"{at} {long}", parent_id=root.id, now=NOW + at)
    for at in range(8):
        await write(ctx, f"{15 + at} {long}", now=NOW + 100 + at)
    seen, after = 0, None
    while True:
        part = await read(ctx, after=after)
        assert len(msgspec.json.encode(part)) < 2 * MOST_TEXT
        seen += len(part.comments)
        more = part.comments[0].more if part.comments else None
        while more:
            rest = await read(ctx, after=more.after)
            seen, more = seen + len(rest.comments), None
            assert rest.next is None
        if part.next is None:
            break
        after = part.next
    assert seen == 24


async def test_the_wish_of_the_reader_goes_before_that_of_the_site(
    ctx: Context, open_site: Site
) -> None:
    await write(ctx, "first", now=NOW)
    await write(ctx, "second", now=NOW + 1)
    await edit_site(
        ctx.store, open_site, name="blog", origins=[ORIGIN], policy=Policy(sort="newest"), now=NOW
    )
    await ctx.sites.refresh(ctx.store)
    assert bodies(await read(ctx)) == ["second", "first"]
    assert bodies(await read(ctx, sort="oldest")) == ["first", "second"]
    with pytest.raises(Invalid):
        await read(ctx, sort="best")


async def test_the_top_comments_come_first_in_slices(ctx: Context, open_site: Site) -> None:
    roots = [await write(ctx, str(n), now=NOW + n) for n in range(ROOTS_PER_SLICE + 3)]
    best = await read(ctx)
    for reader in range(2):
        await vote(ctx, roots[1], device=reader)
    await vote(ctx, roots[40])
    names = [str(n) for n in reversed(range(ROOTS_PER_SLICE + 3)) if n not in (1, 40)]
    first = await read(ctx, sort="top")
    assert (first.sort, first.version) == ("top", best.version + 3)
    second = await read(ctx, sort="top", after=first.next)
    assert bodies(first) + bodies(second) == ["1", "40", *names]
    assert second.next is None
    assert [(each.up, each.down) for each in first.comments[:3]] == [(2, 0), (1, 0), (0, 0)]
    around = await read(ctx, sort="top", around=roots[0].id)
    assert bodies(around)[-1] == "0"
    by_time = await read(ctx)
    for order, cursor in (("newest", first.next), ("top", by_time.next)):
        with pytest.raises(Invalid, match="another order"):
            await read(ctx, sort=order, after=cursor)


async def test_a_page_of_no_site_is_refused(ctx: Context, site: Site) -> None:
    for url in ("https://other.example/a", "https://blog.example.org.evil.example/"):
        with pytest.raises(UnknownOrigin):
            await read(ctx, url)
    with pytest.raises(Invalid):
        await read(ctx, "javascript:alert(1)")


async def test_the_answer_as_a_struct_is_the_same(ctx: Context, open_site: Site) -> None:
    await write(ctx)
    answer = await read_thread_answer(ctx, ThreadQuery(PageClaim(POST)), now=NOW)
    assert answer == await read(ctx)


@pytest.mark.parametrize("act", [Act.HOLD, Act.SPAM, Act.REMOVE])
async def test_what_was_answered_leaves_an_empty_place_when_it_goes(
    ctx: Context, open_site: Site, owner: Member, act: Act
) -> None:
    root = await write(ctx, "root")
    child = await write(ctx, "child", parent_id=root.id)
    await write(ctx, "grandchild", parent_id=child.id)
    await decide(ctx, owner, act, root)
    thread = await read(ctx)
    assert (bodies(thread), thread.count) == (["-", "child", "grandchild"], 2)
    assert {each.status for each in thread.comments} == {"approved", "removed"}


async def test_counts_come_in_the_order_asked_and_nobodys_pages_have_none(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    for url in (POST, POST, f"{ORIGIN}/b"):
        await write(ctx, url=url)
    await decide(ctx, owner, Act.HOLD, (await submit(ctx, url=f"{ORIGIN}/b")).comment)
    asked = (f"{ORIGIN}/b", f"{ORIGIN}/none", POST, "https://other.example/", f"{POST}/", "x")
    assert await counts(ctx, *asked) == [1, 0, 2, 0, 2, 0]


async def test_a_thread_that_is_read_often_is_compressed_well(
    ctx: Context, open_site: Site
) -> None:
    await write(ctx, " ".join(str(number**3) for number in range(400)))
    await entry(ctx)
    for _ in range(SEVERAL):
        ready = read_thread.cached(ctx, POST.encode())
        assert ready
        quick = len(ready.br)
    async with asyncio.timeout(10):
        while len(ready.br) == quick:
            await asyncio.sleep(0.005)
    assert len(ready.br) < quick
    assert brotli.decompress(ready.br) == ready.identity
