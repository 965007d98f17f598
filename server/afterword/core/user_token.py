"""The token by which a site says who its own user is: a JWT in the `user` attribute of the widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from afterword.core.errors import Invalid
from afterword.core.names import clean_name, looks_like
from afterword.core.sign_in_ways import Person
from afterword.core.signed_claims import (
    UNREADABLE,
    BadKey,
    BadToken,
    Expected,
    check,
    claims,
    import_key,
    opened,
)
from afterword.core.text import one_line
from afterword.core.web_address import safe_url

if TYPE_CHECKING:
    from collections.abc import Collection

    from afterword.core.sign_in_ways import Provider

LASTS = 24 * 3600
"""Seconds that a token may last: whoever copies one is that user until it ends."""
MAX_AVATAR = 8
"""Characters: initials, or one emoji, which may be made of several."""
MAX_ROLE = 30
MAX_PROFILE = 300


class Told(msgspec.Struct, frozen=True):
    """What a site may say of its user, beside what every token says."""

    name: str
    avatar: str | None = None
    profile: str | None = None
    role: str | None = None


def read_user_token(
    token: str, provider: Provider, *, staff_words: Collection[str], now: int
) -> Person:
    """Whom the site's own system says is there; raises `BadToken` with what is wrong, for its owner.

    `staff_words` are what our staff badge says, which a role must not look like.
    """
    try:
        key = import_key(provider.algorithm, provider.key)
    except BadKey as wrong:
        raise BadToken(str(wrong)) from None
    payload = opened(token, key, provider.algorithm)
    standard = claims(payload)
    check(standard, Expected(provider.issuer, provider.audience, LASTS), now=now)
    try:
        told = msgspec.json.decode(payload, type=Told)
    except UNREADABLE as wrong:
        raise BadToken(f"What it says of the user cannot be read: {wrong}.") from None
    return Person(
        issuer=standard.iss,
        subject=standard.sub,
        name=_name(told.name),
        website=_profile(told.profile),
        avatar=_short("avatar", told.avatar, MAX_AVATAR),
        role=_role(told.role, staff_words),
    )


def _name(text: str) -> str:
    try:
        return clean_name(text)
    except Invalid as wrong:
        raise BadToken(f"Its name cannot be shown. {wrong}") from None


def _profile(text: str | None) -> str | None:
    if not text:
        return None
    url = safe_url(text, schemes=("http", "https"))
    if url is None or len(url) > MAX_PROFILE:
        raise BadToken("Its profile is no address of a web page.")
    return url


def _short(claim: str, text: str | None, most: int) -> str | None:
    line = one_line(text or "")
    if len(line) > most:
        raise BadToken(f"Its {claim} may have {most} characters at most.")
    return line or None


def _role(text: str | None, staff_words: Collection[str]) -> str | None:
    role = _short("role", text, MAX_ROLE)
    if role and looks_like(role, staff_words):
        raise BadToken("Its role looks like the badge of our moderators. Choose another word.")
    return role
