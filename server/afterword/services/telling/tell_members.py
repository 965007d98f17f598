"""Telling members by mail of comments: each as it comes, or together in a digest when it is too much.

Only those who may decide are told, and nobody of what they did themselves. The mails are made when
they are sent (`staff_mails`), from what is so then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.model import Role
from afterword.core.notices import AT_ONCE, HOUR, digest_at, rhythm, told_of
from afterword.core.telling import NewMessage
from afterword.storage import comments, notices, outbox, surges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.notices import Rhythm, Told
    from afterword.core.telling import Event
    from afterword.services.context import Context
    from afterword.storage.notices import Listener
    from afterword.storage.store import Db, WriteDb

COMMENT, DIGEST = "staff.comment", "staff.digest"
"""Purposes of the messages."""
MOST_AN_HOUR = 10
"""Mails to one member; what comes beyond is in a digest at the end of the hour."""


async def tell_members(ctx: Context, db: WriteDb, taken: Sequence[Event], now: int) -> None:
    """Puts a message into the outbox for each member who wants to hear of one of these."""
    listening: dict[int, list[Listener]] = {}
    for site_id in {event.site_id for event in taken if told_of(event)}:
        found = await notices.of_site(db, site_id)
        listening[site_id] = [each for each in found if each.role.rank >= Role.MODERATOR.rank]
    heard = [event for event in taken if event.comment_id and listening.get(event.site_id)]
    if not heard:
        return
    writers = await comments.members_of(db, [event.comment_id or 0 for event in heard])
    surging = {site_id: (await surges.get(db, site_id)).is_surge for site_id in listening}
    for event in heard:
        told = told_of(event)
        if told is None or event.comment_id not in writers:
            continue
        by_themselves = {event.by_member, writers[event.comment_id]}
        for listener in listening[event.site_id]:
            if listener.member_id not in by_themselves:
                await _tell(db, event, told, listener, now, surging=surging[event.site_id])


async def _tell(
    db: WriteDb, event: Event, told: Told, listener: Listener, now: int, *, surging: bool
) -> None:
    every = rhythm(listener.notices, told)
    if every is not None:
        await _add_digest(db, listener.member_id, every, now)
    elif told not in AT_ONCE[listener.notices]:
        return
    elif surging or await _heard_enough(db, listener.member_id, now):
        await _add_digest(db, listener.member_id, "hour", now)
    else:
        message = NewMessage(
            channel="mail",
            purpose=COMMENT,
            once=f"staff:{listener.member_id}:{event.comment_id}:{event.kind}",
            site_id=event.site_id,
            comment_id=event.comment_id,
            member_id=listener.member_id,
            event_id=event.id,
            data={"told": told},
        )
        await outbox.add(db, message, now=now)


async def _heard_enough(db: Db, member_id: int, now: int) -> bool:
    at = await notices.nth_last(db, member_id, MOST_AN_HOUR)
    return at is not None and now - at < HOUR


async def _add_digest(db: WriteDb, member_id: int, every: Rhythm, now: int) -> None:
    """One digest comes, however often something asks for it until then."""
    due_at = digest_at(now, every)
    message = NewMessage(
        channel="mail",
        purpose=DIGEST,
        once=f"digest:{member_id}:{every}:{due_at}",
        member_id=member_id,
        data={"every": every, "since": now},
    )
    await outbox.add(db, message, now=now, due_at=due_at)
