"""What JSON of others says arrives: in its state, on its page, with its votes."""

from __future__ import annotations

from afterword.core.model import Site, Status
from afterword.core.move_rule import parse_rule
from afterword.services.context import Context
from afterword.storage import pages
from tests.services.builders import ORIGIN
from tests.services.importing.taking import all_comments, look_at, take
from tests.support import giscus_file, remark42_file
from tests.support.commento_file import commento_comment, commento_file


async def test_a_backup_of_remark42_arrives(ctx: Context, site: Site) -> None:
    url = f"{ORIGIN}/a"
    written = remark42_file.remark42_file(
        remark42_file.comment("c2", url, "<p>b</p>", pid="c1", score=5, controversy=9 ** (2 / 7)),
        remark42_file.comment("c1", url, "", delete=True),
        remark42_file.comment("c3", url, "", delete=True),
        remark42_file.comment("c4", url, "c", pid="c5"),
        remark42_file.comment("c5", url, "d", pid="c4"),
        users=[remark42_file.known("github_1", email="mira@example.org")],
        closed=[url],
    )
    report, _ = await take(ctx, site, written)
    assert report.comments == {"approved": 3, "removed": 1}
    assert list(report.skipped.by_reason) == ["A deleted comment that nothing answers."]
    assert list(report.changed.by_reason) == [
        "It answers itself by way of others: it stands by itself."
    ]
    found = await all_comments(ctx, site)
    parent, reply = found["remark42:c1"], found["remark42:c2"]
    assert (parent.status, parent.source, parent.author.name) == (Status.REMOVED, "", "")
    assert (reply.parent_id, reply.up, reply.down) == (parent.id, 7, 2)
    page = await pages.get(ctx.store, reply.page_id)
    assert page is not None and page.closed


async def test_a_domain_of_commento_is_led_here(ctx: Context, site: Site) -> None:
    written = commento_file([commento_comment("c1", "a", domain="old.example")], [])
    report = await look_at(ctx, site, written)
    assert report.total == 0
    rule = parse_rule("https://old.example/*", f"{ORIGIN}/*")
    report = await look_at(ctx, site, written, rule)
    assert (report.total, report.pages) == (1, 1)


async def test_a_discussion_without_an_address_is_led_to_its_page(ctx: Context, site: Site) -> None:
    found = giscus_file.discussion(7, "How to bake", giscus_file.comment("c1", "a"), body="")
    written = giscus_file.giscus_file(giscus_file.answer(found))
    report = await look_at(ctx, site, written)
    assert "A page on https://github.com, which is not of this site." in str(report.skipped)
    rule = parse_rule(f"{giscus_file.REPOSITORY}/7", f"{ORIGIN}/baking")
    await take(ctx, site, written, rule)
    (comment,) = (await all_comments(ctx, site)).values()
    page = await pages.get(ctx.store, comment.page_id)
    assert page is not None
    assert (page.url, page.title) == (f"{ORIGIN}/baking", "How to bake")
