"""Readers hear of what is public, where they asked to, once, and never of what they wrote themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from afterword.core.mail import Mail
from afterword.core.model import Act, Comment, Member, Site
from afterword.core.page_key import PageClaim
from afterword.core.telling import Message
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.moderating.reply_as_member import reply_as_member
from afterword.services.telling import tell_readers
from afterword.services.telling.bounces import note_bounce
from afterword.services.telling.deliver_outbox import Delivery
from afterword.services.telling.mails import MAILS
from afterword.services.telling.manage_subscriptions import confirm_wishes, see_wishes
from afterword.services.telling.spread_events import spread_events
from afterword.services.writing.revise_comment import revise_comment, withdraw_comment
from tests.services.builders import (
    DAY,
    NOW,
    ORIGIN,
    POST,
    client_id,
    decide,
    submit,
    write,
)
from tests.services.moving import NEW, OLD, merge
from tests.services.post_office import PostOffice, token, words
from tests.support.smtp_sink import Sink


@pytest.fixture
def post(ctx: Context) -> PostOffice:
    return PostOffice(ctx)


async def subscriber(post: PostOffice, name: str, notify: str = "replies", **more: Any) -> Comment:
    """Somebody who wrote a comment and confirmed the wish."""
    browser = name.ljust(22, "_")
    given = {"email": f"{name}@readers.example", "visitor_token": browser, "notify": notify}
    comment = await write(post.ctx, name=name.title(), **given, **more)
    for mail in await post.deliver():
        if mail.to == given["email"] and mail.unsubscribe is None:
            wishes = await see_wishes(post.ctx, token(mail), now=NOW)
            ids = [each.subscription.id for each in wishes.waiting]
            await confirm_wishes(post.ctx, token(mail), ids, now=NOW)
    return comment


async def told(post: PostOffice, now: int = NOW) -> list[str]:
    return sorted(mail.to.partition("@")[0] for mail in await post.deliver(now))


async def test_replies_at_any_depth_are_told_to_those_above_and_all_to_those_of_the_thread(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    root = await subscriber(post, "ana")
    await subscriber(post, "tom", "thread")
    other = await subscriber(post, "ben")
    assert await told(post) == []
    direct = await write(ctx, parent_id=root.id)
    assert await told(post) == ["ana", "tom"]
    await write(ctx, parent_id=direct.id)
    assert await told(post) == ["ana", "tom"]
    await write(ctx, parent_id=other.id)
    assert await told(post) == ["ben", "tom"]
    await write(ctx)
    assert await told(post) == ["tom"]
    await write(ctx, url=f"{ORIGIN}/elsewhere")
    assert await told(post) == []


async def test_nobody_hears_of_what_they_wrote(
    ctx: Context, open_site: Site, post: PostOffice, owner: Member
) -> None:
    root = await subscriber(post, "ana", "thread")
    await write(ctx, email="Ana@Readers.example", parent_id=root.id)
    await write(ctx, visitor_token="ana".ljust(22, "_"))
    assert await told(post) == []
    member = replace(owner, email="ana@readers.example")
    async with ctx.store.write() as db:
        await db.execute(
            "UPDATE member SET email = :email WHERE id = :id",
            {"email": member.email, "id": member.id},
        )
    await reply_as_member(
        ctx, member, root.id, "Yes.", client_id=client_id(), approve=False, now=NOW
    )
    assert await told(post) == []


async def test_what_waits_is_told_once_it_is_approved_and_never_again(
    ctx: Context, site: Site, post: PostOffice, owner: Member
) -> None:
    root = await subscriber(post, "ana")
    await decide(ctx, owner, Act.APPROVE, root)
    held = await write(ctx, "A held one.", parent_id=root.id)
    assert await told(post) == []
    decision = await decide(ctx, owner, Act.APPROVE, held)
    assert await told(post) == ["ana"]
    assert decision.audit_id is not None
    await undo(ctx, owner, decision.audit_id, now=NOW)
    assert await told(post) == []
    await subscriber(post, "tom", "thread")
    for act in (Act.APPROVE, Act.SPAM, Act.APPROVE):
        await decide(ctx, owner, act, held)
        assert await told(post) == []


async def test_what_was_dropped_while_it_was_held_is_told_once_when_it_is_approved_again(
    ctx: Context, open_site: Site, post: PostOffice, owner: Member
) -> None:
    root = await subscriber(post, "ana")
    reply = await write(ctx, parent_id=root.id)
    await spread_events(ctx, now=NOW)
    held = await decide(ctx, owner, Act.HOLD, reply)
    assert await told(post) == []
    await subscriber(post, "tom", "thread")
    assert held.audit_id is not None
    await undo(ctx, owner, held.audit_id, now=NOW)
    assert await told(post) == ["ana"]
    for act in (Act.HOLD, Act.APPROVE):
        await decide(ctx, owner, act, reply)
        assert await told(post) == []


async def test_what_was_dropped_because_nobody_wanted_it_stays_so_while_that_is_so(
    ctx: Context, open_site: Site, post: PostOffice, owner: Member
) -> None:
    root = await subscriber(post, "ana")
    reply = await write(ctx, parent_id=root.id)
    await spread_events(ctx, now=NOW)
    await note_bounce(ctx, "ana@readers.example", now=NOW)
    assert await told(post) == []
    for act in (Act.HOLD, Act.APPROVE):
        await decide(ctx, owner, act, reply)
        assert await told(post) == []


async def test_what_was_dropped_long_ago_is_no_news(
    ctx: Context, open_site: Site, post: PostOffice, owner: Member
) -> None:
    root = await subscriber(post, "ana")
    reply = await write(ctx, parent_id=root.id)
    await spread_events(ctx, now=NOW)
    await decide(ctx, owner, Act.HOLD, reply)
    assert await told(post) == []
    late = NOW + 31 * DAY
    await decide(ctx, owner, Act.APPROVE, reply, now=late)
    assert await told(post, late) == []


async def test_what_is_approved_while_its_mail_is_being_dropped_is_told_once(
    ctx: Context,
    open_site: Site,
    post: PostOffice,
    owner: Member,
    sink: Sink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = await subscriber(post, "ana")
    reply = await write(ctx, parent_id=root.id)
    await spread_events(ctx, now=NOW)
    await decide(ctx, owner, Act.HOLD, reply)
    looks = 0

    async def slow(at: Context, message: Message, now: int) -> Mail | None:
        nonlocal looks
        mail = await tell_readers.make_reply(at, message, now)
        looks += 1
        if looks == 1:
            await decide(ctx, owner, Act.APPROVE, reply)
            await spread_events(ctx, now=NOW)
        return mail

    monkeypatch.setitem(MAILS, tell_readers.REPLY, slow)
    delivery = Delivery(sink.context(ctx), lambda: NOW)
    for _ in range(2):
        await delivery.deliver("mail")
    assert looks == 2
    assert [
        mail["To"] for mail in sink.mails if "/unsubscribe/" in str(mail["List-Unsubscribe"])
    ] == ["ana@readers.example"]


async def test_an_edit_and_a_move_tell_nobody(
    ctx: Context, open_site: Site, post: PostOffice, owner: Member
) -> None:
    root = await subscriber(post, "ana")
    await subscriber(post, "tom", "thread", url=NEW)
    reply = await submit(ctx, parent_id=root.id)
    assert await told(post) == ["ana"]
    await revise_comment(
        ctx, reply.comment.id, reply.author_token, "Other words.", origin=ORIGIN, now=NOW
    )
    await merge(ctx, owner, POST, NEW)
    assert await told(post) == []


async def test_the_thread_of_a_merged_page_is_the_one_that_has_its_comments(
    ctx: Context, open_site: Site, post: PostOffice, owner: Member
) -> None:
    await subscriber(post, "ana", "thread", url=OLD)
    root = await subscriber(post, "tom", "replies", url=OLD)
    await write(ctx, url=NEW)
    await post.deliver()
    merged = await merge(ctx, owner)
    await write(ctx, url=NEW, parent_id=root.id)
    assert await told(post) == ["ana", "tom"]
    await undo(ctx, owner, merged, now=NOW)
    await write(ctx, url=NEW)
    assert await told(post) == []


@pytest.mark.parametrize("act", [Act.HOLD, Act.SPAM, Act.REMOVE])
async def test_a_mail_that_waits_is_not_sent_once_its_comment_is_not_public(
    ctx: Context, open_site: Site, post: PostOffice, owner: Member, act: Act
) -> None:
    root = await subscriber(post, "ana")
    reply = await write(ctx, parent_id=root.id)
    assert [mail is not None for _, mail in await post.look()] == [True]
    await decide(ctx, owner, act, reply)
    assert [mail for _, mail in await post.look()] == [None]


async def test_what_its_author_took_back_is_told_to_nobody_and_ends_its_wish(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    root = await subscriber(post, "ana")
    reply = await submit(ctx, parent_id=root.id)
    assert len(await post.look()) == 1
    ids = (reply.comment.id, reply.author_token)
    await withdraw_comment(ctx, *ids, origin=ORIGIN, now=NOW)
    assert await told(post) == []


async def test_nothing_goes_where_mails_came_back(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    root = await subscriber(post, "ana")
    await write(ctx, parent_id=root.id)
    assert [mail is not None for _, mail in await post.look()] == [True]
    await note_bounce(ctx, "ana@readers.example", now=NOW)
    assert await told(post) == []
    await write(ctx, parent_id=root.id)
    assert await post.look() == []


async def test_an_old_comment_that_becomes_public_is_no_news(
    ctx: Context, site: Site, post: PostOffice, owner: Member
) -> None:
    root = await subscriber(post, "ana")
    await decide(ctx, owner, Act.APPROVE, root)
    held = await write(ctx, parent_id=root.id)
    await post.deliver()
    await decide(ctx, owner, Act.APPROVE, held, now=NOW + 31 * DAY)
    assert await told(post, NOW + 31 * DAY) == []


async def test_many_are_told_in_batches_each_once(
    ctx: Context, open_site: Site, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell_readers, "BATCH", 3)
    for number in range(7):
        await subscriber(post, f"reader{number}", "thread", address=f"192.0.2.{number}")
    await post.deliver()
    await write(ctx)
    assert await told(post) == [f"reader{number}" for number in range(7)]
    assert await told(post) == []


async def test_comments_that_nobody_waits_for_share_their_writes(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    await subscriber(post, "reader", "thread")
    for number in range(30):
        await write(ctx, address=f"192.0.2.{number}")
    before = ctx.store.write_counts.groups.total
    await spread_events(ctx, now=NOW)
    # One for the events, two for thirty comments.
    assert ctx.store.write_counts.groups.total - before <= 4
    assert await told(post) == ["reader"] * 30


async def test_the_mail_shows_the_comment_as_text_with_links_of_ours_alone(
    ctx: Context, open_site: Site, post: PostOffice
) -> None:
    await subscriber(post, "ana", "thread", lang="de", claim=PageClaim(POST, title="Am Wehr"))
    body = "**Look** [here](https://evil.example/x) " + "word " * 400
    comment = await write(ctx, body, name="Ben")
    ((message, mail),) = await post.look()
    assert mail is not None
    assert mail.lang == "de" and mail.subject == "Neuer Kommentar zu „Am Wehr“"
    ours = ctx.settings.public_url
    text = words(mail)
    assert text.count(f"{ours}/c/{comment.id}") == 1
    assert mail.unsubscribe is not None and mail.unsubscribe.startswith(f"{ours}/unsubscribe/")
    assert len(text) < 2_000 and "**" not in text
    assert mail.thread is not None and message.data == {}
