"""The one way to ask another machine: public ones only, one address a request, with limits on all.

The name is resolved once, what it resolves to is judged, and the connection goes to exactly that
address, so that a second answer of the name server changes nothing. TLS and `Host` keep the name.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, ip_address
from typing import TypeAlias
from urllib.parse import urljoin

import httpx2

from afterword import __version__
from afterword.core.destination import Destination, IPAddress, check_address, destination
from afterword.core.errors import NotFetched

USER_AGENT = f"Afterword/{__version__}"
REDIRECTS = (301, 302, 303, 307, 308)

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[IPAddress]]]
"""Gives the addresses of a host, or raises OSError."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much patience a request has."""

    seconds: float = 5.0
    """For all of it, redirects included."""
    size: int = 64 * 1024
    """Bytes of the body of an answer."""
    redirects: int = 0
    """How many are followed, each judged like a first request; of POST none is."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to another machine."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Its answer, whatever the status."""

    url: str
    """Where it came from in the end."""
    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes


async def resolve(host: str, port: int) -> Sequence[IPAddress]:
    """What the system knows of a host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(where[0]).partition("%")[0]) for *_, where in found]


class GuardedClient:
    """Asks other machines; without cookies, and without proxies that the environment names."""

    def __init__(self, allowed: Sequence[str] = (), *, resolve: Resolve = resolve) -> None:
        self._allowed = frozenset(allowed)
        self._resolve = resolve
        self._made: httpx2.AsyncHTTPTransport | None = None
        self._opening = asyncio.Lock()

    async def fetch(self, outgoing: Outgoing, limits: Limits = Limits()) -> Fetched:
        """The answer, or `NotFetched` with a sentence that says why there is none."""
        await self._open()
        try:
            async with asyncio.timeout(limits.seconds):
                return await self._follow(outgoing, limits)
        except TimeoutError:
            host = destination(outgoing.url, self._allowed).host
            raise NotFetched(f"{host} did not answer within {limits.seconds:g} seconds.") from None

    async def close(self) -> None:
        """Ends the connections that are open."""
        if self._made is not None:
            await self._made.aclose()

    async def _follow(self, outgoing: Outgoing, limits: Limits) -> Fetched:
        first = outgoing.url
        for _ in range(limits.redirects + 1):
            answer = await self._ask(outgoing, limits)
            further = answer.headers.get("location")
            if answer.status not in REDIRECTS or not further or outgoing.method != "GET":
                return answer
            if not limits.redirects:
                return answer
            outgoing = replace(outgoing, url=_further(answer.url, further), headers={})
        times = "once" if limits.redirects == 1 else f"{limits.redirects} times"
        raise NotFetched(f"{first} redirects more than {times}.")

    async def _ask(self, outgoing: Outgoing, limits: Limits) -> Fetched:
        where = destination(outgoing.url, self._allowed)
        request = _request(outgoing, where, await self._address(where), limits)
        transport = await self._open()
        try:
            answer = await transport.handle_async_request(request)
            try:
                body = await _read(answer, where, limits)
            finally:
                await answer.aclose()
        except httpx2.TimeoutException:
            raise NotFetched(f"{where.host} did not answer in time.") from None
        except httpx2.ConnectError as error:
            raise NotFetched(f"{where.host} could not be reached ({error}).") from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise NotFetched(f"{where.host} broke off, or did not answer by HTTP.") from None
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Fetched(outgoing.url, answer.status_code, headers, body)

    async def _address(self, where: Destination) -> IPAddress:
        if where.literal:
            return where.literal
        try:
            found = await self._resolve(where.host, where.port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise NotFetched(f"There is no machine called {where.host}.")
        # All of them: a name that leads to a public and a private machine is up to no good.
        for address in found:
            check_address(where, address)
        return next((each for each in found if isinstance(each, IPv4Address)), found[0])

    async def _open(self) -> httpx2.AsyncHTTPTransport:
        """Made when first needed, off the event loop: reading the system's certificates takes a while."""
        async with self._opening:
            if self._made is None:
                self._made = await asyncio.to_thread(_transport)
        return self._made


def _transport() -> httpx2.AsyncHTTPTransport:
    """Keeps no connection: to a pool, two names at one address would be the same place."""
    keep = httpx2.Limits(max_connections=100, max_keepalive_connections=0)
    return httpx2.AsyncHTTPTransport(trust_env=False, limits=keep)


def _further(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise NotFetched(f"{url} redirects to what is no address.") from None


def _request(
    outgoing: Outgoing, where: Destination, address: IPAddress, limits: Limits
) -> httpx2.Request:
    target = where.target.encode("ascii")
    url = httpx2.URL(scheme=where.scheme, host=str(address), port=where.port, raw_path=target)
    headers = {
        "User-Agent": USER_AGENT,
        **outgoing.headers,
        "Host": where.authority,
        # What is packed may be a thousand times as large as what came.
        "Accept-Encoding": "identity",
    }
    extensions = {
        "timeout": httpx2.Timeout(limits.seconds).as_dict(),
        "sni_hostname": where.host,
    }
    return httpx2.Request(
        outgoing.method, url, headers=headers, content=outgoing.body, extensions=extensions
    )


async def _read(answer: httpx2.Response, where: Destination, limits: Limits) -> bytes:
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise NotFetched(f"{where.host} sent a packed answer, though it was asked not to.")
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > limits.size:
            raise NotFetched(f"{where.host} sent more than {limits.size // 1024} KB.")
    return bytes(body)
