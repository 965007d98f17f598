"""Signed tokens, each good for one purpose: what is signed for one is refused by every other.

itsdangerous with HMAC-SHA256 and a salt a purpose. When a token ends is written in it and compared
with the caller's `now`: nothing here asks the clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeSerializer

from afterword.core.errors import SignInNeeded

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 512
# 256 bits are 43 characters of 6; the last one carries 4, so its two lowest bits are always zero.
# A decoder drops them: without this, four spellings of each signature would be good.
_SIGNED = re.compile(r"[A-Za-z0-9_.-]+\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")


@dataclass(frozen=True, slots=True)
class AuthorClaim:
    """What an author token proves: that its bearer wrote this comment of this site."""

    comment_id: int
    site_id: int
    expires_at: int
    """The token is good before this time."""


class Tokens:
    """Makes and reads every kind of token of one installation."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """`secrets` are the keys of the installation, newest first: the first signs, all read."""
        self._author = _serializer(secrets, "author")
        self.session = SessionTokens(secrets)

    def author_token(self, comment_id: int, site_id: int, *, expires_at: int) -> str:
        """The proof that its bearer wrote this comment; ends at `expires_at`."""
        return _text(self._author.dumps([comment_id, site_id, expires_at]))

    def read_author(self, token: str, *, now: int) -> AuthorClaim:
        """What an author token says; raises `SignInNeeded` with `token_bad` or `token_ended`."""
        payload = _read(self._author, token)
        match payload:
            case [int(comment_id), int(site_id), int(expires_at)]:
                claim = AuthorClaim(comment_id, site_id, expires_at)
            case _:
                message = "This browser has no right to change this comment."
                raise SignInNeeded(message, code="token_bad")
        if now >= expires_at:
            message = "The time to change this comment is over."
            raise SignInNeeded(message, code="token_ended")
        return claim


class SessionTokens:
    """Wraps the random value of a session, so that a made-up cookie costs no query.

    When a session ends is for its row in the database to say.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._serializer = _serializer(secrets, "session")

    def sign(self, value: str) -> str:
        """The value as it stands in the cookie."""
        return _text(self._serializer.dumps(value))

    def read(self, token: str) -> str | None:
        """The value of a cookie that was signed here, else None."""
        value = _read(self._serializer, token)
        return value if isinstance(value, str) else None


def token_hash(token: str) -> str:
    """What is stored of a random token; 256 random bits need no salt and no slow hash."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _serializer(secrets: Sequence[str], purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        list(reversed(secrets)),  # itsdangerous signs with the last
        salt=f"afterword/{purpose}/v1",
        signer_kwargs={"digest_method": sha256, "key_derivation": "hmac"},
    )


def _text(token: str | bytes) -> str:
    return token if isinstance(token, str) else token.decode("ascii")


def _read(serializer: URLSafeSerializer, token: str) -> object:
    """What was signed, or None for anything else."""
    if len(token) > _LONGEST or not _SIGNED.match(token):
        return None
    try:
        value: object = serializer.loads(token)
    except BadData:
        return None
    return value
