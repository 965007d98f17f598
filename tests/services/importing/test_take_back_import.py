"""An import is undone as one act: what nobody has touched since is gone, and all else stays."""

from __future__ import annotations

import pytest

from afterword.core.errors import Conflict, Forbidden
from afterword.core.model import Act, Member, Role, Site
from afterword.services.audit.undo_act import UNDOABLE, undo
from afterword.services.context import Context
from afterword.services.importing import take_back_import
from afterword.services.moderating.edit_as_member import edit_as_member
from afterword.services.moderating.moderate_comment import moderate
from afterword.services.moderating.reply_as_member import reply_as_member
from afterword.services.pages.change_page import note_page
from afterword.services.permission import COMMAND_LINE
from afterword.storage import audit
from tests.services import builders
from tests.services.builders import NOW, ORIGIN
from tests.services.importing.taking import all_comments, take
from tests.support.disqus_file import disqus_file, post, thread

LATER = NOW + 1000
FILE = disqus_file(
    thread(1, f"{ORIGIN}/a"),
    thread(2, f"{ORIGIN}/b"),
    post(1, 1, "one"),
    post(2, 1, "two", parent=1),
    post(3, 1, "three", parent=2),
    post(4, 1, "four"),
    post(5, 2, "five"),
)


async def urls(ctx: Context) -> list[str]:
    rows = await ctx.store.fetch_all("SELECT url FROM page ORDER BY url")
    return [row[0].removeprefix(ORIGIN) for row in rows]


async def keys(ctx: Context, site: Site) -> set[str]:
    return {key.removeprefix("disqus:") for key in await all_comments(ctx, site)}


async def test_what_came_is_gone_and_comes_again(ctx: Context, site: Site) -> None:
    first = disqus_file(thread(1, f"{ORIGIN}/a"), post(9, 1, "here before"))
    await take(ctx, site, first)
    _, done = await take(ctx, site, FILE)
    undone = await undo(ctx, COMMAND_LINE, done.audit_id, now=LATER)
    assert undone.act == "import_comments"
    assert await keys(ctx, site) == {"9"}
    assert await urls(ctx) == ["/a"]
    (row,) = await ctx.store.fetch_all("SELECT comment_count, version, reload_version FROM page")
    assert row[0] == 1
    assert row[1] == row[2], "who looks at the page reads it anew"
    _, again = await take(ctx, site, FILE)
    assert (again.comments, again.pages) == (5, 1)


async def test_what_was_touched_since_stays_with_what_it_answers(
    ctx: Context, site: Site, owner: Member
) -> None:
    _, done = await take(ctx, site, FILE)
    found = await all_comments(ctx, site)
    two, client_id = found["disqus:2"].id, "6f1c9d0e-4b7a-4e55-9a51-0d3f7b2c8e11"
    await reply_as_member(
        ctx, owner, two, "An answer", client_id=client_id, approve=False, now=LATER
    )
    await moderate(ctx, owner, Act.SPAM, [found["disqus:5"].id], now=LATER)
    await undo(ctx, owner, done.audit_id, now=LATER)
    here = await keys(ctx, site)
    assert {"1", "2", "5"} < here
    assert here.isdisjoint({"3", "4"})
    assert await urls(ctx) == ["/a", "/b"]
    await take_back_import.finish_undone(ctx, now=LATER)
    assert await keys(ctx, site) == here, "what stayed stays for good"


async def test_an_edited_text_and_a_page_with_a_note_stay(
    ctx: Context, site: Site, owner: Member
) -> None:
    _, done = await take(ctx, site, FILE)
    found = await all_comments(ctx, site)
    await edit_as_member(ctx, owner, found["disqus:4"].id, "Mended", now=LATER)
    await note_page(ctx, owner, found["disqus:5"].page_id, "Be kind", now=LATER)
    await undo(ctx, owner, done.audit_id, now=LATER)
    assert await keys(ctx, site) == {"4"}
    assert await urls(ctx) == ["/a", "/b"]


async def test_it_can_be_undone_once_for_thirty_days_by_owners(ctx: Context, site: Site) -> None:
    _, done = await take(ctx, site, FILE)
    moderator = await builders.add(ctx, Role.MODERATOR)
    with pytest.raises(Forbidden):
        await undo(ctx, moderator, done.audit_id, now=LATER)
    with pytest.raises(Conflict, match="older than 30 days"):
        await undo(ctx, COMMAND_LINE, done.audit_id, now=NOW + UNDOABLE + 1)
    await undo(ctx, COMMAND_LINE, done.audit_id, now=LATER)
    with pytest.raises(Conflict, match="undone already"):
        await undo(ctx, COMMAND_LINE, done.audit_id, now=LATER)
    _, nothing = await take(ctx, site, disqus_file(thread(1, f"{ORIGIN}/a")))
    with pytest.raises(Conflict, match="Nothing of this import"):
        await undo(ctx, COMMAND_LINE, nothing.audit_id, now=LATER)
    entry = await audit.get(ctx.store, nothing.audit_id)
    assert entry is not None
    assert entry.undone_at is None


async def test_an_undo_that_was_interrupted_goes_on(ctx: Context, site: Site) -> None:
    posts = [post(n, 1, f"n {n}", parent=n - 1 if n % 2 else None) for n in range(1, 1302)]
    _, done = await take(ctx, site, disqus_file(thread(1, f"{ORIGIN}/a"), *posts))
    async with ctx.store.write() as db:
        await audit.mark_undone(db, done.audit_id, now=LATER)
    await take_back_import.finish_undone(ctx, now=LATER)
    assert await all_comments(ctx, site) == {}
    assert await urls(ctx) == []


async def test_from_the_dashboard_it_goes_on_after_the_answer(ctx: Context, site: Site) -> None:
    _, done = await take(ctx, site, FILE)
    await undo(ctx, COMMAND_LINE, done.audit_id, now=LATER, wait=False)
    await ctx.errands.settle()
    assert await all_comments(ctx, site) == {}
