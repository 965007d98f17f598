"""Comments of elsewhere: all of them come, once, at their place, and nobody is told."""

from __future__ import annotations

import pytest

from afterword.core.errors import Forbidden, Invalid
from afterword.core.model import Member, Role, Site, Status
from afterword.core.move_rule import parse_rule
from afterword.services.context import Context
from afterword.storage import audit, comments, contacts, pages
from tests.services import builders
from tests.services.builders import NOW, ORIGIN
from tests.services.importing.taking import all_comments, look_at, take
from tests.support.disqus_file import disqus_file, post, thread

PAGE = thread(1, f"{ORIGIN}/a", title="A")


async def parents(ctx: Context, site: Site) -> dict[str, str | None]:
    """By key, what each comment answers."""
    found = await all_comments(ctx, site)
    keys = {each.id: key for key, each in found.items()}
    return {key: keys.get(each.parent_id or 0) for key, each in found.items()}


async def test_everything_is_kept(ctx: Context, site: Site) -> None:
    file = disqus_file(
        PAGE,
        post(1, 1, "<p>One <b>bold</b></p>", name="Mira", email="Mira@example.org"),
        post(2, 1, "two", parent=1, at="2021-01-01T00:00:00Z"),
        post(3, 1, "three", parent=2, spam=True),
    )
    report, done = await take(ctx, site, file)
    assert (report.pages, report.new_pages, report.total, report.new) == (1, 1, 3, 3)
    assert report.comments == {"approved": 2, "spam": 1}
    assert not report.skipped.by_reason
    assert not report.changed.by_reason
    assert (done.pages, done.comments) == (1, 3)
    found = await all_comments(ctx, site)
    first, second = found["disqus:1"], found["disqus:2"]
    assert first.tree == [["p", "One ", ["strong", "bold"]]]
    assert first.source == "One **bold**"
    assert (first.author.name, first.created_at) == ("Mira", 1_600_000_000_000)
    contact = await contacts.of(ctx.store, first.id)
    assert contact is not None and contact.email == "Mira@example.org"
    assert second.parent_id == second.root_id == first.id
    assert found["disqus:3"].root_id == first.id
    assert found["disqus:3"].status is Status.SPAM
    page = await pages.get(ctx.store, first.page_id)
    assert page is not None
    assert (page.title, page.comment_count, page.created_at) == ("A", 2, 1_600_000_000_000)


async def test_nobody_is_told_and_the_act_is_noted(ctx: Context, site: Site, owner: Member) -> None:
    _, done = await take(ctx, site, disqus_file(PAGE, post(1, 1, "one")), member=owner)
    assert await ctx.store.fetch_all("SELECT id FROM event") == []
    entry = await audit.get(ctx.store, done.audit_id)
    assert entry is not None
    assert (entry.act, entry.member_id, entry.site_id) == ("import_comments", owner.id, site.id)
    assert entry.after == {"format": "disqus", "comments": {"approved": 1}}


async def test_only_owners_import(ctx: Context, site: Site) -> None:
    moderator = await builders.add(ctx, Role.MODERATOR, site)
    with pytest.raises(Forbidden):
        await take(ctx, site, disqus_file(PAGE, post(1, 1, "one")), member=moderator)
    assert await all_comments(ctx, site) == {}


async def test_a_second_run_adds_nothing(ctx: Context, site: Site) -> None:
    file = disqus_file(PAGE, post(1, 1, "one"), post(2, 1, "two", parent=1))
    await take(ctx, site, file)
    before = await all_comments(ctx, site)
    report, done = await take(ctx, site, file)
    assert (report.there_already, report.new, done.comments, done.pages) == (2, 0, 0, 0)
    assert await all_comments(ctx, site) == before


