"""A webhook is sent one signed request, and whatever comes back is a line in a log."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import unquote

import pytest

from afterword.core.destination import IPAddress
from afterword.core.hook_templates import Call
from afterword.delivery import webhook
from afterword.delivery.guarded_client import GuardedClient, Limits
from afterword.delivery.webhook import Posted, post
from tests.support.elsewhere import Answer, answer, elsewhere, endless, hang, raw, trickle

NOW = 1_800_000_000_000
BODY = '{"type": "org.afterword.comment.approved", "text": "Ōsei"}'


async def told(how: Answer) -> Posted:
    """What is noted of a server that answers so."""
    async with elsewhere(how) as other:
        client = GuardedClient([other.authority])
        return await post(client, Call(other.url, BODY.encode()), ["whsec_a"], now=NOW)


async def test_what_is_sent_is_signed_and_says_who_sends_it() -> None:
    async with elsewhere(answer(b"ok")) as other:
        call = Call(f"{other.url}in?token=1", BODY.encode(), headers={"X-Own": "1"})
        client = GuardedClient([other.authority])
        posted = await post(client, call, ["whsec_a", "whsec_old"], now=NOW)
    assert posted == Posted(True, "HTTP 200: ok", 200)
    heard = other.heard[0]
    lines = dict(line.split(": ", 1) for line in heard.head.split("\r\n")[1:] if line)
    assert heard.head.startswith("POST /in?token=1 HTTP/1.1")
    assert heard.body == BODY
    assert lines["Content-Type"] == "application/json"
    assert lines["User-Agent"].startswith("Afterword/")
    assert lines["X-Own"] == "1"
    signed = f"1800000000.{BODY}".encode()
    by = [hmac.new(key, signed, sha256).hexdigest() for key in (b"whsec_a", b"whsec_old")]
    assert lines["X-Afterword-Signature"] == f"t=1800000000,v1={by[0]},v1={by[1]}"


@pytest.mark.parametrize(
    ("how", "noted"),
    [
        (answer(b"", "204 No Content"), Posted(True, "HTTP 204", 204)),
        (answer(b"no\x00\n\x1bsuch", "404 Not Found"), Posted(False, "HTTP 404: no such", 404)),
        (answer(b"", "500 Internal Server Error"), Posted(False, "HTTP 500", 500)),
        (
            answer(
                b"<!doctype html><title>502</title><style>a{}</style><h1>Bad\ngateway</h1><p",
                "502 Bad",
                Content_Type="text/html; charset=utf-8",
            ),
            Posted(False, "HTTP 502: 502 Bad gateway", 502),
        ),
        (answer(b"1 < 2 > 1", "400 No"), Posted(False, "HTTP 400: 1 < 2 > 1", 400)),
        (answer(b"\xff\xfe", "503 Down"), Posted(False, "HTTP 503: ��", 503)),
        (
            answer(b"", "429 Too Many Requests", Retry_After="7"),
            Posted(False, "HTTP 429", 429, 7_000),
        ),
        (
            answer(b"", "503 Down", Retry_After="Fri, 15 Jan 2027 08:00:09 GMT"),
            Posted(False, "HTTP 503", 503, 9_000),
        ),
        (answer(b"", "500 No", Retry_After="7"), Posted(False, "HTTP 500", 500)),
        (answer(b"bye", "410 Gone"), Posted(False, "HTTP 410: bye", 410)),
        (
            answer(b"", "302 Found", Location="http://169.254.169.254/"),
            Posted(False, "HTTP 302, to http://169.254.169.254/", 302),
        ),
        (
            raw(b"nonsense\r\n\r\n"),
            Posted(False, "127.0.0.1 broke off, or did not answer by HTTP."),
        ),
    ],
)
async def test_every_answer_is_a_line_in_the_log(how: Answer, noted: Posted) -> None:
    posted = await told(how)
    assert posted == noted
    assert posted.is_gone is (noted.status == 410)


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("bot123456789:AAHk-secret/sendMessage?chat_id=-1", "AAHk-secret"),
        ("services/T0/B0/long-and-very-secret", "very-secret"),
        ("in?token=a%2Bvery%2Bsecret%2Bword", "secret"),
    ],
)
async def test_what_a_server_says_of_the_address_is_no_secret_in_the_log(
    path: str, hidden: str
) -> None:
    """A move from http to https names the whole address, and so does many a page for 404."""
    for status in ("301 Moved Permanently", "404 Not Found"):
        async with elsewhere(answer(b"")) as other:
            url = f"{other.url}{path}"
            said = f"Cannot POST /{path} {unquote(path)}".encode()
            other.answer = answer(said, status, Location=url.replace("http:", "https:"))
            client = GuardedClient([other.authority])
            posted = await post(client, Call(url, b"x"), ["s"], now=NOW)
        assert hidden not in posted.answer
        assert posted.answer.startswith(f"HTTP {status[:3]}")


async def test_the_key_of_a_header_is_no_secret_in_the_log_either() -> None:
    async with elsewhere(answer(b"Unknown token: syt_bWlyYQ_secret", "401 No")) as other:
        call = Call(other.url, b"x", headers={"Authorization": "Bearer syt_bWlyYQ_secret"})
        posted = await post(GuardedClient([other.authority]), call, ["s"], now=NOW)
    assert posted.answer == "HTTP 401: Unknown token: …"


async def test_a_redirect_is_not_followed_however_often_it_is_sent() -> None:
    async with elsewhere(answer(b"")) as other:
        other.answer = answer(b"", "307 Temporary Redirect", Location=other.url)
        client = GuardedClient([other.authority])
        posted = await post(client, Call(other.url, b"x"), ["s"], now=NOW)
    assert (posted.sent, len(other.heard)) == (False, 1)


async def test_ten_gigabytes_are_not_read() -> None:
    posted = await told(endless)
    assert posted == Posted(False, "127.0.0.1 sent more than 16 KB.")


@pytest.mark.parametrize("how", [hang, trickle])
async def test_nobody_waits_longer_than_five_seconds(
    how: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert webhook.LIMITS.seconds == 5
    monkeypatch.setattr(webhook, "LIMITS", Limits(seconds=0.2))
    posted = await told(how)
    assert posted == Posted(False, "127.0.0.1 did not answer within 0.2 seconds.")


async def test_a_long_answer_is_cut() -> None:
    posted = await told(answer(b"x" * 5_000))
    assert posted.sent
    assert len(posted.answer) < 250


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "64:ff9b::7f00:1", "fe80::1"]
)
async def test_a_name_that_leads_to_a_private_machine_is_not_called(address: str) -> None:
    async def resolve(host: str, port: int) -> Sequence[IPAddress]:
        return [ip_address(address)]

    call = Call("https://hooks.example/x?token=secret", b"{}")
    posted = await post(GuardedClient(resolve=resolve), call, ["s"], now=NOW)
    assert not posted.sent
    assert "private or reserved" in posted.answer
    assert "secret" not in posted.answer
