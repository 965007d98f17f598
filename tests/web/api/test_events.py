"""The stream of a thread's changes over HTTP: who gets it, what is in it, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.services.live import BEATS
from tests.support.events import PATH, listening
from tests.support.serving import Served, serving, settings_for

ALLOWED = "https://blog.example.org"


@pytest_asyncio.fixture
async def small(tmp_path: Path, database_url: str) -> AsyncIterator[Served]:
    """Room for three readers, two of one address."""
    settings = settings_for(tmp_path, database_url, max_streams=3, streams_per_address=2)
    async with serving(settings) as served:
        await served.add_site("blog", ALLOWED, hold="none")
        yield served


async def test_what_others_write_arrives_in_order(blog: Served, page_url: str) -> None:
    async with listening(blog.app, page_url, since=0) as stream:
        assert stream.status == 200
        for number in range(1, 4):
            sent = (await blog.comment(page_url)).json()["comment"]["id"]
            event = await stream.next()
            assert (event.name, event.of, event.data["count"]) == ("new", sent, number)
        thread = (await blog.client.get("/api/v1/thread", params={"url": page_url})).json()
        assert event.data["comment"] == thread["comments"][-1]
        assert event.id == str(thread["version"])


async def test_a_browser_that_comes_again_goes_on_where_it_was(blog: Served, page_url: str) -> None:
    async with listening(blog.app, page_url) as stream:
        assert (stream.reader.last_id, stream.waiting) == ("0", [])
        await blog.comment(page_url)
        await stream.next()
        known = stream.reader.last_id
    missed = (await blog.comment(page_url)).json()["comment"]["id"]
    # What the browser was told last stands above what the page said when it began.
    headers = {"last-event-id": known}
    async with listening(blog.app, page_url, since=0, headers=headers) as stream:
        assert [event.of for event in stream.waiting] == [missed]
    async with listening(blog.app, page_url, since=known, headers={"last-event-id": "x"}) as stream:
        assert [event.of for event in stream.waiting] == [missed]


async def test_no_cache_and_no_proxy_keeps_it_back(blog: Served, page_url: str) -> None:
    async with listening(blog.app, page_url, headers={"origin": ALLOWED}) as stream:
        headers = stream.headers
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store"
    assert headers["x-accel-buffering"] == "no"
    assert headers["access-control-allow-origin"] == ALLOWED
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert "content-length" not in headers


@pytest.mark.parametrize(
    ("origin", "code"),
    [("https://evil.example", "unknown_origin"), ("null", "opaque_origin")],
)
async def test_a_page_of_no_site_hears_nothing(
    blog: Served, page_url: str, origin: str, code: str
) -> None:
    answer = await blog.client.get(PATH, params={"url": page_url}, headers={"origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert len(blog.context.live) == 0


async def test_a_page_of_another_site_hears_nothing(blog: Served, page_url: str) -> None:
    await blog.add_site("shop", "https://shop.example")
    headers = {"origin": "https://shop.example"}
    answer = await blog.client.get(PATH, params={"url": page_url}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "query",
    [{}, {"url": "nonsense"}, {"url": ALLOWED, "since": "-1"}, {"url": ALLOWED, "since": "x"}],
)
async def test_what_cannot_be_read_is_refused(blog: Served, query: dict[str, str]) -> None:
    answer = await blog.client.get(PATH, params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_head_request_ends(blog: Served, page_url: str) -> None:
    async with listening(blog.app, page_url, method="HEAD", since=0) as stream:
        await stream.read_to_end()
    assert (stream.status, stream.raw) == (200, b"")
    assert len(blog.context.live) == 0


async def test_when_a_reader_leaves_the_place_is_free_again(small: Served, page_url: str) -> None:
    for _ in range(5):
        async with listening(small.app, page_url):
            assert len(small.context.live) == 1
        assert len(small.context.live) == 0


async def test_one_address_may_not_take_every_place(small: Served, page_url: str) -> None:
    async with listening(small.app, page_url), listening(small.app, page_url) as _:
        async with listening(small.app, page_url) as third:
            assert (third.status, third.headers["retry-after"]) == (429, "30")
        async with listening(small.app, page_url, client="198.51.100.7") as other:
            assert other.status == 200
            async with listening(small.app, page_url, client="192.0.2.7") as fourth:
                assert (fourth.status, fourth.headers["retry-after"]) == (503, "30")
                assert b"can be read as ever" in fourth.raw


async def test_a_quiet_stream_shows_once_a_turn_that_it_is_there(
    blog: Served, page_url: str
) -> None:
    async with listening(blog.app, page_url) as stream:
        for turn in (1, 2, 3):
            for _ in range(BEATS):
                await blog.context.live.beat()
            await stream.read()
            assert stream.reader.comments == turn
        assert stream.waiting == []


async def test_readers_come_again_at_different_times(blog: Served, page_url: str) -> None:
    async with listening(blog.app, page_url) as one, listening(blog.app, page_url) as two:
        assert one.reader.retry != two.reader.retry
        for stream in (one, two):
            assert 3_000 <= (stream.reader.retry or 0) < 8_000


async def test_every_stream_ends_with_the_server(blog: Served, page_url: str) -> None:
    async with listening(blog.app, page_url) as stream:
        blog.context.live.close()
        await stream.read_to_end()
    answer = await blog.client.get(PATH, params={"url": page_url})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_a_reader_who_takes_nothing_is_let_go(blog: Served, page_url: str) -> None:
    """Its application waits in `send`, as uvicorn lets it; the others hear everything."""
    stuck = asyncio.Event()

    async def app(scope: object, receive: object, send: object) -> None:
        sent = 0

        async def send_and_stop(message: object) -> None:
            nonlocal sent
            sent += 1
            if sent == 3:
                await stuck.wait()
            await send(message)

        await blog.app(scope, receive, send_and_stop)

    async with listening(app, page_url) as slow, listening(blog.app, page_url) as quick:
        for _ in range(70):
            await blog.comment(page_url)
            await quick.next()
        stuck.set()
        await slow.read_to_end()
        assert len(slow.waiting) <= 1
        assert len(blog.context.live) == 1
