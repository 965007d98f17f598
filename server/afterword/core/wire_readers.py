"""The JSON by which readers show that an address is theirs, and are known from then on."""

from __future__ import annotations

from typing import Annotated

import msgspec


class AskForCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """Somebody says that an address is theirs."""

    url: str
    """The page that they are on."""
    site: str | None = None
    email: str
    visitor_token: str
    lang: str | None = None
    """Language of the mail (BCP 47)."""


class CodeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The same answer for every address."""

    ticket: str
    """What the code works with: keep it until the code is typed."""


class ConfirmCode(msgspec.Struct, frozen=True, kw_only=True):
    """The code that was mailed."""

    ticket: str
    code: str


class AskForOwnPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """Somebody who is signed in wants to see what is theirs."""

    url: str
    """The page that they are on."""
    site: str | None = None


class OwnPageLink(msgspec.Struct, frozen=True, kw_only=True):
    """Where it opens."""

    url: str
    """Good once: open it in a window at once, and keep it nowhere."""
    ends_at: int


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """This browser belongs to a reader whom the site knows."""

    reader_token: str
    """Send it as `Authorization: Bearer` with what the reader does; keep it as a secret."""
    ends_at: int
    """Unless it is used: each use puts it off."""
    name: str
    """That they wrote under last; empty where they never did."""
    claimed: Annotated[int, msgspec.Meta(ge=0)]
    """Older comments of this browser with this address, which are the reader's now."""
