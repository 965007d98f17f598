"""From a ready entry to the bytes of an answer."""

from __future__ import annotations

import gzip

import brotli
import pytest

from afterword.services.thread_cache import Entry
from afterword.web.entry_answer import EntryAnswer, Network, choose_encoding, is_known

TEXT = b'{"comments":[' + b'"one like the other",' * 100 + b'""]}'
ORIGIN = b"https://blog.example.org"
ENTRY = Entry(etag=b'W/"12-3"', identity=TEXT, origins=frozenset([ORIGIN]))
answer = EntryAnswer([(b"x-content-type-options", b"nosniff")])


def ask(*headers: tuple[bytes, bytes]) -> tuple[int, dict[bytes, bytes], bytes]:
    answered = answer(ENTRY, headers)
    assert answered is not None
    status, sent, body, _ = answered
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


NETWORK = Network(60, 10)


def for_network(origins: frozenset[bytes], *asked: tuple[bytes, bytes]) -> dict[bytes, bytes]:
    """The headers of an answer that a content delivery network may keep."""
    made = Entry(etag=b'W/"1"', identity=TEXT, origins=origins)
    made.tags = ("site:1", "page:7", "key:1:url:blog.example.org/post")
    answered = EntryAnswer([], network=NETWORK)(made, asked)
    assert answered
    return dict(answered[1])


def test_a_network_is_told_how_long_it_may_keep_an_answer_and_by_which_names_it_may_drop_it() -> (
    None
):
    for asked in ((), ((b"if-none-match", b'W/"1"'),)):
        headers = for_network(frozenset(), *asked)
        told = b"public, max-age=0, s-maxage=60, stale-while-revalidate=10"
        assert headers[b"cache-control"] == told
        keys = headers[b"surrogate-key"].split(b" ")
        assert keys[:3] == [b"afterword", b"afterword-site-1", b"afterword-page-7"]
        assert b"blog.example.org" not in headers[b"surrogate-key"]
        assert headers[b"cache-tag"].split(b",") == keys
        assert headers[b"vary"] == b"Origin, Accept-Encoding"
    assert Network(60, 0).cache_control == b"public, max-age=0, s-maxage=60"


def test_where_a_site_has_one_origin_a_kept_answer_names_it_whoever_asked_first() -> None:
    one, other = b"https://blog.example.org", b"https://b.example"
    allowed = b"access-control-allow-origin"
    assert for_network(frozenset({one}))[allowed] == one
    assert allowed not in for_network(frozenset({one, other}))
    assert for_network(frozenset({one, other}), (b"origin", other))[allowed] == other


def test_without_a_network_nobody_is_named() -> None:
    made = Entry(etag=b'W/"1"', identity=TEXT, origins=frozenset({b"https://blog.example.org"}))
    made.tags = ("page:7",)
    answered = answer(made, [])
    assert answered
    names = dict(answered[1])
    assert names[b"cache-control"] == b"public, no-cache"
    assert not names.keys() & {b"surrogate-key", b"cache-tag", b"access-control-allow-origin"}