async def test_what_was_changed_here_since_stays(ctx: Context, site: Site) -> None:
    file = disqus_file(PAGE, post(1, 1, "one", email="mira@example.org"), post(2, 1, "two"))
    await take(ctx, site, file)
    first = (await all_comments(ctx, site))["disqus:1"]
    async with ctx.store.write() as db, comments.changing(db, [first], NOW):
        await comments.scrub(db, first.id, now=NOW)
    await take(ctx, site, file)
    again = (await all_comments(ctx, site))["disqus:1"]
    assert (again.status, again.source, again.author.name) == (Status.REMOVED, "", "")
    assert await contacts.of(ctx.store, first.id) is None


async def test_parents_may_come_later(ctx: Context, site: Site) -> None:
    file = disqus_file(
        post(4, 1, "four", parent=3), post(3, 1, "three", parent=2), post(2, 1, "two"), PAGE
    )
    report, _ = await take(ctx, site, file)
    assert not report.changed.by_reason
    assert await parents(ctx, site) == {
        "disqus:2": None,
        "disqus:3": "disqus:2",
        "disqus:4": "disqus:3",
    }


async def test_circles_and_orphans_are_cut_and_told(ctx: Context, site: Site) -> None:
    file = disqus_file(
        PAGE,
        thread(2, f"{ORIGIN}/b"),
        post(1, 1, "a", parent=3),
        post(2, 1, "b", parent=1),
        post(3, 1, "c", parent=2),
        post(4, 1, "hangs on it", parent=2),
        post(5, 1, "answers itself", parent=5),
        post(6, 1, "orphan", parent=99),
        post(7, 2, "answers another page", parent=1),
    )
    report, _ = await take(ctx, site, file)
    assert await parents(ctx, site) == {
        "disqus:1": None, "disqus:2": "disqus:1", "disqus:3": "disqus:2", "disqus:4": "disqus:2",
        "disqus:5": None, "disqus:6": None, "disqus:7": None,
    }  # fmt: skip
    notes = {reason: note.examples for reason, note in report.changed.by_reason.items()}
    assert sorted(notes.values()) == [["1", "5"], ["6", "7"]]


async def test_deleted_parents_become_placeholders_and_other_deleted_ones_stay_away(
    ctx: Context, site: Site
) -> None:
    file = disqus_file(
        PAGE,
        post(1, 1, "secret", deleted=True, email="mira@example.org"),
        post(2, 1, "answer", parent=1),
        post(3, 1, "gone", deleted=True),
        post(4, 1, "gone too", deleted=True, parent=3),
    )
    report, _ = await take(ctx, site, file)
    found = await all_comments(ctx, site)
    assert set(found) == {"disqus:1", "disqus:2"}
    assert (found["disqus:1"].status, found["disqus:1"].source) == (Status.REMOVED, "")
    assert await contacts.of(ctx.store, found["disqus:1"].id) is None
    (note,) = report.skipped.by_reason.values()
    assert note.count == 2


async def test_what_does_not_come_is_told(ctx: Context, site: Site) -> None:
    file = disqus_file(
        PAGE,
        thread(2, "https://elsewhere.example/x"),
        thread(3, "not an address"),
        post(1, 1, "one"),
        post(1, 1, "one again"),
        post(2, 2, "elsewhere"),
        post(3, 7, "without a page"),
    )
    report, done = await take(ctx, site, file)
    assert done.comments == report.total == 1
    assert {reason: note.count for reason, note in report.skipped.by_reason.items()} == {
        "A page on https://elsewhere.example, which is not of this site. A rule can lead it here.": 1,
        "A page whose address is none.": 1,
        "A comment that is in the file twice.": 1,
        "A comment whose page is not taken.": 1,
        "A comment without its page.": 1,
    }


async def test_old_addresses_are_led_to_new_ones(ctx: Context, site: Site) -> None:
    rule = parse_rule("http://old.example/blog/*", f"{ORIGIN}/articles/*")
    file = disqus_file(thread(1, "http://old.example/blog/a"), post(1, 1, "one"))
    report, _ = await take(ctx, site, file, rule)
    assert not report.skipped.by_reason
    (comment,) = (await all_comments(ctx, site)).values()
    page = await pages.get(ctx.store, comment.page_id)
    assert page is not None and page.url == f"{ORIGIN}/articles/a"


