"""How readers of a site may show who they are, and what the site's own sign-in says of one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from afterword.core.errors import FieldError, Invalid
from afterword.core.signed_claims import BadKey, check_key
from afterword.core.text import one_line
from afterword.core.web_address import parse_http

if TYPE_CHECKING:
    from collections.abc import Callable

ProviderKind: TypeAlias = Literal["token", "oidc"]
"""Who tells us: the page itself by a signed token, or a provider of OpenID Connect by a pop-up."""
KINDS: tuple[ProviderKind, ...] = get_args(ProviderKind)
Algorithm: TypeAlias = Literal["HS256", "RS256", "EdDSA"]
"""How a site signs the tokens of its users: with a shared secret, or with a key of its own."""
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)

MOST = 10
"""Providers of one site."""
MAX_NAME = 40
MAX_TEXT = 500
MAX_KEY = 8_000
_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Provider:
    """One of a site's ways to know its readers; its key leaves the server never again."""

    id: int
    site_id: int
    kind: ProviderKind
    name: str
    """On the button that signs in, and for owners."""
    issuer: str
    audience: str
    """Whom it speaks to: of OpenID Connect, the client id."""
    algorithm: str
    """Of a token, the one that is accepted; empty for OpenID Connect."""
    key: str
    """What checks a token; of OpenID Connect, the client secret. Nobody is shown it again."""
    created_at: int


@dataclass(frozen=True, slots=True)
class ProviderDraft:
    """What an owner says of a provider, as it was typed."""

    kind: ProviderKind
    name: str
    issuer: str
    audience: str
    algorithm: str = ""
    key: str = ""
    """Empty to keep the one that is there."""


@dataclass(frozen=True, slots=True)
class Person:
    """A reader as the site's own sign-in describes them; all of it is fit to be shown."""

    issuer: str
    subject: str
    """What the issuer calls them, always the same."""
    name: str
    website: str | None = None
    avatar: str | None = None
    role: str | None = None


def draft_of(provider: Provider, **other: str) -> ProviderDraft:
    """What keeps a provider as it is, but for what is given."""
    same = {name: getattr(provider, name) for name in ("name", "issuer", "audience", "algorithm")}
    return ProviderDraft(provider.kind, **{**same, **other})


def clean_provider(draft: ProviderDraft) -> ProviderDraft:
    """What was typed, trimmed and right; raises one `Invalid` that names every wrong field."""
    wrong: list[FieldError] = []

    def checked(field: str, check: Callable[[], str]) -> str:
        try:
            return check()
        except _Wrong as refusal:
            wrong.append(FieldError(field, refusal.code, str(refusal)))
            return ""

    is_token = draft.kind == "token"
    algorithm = draft.algorithm if is_token else ""
    clean = replace(
        draft,
        name=checked("name", lambda: _line(draft.name, MAX_NAME, "Give it a name.")),
        issuer=checked("issuer", lambda: _issuer(draft)),
        audience=checked("audience", lambda: _audience(draft)),
        algorithm=checked("algorithm", lambda: _algorithm(algorithm) if is_token else ""),
        key=draft.key.strip(),
    )
    if not any(each.field == "algorithm" for each in wrong):
        checked("key", lambda: _key(clean))
    if wrong:
        raise Invalid(*wrong)
    return clean


class _Wrong(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _line(text: str, most: int, request: str) -> str:
    line = one_line(text)
    if not line:
        raise _Wrong("missing", request)
    if len(line) > most:
        raise _Wrong("too_long", f"Write {most} characters at most.")
    return line


def _issuer(draft: ProviderDraft) -> str:
    issuer = _line(draft.issuer, MAX_TEXT, "Say who signs: the issuer.")
    if draft.kind == "oidc":
        url = parse_http(issuer)
        if url is None or url.search or url.hash:
            raise _Wrong(
                "not_a_web_address", "Write the issuer's address, like https://id.example.org."
            )
    return issuer


def _audience(draft: ProviderDraft) -> str:
    if draft.kind == "token":
        return _line(draft.audience, MAX_TEXT, "Say for whom its tokens are.")
    client_id = _line(draft.audience, MAX_TEXT, "Write the client id that the provider gave you.")
    if not _PLAIN.fullmatch(client_id):
        raise _Wrong("unfit", "A client id has plain letters, digits and signs, and no spaces.")
    return client_id


def _algorithm(text: str) -> str:
    if text not in ALGORITHMS:
        raise _Wrong("unknown", f"It is one of {', '.join(ALGORITHMS)}.")
    return text


def _key(draft: ProviderDraft) -> str:
    key = draft.key
    if not key:
        what = (
            "Paste the key that checks it." if draft.kind == "token" else "Write the client secret."
        )
        raise _Wrong("missing", what)
    if len(key) > MAX_KEY:
        raise _Wrong("too_long", f"A key has {MAX_KEY:,} characters at most.")
    if draft.kind == "token":
        try:
            check_key(draft.algorithm, key)
        except BadKey as refusal:
            raise _Wrong("unfit", str(refusal)) from None
    elif not _PLAIN.fullmatch(key):
        raise _Wrong("unfit", "A client secret has plain letters, digits and signs, and no spaces.")
    return key
