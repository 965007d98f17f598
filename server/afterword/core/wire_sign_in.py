"""The JSON of signing in: a page changes the code of its pop-up for a token."""

from __future__ import annotations

import msgspec


class SignInCode(msgspec.Struct, frozen=True, kw_only=True):
    """What the pop-up gave to the page, and the random text whose hash the page had sent ahead."""

    code: str
    verifier: str


class OpenedReaderSession(msgspec.Struct, frozen=True, kw_only=True):
    """A reader's session on this device."""

    reader_token: str
    """Send it as `Authorization: Bearer`, and keep it where the page's own scripts alone read it."""
    name: str
    ends_at: int
    """Unless it is used meanwhile."""
