"""Voting: one vote a device on a comment, and one a day from a network address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from afterword.core.errors import Conflict, Forbidden
from afterword.services.readers.reader import check_public, hand_of, public_comment
from afterword.storage import comments, votes
from afterword.storage.store import AlreadyThere

if TYPE_CHECKING:
    from afterword.core.model import Comment, Site
    from afterword.services.context import Context
    from afterword.services.readers.reader import Hand, Reader
    from afterword.storage.store import Db, WriteDb

Value: TypeAlias = Literal[-1, 0, 1]
"""Down, no vote, up."""


@dataclass(frozen=True, slots=True)
class Voted:
    """The votes of all readers after it, and one's own."""

    up: int
    down: int
    vote: Value


async def vote_on_comment(
    ctx: Context, comment_id: int, value: Value, reader: Reader, *, now: int
) -> Voted:
    """Counts the vote in place of the device's earlier one; the same again changes nothing.

    Raises `NotFound` for what readers cannot see, `Forbidden` for one's own comment and for what the
    site does not take, `Conflict` where another device has voted at this address today.
    """
    comment, site = await public_comment(ctx, comment_id, reader)
    hand = await hand_of(ctx, site, reader, now=now)
    _check(site, comment, value, hand)
    voter, guest = _voters(ctx, comment, hand)
    if guest is None and await votes.of(ctx.store, comment.id, voter) == value:
        return await _voted(ctx.store, comment.id, value)
    address = ctx.hashes.address(reader.address, now=now)
    try:
        async with ctx.store.write() as db, comments.changing(db, [comment], now) as here:
            if guest is not None:
                await _take_back(db, check_public(here.get(comment.id)), guest, now)
            return await _cast(db, here.get(comment.id), value, voter, address, now)
    except AlreadyThere:
        message = (
            "Somebody has voted on this comment from your network today. One vote a day counts."
        )
        raise Conflict(message, code="address_has_voted") from None


def _voters(ctx: Context, comment: Comment, hand: Hand) -> tuple[str, str | None]:
    """Under which the vote is kept, and under which the same browser may have left one as a guest."""
    subject = f"vote/{comment.id}"
    guest = None if hand.as_guest is None else ctx.hashes.reader(subject, hand.as_guest)
    return ctx.hashes.reader(subject, hand.key), guest


def _check(site: Site, comment: Comment, value: Value, hand: Hand) -> None:
    if site.policy.votes == "off":
        raise Forbidden("There are no votes on this site.", code="votes_off")
    if value < 0 and site.policy.votes != "both":
        raise Forbidden("This site takes no votes against a comment.", code="no_down_votes")
    if comment.author.key in hand.author_keys:
        raise Forbidden("This comment is your own: others may vote on it.", code="own_comment")


async def _take_back(db: WriteDb, comment: Comment, guest: str, now: int) -> None:
    """One person has one vote: what this browser gave before they signed in is not counted beside it."""
    before = await votes.of(db, comment.id, guest)
    if before:
        await votes.put(db, comment.id, guest, 0, before=before, address="", now=now)


async def _cast(
    db: WriteDb, here: Comment | None, value: Value, voter: str, address: str, now: int
) -> Voted:
    # As it is under the lock: it may be hidden meanwhile, or another request has voted.
    comment = check_public(here)
    before = await votes.of(db, comment.id, voter)
    if before != value:
        await votes.put(db, comment.id, voter, value, before=before, address=address, now=now)
    return await _voted(db, comment.id, value)


async def _voted(db: Db, comment_id: int, value: Value) -> Voted:
    comment = check_public(await comments.get(db, comment_id))
    return Voted(comment.up, comment.down, value)
