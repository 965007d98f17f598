"""The JSON of the API of members about how readers of a site sign in; no key is ever in an answer."""

from __future__ import annotations

from typing import Literal

import msgspec


class ProviderState(msgspec.Struct, frozen=True, kw_only=True):
    """One of a site's ways to know its readers."""

    id: int
    site_id: int
    kind: Literal["token", "oidc"]
    """The site's own users by a signed token, or OpenID Connect."""
    name: str
    issuer: str
    audience: str
    """Of OpenID Connect, the client id."""
    algorithm: str | None
    """Of a token alone: HS256, RS256 or EdDSA."""
    created_at: int


class Providers(msgspec.Struct, frozen=True, kw_only=True):
    """How readers of a site sign in."""

    providers: list[ProviderState]


class ChangeProvider(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be otherwise."""

    name: str
    """What its button says."""
