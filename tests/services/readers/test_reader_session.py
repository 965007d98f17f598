"""Who a reader is: what is typed never says it, and what a session says holds on every device."""

from __future__ import annotations

import pytest

from afterword.core.errors import Banned, Forbidden, SignInNeeded
from afterword.core.model import Act, Comment, Member, Site, Status
from afterword.services.context import Context
from afterword.services.moderating.ban_author import Terms, ban_author
from afterword.services.readers.reader import Reader
from afterword.services.readers.reader_session import LASTS, end_reader_session, open_reader_session
from afterword.services.writing.report_comment import report_comment
from afterword.services.writing.revise_comment import revise_comment, withdraw_comment
from afterword.services.writing.vote_on_comment import Voted, vote_on_comment
from afterword.storage import comments, contacts, readers, reports
from tests.services.builders import (
    DAY,
    MINUTE,
    NOW,
    ORIGIN,
    add_site,
    approved,
    decide,
    read,
    write,
)
from tests.services.known import known

DEVICE = "device-of-a-guest-0001"


async def vote(ctx: Context, comment: Comment, token: str | None, device: str = DEVICE) -> Voted:
    reader = Reader(device, "192.0.2.1", ORIGIN, token)
    return await vote_on_comment(ctx, comment.id, 1, reader, now=NOW)


async def test_a_known_reader_has_the_badge_and_the_same_key_on_each_device(
    ctx: Context, open_site: Site
) -> None:
    one, other = await known(ctx, open_site), await known(ctx, open_site)
    first = await write(ctx, name="Inês", reader_token=one.token, visitor_token="a" * 22)
    second = await write(ctx, name="I. Moura", reader_token=other.token, visitor_token="b" * 22)
    assert first.author.verified and second.author.verified
    assert first.author.key == second.author.key == one.reader.author_key
    shown = [each.author for each in (await read(ctx)).comments]
    assert [(each.name, each.verified) for each in shown if each] == [
        ("Inês", True),
        ("I. Moura", True),
    ]
    contact = await contacts.of(ctx.store, first.id)
    assert contact and contact.email == "ines@example.org"


async def test_a_known_reader_needs_to_type_no_address(ctx: Context) -> None:
    site = await add_site(ctx, "strict", ORIGIN, email="required", hold="none")
    session = await known(ctx, site)
    comment = await write(ctx, reader_token=session.token, email="somebody@else.example")
    contact = await contacts.of(ctx.store, comment.id)
    assert contact and contact.email == "ines@example.org"


async def test_a_name_and_an_address_that_are_typed_give_no_right(
    ctx: Context, open_site: Site
) -> None:
    session = await known(ctx, open_site)
    theirs = await write(ctx, name="Inês", reader_token=session.token)
    typed = await write(ctx, name="Inês", email="ines@example.org", visitor_token="c" * 22)
    assert not typed.author.verified
    assert typed.author.key != theirs.author.key
    shown = (await read(ctx)).comments[1].author
    assert shown and not shown.verified


async def test_what_the_sites_own_sign_in_says_is_not_for_its_reader_to_type(
    ctx: Context, open_site: Site
) -> None:
    async with ctx.store.write() as db:
        row = await db.fetch_one(ADD_PROVIDER, {"site_id": open_site.id})
        assert row is not None
        reader = await readers.put(
            db, open_site.id, "account-7", provider_id=row[0], name="Ana Weir",
            website="https://weir.example", avatar="🦦", role="Author of this book", now=NOW,
        )  # fmt: skip
        session = await open_reader_session(ctx, db, reader, agent="", now=NOW)
    comment = await write(
        ctx, name="Somebody else", website="https://spam.example", reader_token=session.token
    )
    author = (await read(ctx)).comments[0].author
    assert comment.author.key == "account-7"
    assert author
    assert (author.name, author.website) == ("Ana Weir", "https://weir.example/")
    assert (author.verified, author.role, author.avatar) == (True, "Author of this book", "🦦")


ADD_PROVIDER = """
INSERT INTO sign_in_provider (site_id, kind, name, issuer, audience, created_at)
VALUES (:site_id, 'token', 'Ours', 'https://blog.example.org', 'afterword', 1) RETURNING id
"""


@pytest.mark.parametrize("spoilt", ["made up", "swapped", "of an author", "of a member"])
async def test_no_other_token_passes_for_a_session(
    ctx: Context, open_site: Site, spoilt: str
) -> None:
    session = await known(ctx, open_site)
    head, _, tail = session.token.partition(".")
    token = {
        "made up": "a" * 43,
        "swapped": f"{head[::-1]}.{tail}",
        "of an author": ctx.tokens.author_token(1, open_site.id, expires_at=NOW + DAY),
        "of a member": ctx.tokens.session.sign("a" * 43),
    }[spoilt]
    with pytest.raises(SignInNeeded) as refused:
        await write(ctx, reader_token=token)
    assert refused.value.code == "reader_ended"
    assert (await read(ctx)).count == 0


async def test_a_session_of_another_site_is_none_here(ctx: Context, open_site: Site) -> None:
    other = await add_site(ctx, "other", "https://other.example", hold="none")
    session = await known(ctx, other)
    comment = await write(ctx)
    with pytest.raises(SignInNeeded, match="ended"):
        await write(ctx, reader_token=session.token)
    with pytest.raises(SignInNeeded, match="ended"):
        await vote(ctx, comment, session.token)
    reader = Reader(DEVICE, "192.0.2.1", ORIGIN, session.token)
    with pytest.raises(SignInNeeded, match="ended"):
        await report_comment(ctx, comment.id, "spam", "", reader, now=NOW)
    assert await reports.open_of(ctx.store, [comment.id]) == {}


