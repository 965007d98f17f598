"""The JSON of the API of members about how readers of a site sign in; no key is ever in an answer."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

KindName = Literal["token", "oidc"]
AlgorithmName = Literal["HS256", "RS256", "EdDSA"]


class ProviderState(msgspec.Struct, frozen=True, kw_only=True):
    """One of a site's ways to know its readers."""

    id: int
    site_id: int
    kind: KindName
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


class NewProvider(msgspec.Struct, frozen=True, kw_only=True):
    """A way to sign in, as it shall be."""

    kind: KindName
    name: str
    issuer: str
    audience: str
    key: str
    """What checks tokens, or the client secret; it is stored and never sent."""
    algorithm: AlgorithmName | None = None
    unchecked: bool = False
    """Saves a provider of OpenID Connect without asking it."""


class ChangeProvider(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be otherwise; what is not given stays."""

    name: str | UnsetType = UNSET
    issuer: str | UnsetType = UNSET
    audience: str | UnsetType = UNSET
    key: str | UnsetType = UNSET
    algorithm: AlgorithmName | UnsetType = UNSET
    unchecked: bool = False
    """As of a new one."""
