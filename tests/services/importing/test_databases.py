"""Databases of others as they come to be here, with what only the whole way shows."""

from __future__ import annotations

from afterword.core.model import Site, Status
from afterword.services.context import Context
from afterword.storage import contacts, pages
from tests.services.builders import ORIGIN
from tests.services.importing.taking import all_comments, exported, take
from tests.support.foreign_databases import AT, cusdis_file, isso_file


async def test_comments_of_isso_keep_their_place_and_markup(ctx: Context, site: Site) -> None:
    written = isso_file(
        [{"uri": "/post/1", "title": "One"}, {"uri": "my-post", "title": "Two"}],
        [
            {"mode": 4, "text": "", "author": None, "email": "gone@example.org"},
            {"parent": 1, "text": "<p>a <b>b</b></p>", "author": "Tom &amp; Mira", "likes": 2},
            {"tid": 2, "mode": 2, "text": "c *d*", "email": "mira@example.org"},
            {"tid": 2, "mode": 4, "text": "", "author": None},
        ],
    )
    report, done = await take(ctx, site, written)
    assert (done.pages, done.comments) == (2, 3)
    assert set(report.skipped.by_reason) == {"A deleted comment that nothing answers."}
    found = await all_comments(ctx, site)
    gone, answer, held = (found[f"isso:{n}"] for n in (1, 2, 3))
    assert (gone.status, gone.author.name, gone.tree) == (Status.REMOVED, "", [])
    assert answer.parent_id == gone.id
    assert (answer.author.name, answer.created_at) == ("Tom & Mira", (AT + 2) * 1000 + 250)
    assert (answer.tree, answer.source) == ([["p", "a ", ["strong", "b"]]], "a **b**")
    assert (held.status, held.source) == (Status.PENDING, "c *d*")
    contact = await contacts.of(ctx.store, held.id)
    assert contact is not None and contact.email == "mira@example.org"
    assert b"gone@example.org" not in await exported(ctx, site)
    keys = ["url:blog.example.org/post/1", "id:my-post", "url:blog.example.org/my-post"]
    urls = {
        key: page.url for key, page in (await pages.find_each(ctx.store, site.id, keys)).items()
    }
    assert urls == {
        keys[0]: f"{ORIGIN}/post/1", keys[1]: f"{ORIGIN}/my-post", keys[2]: f"{ORIGIN}/my-post"
    }  # fmt: skip


async def test_of_several_projects_of_cusdis_the_pages_of_the_site_come(
    ctx: Context, site: Site
) -> None:
    written = cusdis_file(
        [{}, {}],
        [
            {"slug": "a", "url": f"{ORIGIN}/a"},
            {"slug": "a", "url": "https://other.example/a", "projectId": "j2"},
        ],
        [{}, {"pageId": "p2"}, {"moderatorId": "u", "parentId": "c1"}],
    )
    report, done = await take(ctx, site, written)
    assert (done.pages, done.comments) == (1, 2)
    assert set(report.skipped.by_reason) == {
        "A page on https://other.example, which is not of this site. A rule can lead it here.",
        "A comment whose page is not taken.",
    }
    assert [*report.changed.by_reason] == [
        "A member of the site wrote it: it has no badge. --staff gives it back."
    ]