async def test_a_session_ends_unused_after_half_a_year_and_lasts_while_it_is_used(
    ctx: Context, open_site: Site
) -> None:
    used, unused = await known(ctx, open_site), await known(ctx, open_site)
    almost = NOW + LASTS - 1
    await write(ctx, reader_token=used.token, now=almost)
    await write(ctx, reader_token=used.token, now=almost + LASTS - 1)
    with pytest.raises(SignInNeeded, match="ended"):
        await write(ctx, reader_token=unused.token, now=NOW + LASTS)


async def test_an_ended_session_is_good_for_nothing(ctx: Context, open_site: Site) -> None:
    gone, kept = await known(ctx, open_site), await known(ctx, open_site)
    comment = await write(ctx, reader_token=gone.token)
    await end_reader_session(ctx, gone.token)
    await end_reader_session(ctx, gone.token)
    with pytest.raises(SignInNeeded, match="ended"):
        await revise_comment(ctx, comment.id, gone.token, "New", origin=ORIGIN, now=NOW)
    revised = await revise_comment(ctx, comment.id, kept.token, "New", origin=ORIGIN, now=NOW)
    assert revised.source == "New"


async def test_own_comments_can_be_changed_on_any_device_within_the_window(
    ctx: Context, open_site: Site
) -> None:
    one, other = await known(ctx, open_site), await known(ctx, open_site)
    comment = await write(ctx, reader_token=one.token)
    at = NOW + 14 * MINUTE
    revised = await revise_comment(ctx, comment.id, other.token, "Better", origin=ORIGIN, now=at)
    assert revised.source == "Better"
    over = NOW + 15 * MINUTE
    with pytest.raises(SignInNeeded) as late:
        await withdraw_comment(ctx, comment.id, other.token, origin=ORIGIN, now=over)
    assert late.value.code == "token_ended"
    gone = await withdraw_comment(ctx, comment.id, other.token, origin=ORIGIN, now=at)
    assert (gone.status, gone.author.verified) == (Status.REMOVED, False)


async def test_nobody_changes_the_comment_of_somebody_else(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    mine, stranger = await known(ctx, open_site), await known(ctx, open_site, "max@example.org")
    of_guest = await write(ctx, email="max@example.org", visitor_token="g" * 22)
    for comment in (await write(ctx, reader_token=mine.token), of_guest):
        with pytest.raises(SignInNeeded) as refused:
            await revise_comment(ctx, comment.id, stranger.token, "No", origin=ORIGIN, now=NOW)
        assert refused.value.code == "token_bad"
        with pytest.raises(SignInNeeded):
            await withdraw_comment(ctx, comment.id, stranger.token, origin=ORIGIN, now=NOW)
        there = await comments.get(ctx.store, comment.id)
        assert there and there.source == comment.source


async def test_one_person_has_one_vote_on_two_devices(ctx: Context, open_site: Site) -> None:
    one, other = await known(ctx, open_site), await known(ctx, open_site)
    comment = await write(ctx)
    assert (await vote(ctx, comment, one.token)).up == 1
    assert (await vote(ctx, comment, other.token, "another-device-00000002")).up == 1


async def test_a_vote_that_was_given_as_a_guest_is_not_counted_beside_it(
    ctx: Context, open_site: Site
) -> None:
    session = await known(ctx, open_site)
    comment = await write(ctx)
    assert (await vote(ctx, comment, None)).up == 1
    assert (await vote(ctx, comment, session.token)).up == 1


async def test_nobody_votes_on_their_own_from_another_device(ctx: Context, open_site: Site) -> None:
    session = await known(ctx, open_site)
    comment = await write(ctx, reader_token=session.token)
    with pytest.raises(Forbidden, match="your own"):
        await vote(ctx, comment, session.token)


async def test_trust_follows_the_person(ctx: Context, site: Site, owner: Member) -> None:
    one, other = await known(ctx, site), await known(ctx, site)
    held = await write(ctx, reader_token=one.token, visitor_token="a" * 22)
    assert held.status == Status.PENDING
    await decide(ctx, owner, Act.APPROVE, held)
    later = await write(ctx, reader_token=other.token, visitor_token="b" * 22)
    assert later.status == Status.APPROVED


async def test_signing_in_lifts_no_ban(ctx: Context, open_site: Site, owner: Member) -> None:
    guest = await approved(ctx, owner, visitor_token="a" * 22)
    await ban_author(ctx, owner, guest.id, "author", Terms(), now=NOW)
    session = await known(ctx, open_site)
    with pytest.raises(Banned):
        await write(ctx, reader_token=session.token, visitor_token="a" * 22)
    await write(ctx, reader_token=session.token, visitor_token="b" * 22)


async def test_a_ban_follows_the_person(ctx: Context, open_site: Site, owner: Member) -> None:
    one, other = await known(ctx, open_site), await known(ctx, open_site)
    comment = await write(ctx, reader_token=one.token, visitor_token="a" * 22)
    await ban_author(ctx, owner, comment.id, "author", Terms(), now=NOW)
    with pytest.raises(Banned):
        await write(ctx, reader_token=other.token, visitor_token="b" * 22)
