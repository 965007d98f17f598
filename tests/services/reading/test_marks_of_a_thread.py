"""What moderators say about a thread reaches its readers: a note, what is pinned, what staff answered."""

from __future__ import annotations

from afterword.core.model import Comment, Member, Site
from afterword.core.thread import ROOTS_PER_SLICE
from afterword.services.context import Context
from afterword.services.moderating.reply_as_member import reply_as_member
from afterword.storage import pages
from tests.services.builders import NOW, bodies, client_id, read, write


async def pin(ctx: Context, comment: Comment) -> None:
    async with ctx.store.write() as db, pages.changing(db, comment.page_id, NOW):
        await db.execute("UPDATE comment SET pinned = 1 WHERE id = :id", {"id": comment.id})


async def test_a_note_stands_with_the_beginning_of_the_thread(
    ctx: Context, open_site: Site
) -> None:
    first = await write(ctx)
    async with ctx.store.write() as db, pages.changing(db, first.page_id, NOW):
        note = {"id": first.page_id, "note": "Please stay with the *weir*."}
        await db.execute("UPDATE page SET note = :note, slow = 60 WHERE id = :id", note)
    thread = await read(ctx)
    assert thread.page.note == [["p", "Please stay with the ", ["em", "weir"], "."]]
    assert thread.page.slow == 60


async def test_a_long_thread_says_once_what_is_pinned(ctx: Context, open_site: Site) -> None:
    roots = [await write(ctx, str(n), now=NOW + n) for n in range(ROOTS_PER_SLICE + 5)]
    await pin(ctx, roots[30])
    first = await read(ctx)
    second = await read(ctx, after=first.next)
    assert second.next is None
    assert bodies(first)[0] == "30"
    assert first.comments[0].pinned
    assert sorted(map(int, bodies(first) + bodies(second))) == list(range(ROOTS_PER_SLICE + 5))
    assert not any(each.pinned for each in [*first.comments[1:], *second.comments])


async def test_a_thread_of_long_pinned_comments_goes_on_after_them(
    ctx: Context, open_site: Site
) -> None:
    long = "word " * 1_900
    roots = [await write(ctx, f"{at} {long}", now=NOW + at) for at in range(16)]
    for at in range(14):
        await pin(ctx, roots[at])
    first = await read(ctx)
    seen, after = [each.id for each in first.comments], first.next
    while after:
        part = await read(ctx, after=after)
        seen += [each.id for each in part.comments]
        after = part.next
    assert set(seen) >= {roots[14].id, roots[15].id}
    assert len(seen) == len(set(seen))


async def test_a_comment_says_that_staff_replied(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    asked, other = await write(ctx), await write(ctx)
    await reply_as_member(
        ctx, owner, asked.id, "Thank you.", client_id=client_id(), approve=False, now=NOW
    )
    await write(ctx, parent_id=other.id)
    found = {each.id: each.staff_replied for each in (await read(ctx)).comments}
    assert (found[asked.id], found[other.id]) == (True, False)
