"""The whole application in this process, asked through ASGI: no port, and the clock is ours.

async def test_...(app: Served) -> None:
    await app.add_site("blog", "https://blog.example.org")
    answer = await app.client.get("/api/v1/thread", params={"url": "https://blog.example.org/a"})
"""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from afterword import app as application
from afterword.core.model import Policy, Site
from afterword.services.context import Context
from afterword.services.members.first_run import create_first_member, set_up_link
from afterword.services.sites import manage_sites
from afterword.settings import Settings

BUNDLE = b"/* the widget, as far as these tests care */" * 40
PASSWORD = "a quiet river at dusk"


# Its clock stands still, so that everything comes at once.
UNHURRIED = Policy(
    min_seconds=0, address_rate=0, page_rate=0, site_rate=0, proof="off", surge_guard=False
)


@dataclass
class Clock:
    """Time stands still until a test moves it."""

    now: int = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


@dataclass
class Served:
    """A running application, its client, and what a test wants to look at."""

    app: Any
    client: httpx2.AsyncClient
    context: Context
    clock: Clock
    settings: Settings
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def add_site(self, name: str, *origins: str, **policy: Any) -> Site:
        """Adds a site that the running process knows of at once, without limits of rate unless given."""
        site = await manage_sites.add_site(
            self.context.store, name, origins, replace(UNHURRIED, **policy), self.clock.now
        )
        await self.context.sites.refresh(self.context.store)
        return site

    async def comment(self, page_url: str, /, **more: Any) -> httpx2.Response:
        """Sends a comment that nothing is wrong with, apart from what `more` says."""
        number = next(self._numbers)
        sent = {
            "url": page_url,
            "name": f"Mira {number}",
            "body": f"The gauge was rebuilt in {1900 + number}.",
            "client_id": str(uuid.uuid4()),
        }
        headers = more.pop("headers", {})
        return await self.client.post("/api/v1/comments", json=sent | more, headers=headers)

    async def sign_in(self) -> httpx2.Response:
        """Makes the first member and signs the client in as her."""
        link = await set_up_link(self.context, now=self.clock.now)
        assert link is not None
        token = link.rpartition("token=")[2]
        await create_first_member(
            self.context, token, "Lea Brandt", "lea@example.org", PASSWORD, now=self.clock.now
        )
        return await self.client.post(
            "/dashboard/sign-in",
            data={"email": "lea@example.org", "password": PASSWORD},
            headers={"sec-fetch-site": "same-origin"},
        )


@asynccontextmanager
async def serving(settings: Settings, **options: Any) -> AsyncIterator[Served]:
    """Runs the lifespan of a new application around the block.

    Nobody is told of anything by itself, with `deliver=False`: tests do it by their own clock, with
    `tests.support.smtp_sink.delivered`.
    """
    options.setdefault("deliver", False)
    clock = options.setdefault("clock", Clock())
    if "widget" not in options:
        options["widget"] = settings.data / "embed.js"
        settings.data.mkdir(parents=True, exist_ok=True)
        options["widget"].write_bytes(BUNDLE)
    app = application.create_app(settings, **options)
    state: dict[str, Any] = {}
    async with _lifespan(app, state):

        async def with_state(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
            await app({**scope, "state": state.copy()}, receive, send)

        transport = httpx2.ASGITransport(with_state, client=("203.0.113.7", 4711))
        async with httpx2.AsyncClient(
            transport=transport, base_url=settings.public_url, follow_redirects=False
        ) as client:
            yield Served(with_state, client, state["context"], clock, settings)


@asynccontextmanager
async def _lifespan(app: Any, state: dict[str, Any]) -> AsyncIterator[None]:
    """Plays the server's part of the ASGI lifespan protocol."""
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": state}
    task = asyncio.create_task(app(scope, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    await _answered(outbox, task)
    try:
        yield
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        await _answered(outbox, task)
        await task


async def _answered(outbox: asyncio.Queue[dict[str, Any]], task: asyncio.Task[None]) -> None:
    getting = asyncio.create_task(outbox.get())
    await asyncio.wait({getting, task}, return_when=asyncio.FIRST_COMPLETED)
    if not getting.done():
        getting.cancel()
        await task
    message = getting.result()
    assert message["type"].endswith(".complete"), message


def settings_for(data: Path, database_url: str, **more: Any) -> Settings:
    """Settings of a test: no limit on how often, unless the test is about them."""
    unlimited = {
        "comments_per_minute": 0,
        "comments_per_hour": 0,
        "previews_per_minute": 0,
        "votes_per_minute": 0,
        "reports_per_hour": 0,
        "codes_per_hour": 0,
        "reads_per_minute": 0,
    }
    return Settings(data=data, database_url=database_url, **(unlimited | more))


@pytest_asyncio.fixture
async def app(tmp_path: Path, ready_url: str) -> AsyncIterator[Served]:
    """The application on an empty database: once on SQLite, once on PostgreSQL."""
    async with serving(settings_for(tmp_path / "data", ready_url)) as served:
        yield served


@pytest_asyncio.fixture
async def blog(app: Served) -> Served:
    """The application with one site, `blog`, that holds nobody's comments back."""
    await app.add_site("blog", "https://blog.example.org", hold="none")
    return app


@pytest.fixture
def page_url() -> str:
    """The address of a page of `blog`."""
    return "https://blog.example.org/notes/weir"
