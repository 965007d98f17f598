"""Short ways to write, to decide and to read, as a visitor or a member would."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

import msgspec

from afterword.core import wire
from afterword.core.draft import RawDraft
from afterword.core.errors import ProofNeeded
from afterword.core.model import Act, Comment, Member, Policy, Role, Site
from afterword.core.page_key import PageClaim
from afterword.core.proof_of_work import HARDEST, solved
from afterword.core.telling import Notify
from afterword.services.context import Context
from afterword.services.members.manage_members import add_member
from afterword.services.moderating.moderate_comment import Decision, moderate
from afterword.services.moderating.reply_as_member import reply_as_member
from afterword.services.readers.reader import Reader
from afterword.services.reading.read_thread import ThreadQuery, read_thread
from afterword.services.sites import manage_sites
from afterword.services.telling.manage_subscriptions import Wanted
from afterword.services.writing.submit_comment import Submission, Submitted, submit_comment
from afterword.services.writing.vote_on_comment import Value, Voted, vote_on_comment

NOW = 1_800_000_000_000
MINUTE = 60_000
DAY = 24 * 60 * MINUTE
ORIGIN = "https://blog.example.org"
POST = f"{ORIGIN}/post"
PASSWORD = "seven quiet herons"

# The clock stands still, so that everything comes within the same minute.
UNHURRIED = Policy(page_rate=0, surge_guard=False)

WORKS = "does what it is asked for"
"""A browser that does the work that a server asks for, if it does."""

_serial = count(1)


def client_id() -> str:
    """A UUID that no other comment of this run has."""
    return str(UUID(int=next(_serial)))


async def submit(
    ctx: Context,
    body: str = "",
    *,
    url: str = POST,
    claim: PageClaim | None = None,
    origin: str | None = ORIGIN,
    address: str | None = None,
    seconds: float | None = None,
    proof: str | None = WORKS,
    reader_token: str | None = None,
    notify: Notify | None = None,
    lang: str | None = None,
    now: int = NOW,
    **raw: Any,
) -> Submitted:
    """A comment that nothing is wrong with, apart from what is said."""
    number = next(_serial)
    fields: dict[str, Any] = {"client_id": client_id(), "name": f"Mira Osei {number}"}
    draft = RawDraft(body=body or f"The weir was rebuilt in {number}.", **(fields | raw))
    where = claim or PageClaim(url, title="A post")
    submission = Submission(
        where,
        None,
        draft,
        origin,
        address=address,
        seconds=seconds,
        reader_token=reader_token,
        wanted=Wanted(notify, lang) if notify else None,
    )
    if proof != WORKS:
        return await submit_comment(ctx, replace(submission, proof=proof), now=now)
    try:
        return await submit_comment(ctx, submission, now=now)
    except ProofNeeded:
        site = ctx.sites.for_url(where.url)
        return await submit_comment(ctx, replace(submission, proof=work(ctx, site, now)), now=now)


def work(ctx: Context, site: Site, now: int = NOW) -> str:
    """A proof of the hardest work, which is found at the first try."""
    nonce = next(_serial).to_bytes(8)
    return solved(ctx.proofs.ask(site.id, HARDEST, nonce=nonce, number=0, now=now))


async def write(ctx: Context, body: str = "", **more: Any) -> Comment:
    """The stored comment."""
    return (await submit(ctx, body, **more)).comment


async def approved(ctx: Context, owner: Member, body: str = "", **more: Any) -> Comment:
    """A comment that everybody can read."""
    comment = await write(ctx, body, **more)
    await decide(ctx, owner, Act.APPROVE, comment)
    return comment


async def decide(
    ctx: Context, member: Member, act: Act, *decided: Comment, now: int = NOW
) -> Decision:
    """An act on some comments."""
    return await moderate(ctx, member, act, [each.id for each in decided], now=now)


async def add(
    ctx: Context, role: Role, site: Site | None = None, *, email: str | None = None, name: str = ""
) -> Member:
    """A member with this role, on one site or on every site."""
    number = next(_serial)
    return await add_member(
        ctx,
        name or f"Staff {number}",
        email or f"staff{number}@example.org",
        PASSWORD,
        role=role,
        site=site,
        now=NOW,
    )


async def add_site(ctx: Context, name: str, origin: str, **policy: Any) -> Site:
    """One more site, known at once."""
    kept = Policy(**{"proof": "off", **policy})
    site = await manage_sites.add_site(ctx.store, name, [origin], kept, NOW)
    await ctx.sites.refresh(ctx.store)
    return site


async def reply(ctx: Context, member: Member, comment: Comment, body: str = "Thank you.") -> None:
    """An answer by staff, which approves what it answers."""
    await reply_as_member(
        ctx, member, comment.id, body, client_id=client_id(), approve=True, now=NOW
    )


async def vote(
    ctx: Context, comment: Comment, value: Value = 1, *, device: int = 0, now: int = NOW
) -> Voted:
    """A vote by one of many devices, each at an address of its own."""
    token, address = f"device-{device:020}", f"192.0.2.{device}"
    reader = Reader(token, address, ORIGIN)
    return await vote_on_comment(ctx, comment.id, value, reader, now=now)


async def read_bytes(ctx: Context, url: str = POST, **query: Any) -> bytes:
    """The thread as it is sent, by way of the cache."""
    wanted = ThreadQuery(PageClaim(url), **query)
    entry = await read_thread(ctx, repr(wanted).encode(), wanted, now=NOW)
    return entry.identity


async def read(ctx: Context, url: str = POST, **query: Any) -> wire.Thread:
    """The thread as a program reads it."""
    return msgspec.json.decode(await read_bytes(ctx, url, **query), type=wire.Thread)


def bodies(thread: wire.Thread) -> list[str]:
    """The text of each comment, `-` for an empty place."""
    return [str(each.body[0][1]) if each.body else "-" for each in thread.comments]
