"""Whoever is banned writes no more: refused with a sentence, or answered as if they were held."""

from __future__ import annotations

import pytest

from afterword.core.errors import Banned, Conflict, Forbidden, Invalid, NotFound
from afterword.core.model import Act, BanKind, Comment, Member, Role, Site, Status
from afterword.services.audit.undo_act import UNDOABLE, undo
from afterword.services.context import Context
from afterword.services.moderating.ban_author import (
    Terms,
    ban_author,
    ban_typed,
    lift_ban,
    list_bans,
)
from afterword.services.moderating.reply_as_member import reply_as_member
from afterword.services.running.housekeeping import tidy_up
from afterword.services.writing.revise_comment import revise_comment
from afterword.services.writing.submit_comment import Submitted
from afterword.storage import audit, bans, comments, verdicts
from tests.services.builders import (
    DAY,
    MINUTE,
    NOW,
    ORIGIN,
    add,
    approved,
    client_id,
    decide,
    submit,
    write,
)

TOKEN = "a" * 22
OTHER = "b" * 22
NEVER_TOLD = Terms(shadow=True)
MIRA = {
    "name": "Mira Osei",
    "email": "Mira@example.org",
    "visitor_token": TOKEN,
    "address": "203.0.113.7",
}
"""Whoever is banned; what differs in one thing alone is somebody else or not, by the kind of ban."""
SOMEBODY = {
    "name": "Noa",
    "email": "noa@example.org",
    "visitor_token": OTHER,
    "address": "198.51.100.9",
}
KNOWN_AGAIN: dict[BanKind, list[dict[str, str]]] = {
    "author": [{"visitor_token": TOKEN}],
    "email": [{"email": "mira@EXAMPLE.org"}],
    "name": [{"name": "Mira Osei"}, {"name": "mira.osei"}, {"name": "Μira Osei"}],
    "address": [{"address": "203.0.113.7"}, {"address": "::ffff:203.0.113.7"}],
    "network": [{"address": "203.0.113.7"}, {"address": "203.0.113.200"}],
}
NOT_MEANT: dict[BanKind, dict[str, str]] = {
    "author": {"name": "Mira Osei", "address": "203.0.113.7", "email": "Mira@example.org"},
    "email": {"name": "Mira Osei", "address": "203.0.113.7", "visitor_token": TOKEN},
    "name": {"name": "Mira", "email": "Mira@example.org", "visitor_token": TOKEN},
    "address": {"address": "203.0.113.8", "name": "Mira Osei", "visitor_token": TOKEN},
    "network": {"address": "203.0.114.7", "name": "Mira Osei", "visitor_token": TOKEN},
}


async def may_write(ctx: Context, *, now: int = NOW, **more: str) -> bool:
    try:
        await write(ctx, now=now, **(SOMEBODY | more))
    except Banned:
        return False
    return True


async def test_whoever_is_banned_is_known_again_by_that_alone(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, **MIRA)
    for kind, meant in KNOWN_AGAIN.items():
        banned = await ban_author(ctx, owner, comment.id, kind, now=NOW)
        for each in meant:
            assert not await may_write(ctx, **each), (kind, each)
        assert await may_write(ctx, **NOT_MEANT[kind]), kind
        assert await may_write(ctx)
        await lift_ban(ctx, owner, banned.ban.id, now=NOW)
        for each in meant:
            assert await may_write(ctx, **each), (kind, each)


@pytest.mark.parametrize(
    ("address", "same", "neighbour", "stranger"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.8", "203.0.112.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2:ffff::1", "2001:db8:1:3::7", "2001:db8:2:2::7"),
    ],
)
async def test_a_ban_by_address_holds_on_other_days(
    ctx: Context,
    open_site: Site,
    owner: Member,
    address: str,
    same: str,
    neighbour: str,
    stranger: str,
) -> None:
    comment = await write(ctx, address=address)
    for kind, meant in (("address", {same}), ("network", {same, neighbour})):
        # Decided days after the comment came, and asked days after that.
        decided = NOW + 3 * DAY
        banned = await ban_author(ctx, owner, comment.id, kind, now=decided)
        for later in (decided, decided + DAY, decided + 200 * DAY):
            for each in (same, neighbour, stranger):
                may = await may_write(ctx, address=each, now=later)
                assert may is (each not in meant), (kind, each, later)
        await lift_ban(ctx, owner, banned.ban.id, now=decided)


async def test_a_ban_counts_on_its_site_alone_and_until_its_end(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, **MIRA)
    ends_at = NOW + DAY
    await ban_author(ctx, owner, comment.id, "author", Terms(ends_at), now=NOW)
    with pytest.raises(Banned) as refused:
        await write(ctx, **MIRA, now=ends_at - 1)
    assert (refused.value.code, refused.value.ends_at) == ("banned", ends_at)
    assert "16 January 2027, 08:00 UTC" in refused.value.message
    assert (await write(ctx, **MIRA, now=ends_at)).status == Status.APPROVED
    await ban_author(ctx, owner, comment.id, "author", now=ends_at)
    with pytest.raises(Banned) as refused:
        await write(ctx, **MIRA, now=ends_at)
    assert refused.value.ends_at is None


