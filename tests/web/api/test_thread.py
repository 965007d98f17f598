"""Threads over HTTP: what a page and the caches before it see."""

from __future__ import annotations

import gzip
import json

import brotli
import pytest

from afterword.core.errors import Unavailable
from tests.support.serving import Served

THREAD = "/api/v1/thread"
COUNTS = "/api/v1/counts"
ORIGIN = {"origin": "https://blog.example.org"}


async def test_a_page_without_comments_is_an_empty_thread(blog: Served, page_url: str) -> None:
    answer = await blog.client.get(THREAD, params={"url": page_url})
    assert answer.status_code == 200
    thread = answer.json()
    nobody = {"id": None, "url": page_url, "title": None, "closed": False, "reactions": []}
    assert thread["page"] == {**nobody, "slow": 0, "note": []}
    assert (thread["count"], thread["comments"], thread["next"]) == (0, [], None)
    assert thread["site"]["name"] == "blog"


async def test_a_comment_is_in_the_next_answer_and_the_tag_is_another(
    blog: Served, page_url: str
) -> None:
    before = await blog.client.get(THREAD, params={"url": page_url})
    again = await blog.client.get(THREAD, params={"url": page_url})
    assert (await blog.comment(page_url)).status_code == 201
    after = await blog.client.get(THREAD, params={"url": page_url})
    assert before.headers["etag"] == again.headers["etag"] != after.headers["etag"]
    assert [comment["status"] for comment in after.json()["comments"]] == ["approved"]


@pytest.mark.parametrize("path", [THREAD, COUNTS])
async def test_the_ready_answer_is_the_first_answer_to_the_byte(
    blog: Served, page_url: str, path: str
) -> None:
    first = await blog.client.get(path, params={"url": page_url}, headers=ORIGIN)
    ready = await blog.client.get(path, params={"url": page_url}, headers=ORIGIN)
    assert first.status_code == ready.status_code == 200
    assert first.content == ready.content
    assert sorted(first.headers.raw) == sorted(ready.headers.raw)


@pytest.mark.parametrize("path", [THREAD, COUNTS])
async def test_a_reader_who_has_it_already_is_sent_nothing(
    blog: Served, page_url: str, path: str
) -> None:
    first = await blog.client.get(path, params={"url": page_url})
    known = {"if-none-match": first.headers["etag"]}
    again = await blog.client.get(path, params={"url": page_url}, headers=known | ORIGIN)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["access-control-allow-origin"] == ORIGIN["origin"]
    await blog.comment(page_url)
    changed = await blog.client.get(path, params={"url": page_url}, headers=known)
    assert changed.status_code == 200


async def test_the_same_text_comes_in_every_encoding(blog: Served, page_url: str) -> None:
    for _ in range(4):
        await blog.comment(page_url)
    texts = set()
    for encoding, decode in (("br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)):
        async with blog.client.stream(
            "GET", THREAD, params={"url": page_url}, headers={"accept-encoding": encoding}
        ) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
            assert answer.headers.get("content-encoding", "") == encoding
            assert int(answer.headers["content-length"]) == len(raw)
            texts.add(decode(raw))
    assert len(texts) == 1
    assert json.loads(texts.pop())["count"] == 4


@pytest.mark.parametrize("path", [THREAD, COUNTS, "/healthz", "/embed.js", "/api/docs"])
async def test_head_is_get_without_a_body(blog: Served, page_url: str, path: str) -> None:
    for _ in range(2):
        head = await blog.client.head(path, params={"url": page_url})
        get = await blog.client.get(path, params={"url": page_url})
        assert (head.status_code, head.content) == (200, b"")
        for answer in (head, get):
            answer.headers.pop("x-request-id", None)
        assert sorted(head.headers.raw) == sorted(get.headers.raw)


async def test_unknown_parameters_are_passed_over_and_not_repeated(
    blog: Served, page_url: str
) -> None:
    answer = await blog.client.get(THREAD, params={"url": page_url, "canary": "gRx7"})
    assert answer.status_code == 200
    assert b"gRx7" not in answer.content


async def test_misses_are_limited_per_address_and_ready_answers_are_not(
    app: Served, page_url: str
) -> None:
    await app.add_site("blog", "https://blog.example.org")
    object.__setattr__(app.settings, "reads_per_minute", 3)
    for number in range(3):
        assert (await app.client.get(THREAD, params={"url": f"{page_url}/{number}"})).is_success
    refused = await app.client.get(THREAD, params={"url": f"{page_url}/4"})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "20")
    assert refused.json()["retry_after"] == 20
    for _ in range(50):
        assert (await app.client.get(THREAD, params={"url": f"{page_url}/0"})).is_success


async def test_reading_again_what_has_changed_is_limited_alike(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="none")
    object.__setattr__(app.settings, "reads_per_minute", 3)
    for number in range(3):
        answer = await app.client.get(THREAD, params={"url": page_url})
        assert answer.json()["count"] == number
        await app.comment(page_url)
    refused = await app.client.get(THREAD, params={"url": page_url}, headers=ORIGIN)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "20")
    assert refused.headers["access-control-allow-origin"] == ORIGIN["origin"]
    assert refused.headers["content-type"] == "application/problem+json"


async def test_a_database_that_fails_is_asked_once_and_said_to_fail(
    blog: Served, page_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await blog.client.get(THREAD, params={"url": page_url})
    await blog.comment(page_url)
    asked = []

    async def fail(*_: object) -> None:
        asked.append(1)
        raise Unavailable("The database cannot be asked now.")

    with monkeypatch.context() as patch:
        patch.setattr(blog.context.store, "fetch_all", fail)
        refused = await blog.client.get(THREAD, params={"url": page_url}, headers=ORIGIN)
    assert refused.status_code == 503
    assert refused.headers["access-control-allow-origin"] == ORIGIN["origin"]
    assert "retry-after" in refused.headers
    assert len(asked) == 1
    answer = await blog.client.get(THREAD, params={"url": page_url}, headers=ORIGIN)
    assert answer.json()["count"] == 1
