"""From a ready entry to the bytes of an answer."""

from __future__ import annotations

import gzip

import brotli
import pytest

from afterword.services.thread_cache import Entry
from afterword.web.entry_answer import EntryAnswer, choose_encoding, is_known

TEXT = b'{"comments":[' + b'"one like the other",' * 100 + b'""]}'
ORIGIN = b"https://blog.example.org"
ENTRY = Entry(etag=b'W/"12-3"', identity=TEXT, origins=frozenset([ORIGIN]))
answer = EntryAnswer([(b"x-content-type-options", b"nosniff")])


def ask(*headers: tuple[bytes, bytes]) -> tuple[int, dict[bytes, bytes], bytes]:
    answered = answer(ENTRY, headers)
    assert answered is not None
    status, sent, body = answered
    assert len(dict(sent)) == len(sent), "no header stands twice"
    return status, dict(sent), body


def test_without_any_header_the_plain_bytes_come() -> None:
    status, headers, body = ask()
    assert (status, body) == (200, TEXT)
    assert headers == {
        b"content-type": b"application/json",
        b"content-length": b"%d" % len(TEXT),
        b"cache-control": b"public, no-cache",
        b"vary": b"Origin, Accept-Encoding",
        b"etag": b'W/"12-3"',
        b"x-content-type-options": b"nosniff",
    }


def test_compressed_bytes_are_the_same_text() -> None:
    _, headers, body = ask((b"accept-encoding", b"gzip, deflate, br, zstd"))
    assert headers[b"content-encoding"] == b"br"
    assert brotli.decompress(body) == TEXT
    _, headers, body = ask((b"accept-encoding", b"gzip"))
    assert headers[b"content-encoding"] == b"gzip"
    assert gzip.decompress(body) == TEXT
    assert headers[b"content-length"] == b"%d" % len(body)


def test_few_bytes_are_not_compressed() -> None:
    small = Entry(etag=b'W/"1"', identity=b'{"counts":[3]}', origins=frozenset())
    answered = answer(small, [(b"accept-encoding", b"br")])
    assert answered is not None
    assert answered[2] == b'{"counts":[3]}'


def test_an_allowed_origin_is_echoed_and_any_other_is_not_answered_here() -> None:
    assert ask((b"origin", ORIGIN))[1][b"access-control-allow-origin"] == ORIGIN
    assert answer(ENTRY, [(b"origin", b"https://evil.example")]) is None
    assert answer(ENTRY, [(b"origin", b"null")]) is None


def test_a_known_tag_is_answered_without_a_body() -> None:
    status, headers, body = ask((b"if-none-match", b'W/"12-3"'), (b"origin", ORIGIN))
    assert (status, body) == (304, b"")
    assert headers[b"etag"] == b'W/"12-3"'
    assert headers[b"access-control-allow-origin"] == ORIGIN
    assert not {b"content-type", b"content-length", b"content-encoding"} & headers.keys()


def test_a_read_with_a_body_is_not_answered_here() -> None:
    assert answer(ENTRY, [(b"content-length", b"5")]) is None
    assert answer(ENTRY, [(b"transfer-encoding", b"chunked")]) is None


@pytest.mark.parametrize(
    ("known", "is_it"),
    [
        (b'W/"12-3"', True),
        (b'"12-3"', True),
        (b'W/"1", W/"12-3"', True),
        (b'"a","12-3"', True),
        (b"*", True),
        (b'W/"12-34"', False),
        (b'W/"2-3"', False),
        (b"12-3", False),
        (b"", False),
    ],
)
def test_tags_are_compared_weakly_and_whole(known: bytes, is_it: bool) -> None:
    assert is_known(known, b'W/"12-3"') is is_it


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        (b"", ""),
        (b"gzip", "gzip"),
        (b"br", "br"),
        (b"gzip, deflate, br", "br"),
        (b"GZIP", "gzip"),
        (b"br;q=0, gzip", "gzip"),
        (b"br;q=0", ""),
        (b"br;q=0.1, gzip;q=0.9", "gzip"),
        (b"br ; q = 0.5 , gzip;q=0.5", "br"),
        (b"*", "br"),
        (b"*;q=0", ""),
        (b"br;q=0, *", "gzip"),
        (b"identity", ""),
        (b"identity;q=1, br;q=0.5", ""),
        (b"identity;q=0.5, gzip;q=1", "gzip"),
        (b"deflate, zstd", ""),
        (b"br;q=x", ""),
        (b"br;level=1", ""),
        (b"br;q=1.2.3", ""),
        (b",,,", ""),
        (b"\xff\xfe", ""),
        (b"br, " * 100, ""),
    ],
)
def test_the_best_encoding_that_the_client_takes(accepted: bytes, encoding: str) -> None:
    assert choose_encoding(accepted) == encoding