async def test_comments_join_the_page_that_is_there(ctx: Context, open_site: Site) -> None:
    await builders.submit(ctx, "written here", url=f"{ORIGIN}/a", name="Jo")
    file = disqus_file(PAGE, post(1, 1, "one"))
    report, done = await take(ctx, open_site, file)
    assert (report.new_pages, done.pages, done.comments) == (0, 0, 1)
    found = await all_comments(ctx, open_site)
    assert len({each.page_id for each in found.values()}) == 1
    assert len(found) == 2


async def test_what_came_on_another_way_does_not_come_twice(ctx: Context, site: Site) -> None:
    await take(ctx, site, disqus_file(PAGE, post(1, 1, "<p>one</p>", name="Mira")))
    again = disqus_file(
        PAGE, post(901, 1, "one", name="Mira"), post(902, 1, "reply", parent=901, name="Jo")
    )
    report, done = await take(ctx, site, again)
    assert (report.doubles, report.new, done.comments) == (1, 1, 1)
    assert await parents(ctx, site) == {"disqus:1": None, "disqus:902": "disqus:1"}


async def test_the_same_words_twice_in_one_file_are_two(ctx: Context, site: Site) -> None:
    file = disqus_file(PAGE, post(1, 1, "+1"), post(2, 1, "+1"))
    await take(ctx, site, disqus_file(PAGE, post(1, 1, "+1")))
    report, done = await take(ctx, site, file)
    assert (report.doubles, report.there_already, done.comments) == (0, 1, 1)


async def test_pages_with_one_address_become_one(ctx: Context, site: Site) -> None:
    file = disqus_file(
        PAGE, thread(2, f"{ORIGIN}/a/index.html"), post(1, 1, "one"), post(2, 2, "two")
    )
    report, done = await take(ctx, site, file)
    assert (report.new_pages, done.pages) == (1, 1)
    (note,) = report.collisions.by_reason.values()
    assert note.count == 2


async def test_only_named_members_bear_the_badge(ctx: Context, site: Site, owner: Member) -> None:
    file = disqus_file(
        PAGE,
        post(1, 1, "one", email=owner.email.upper()),
        post(2, 1, "two", email="other@example.org"),
    )
    await take(ctx, site, file, staff=(owner.email,))
    found = await all_comments(ctx, site)
    assert found["disqus:1"].author.member_id == owner.id
    assert found["disqus:2"].author.member_id is None
    with pytest.raises(Invalid, match="No member"):
        await take(ctx, site, file, staff=("nobody@example.org",))


async def test_a_dry_run_changes_nothing(ctx: Context, site: Site) -> None:
    report = await look_at(ctx, site, disqus_file(PAGE, post(1, 1, "one")))
    assert report.new == 1
    assert await all_comments(ctx, site) == {}
    assert await ctx.store.fetch_all("SELECT id FROM page") == []


async def test_wrong_values_are_mended_and_told(ctx: Context, site: Site) -> None:
    file = disqus_file(
        PAGE,
        post(1, 1, "one", name="x" * 80, email="no address", at="once"),
        post(2, 1, "<u>two</u>" + "<b>" * 3000, name="\u202e"),
    )
    report, _ = await take(ctx, site, file)
    found = await all_comments(ctx, site)
    assert len(found["disqus:1"].author.name) == 60
    assert found["disqus:1"].created_at == 1_600_000_000_000
    assert (found["disqus:2"].author.name, found["disqus:2"].source) == ("", "two")
    assert len(report.changed.by_reason) == 4


async def test_more_than_a_batch_comes_in_order(ctx: Context, site: Site) -> None:
    posts = [post(n, 1, f"n {n}", parent=n + 1 if n % 7 == 0 else None) for n in range(1, 1203)]
    _, done = await take(ctx, site, disqus_file(PAGE, *posts))
    assert done.comments == 1202
    found = await parents(ctx, site)
    assert found["disqus:1197"] == "disqus:1198"
