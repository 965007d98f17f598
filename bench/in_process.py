"""The application in this process, asked without a socket: what an answer costs the server alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from afterword.app import create_app
from afterword.core.markdown import parse
from afterword.core.model import Author, Page, Policy, Status
from afterword.services.context import Context
from afterword.settings import load
from afterword.storage import comments, pages, sites
from bench import seed
from bench.servers import ORIGIN

_HOST = ORIGIN.partition("://")[2]
_HEADERS = [(b"host", b"comments.example"), (b"origin", ORIGIN.encode())]


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer."""

    seconds: float
    """From the call of the application to its last byte."""
    processor: float
    """Seconds of this process, threads included; what PostgreSQL takes is not in it."""
    body: bytes


@dataclass(frozen=True, slots=True)
class InProcess:
    """An application that is running."""

    app: ASGIApp
    ctx: Context
    state: dict[str, Any]

    async def ask(self, app: ASGIApp, query: bytes, *, encoding: bytes = b"") -> Asked:
        """GET the thread of the query, from the application or from another that stands in its place."""
        sent: list[Any] = []
        headers = [*_HEADERS, (b"accept-encoding", encoding)] if encoding else _HEADERS
        scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": "GET",
            "path": "/api/v1/thread",
            "raw_path": b"/api/v1/thread",
            "root_path": "",
            "query_string": query,
            "headers": headers,
            "state": dict(self.state),
            "client": ("127.0.0.1", 9),
            "server": ("127.0.0.1", 80),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        processor, began = time.process_time(), time.perf_counter()
        await app(scope, receive, send)
        took, worked = time.perf_counter() - began, time.process_time() - processor
        assert sent[0]["status"] == 200, sent
        return Asked(took, worked, sent[1]["body"])

    async def change(self, page: Page) -> None:
        """A write of the page, as far as readers are concerned."""
        async with self.ctx.store.write() as db, pages.changing(db, page.id, 1):
            pass

    async def write_page(
        self, name: str, number: int, body: Callable[[int], str] = seed.body
    ) -> Page:
        """A page with so many public comments, every second of them a reply to the one before."""
        async with self.ctx.store.write() as db:
            key, url = f"url:{_HOST}/{name}", f"{ORIGIN}/{name}"
            page = await pages.open_page(db, 1, [key], url, "What the river gauge told us", 1)
        top = None
        # Some at a time: PostgreSQL's patience with one transaction ends.
        for first in range(0, number, 500):
            async with self.ctx.store.write() as db, pages.changing(db, page.id, 1) as locked:
                for n in range(first, min(first + 500, number)):
                    text = body(n)
                    written = await comments.insert(
                        db,
                        locked,
                        parent=top if n % 2 else None,
                        status=Status.APPROVED,
                        author=Author(f"Reader {n}", key=f"{n:032x}"),
                        source=text,
                        tree=parse(text, images=False),
                        origin_key=f"client:{page.id}-{n}",
                        now=1_790_000_000_000 + n,
                        tell=False,
                    )
                    top = top if n % 2 else written
        return page


def address(page: Page) -> bytes:
    """The query that asks for the page."""
    return b"url=" + page.url.encode()


@asynccontextmanager
async def running(folder: Path, database_url: str) -> AsyncIterator[InProcess]:
    """The application with one site, as its lifespan opens it."""
    environ = {
        "AFTERWORD_DATA": str(folder),
        "AFTERWORD_DATABASE_URL": database_url,
        "AFTERWORD_READS_PER_MINUTE": "10000000",
    }
    opened: list[Context] = []

    async def ready(ctx: Context) -> None:
        async with ctx.store.write() as db:
            await sites.add(db, "bench", [ORIGIN], Policy(), now=1)
        await ctx.sites.refresh(ctx.store)
        opened.append(ctx)

    app = create_app(load({k: v for k, v in environ.items() if v}), on_ready=ready, deliver=False)
    told: asyncio.Queue[Any] = asyncio.Queue()
    said: asyncio.Queue[Any] = asyncio.Queue()
    state: dict[str, Any] = {}
    life = asyncio.create_task(app({"type": "lifespan", "state": state}, told.get, said.put))
    await told.put({"type": "lifespan.startup"})
    answer = await said.get()
    assert answer["type"] == "lifespan.startup.complete", answer
    try:
        yield InProcess(app, opened[0], state)
    finally:
        await told.put({"type": "lifespan.shutdown"})
        await life
