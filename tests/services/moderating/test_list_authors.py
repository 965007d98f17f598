"""Authors are found by what they wrote, and shown with what is known of them to those who may know it."""

from __future__ import annotations

import pytest

from afterword.core.errors import Invalid, Malformed, NotFound
from afterword.core.model import Act, Comment, Member, Policy, Role, Site, Status
from afterword.services.context import Context
from afterword.services.moderating import list_authors as listing
from afterword.services.moderating.ban_author import ban_author
from afterword.services.moderating.list_authors import list_authors, read_author
from afterword.services.moderating.reply_as_member import reply_as_member
from afterword.services.moderating.trust_author import trust_author
from afterword.services.sites.manage_sites import add_site
from tests.services.builders import NOW, add, approved, client_id, decide, write

ANA = {"visitor_token": "ana-ana-ana-ana-ana-ana-ana", "name": "Ana Weber"}
BEN = {"visitor_token": "ben-ben-ben-ben-ben-ben-ben", "name": "Ben"}


@pytest.fixture
async def written(ctx: Context, site: Site, owner: Member) -> list[Comment]:
    """Three comments by Ana, under two names, one by Ben, and one by nobody known."""
    first = await approved(ctx, owner, "One", **ANA, now=NOW)
    return [
        first,
        await write(ctx, "Two", **(ANA | {"name": "Ana W."}), now=NOW + 1),
        await write(ctx, "By Ben", **BEN, email="Ben@Example.org", now=NOW + 2),
        await write(ctx, "By nobody", name="Nobody", now=NOW + 3),
        await write(ctx, "Three", **ANA, now=NOW + 4),
    ]


async def names(ctx: Context, member: Member, site: Site, search: str = "") -> list[str]:
    found = await list_authors(ctx, member, site.id, search)
    return [each.comment.author.name for each in found]


async def test_each_author_is_listed_once_the_last_one_first(
    ctx: Context, site: Site, owner: Member, written: list[Comment]
) -> None:
    await reply_as_member(
        ctx, owner, written[0].id, "Staff", client_id=client_id(), approve=True, now=NOW + 9
    )
    await decide(ctx, owner, Act.SPAM, written[2])
    found = await list_authors(ctx, owner, site.id)
    assert [(each.comment.author.name, each.number) for each in found] == [
        ("Ana Weber", 3),
        ("Nobody", 1),
        ("Ben", 1),
    ]


async def test_authors_are_found_by_a_part_of_their_name(
    ctx: Context, site: Site, owner: Member, written: list[Comment]
) -> None:
    assert await names(ctx, owner, site, "WEBER") == ["Ana Weber"]
    assert await names(ctx, owner, site, "bEn") == ["Ben"]
    assert await names(ctx, owner, site, "%") == []
    with pytest.raises(Invalid):
        await names(ctx, owner, site, "x" * 101)


async def test_only_moderators_find_and_see_emails(
    ctx: Context, site: Site, owner: Member, written: list[Comment]
) -> None:
    viewer = await add(ctx, Role.VIEWER, site)
    assert await names(ctx, owner, site, "ben@example.ORG") == ["Ben"]
    assert await names(ctx, owner, site, "ben@example.com") == []
    assert await names(ctx, viewer, site, "ben@example.org") == []
    await ban_author(ctx, owner, written[2].id, "email", now=NOW)
    seen = await read_author(ctx, owner, written[2].id, now=NOW)
    assert (seen.email, [ban.kind for ban in seen.bans]) == ("Ben@example.org", ["email"])
    hidden = await read_author(ctx, viewer, written[2].id, now=NOW)
    assert (hidden.email, hidden.bans) == (None, ())


async def test_an_author_is_shown_with_all_names_and_comments(
    ctx: Context, site: Site, owner: Member, written: list[Comment]
) -> None:
    await trust_author(ctx, owner, written[1].id, now=NOW)
    view = await read_author(ctx, owner, written[1].id, now=NOW)
    assert view.names == ("Ana W.", "Ana Weber")
    assert (view.since, view.trusted) == (NOW, True)
    assert view.counts[Status.APPROVED] + view.counts.get(Status.PENDING, 0) == 3
    assert [comment.source for comment, _ in view.history] == ["Three", "Two", "One"]
    assert all(page is not None and page.title == "A post" for _, page in view.history)
    assert [each.trusted for each in await list_authors(ctx, owner, site.id)] == [
        True,
        False,
        False,
    ]


async def test_what_an_author_wrote_is_read_in_slices(
    ctx: Context,
    site: Site,
    owner: Member,
    written: list[Comment],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "SLICE", 2)
    first = await read_author(ctx, owner, written[0].id, now=NOW)
    assert first.next is not None
    second = await read_author(ctx, owner, written[0].id, after=first.next, now=NOW)
    assert [comment.source for comment, _ in (*first.history, *second.history)] == [
        "Three",
        "Two",
        "One",
    ]
    assert second.next is None
    with pytest.raises(Malformed):
        await read_author(ctx, owner, written[0].id, after="x", now=NOW)


async def test_who_is_not_recognised_is_shown_with_that_comment_alone(
    ctx: Context, site: Site, owner: Member, written: list[Comment]
) -> None:
    view = await read_author(ctx, owner, written[3].id, now=NOW)
    assert (view.names, view.trusted, view.next) == (("Nobody",), False, None)
    assert [comment.id for comment, _ in view.history] == [written[3].id]


async def test_authors_of_other_sites_are_not_there(
    ctx: Context, site: Site, owner: Member, written: list[Comment]
) -> None:
    other = await add_site(ctx.store, "other", ["https://other.example.org"], Policy(), NOW)
    await ctx.sites.refresh(ctx.store)
    stranger = await add(ctx, Role.OWNER, other)
    with pytest.raises(NotFound):
        await list_authors(ctx, stranger, site.id)
    with pytest.raises(NotFound):
        await read_author(ctx, stranger, written[0].id, now=NOW)
    assert await list_authors(ctx, stranger, other.id) == ()
    with pytest.raises(NotFound):
        await read_author(ctx, owner, 99_999, now=NOW)
