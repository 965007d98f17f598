"""Thousands who come at once for a stream keep nobody waiting who wants something else."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from afterword.web.in_turn import AT_ONCE, STREAMS, InTurn
from tests.support.events import listening
from tests.support.serving import Served

MANY = 10 * AT_ONCE
STREAM = {"type": "http", "path": f"/api/v1{STREAMS}"}
START = {"type": "http.response.start", "status": 200, "headers": []}


async def _ignore(*_: Any) -> Any:
    return None


async def test_another_request_is_answered_before_all_streams_have_begun(
    blog: Served, page_url: str
) -> None:
    async with AsyncExitStack() as stack:
        coming = [
            asyncio.create_task(
                stack.enter_async_context(listening(blog.app, page_url, client=f"198.51.100.{n}"))
            )
            for n in range(MANY)
        ]
        assert (await blog.client.get("/healthz")).status_code == 200
        assert len(blog.context.live) < MANY // 2
        streams = await asyncio.gather(*coming)
        assert {stream.status for stream in streams} == {200}
        assert len(blog.context.live) == MANY


async def test_a_stream_that_goes_on_leaves_its_turn_to_others() -> None:
    begun: list[object] = []
    end = asyncio.Event()

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        begun.append(scope)
        await end.wait()

    app = InTurn(endless)
    tasks = [asyncio.create_task(app(dict(STREAM), _ignore, _ignore)) for _ in range(MANY)]
    async with asyncio.timeout(10):
        while len(begun) < MANY:
            await asyncio.sleep(0)
    end.set()
    await asyncio.gather(*tasks)


async def test_a_turn_is_given_back_however_it_ends() -> None:
    async def fails(scope: Any, receive: Any, send: Any) -> None:
        if scope["fails"]:
            raise ValueError
        await send(START)

    app = InTurn(fails)
    for _ in range(2):
        came = [app({**STREAM, "fails": True}, _ignore, _ignore) for _ in range(MANY)]
        ended = await asyncio.gather(*came, return_exceptions=True)
        assert [type(each) for each in ended] == [ValueError] * MANY
    async with asyncio.timeout(10):
        await app({**STREAM, "fails": False}, _ignore, _ignore)
