"""Asks providers of OpenID Connect: what they are, which keys they sign with, and who has signed in.

What does not change with each reader is kept for an hour; a key that is not among those kept has them
asked for anew, once a minute at most, so that a provider may change its keys at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core import oidc
from afterword.core.destination import destination
from afterword.core.errors import NotFetched
from afterword.core.signed_claims import BadToken
from afterword.delivery.guarded_client import Limits, Outgoing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.oidc_flow import Flow
    from afterword.core.sign_in_ways import Person, Provider
    from afterword.delivery.guarded_client import GuardedClient

KEPT = 60 * 60_000
PAUSE = 60_000
"""Milliseconds between two looks at the keys of one provider."""
MOST = 200
"""Providers that are remembered."""
LIMITS = Limits(seconds=8, size=256 * 1024)
OF_CHECKS = Limits(seconds=4, size=256 * 1024)
"""While somebody waits at a form, for each of two questions."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A provider as it was when it was asked."""

    metadata: oidc.Metadata
    keys: tuple[oidc.PublishedKey, ...]
    asked_at: int


class OidcProviders:
    """Every provider that was asked lately."""

    def __init__(self, client: GuardedClient, allowed: Sequence[str] = ()) -> None:
        """`allowed` names hosts that may be asked without TLS, and in a private network."""
        self._client = client
        self._allowed = tuple(allowed)
        self._known: dict[str, _Known] = {}

    def check_address(self, issuer: str) -> None:
        """Raises `NotFetched` for an issuer that can never be asked: without TLS, or private."""
        self._check_secure(issuer)

    async def check(self, issuer: str, *, now: int) -> None:
        """Asks a provider for all that signing in needs; raises `NotFetched`, which says what is wrong."""
        known = await self._look(issuer, now, OF_CHECKS)
        if not known.keys:
            raise NotFetched(
                f"{issuer} cannot be used. It publishes no key that could sign with"
                f" {', '.join(oidc.ALGORITHMS)}."
            )

    async def sign_in_url(
        self, provider: Provider, flow: Flow, redirect_uri: str, *, now: int
    ) -> str:
        """Where the browser goes to sign in; raises `NotFetched` where the provider does not say."""
        known = await self._about(provider.issuer, now)
        return oidc.authorization_url(known.metadata, provider, flow, redirect_uri)

    async def expects_issuer(self, provider: Provider, *, now: int) -> bool:
        """Whether its answers name it, so that one without is not from it (RFC 9207)."""
        known = await self._about(provider.issuer, now)
        return known.metadata.authorization_response_iss_parameter_supported

    async def who(
        self, provider: Provider, flow: Flow, code: str, redirect_uri: str, *, now: int
    ) -> Person:
        """Who signed in, for the code that the provider sent along with them.

        Raises `NotFetched` where it gave no good answer, and `BadToken` where that cannot be believed.
        """
        known = await self._about(provider.issuer, now)
        metadata = known.metadata
        headers, body = oidc.token_request(metadata, provider, flow, code, redirect_uri)
        sent = Outgoing(metadata.token_endpoint, "POST", headers, body)
        answer = oidc.read_answer(await self._ask(sent))
        said = await self._said(provider, known, answer.id_token, flow.nonce, now)
        if oidc.name_of(said) is None and metadata.userinfo_endpoint and answer.access_token:
            bearer = {"Authorization": f"Bearer {answer.access_token}"}
            told = await self._ask(Outgoing(metadata.userinfo_endpoint, headers=bearer))
            said = oidc.read_user_info(told, said.sub)
        return oidc.person_of(said, provider.issuer)

    async def _said(
        self, provider: Provider, known: _Known, token: str, nonce: str, now: int
    ) -> oidc.Said:
        try:
            return oidc.read_id_token(token, provider, known.keys, nonce, now=now)
        except oidc.UnknownKey:
            if now < known.asked_at + PAUSE:
                raise
        known = await self._look(provider.issuer, now)
        return oidc.read_id_token(token, provider, known.keys, nonce, now=now)

    async def _about(self, issuer: str, now: int) -> _Known:
        known = self._known.get(issuer)
        if known and known.asked_at <= now < known.asked_at + KEPT:
            return known
        return await self._look(issuer, now)

    async def _look(self, issuer: str, now: int, limits: Limits = LIMITS) -> _Known:
        try:
            described = await self._ask(Outgoing(oidc.well_known(issuer)), limits)
            metadata = oidc.read_metadata(described, issuer)
            self._check_secure(metadata.authorization_endpoint)
            self._check_secure(metadata.token_endpoint)
            keys = oidc.read_keys(await self._ask(Outgoing(metadata.jwks_uri), limits))
        except BadToken as wrong:
            raise NotFetched(f"{issuer} cannot be used. {wrong}") from None
        known = _Known(metadata, keys, now)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[issuer] = known
        return known

    async def _ask(self, outgoing: Outgoing, limits: Limits = LIMITS) -> bytes:
        self._check_secure(outgoing.url)
        answer = await self._client.fetch(outgoing, limits)
        if answer.status != 200:
            host = destination(outgoing.url, self._allowed).host
            raise NotFetched(f"{host} answered {answer.status} instead of what it was asked for.")
        return answer.body

    def _check_secure(self, url: str) -> None:
        where = destination(url, self._allowed)
        if where.scheme != "https" and not where.is_allowed:
            raise NotFetched(f"{where.host} must be asked by https.")
