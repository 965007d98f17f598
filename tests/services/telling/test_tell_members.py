"""Members hear by mail of what they can do something about: each once, nobody of themselves, no flood."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from afterword.core.model import Act, Member, Role, Site
from afterword.core.notices import HOUR
from afterword.core.telling import Message, Notices
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.moderating.switch_surge import switch_surge
from afterword.services.readers.reader import Reader
from afterword.services.telling.spread_events import spread_events
from afterword.services.telling.tell_members import COMMENT, DIGEST, MOST_AN_HOUR
from afterword.services.writing.report_comment import report_comment
from afterword.storage import notices, outbox
from tests.services.builders import NOW, add, decide, reply, submit, write

LATER = NOW + 2 * 24 * HOUR


async def wants(ctx: Context, member: Member, level: Notices, site: Site | None = None) -> Member:
    async with ctx.store.write() as db:
        assert await notices.put(db, member.id, site.id if site else None, level)
    return member


async def told(ctx: Context, *, now: int = NOW) -> list[Message]:
    """All that waits in the outbox, whenever it is due."""
    await spread_events(ctx, now=now)
    found = await outbox.due(ctx.store, 1_000, now=LATER + 999 * HOUR)
    return [each for each in found if each.purpose.startswith("staff.")]


def whom(messages: list[Message]) -> list[tuple[int | None, str]]:
    return sorted((each.member_id or 0, str(each.data.get("told"))) for each in messages)


async def test_who_decides_hears_of_what_waits(ctx: Context, site: Site, owner: Member) -> None:
    moderator = await add(ctx, Role.MODERATOR, site)
    await add(ctx, Role.VIEWER, site)
    held = await write(ctx)
    found = await told(ctx)
    assert whom(found) == [(owner.id, "waiting"), (moderator.id, "waiting")]
    assert {each.comment_id for each in found} == {held.id}


async def test_none_hears_nothing_and_all_hears_of_published_ones_too(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    await wants(ctx, owner, "none")
    everything = await wants(ctx, await add(ctx, Role.MODERATOR), "all")
    await add(ctx, Role.MODERATOR)
    await write(ctx)
    assert whom(await told(ctx)) == [(everything.id, "published")]


async def test_nobody_hears_of_their_own_acts(ctx: Context, site: Site, owner: Member) -> None:
    other = await wants(ctx, await add(ctx, Role.MODERATOR), "all")
    comment = await write(ctx)
    await told(ctx)
    approved = await decide(ctx, owner, Act.APPROVE, comment)
    await decide(ctx, owner, Act.HOLD, comment)
    await reply(ctx, owner, comment)
    assert approved.audit_id is not None
    found = [
        each
        for each in await told(ctx)
        if each.comment_id != comment.id or "held" in (each.once or "")
    ]
    assert whom(found) == [(other.id, "published"), (other.id, "waiting")]


async def test_an_approval_that_is_undone_is_no_news_to_who_undid_it(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    await told(ctx)
    approved = await decide(ctx, owner, Act.APPROVE, comment)
    await undo(ctx, owner, approved.audit_id or 0, now=NOW)
    assert len(await told(ctx)) == 1


async def test_the_same_is_told_once_however_often_it_happens(
    ctx: Context, site: Site, owner: Member
) -> None:
    moderator = await add(ctx, Role.MODERATOR)
    comment = await write(ctx)
    for _ in range(3):
        await decide(ctx, owner, Act.APPROVE, comment)
        await decide(ctx, owner, Act.HOLD, comment)
    assert whom(await told(ctx)).count((moderator.id, "waiting")) == 2  # it came, it was held


async def test_a_report_is_told(ctx: Context, open_site: Site, owner: Member) -> None:
    comment = await write(ctx)
    reader = Reader("device-0000000000000001", "192.0.2.1", None)
    await report_comment(ctx, comment.id, "abuse", "", reader, now=NOW)
    assert whom(await told(ctx)) == [(owner.id, "reported")]


async def test_spam_and_removed_comments_are_told_to_nobody(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    await told(ctx)
    await decide(ctx, owner, Act.SPAM, comment)
    await decide(ctx, owner, Act.REMOVE, comment)
    assert len(await told(ctx)) == 1


async def test_a_digest_is_one_message_that_comes_when_its_time_is_over(
    ctx: Context, site: Site, owner: Member
) -> None:
    await wants(ctx, owner, "hourly")
    daily = await wants(ctx, await add(ctx, Role.MODERATOR), "daily")
    for _ in range(3):
        await write(ctx)
    found = await told(ctx)
    assert {(each.member_id, each.data["every"]) for each in found} == {
        (owner.id, "hour"),
        (daily.id, "day"),
    }
    assert len(found) == 2
    by_member = {each.member_id: each.due_at for each in found}
    assert by_member[owner.id] == (NOW // HOUR + 1) * HOUR
    assert by_member[daily.id] > by_member[owner.id]
    await write(ctx)
    assert len(await told(ctx)) == 2
    await write(ctx)
    assert len(await told(ctx, now=NOW + HOUR)) == 3


async def test_beyond_some_an_hour_the_rest_comes_in_a_digest(
    ctx: Context, site: Site, owner: Member
) -> None:
    for _ in range(MOST_AN_HOUR + 15):
        await write(ctx)
    found = await told(ctx)
    assert Counter(each.purpose for each in found) == {COMMENT: MOST_AN_HOUR, DIGEST: 1}
    await write(ctx, now=NOW + HOUR)
    after = await told(ctx, now=NOW + HOUR)
    assert Counter(each.purpose for each in after) == {COMMENT: MOST_AN_HOUR + 1, DIGEST: 1}


async def test_in_a_surge_there_are_digests_alone(ctx: Context, site: Site, owner: Member) -> None:
    await switch_surge(ctx, owner, site.id, on=True, now=NOW)
    for _ in range(3):
        await write(ctx)
    assert [each.purpose for each in await told(ctx)] == [DIGEST]


async def test_messages_hold_neither_words_nor_addresses(
    ctx: Context, site: Site, owner: Member
) -> None:
    await wants(ctx, await add(ctx, Role.MODERATOR), "hourly")
    await submit(ctx, "a canary sings", name="Canary", email="canary@example.org")
    found = await told(ctx)
    assert len(found) == 2
    assert all("canary" not in repr(replace(each, message_id="")).lower() for each in found)


@pytest.mark.parametrize("times", [1, 2])
async def test_spreading_again_tells_nothing_twice(
    ctx: Context, site: Site, owner: Member, times: int
) -> None:
    await write(ctx)
    for _ in range(times):
        assert len(await told(ctx)) == 1
