"""An act happens as a whole, to those who may, and can be undone where nobody has acted since."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound
from afterword.core.model import Act, Comment, Member, Policy, Role, Site, Status
from afterword.services.audit.undo_act import UNDOABLE, find_act, undo
from afterword.services.context import Context
from afterword.services.moderating.moderate_comment import MOST, Decision, moderate
from afterword.services.sites.manage_sites import add_site
from afterword.services.writing.revise_comment import withdraw_comment
from afterword.storage import audit, comments
from tests.services.builders import NOW, ORIGIN, add, decide, read, submit, write

OTHER = "https://other.example.org"


async def status_of(ctx: Context, comment: Comment) -> Status:
    found = await comments.get(ctx.store, comment.id)
    assert found is not None
    return found.status


async def decided(decision: Decision) -> int:
    assert decision.audit_id is not None
    return decision.audit_id


@pytest.mark.parametrize(
    ("act", "status", "count"),
    [
        (Act.APPROVE, Status.APPROVED, 1),
        (Act.HOLD, Status.PENDING, 0),
        (Act.SPAM, Status.SPAM, 0),
        (Act.REMOVE, Status.REMOVED, 0),
    ],
)
async def test_each_act_leads_to_its_status_and_a_new_count(
    ctx: Context, site: Site, owner: Member, act: Act, status: Status, count: int
) -> None:
    comment = await write(ctx)
    await decide(ctx, owner, Act.SPAM if act == Act.HOLD else Act.HOLD, comment)
    decision = await decide(ctx, owner, act, comment)
    assert decision.changed == (comment.id,)
    assert await status_of(ctx, comment) == status
    assert (await read(ctx)).count == count


async def test_an_act_on_many_pages_is_one_audit_row(
    ctx: Context, site: Site, owner: Member
) -> None:
    held = [await write(ctx, url=f"{ORIGIN}/{number % 3}") for number in range(6)]
    decision = await decide(ctx, owner, Act.APPROVE, *reversed(held))
    assert decision.changed == tuple(comment.id for comment in held)
    (entry,) = await audit.recent(ctx.store, member_id=owner.id, limit=10)
    assert entry.id == decision.audit_id
    assert (entry.member_id, entry.act, entry.site_id) == (owner.id, "approve", site.id)
    assert entry.before == ["pending"] * 6
    assert [(await read(ctx, f"{ORIGIN}/{number}")).count for number in range(3)] == [2, 2, 2]


async def test_what_is_so_already_writes_nothing(ctx: Context, site: Site, owner: Member) -> None:
    comment = await write(ctx)
    await decide(ctx, owner, Act.APPROVE, comment)
    again = await decide(ctx, owner, Act.APPROVE, comment)
    assert (again.audit_id, again.changed) == (None, ())
    assert len(await audit.recent(ctx.store, member_id=owner.id, limit=10)) == 1


async def test_undo_gives_back_what_each_was_before(
    ctx: Context, site: Site, owner: Member
) -> None:
    pending, spam, public = [await write(ctx) for _ in range(3)]
    await decide(ctx, owner, Act.SPAM, spam)
    await decide(ctx, owner, Act.APPROVE, public)
    removed = await decide(ctx, owner, Act.REMOVE, pending, spam, public)
    undone = await undo(ctx, owner, await decided(removed), now=NOW)
    assert undone.changed == (pending.id, spam.id, public.id)
    assert [await status_of(ctx, each) for each in (pending, spam, public)] == [
        Status.PENDING,
        Status.SPAM,
        Status.APPROVED,
    ]
    assert (await read(ctx)).count == 1


async def test_undo_leaves_alone_what_somebody_has_decided_since(
    ctx: Context, site: Site, owner: Member
) -> None:
    first, second = await write(ctx), await write(ctx)
    removed = await decide(ctx, owner, Act.REMOVE, first, second)
    await decide(ctx, await add(ctx, Role.MODERATOR), Act.SPAM, second)
    undone = await undo(ctx, owner, await decided(removed), now=NOW)
    assert undone.changed == (first.id,)
    assert await status_of(ctx, second) == Status.SPAM


async def test_undo_works_once_and_for_thirty_days(ctx: Context, site: Site, owner: Member) -> None:
    comment = await write(ctx)
    audit_id = await decided(await decide(ctx, owner, Act.REMOVE, comment))
    with pytest.raises(Conflict, match="older than 30 days"):
        await undo(ctx, owner, audit_id, now=NOW + UNDOABLE + 1)
    await undo(ctx, owner, audit_id, now=NOW + UNDOABLE)
    with pytest.raises(Conflict, match="undone already"):
        await undo(ctx, owner, audit_id, now=NOW)
    with pytest.raises(NotFound):
        await undo(ctx, owner, 99_999, now=NOW)


async def test_of_two_undos_at_once_one_works(ctx: Context, site: Site, owner: Member) -> None:
    audit_id = await decided(await decide(ctx, owner, Act.REMOVE, await write(ctx)))
    both = await asyncio.gather(
        *(undo(ctx, owner, audit_id, now=NOW) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in both) == ["Conflict", "Undone"]


async def test_what_its_author_took_back_never_returns(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    submitted = await submit(ctx, "Regretted")
    removed = await decide(ctx, owner, Act.SPAM, submitted.comment)
    await withdraw_comment(ctx, submitted.comment.id, submitted.author_token, origin=None, now=NOW)
    assert (await decide(ctx, owner, Act.APPROVE, submitted.comment)).changed == ()
    assert (await undo(ctx, owner, await decided(removed), now=NOW)).changed == ()
    assert await status_of(ctx, submitted.comment) == Status.REMOVED


ROLES = {
    "owner": (Role.OWNER, None),
    "moderator": (Role.MODERATOR, None),
    "moderator of the site": (Role.MODERATOR, "own"),
    "viewer": (Forbidden, None),
    "viewer of the site": (Forbidden, "own"),
    "owner of another site": (NotFound, "other"),
}


@pytest.mark.parametrize("who", list(ROLES))
async def test_who_may_decide(ctx: Context, site: Site, owner: Member, who: str) -> None:
    """Default deny: one row for each role, by site and everywhere."""
    other = await add_site(ctx.store, "other", [OTHER], Policy(), NOW)
    await ctx.sites.refresh(ctx.store)
    expected, where = ROLES[who]
    role = Role(who.split(maxsplit=1)[0])
    member = await add(ctx, role, {"own": site, "other": other}.get(where or ""))
    comment = await write(ctx)
    audit_id = await decided(await decide(ctx, owner, Act.SPAM, comment))
    if isinstance(expected, Role):
        assert (await undo(ctx, member, audit_id, now=NOW)).changed == (comment.id,)
        assert (await decide(ctx, member, Act.REMOVE, comment)).changed == (comment.id,)
        return
    with pytest.raises(expected):
        await undo(ctx, member, audit_id, now=NOW)
    for act in Act:
        with pytest.raises(expected):
            await decide(ctx, member, act, comment)
    assert await status_of(ctx, comment) == Status.SPAM


async def test_one_comment_that_is_not_the_members_stops_the_whole_act(
    ctx: Context, site: Site
) -> None:
    await add_site(ctx.store, "other", [OTHER], Policy(), NOW)
    await ctx.sites.refresh(ctx.store)
    member = await add(ctx, Role.MODERATOR, site)
    own = await write(ctx)
    foreign = await write(ctx, url=f"{OTHER}/a", origin=OTHER)
    with pytest.raises(NotFound):
        await decide(ctx, member, Act.APPROVE, own, foreign)
    assert await status_of(ctx, own) == Status.PENDING
    with pytest.raises(NotFound):
        await moderate(ctx, member, Act.APPROVE, [own.id, 99_999], now=NOW)
    assert await status_of(ctx, own) == Status.PENDING


async def test_an_act_has_an_upper_limit(ctx: Context, owner: Member) -> None:
    with pytest.raises(Invalid):
        await moderate(ctx, owner, Act.APPROVE, range(1, MOST + 2), now=NOW)


async def test_decisions_are_listed_for_those_who_see_their_site(
    ctx: Context, site: Site, owner: Member
) -> None:
    audit_id = await decided(await decide(ctx, owner, Act.SPAM, await write(ctx)))
    viewer = await add(ctx, Role.VIEWER, site)
    stranger = await add(ctx, Role.OWNER, await add_site(ctx.store, "o", [OTHER], Policy(), NOW))
    seen = await find_act(ctx, owner, audit_id, now=NOW)
    assert seen
    assert (seen.audit_id, seen.member_name, seen.may_undo) == (audit_id, owner.name, True)
    seen = await find_act(ctx, viewer, audit_id, now=NOW)
    assert seen
    assert not seen.may_undo
    assert await find_act(ctx, stranger, audit_id, now=NOW) is None
    await undo(ctx, owner, audit_id, now=NOW)
    found = await find_act(ctx, owner, audit_id, now=NOW)
    assert found is not None
    assert (found.undone, found.may_undo) == (True, False)
