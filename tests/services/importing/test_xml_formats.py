"""What comes of the exports that are XML, from the file to the database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from afterword.core.model import Member, Site, Status
from afterword.services.context import Context
from afterword.services.sites.manage_sites import add_site
from afterword.storage import pages
from tests.services.builders import NOW, ORIGIN, UNHURRIED
from tests.services.importing.taking import all_comments, take
from tests.support import blogger_file, wordpress_file

LOST = {"A thread without an address or a number.": 1, "A comment without its page.": 1}


@pytest.mark.parametrize(
    ("name", "origins", "page_count", "arrived", "reported"),
    [
        ("isso-wordpress.xml", ["http://example.tld"], 2, 8, {}),
        ("isso-disqus.xml", ["http://example.org", "http://localhost:4000"], 2, 5, LOST),
        (
            "remark42-disqus.repaired.xml",
            ["http://radio-t.umputun.com", "https://radio-t.com"],
            2,
            6,
            {},
        ),
    ],
)
async def test_exports_of_others_arrive(
    ctx: Context,
    corpora: Path,
    name: str,
    origins: list[str],
    page_count: int,
    arrived: int,
    reported: dict[str, int],
) -> None:
    site = await add_site(ctx.store, "other", origins, replace(UNHURRIED, query_keys=("p",)), NOW)
    report, done = await take(ctx, site, (corpora / "import" / name).read_bytes())
    assert (done.pages, done.comments) == (page_count, arrived)
    assert {reason: n.count for reason, n in report.skipped.by_reason.items()} == reported


async def test_line_ends_of_wordpress_are_line_ends(ctx: Context, site: Site) -> None:
    said = "One\r\n\r\n<b>two</b>\r\nthree <code>x</code>\n<ul>\n<li>a</li>\n</ul>"
    file = wordpress_file.wordpress_file(
        wordpress_file.item(1, f"{ORIGIN}/a", wordpress_file.comment(1, said))
    )
    await take(ctx, site, file)
    (comment,) = (await all_comments(ctx, site)).values()
    assert comment.tree == [
        ["p", "One"],
        ["p", ["strong", "two"], ["br"], "three ", ["code", "x"]],
        ["ul", ["li", "a"]],
    ]


async def test_the_badge_of_wordpress_comes_to_named_members_alone(
    ctx: Context, site: Site, owner: Member
) -> None:
    comments = (
        wordpress_file.comment(n, "a", user=n, email=f"shop{n}@example.org") for n in (1, 2)
    )
    file = wordpress_file.wordpress_file(
        wordpress_file.item(1, f"{ORIGIN}/a", *comments),
        authors=wordpress_file.author(1, owner.email) + wordpress_file.author(2, "b@example.org"),
    )
    report, _ = await take(ctx, site, file, staff=(owner.email,))
    found = await all_comments(ctx, site)
    assert [each.author.member_id for each in found.values()] == [owner.id, None]
    (note,) = report.changed.by_reason.values()
    assert note.examples == ["1/2"]


async def test_paths_of_takeout_are_pages_of_the_site(ctx: Context, site: Site) -> None:
    file = blogger_file.takeout_file(
        blogger_file.takeout_comment(12, 7, "two", parent=11),
        blogger_file.takeout_comment(11, 7, "gone", status="EMPTIED"),
        blogger_file.takeout_post(7, "/2020/09/a.html", title="A"),
        blogger_file.takeout_post(8, "/2020/09/b.html", status="DRAFT"),
        blogger_file.takeout_comment(13, 8, "on a draft"),
    )
    report, _ = await take(ctx, site, file)
    found = await all_comments(ctx, site)
    assert [each.status for each in found.values()] == [Status.REMOVED, Status.APPROVED]
    page = await pages.get(ctx.store, found["blogger:12"].page_id)
    assert page is not None
    assert page.url == f"{ORIGIN}/2020/09/a.html"
    assert set(report.skipped.by_reason) == {
        "A post that Blogger does not show.",
        "A comment without its page.",
    }
