"""Whatever kind of file comments leave as, they come back from it as what they were."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from lxml import etree

from afterword.core.markdown import parse
from afterword.core.model import Author, Comment, Site, Status
from afterword.core.names import clean_name
from afterword.services.context import Context, open_context
from afterword.services.sites.manage_sites import add_site
from afterword.settings import Settings
from afterword.storage import comments, contacts, pages
from afterword.storage.store import Db
from tests.services.builders import NOW, ORIGIN, UNHURRIED
from tests.services.importing.taking import all_comments, exported, look_at, take

HOSTILE = [
    "=cmd|'/C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "＝1", 'say "hi", you; and\tyou',
    "]]>&lt;b&gt;<b>", "line\nline", "a\x0bb\x7f\ufffe", "🦊 \u202ex",
]  # fmt: skip
KINDS = ("wxr", "csv")
WP = "{http://wordpress.org/export/1.2/}"
AT = 1_600_000_000_123


@asynccontextmanager
async def instance(url: str, data: Path) -> AsyncIterator[tuple[Context, Site]]:
    """An empty installation with the same site."""
    async with open_context(Settings(data=data, database_url=url)) as ctx:
        yield ctx, await add_site(ctx.store, "blog", [ORIGIN], UNHURRIED, NOW)


async def furnish(ctx: Context, site: Site) -> None:
    """Two pages with comments of every status, and with what could be taken for something else."""
    async with ctx.store.write() as db:
        for name in ("a", "b"):
            keys = [f"id:{name}", f"url:blog.example.org/{name}"]
            page = await pages.open_page(db, site.id, keys, f"{ORIGIN}/{name}", "=A & <b>", 1_000)
            async with pages.changing(db, page.id, 2_000) as page:
                parent = None
                for number, status in enumerate(Status):
                    text = f"*{number}*\n\n- a\n- `b`"
                    tree = [["p", ["em", str(number)]], ["ul", ["li", "a"], ["li", ["code", "b"]]]]
                    parent = await comments.insert(
                        db, page, parent=parent, status=status, author=Author("Mira", "https://m.example/"),
                        source=text, tree=tree, origin_key=f"client:{name}{number}", now=AT + number,
                    )  # fmt: skip
                    contacts.add(db, parent.id, "mira@example.org")
                await _say(db, page, parent)
        await db.execute("UPDATE comment SET up = 3, down = 1, points = 2, edited_at = 3600")


async def _say(db: Db, page: pages.Page, parent: Comment | None) -> None:
    for number, text in enumerate(HOSTILE):
        await comments.insert(
            db, page, parent=parent, status=Status.APPROVED, author=Author(clean_name(text)),
            source=text, tree=parse(text), origin_key=f"=k:{page.id}-{number}", now=AT,
        )  # fmt: skip


def said(found: dict[str, Comment]) -> dict[str, tuple[object, ...]]:
    """What has to come back; of places of removed ones the author is never there."""
    by_id = {each.id: each for each in found.values()}
    return {
        key: (
            by_id[each.parent_id].origin_key if each.parent_id else None,
            each.status,
            "" if each.status is Status.REMOVED else each.author.name,
            [] if each.status is Status.REMOVED else each.tree,
            each.created_at,
        )
        for key, each in found.items()
    }


def as_xml(text: str) -> str:
    """XML cannot hold every character, and a tab in HTML is a space."""
    for written, read in (("\\x0b", "\ufffd"), ("\\ufffe", "\ufffd"), ("and\\tyou", "and you")):
        text = text.replace(written, read)
    return text


@pytest.mark.parametrize("kind", KINDS)
async def test_what_leaves_comes_back(
    ready_sqlite_url: str, ready_postgres_url: str, tmp_path: Path, kind: str
) -> None:
    async with instance(ready_sqlite_url, tmp_path / "a") as (ctx, site):
        await furnish(ctx, site)
        before = said(await all_comments(ctx, site))
        written = await exported(ctx, site, kind=kind)
        report = await look_at(ctx, site, written)
        assert (report.new, report.doubles) == (0, 0)
    async with instance(ready_postgres_url, tmp_path / "b") as (ctx, site):
        report, _ = await take(ctx, site, written)
        assert not report.skipped.by_reason
        found = await all_comments(ctx, site)
    expected = as_xml(repr(before)) if kind == "wxr" else repr(before)
    assert repr(said(found)) == expected
    approved = found["client:a0"]
    assert (approved.up, approved.down, approved.edited_at) == (3, 1, 3600)


@pytest.mark.parametrize("kind", [*KINDS, "jsonl"])
async def test_addresses_leave_only_where_they_are_wanted(
    ctx: Context, site: Site, kind: str
) -> None:
    await furnish(ctx, site)
    for private in (b"mira@example.org", b"client:a0"):
        assert private in await exported(ctx, site, kind=kind)
        assert private not in await exported(ctx, site, kind=kind, private=False)


async def test_no_cell_is_a_formula(ctx: Context, site: Site) -> None:
    await furnish(ctx, site)
    written = (await exported(ctx, site, kind="csv")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written, newline=""), strict=True))
    assert len(rows) == 1 + 2 * (4 + len(HOSTILE))
    cells = [cell for row in rows for cell in row if cell]
    assert [cell for cell in cells if cell[0] in "=+-@\t\r\n＝＋－＠"] == []
    assert "'=cmd|'/C calc'!A0" in cells


async def test_wxr_is_what_wordpress_takes(ctx: Context, site: Site) -> None:
    await furnish(ctx, site)
    root = etree.fromstring(await exported(ctx, site, kind="wxr"))
    assert root.findtext(f"channel/{WP}wxr_version") == "1.2"
    items = root.findall("channel/item")
    assert [item.findtext("link") for item in items] == [f"{ORIGIN}/a", f"{ORIGIN}/b"]
    assert [item.findtext(f"{WP}status") for item in items] == ["publish", "publish"]
    first = items[0].findall(f"{WP}comment")
    assert [each.findtext(f"{WP}comment_approved") for each in first[:4]] == [
        "1", "0", "spam", "trash",
    ]  # fmt: skip
    numbers = [int(each.findtext(f"{WP}comment_id") or 0) for each in root.iter(f"{WP}comment")]
    assert numbers == list(range(1, 1 + len(numbers)))
    assert [each.findtext(f"{WP}comment_parent") for each in first[:3]] == ["0", "1", "2"]
    assert first[0].findtext(f"{WP}comment_date_gmt") == "2020-09-13 12:26:40"
    assert first[0].findtext(f"{WP}comment_content") == (
        "<p><em>0</em></p>\n\n<ul><li>a</li><li><code>b</code></li></ul>"
    )


async def test_a_site_without_comments_leaves_as_a_whole_file(ctx: Context, site: Site) -> None:
    etree.fromstring(await exported(ctx, site, kind="wxr"))
    assert (await exported(ctx, site, kind="csv")).count(b"\r\n") == 1
