"""Readers whom a site knows: signed in on a device, and what they then write, vote and report.

A name or an address that is typed says nothing of who types it. Who is known is known by the token of a
session: the comment is theirs on every device, counts and bans follow them, and the badge is of what
they have shown to be theirs.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.agent import describe_agent
from afterword.core.errors import SignInNeeded
from afterword.core.known_reader import KnownReader
from afterword.core.model import Author
from afterword.core.tokens import token_hash
from afterword.services.readers.user_of_site import is_user_token, user_of_site
from afterword.storage import readers

if TYPE_CHECKING:
    from afterword.core.draft import RawDraft
    from afterword.core.model import Draft, Policy, Presence, Site
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

DAY = 24 * 60 * 60_000
LASTS = 180 * DAY
"""A session that nobody used for so long has ended."""
SEEN_EVERY = DAY
"""Its last use is written down no more often: each time costs an fsync."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A new session of a reader, and the token that stands for it; what is stored is its hash."""

    reader: KnownReader
    token: str
    ends_at: int


async def open_reader_session(
    ctx: Context, db: WriteDb, reader: KnownReader, *, agent: str, now: int
) -> OpenedSession:
    """Signs a reader in on a device, who has shown to be the one."""
    value = secrets.token_urlsafe(32)
    ends_at = now + LASTS
    described = describe_agent(agent)
    await readers.add_session(
        db, reader.id, token_hash(value), agent=described, ends_at=ends_at, now=now
    )
    return OpenedSession(reader, ctx.tokens.reader.sign(value), ends_at)


async def known_reader(
    ctx: Context, site: Site, token: str | None, *, now: int
) -> KnownReader | None:
    """Who sends this token, of a session on this site or of the site's own user; None where none came.

    Raises `SignInNeeded` for one that has ended, was ended, or is of another site: what was to be done
    under a name is not done as somebody else.
    """
    if token is None:
        return None
    if is_user_token(token):
        return await _user(ctx, site, token, now)
    value = ctx.tokens.reader.read(token)
    found = await readers.by_token(ctx.store, token_hash(value), now=now) if value else None
    if found is None or found.reader.site_id != site.id:
        raise _ended()
    if now - found.seen_at >= SEEN_EVERY:
        async with ctx.store.write() as db:
            await readers.keep_session(db, found.token_hash, ends_at=now + LASTS, now=now)
    return found.reader


async def _user(ctx: Context, site: Site, token: str, now: int) -> KnownReader:
    """Known while the token lasts: nothing is stored of a user but what they write."""
    provider, person = await user_of_site(ctx, site, token, now=now)
    return KnownReader(
        id=0,
        site_id=site.id,
        author_key=ctx.hashes.author_by_person(site.id, person.issuer, person.subject),
        mailbox_id=None,
        provider_id=provider.id,
        name=person.name,
        website=person.website,
        avatar=person.avatar,
        role=person.role,
        created_at=now,
        seen_at=now,
    )


async def end_reader_session(ctx: Context, token: str) -> None:
    """Signs out the device with this token; twice is once.

    Raises `SignInNeeded` for what never was the token of a session here.
    """
    value = ctx.tokens.reader.read(token)
    if value is None:
        raise _ended()
    async with ctx.store.write() as db:
        await readers.end_session(db, token_hash(value))


def _ended() -> SignInNeeded:
    return SignInNeeded("Your sign-in has ended. Please sign in again.", code="reader_ended")


def written_by(raw: RawDraft, reader: KnownReader | None) -> RawDraft:
    """What came in, with what is known of whoever sent it in place of what was typed.

    The name is free for a reader who is known by an address, and is the site's to say where its own
    sign-in speaks for them. Of these no address is known: one that they type proves as little as a
    guest's, and hears nothing before its owner confirmed.
    """
    if reader is None:
        return raw
    if reader.provider_id is not None:
        return replace(raw, name=reader.name, website=reader.website)
    return replace(raw, name=raw.name or reader.name, email=reader.email)


def asked_of(policy: Policy, reader: KnownReader | None) -> Policy:
    """What the site asks for, less what the site's own sign-in did not say."""
    if reader is None or reader.provider_id is None:
        return policy
    email: Presence = "hidden" if policy.email == "hidden" else "optional"
    return replace(policy, name="optional", email=email, website="optional")


def author_of(ctx: Context, site: Site, draft: Draft, reader: KnownReader | None) -> Author:
    """Who wrote the draft, by nothing that was typed but the name."""
    if reader is not None:
        return Author(
            name=draft.name,
            website=draft.website,
            key=reader.author_key,
            verified=True,
            role=reader.role,
            avatar=reader.avatar,
        )
    token = draft.visitor_token
    key = None if token is None else ctx.hashes.author_by_visitor(site.id, token)
    return Author(draft.name, draft.website, key)
