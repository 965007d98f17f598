"""Those who come at once, for a stream or to write, keep nobody waiting who wants something else."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from afterword.web.in_turn import AT_ONCE, STREAMS, InTurn
from tests.support.events import listening
from tests.support.laps import Laps, counting
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


class Writer:
    """Sends something that is wrong, so that it is answered where it is read; its body comes when it may."""

    def __init__(self, laps: Laps) -> None:
        self._laps = laps
        self.body = asyncio.Event()
        self.began = self.answered = 0
        """In which turn of the event loop."""

    async def ask(self, app: Any) -> None:
        path = "/api/v1/preview"
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        of_request = {"method": "POST", "path": path, "raw_path": path.encode(), "headers": headers}
        where = {"query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1"}
        client = {"client": ("198.51.100.1", 4711), "server": ("testserver", 80)}
        scope = {"type": "http", "asgi": {"version": "3.0"}, **of_request, **where, **client}
        await app(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        self.began = self._laps.now
        await self.body.wait()
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 422, message
            self.answered = self._laps.now


async def test_those_who_write_begin_one_by_one_and_work_one_by_one(blog: Served) -> None:
    async with counting() as laps:
        writers = [Writer(laps) for _ in range(MANY)]
        tasks = [asyncio.create_task(writer.ask(blog.app)) for writer in writers]
        while not all(writer.began for writer in writers):
            await asyncio.sleep(0)
        assert len({writer.began for writer in writers}) == MANY
        for writer in writers:
            writer.body.set()
        await asyncio.gather(*tasks)
        assert len({writer.answered for writer in writers}) == MANY


async def test_a_body_that_does_not_come_keeps_no_other_from_writing(
    blog: Served, page_url: str
) -> None:
    async with counting() as laps:
        slow = [Writer(laps) for _ in range(MANY)]
        tasks = [asyncio.create_task(writer.ask(blog.app)) for writer in slow]
        while not all(writer.began for writer in slow):
            await asyncio.sleep(0)
        assert (await blog.comment(page_url)).status_code == 201
        assert not any(writer.answered for writer in slow)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (await blog.comment(page_url)).status_code == 201
