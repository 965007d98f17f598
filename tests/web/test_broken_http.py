"""What is hardly HTTP any more, against a real server socket: it answers or hangs up, and lives on."""

from __future__ import annotations

import asyncio
import contextlib

import httpx2

from tests.support.server import Serve

OK = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /api/v1/preview HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BROKEN = {
    "nothing": b"\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/1.0": b"GET /healthz HTTP/1.0\r\n\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "unknown method": b"FROBNICATE / HTTP/1.1\r\nHost: x\r\n\r\n",
    "method in lower case": b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "absolute address": b"GET http://evil.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "authority": b"CONNECT evil.example:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL in the path": b"GET /a\x00b HTTP/1.1\r\nHost: x\r\n\r\n",
    "escaped NUL": b"GET /c/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "raw bytes in the path": b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "raw bytes in the query": b"GET /api/v1/thread?url=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "fragment": b"GET /api/v1/thread?url=a#b HTTP/1.1\r\nHost: x\r\n\r\n",
    "dots": b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "escaped dots": b"GET /static/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n",
    "many slashes": b"GET " + b"/" * 5_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "space in the path": b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "long path": b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "1 MB of address": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "10,000 headers": b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 10_000 + b"\r\n",
    "100,000 headers": b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100_000 + b"\r\n",
    "header without colon": b"GET / HTTP/1.1\r\nHost x\r\n\r\n",
    "space before the colon": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "folded header": b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "bare line feeds": b"GET /healthz HTTP/1.1\nHost: x\n\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n",
    "raw bytes in headers": b"GET /healthz HTTP/1.1\r\nHost: \xff\r\nOrigin: \xfe\r\nCookie: \xfd\r\n\r\n",
    "length and chunks": POST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + OK,
    "two lengths": POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde" + OK,
    "negative length": POST + b"Content-Length: -1\r\n\r\n" + OK,
    "length that is none": POST + b"Content-Length: x\r\n\r\n" + OK,
    "huge length": POST + b"Content-Length: 99999999999999999999999\r\n\r\n" + OK,
    "unknown transfer encoding": POST + b"Transfer-Encoding: gzip\r\n\r\n" + OK,
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + OK,
    "bad chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + OK,
    "huge chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + OK,
    "UTF-16": POST + b"Content-Length: 12\r\n\r\n" + '{"a":'.encode("utf-16"),
    "upgrade": b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    "upgrade to HTTP/2": b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    "unknown expectation": b"GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\n\r\n",
    "hundred in a row": OK * 100,
    "range": b"GET /embed.js HTTP/1.1\r\nHost: x\r\nRange: bytes=" + b"0-," * 5_000 + b"\r\n\r\n",
}


async def _answer(port: int, sent: bytes) -> bytes:
    """What comes back until the server hangs up, which it does at the latest after its time limits."""
    answer = b""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(20):
            writer.write(sent)
            while chunk := await reader.read(65_536):
                answer += chunk
    writer.transport.abort()
    return answer


async def test_no_bytes_make_the_server_fail_or_wait(serve: Serve) -> None:
    server = await asyncio.to_thread(serve, "demo", AFTERWORD_BODY_TIMEOUT="1")
    answers = await asyncio.gather(*(_answer(server.port, sent) for sent in BROKEN.values()))
    for name, answer in zip(BROKEN, answers, strict=True):
        lines = answer.split(b"\n")
        statuses = [line.split()[1] for line in lines if line.startswith(b"HTTP/1.")]
        assert not [status for status in statuses if status >= b"500"], (name, answer[:300])
        assert b"Traceback" not in answer, name
        assert b"root:" not in answer, name
        assert b"evil.example" not in answer, name
    answered = dict(zip(BROKEN, answers, strict=True))
    assert answered["hundred in a row"].count(b"HTTP/1.1 200") == 100
    assert answered["length and chunks"].count(b"HTTP/1.1") == 1
    assert b" 431 " in answered["1 MB of address"][:20] or not answered["1 MB of address"]
    assert httpx2.get(f"{server.url}/healthz").is_success
    assert "Traceback" not in server.output()
