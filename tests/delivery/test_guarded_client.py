"""Other machines are asked within limits, and only those that may be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from afterword.core.destination import IPAddress
from afterword.core.errors import NotFetched
from afterword.delivery.guarded_client import Fetched, GuardedClient, Limits, Outgoing, resolve
from tests.support.elsewhere import Answer, answer, elsewhere, endless, hang, raw, trickle

PATIENT = Limits()
SOON = Limits(seconds=0.3)


async def ask(how: Answer, limits: Limits = PATIENT) -> Fetched:
    """What a client makes of a server that answers so."""
    async with elsewhere(how) as other:
        return await GuardedClient([other.authority]).fetch(Outgoing(other.url), limits)


def leads_to(
    addresses: str, *, asked: list[str] | None = None, allowed: Sequence[str] = ()
) -> GuardedClient:
    """A client whose name server gives these, to one question."""
    turns = iter([addresses])

    async def resolve(host: str, port: int) -> Sequence[IPAddress]:
        if asked is not None:
            asked.append(host)
        return [ip_address(each) for each in next(turns).split()]

    return GuardedClient(allowed, resolve=resolve)


async def test_an_answer_is_handed_on_whatever_its_status() -> None:
    found = await ask(answer(b"gone", "410 Gone", X_What="comment"))
    assert (found.status, found.body, found.headers["x-what"]) == (410, b"gone", "comment")


async def test_a_request_says_who_asks_and_carries_no_cookie() -> None:
    async with elsewhere(answer(b"", Set_Cookie="a=b; Path=/")) as other:
        client = GuardedClient([other.authority])
        for _ in range(2):
            await client.fetch(Outgoing(other.url))
        await client.close()
    heard = other.heard[1].head.lower()
    assert heard.startswith("get / http/1.1")
    assert f"host: {other.authority}" in heard
    assert "user-agent: afterword/" in heard
    assert "accept-encoding: identity" in heard
    assert "cookie" not in heard


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with elsewhere(answer(b"proxy")) as proxy, elsewhere(answer(b"straight")) as other:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        found = await GuardedClient([other.authority]).fetch(Outgoing(other.url))
    assert (found.body, proxy.heard) == (b"straight", [])


async def test_what_is_sent_arrives() -> None:
    async with elsewhere(answer(b"")) as other:
        outgoing = Outgoing(other.url, "POST", {"Content-Type": "text/plain"}, b"hello")
        await GuardedClient([other.authority]).fetch(outgoing)
    assert (other.heard[0].body, other.heard[0].head.split()[0]) == ("hello", "POST")


@pytest.mark.parametrize("how", [hang, trickle])
async def test_whoever_does_not_end_in_time_is_left(how: Answer) -> None:
    with pytest.raises(NotFetched, match=r"did not answer within 0\.3 seconds"):
        await ask(how, SOON)


async def test_whoever_sends_too_much_is_left() -> None:
    with pytest.raises(NotFetched, match="more than 64 KB"):
        await ask(endless, Limits(seconds=10))


async def test_what_is_packed_is_not_unpacked() -> None:
    with pytest.raises(NotFetched, match="packed"):
        await ask(answer(b"\x1f\x8b", Content_Encoding="gzip"))


@pytest.mark.parametrize(
    "text", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"]
)
async def test_what_is_not_http_is_said_to_be_so(text: bytes) -> None:
    with pytest.raises(NotFetched, match="did not answer by HTTP"):
        await ask(raw(text))


async def test_a_closed_port_is_a_sentence() -> None:
    async with elsewhere(hang) as other:
        pass
    with pytest.raises(NotFetched, match="could not be reached"):
        await GuardedClient([other.authority]).fetch(Outgoing(other.url))


async def test_an_unknown_name_is_a_sentence() -> None:
    async def resolve(host: str, port: int) -> Sequence[IPAddress]:
        raise OSError

    with pytest.raises(NotFetched, match=r"no machine called nowhere\.example"):
        await GuardedClient(resolve=resolve).fetch(Outgoing("http://nowhere.example/"))


async def test_a_name_server_that_hangs_is_left() -> None:
    async def resolve(host: str, port: int) -> Sequence[IPAddress]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(NotFetched, match="did not answer within"):
        await GuardedClient(resolve=resolve).fetch(Outgoing("http://slow.example/"), SOON)


async def test_the_system_resolves_and_what_it_finds_is_judged() -> None:
    assert ip_address("127.0.0.1") in await resolve("localhost", 80)
    with pytest.raises(NotFetched, match="private or reserved"):
        await GuardedClient().fetch(Outgoing("http://localhost/"))


@pytest.mark.parametrize("addresses", ["127.0.0.1", "8.8.8.8 10.0.0.1", "2606:4700::1 ::1"])
async def test_a_name_that_leads_to_a_private_machine_is_not_asked(addresses: str) -> None:
    client = leads_to(addresses)
    with pytest.raises(NotFetched, match="private or reserved"):
        await client.fetch(Outgoing("http://rebinding.example/"))


async def test_a_name_server_is_asked_once_and_its_answer_is_what_is_connected_to() -> None:
    """A second answer, of another machine, would be the rebinding attack; here it would raise."""
    asked: list[str] = []
    async with elsewhere(answer(b"the first")) as other:
        authority = f"blog.example:{other.port}"
        client = leads_to("127.0.0.1", asked=asked, allowed=[authority])
        found = await client.fetch(Outgoing(f"http://{authority}/a"))
    assert (found.body, asked) == (b"the first", ["blog.example"])
    assert f"host: {authority}" in other.heard[0].head.lower()


async def test_a_redirect_is_not_followed_unless_that_is_asked() -> None:
    found = await ask(answer(b"", "302 Found", Location="http://169.254.169.254/"))
    assert (found.status, found.body) == (302, b"")


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "//169.254.169.254/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "file:///etc/passwd",
        "http://ada:pass@example.org/",
        "http://[",
    ],
)
async def test_a_redirect_is_judged_like_a_first_request(target: str) -> None:
    with pytest.raises(
        NotFetched, match=r"private or reserved|plain numbers|whole address|no address"
    ):
        await ask(answer(b"", "302 Found", Location=target), Limits(redirects=3))


async def test_redirects_are_followed_as_far_as_allowed() -> None:
    async def onwards(writer: asyncio.StreamWriter, heard: object) -> None:
        number = len(other.heard)
        status = "200 OK" if number == 3 else f"302 Found\r\nLocation: /{number}"
        await raw(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())(
            writer, other.heard[-1]
        )

    async with elsewhere(onwards) as other:
        client = GuardedClient([other.authority])
        found = await client.fetch(Outgoing(other.url), Limits(redirects=2))
        assert found.url == f"{other.url}2"
        other.heard.clear()
        with pytest.raises(NotFetched, match="redirects more than once"):
            await client.fetch(Outgoing(other.url), Limits(redirects=1))
