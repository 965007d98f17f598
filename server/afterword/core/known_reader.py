"""Readers whom a site knows, as plain data: by an address that they confirmed, or by its own sign-in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownReader:
    """One person on one site, the same on each of their devices."""

    id: int
    site_id: int
    author_key: str
    """What their comments are theirs by: made of the address or the account, never of anything typed."""
    mailbox_id: int | None
    """Set where they are known by an address."""
    provider_id: int | None
    """Set where the site's own sign-in says who they are; then so are name, website, avatar and role."""
    name: str
    website: str | None
    avatar: str | None
    role: str | None
    created_at: int
    seen_at: int
    email: str | None = None
    """Of the mailbox; for what is kept apart, never shown."""


@dataclass(frozen=True, slots=True)
class ReaderSession:
    """One device on which a reader is known."""

    token_hash: str
    reader: KnownReader
    agent: str
    """Browser and system in a few words, for the list of devices."""
    created_at: int
    seen_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by all that they are known by here, whether they asked to be known or not."""

    email: str | None = None
    """An address: theirs is also what was only typed with it, by whomever."""
    author_keys: tuple[str, ...] = ()
    """Of a confirmed address, of an account, or of one browser; each is of one site."""
    mailbox_id: int | None = None