async def test_the_longest_of_several_bans_is_told(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, **MIRA)
    for kind, days in (("author", 1), ("name", 3)):
        terms = Terms(NOW + days * DAY)
        await ban_author(ctx, owner, comment.id, kind, terms, now=NOW)
    with pytest.raises(Banned) as refused:
        await write(ctx, **MIRA)
    assert refused.value.ends_at == NOW + 3 * DAY
    await ban_author(ctx, owner, comment.id, "email", now=NOW)
    with pytest.raises(Banned) as refused:
        await write(ctx, **MIRA)
    assert refused.value.ends_at is None


async def test_a_shadow_ban_puts_with_the_spam_what_its_author_thinks_is_held(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await approved(ctx, owner, **MIRA)
    await ban_author(ctx, owner, comment.id, "author", NEVER_TOLD, now=NOW)
    later = await write(ctx, **MIRA)
    assert later.status == Status.SPAM
    (reason,) = (await verdicts.of(ctx.store, [later.id]))[later.id].reasons
    assert (reason.rule, reason.text) == (
        "shadow_ban",
        "Banned without being told: browser of Mira Osei",
    )


async def test_an_edit_is_asked_for_bans_too(ctx: Context, open_site: Site, owner: Member) -> None:
    mine, hidden = await submit(ctx, **MIRA), await submit(ctx, **SOMEBODY)

    async def revise(each: Submitted, text: str, address: str | None = None) -> Comment:
        return await revise_comment(
            ctx,
            each.comment.id,
            each.author_token,
            text,
            origin=ORIGIN,
            address=address,
            now=NOW + MINUTE,
        )

    for kind in KNOWN_AGAIN:
        banned = await ban_author(ctx, owner, mine.comment.id, kind, now=NOW)
        with pytest.raises(Banned):
            await revise(mine, f"Changed {kind}", "203.0.113.7")
        await lift_ban(ctx, owner, banned.ban.id, now=NOW)
    assert (await revise(mine, "Changed", "203.0.113.7")).status == Status.APPROVED
    await ban_author(ctx, owner, hidden.comment.id, "author", NEVER_TOLD, now=NOW)
    assert (await revise(hidden, "Changed")).status == Status.SPAM


async def test_a_ban_can_take_the_authors_comments_away_at_once(
    ctx: Context, site: Site, owner: Member
) -> None:
    shown = await approved(ctx, owner, **MIRA)
    held = await write(ctx, **(MIRA | {"visitor_token": OTHER}))
    more = await write(ctx, **MIRA)
    removed = await write(ctx, **MIRA)
    await decide(ctx, owner, Act.REMOVE, removed)
    done = await ban_author(ctx, owner, shown.id, "author", spam=True, now=NOW)
    assert done.decision is not None
    assert done.decision.changed == (shown.id, more.id)
    found = await comments.get_many(ctx.store, [shown.id, held.id, more.id, removed.id])
    assert {each: found[each].status for each in found} == {
        shown.id: Status.SPAM,
        held.id: Status.PENDING,
        more.id: Status.SPAM,
        removed.id: Status.REMOVED,
    }
    assert done.decision.audit_id is not None
    await undo(ctx, owner, done.decision.audit_id, now=NOW)
    assert not await may_write(ctx, visitor_token=TOKEN)
    await undo(ctx, owner, done.audit_id, now=NOW)
    assert await may_write(ctx, visitor_token=TOKEN)


async def test_banning_and_lifting_are_noted_and_undone(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, **MIRA)
    terms = Terms(NOW + DAY, reason="  Sells   pills ")
    banned = await ban_author(ctx, owner, comment.id, "email", terms, now=NOW)
    assert (banned.ban.label, banned.ban.reason) == ("M…@example.org", "Sells pills")
    lifted = await lift_ban(ctx, owner, banned.ban.id, now=NOW + 1)
    with pytest.raises(NotFound):
        await lift_ban(ctx, owner, banned.ban.id, now=NOW + 2)
    assert (await undo(ctx, owner, lifted, now=NOW + 3)).changed == (banned.ban.id,)
    assert await list_bans(ctx, owner, open_site.id, now=NOW + 3) == [banned.ban]
    assert (await undo(ctx, owner, banned.audit_id, now=NOW + 4)).changed == (banned.ban.id,)
    assert await list_bans(ctx, owner, open_site.id, now=NOW + 4) == []
    acts = [each.act for each in await audit.recent(ctx.store, member_id=owner.id, limit=9)]
    assert acts == ["undo", "undo", "lift_ban", "ban"]


async def test_nothing_that_moderators_are_shown_tells_whom_it_is_about(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, **MIRA)
    for kind in KNOWN_AGAIN:
        await ban_author(ctx, owner, comment.id, kind, now=NOW)
    listed = await list_bans(ctx, owner, open_site.id, now=NOW)
    assert [each.label for each in listed] == [
        "network of 15 January 2027",
        "address of 15 January 2027",
        "name Mira Osei",
        "M…@example.org",
        "browser of Mira Osei",
    ]
    noted = await audit.recent(ctx.store, limit=9)
    shown = repr(listed) + repr(noted)
    for private in ("Mira@", "mira@", "203.0", comment.author.key or "-"):
        assert private not in shown
    rows = await ctx.store.fetch_all("SELECT value FROM ban")
    assert not [value for (value,) in rows if "@" in value or "." in value]


async def test_bans_are_listed_in_parts_the_newest_first(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    made = [
        (await ban_typed(ctx, owner, open_site.id, "name", f"Noa {at}", now=NOW)).ban
        for at in range(5)
    ]
    first = await list_bans(ctx, owner, open_site.id, limit=3, now=NOW)
    rest = await list_bans(ctx, owner, open_site.id, before_id=first[-1].id, limit=3, now=NOW)
    assert first + rest == made[::-1]


async def test_a_ban_can_be_typed(ctx: Context, open_site: Site, owner: Member) -> None:
    typed: list[tuple[BanKind, str, dict[str, str]]] = [
        ("email", " pills@example.org ", {"email": "Pills@example.org"}),
        ("name", "Pill Shop", {"name": "pill-shop"}),
        ("address", "192.0.2.7", {"address": "192.0.2.7"}),
        ("network", "2001:db8:1::", {"address": "2001:db8:1:2::3"}),
    ]
    for kind, text, meant in typed:
        assert await may_write(ctx, **meant)
        await ban_typed(ctx, owner, open_site.id, kind, text, now=NOW)
        assert not await may_write(ctx, **meant, now=NOW + 9 * DAY)
    wrong: list[tuple[BanKind, str]] = [
        ("email", "nobody"),
        ("address", "192.0.2"),
        ("network", "0.0.0.0"),
        ("name", "…"),
        ("author", "x"),
    ]
    for kind, text in wrong:
        with pytest.raises(Invalid):
            await ban_typed(ctx, owner, open_site.id, kind, text, now=NOW)


async def test_a_ban_that_nothing_is_known_for_is_refused(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    for kind in ("author", "email", "address", "network"):
        with pytest.raises(Invalid) as refused:
            await ban_author(ctx, owner, comment.id, kind, now=NOW)
        assert [field.field for field in refused.value.fields] == ["kind"]
    for terms in (Terms(NOW), Terms(reason="x" * 201)):
        with pytest.raises(Invalid):
            await ban_author(ctx, owner, comment.id, "name", terms, now=NOW)
    with pytest.raises(NotFound):
        await ban_author(ctx, owner, comment.id + 1, "name", now=NOW)
    reply = await reply_as_member(
        ctx, owner, comment.id, "Welcome", client_id=client_id(), approve=False, now=NOW
    )
    with pytest.raises(Conflict):
        await ban_author(ctx, owner, reply.comment.id, "name", now=NOW)
    assert await list_bans(ctx, owner, open_site.id, now=NOW) == []


async def test_bans_are_for_moderators_of_the_site(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, **MIRA)
    banned = await ban_author(ctx, owner, comment.id, "author", now=NOW)
    viewer = await add(ctx, Role.VIEWER, open_site)
    stranger = Member(99, "Nobody", "")
    for member, error in ((viewer, Forbidden), (stranger, NotFound)):
        with pytest.raises(error):
            await ban_author(ctx, member, comment.id, "author", now=NOW)
        with pytest.raises(error):
            await ban_typed(ctx, member, open_site.id, "name", "Noa", now=NOW)
        with pytest.raises(error):
            await lift_ban(ctx, member, banned.ban.id, now=NOW)
        with pytest.raises(error):
            await list_bans(ctx, member, open_site.id, now=NOW)
    moderator = await add(ctx, Role.MODERATOR, open_site)
    assert await list_bans(ctx, moderator, open_site.id, now=NOW) == [banned.ban]


async def test_a_site_has_so_many_bans_by_address_and_no_more(
    ctx: Context, open_site: Site, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bans, "MOST_SALTED", 2)
    for last in (1, 2):
        await ban_typed(ctx, owner, open_site.id, "address", f"192.0.2.{last}", now=NOW)
    with pytest.raises(Conflict):
        await ban_typed(ctx, owner, open_site.id, "network", "192.0.2.3", now=NOW)
    await ban_typed(ctx, owner, open_site.id, "name", "Noa", now=NOW)


async def test_bans_that_are_over_are_forgotten_when_nobody_can_bring_them_back(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    comment = await write(ctx, **MIRA)
    await ban_author(ctx, owner, comment.id, "author", Terms(NOW + DAY), now=NOW)
    lasting = (await ban_author(ctx, owner, comment.id, "name", now=NOW)).ban
    await tidy_up(ctx, now=NOW + DAY + UNDOABLE)
    assert await ctx.store.fetch_one("SELECT count(*) FROM ban") == (2,)
    await tidy_up(ctx, now=NOW + DAY + UNDOABLE + 1)
    assert await ctx.store.fetch_all("SELECT id FROM ban") == [(lasting.id,)]
