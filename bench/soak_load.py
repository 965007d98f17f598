"""A blog's ordinary day, all of it at once and without end: what readers, authors and moderators do."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx2

from bench import seed
from bench.servers import ORIGIN

PAGES = 50
STREAMS = 100
"""Readers who listen at any moment; each stays for some seconds, and another one comes."""
STAYS = (2.0, 60.0)
"""Seconds."""

RATES: dict[str, float] = {
    "warm read": 10,
    "304": 5,
    "read of a page that nobody has commented on": 2,
    "counts of 20 pages": 2,
    "comment": 2,
    "edit": 0.5,
    "deletion": 0.2,
    "vote": 2,
    "preview": 0.5,
    "page without scripts": 0.5,
    "feed": 0.5,
    "queue": 0.3,
    "decision": 0.2,
    "statistics": 0.1,
}
"""Requests a second."""


@dataclass
class Tally:
    """What has been answered since it was last emptied, and every error since the beginning."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Milliseconds, by what was asked."""
    errors: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    events: int = 0

    def emptied(self) -> dict[str, list[float]]:
        """The times until now; it begins anew."""
        took, self.took = self.took, defaultdict(list)
        return took


class Day:
    """Everybody who does something; `run` ends with them when its time is over."""

    def __init__(self, base: str, member: httpx2.AsyncClient, tally: Tally) -> None:
        """`member` is signed in to the dashboard."""
        limits = httpx2.Limits(max_connections=400, max_keepalive_connections=100)
        self._client = httpx2.AsyncClient(base_url=base, limits=limits, timeout=30)
        self._member = member
        self._tally = tally
        self._etags: dict[str, str] = {}
        self._written: deque[tuple[int, str]] = deque(maxlen=200)
        """Comments of late, with their author tokens."""
        self._random = random.Random(4711)
        self._serial = 0

    async def run(self, seconds: float) -> None:
        """Does all of it for so long."""
        ends = time.monotonic() + seconds
        async with self._client, asyncio.TaskGroup() as group:
            for name, rate in RATES.items():
                group.create_task(self._repeat(name, self._acts[name], 1 / rate, ends))
            for _ in range(STREAMS):
                group.create_task(self._listen(ends))

    @property
    def _acts(self) -> dict[str, Callable[[], Awaitable[object]]]:
        return {
            "warm read": lambda: self._read(self._page()),
            "304": self._read_again,
            "read of a page that nobody has commented on": lambda: self._read(self._new_page()),
            "counts of 20 pages": self._count,
            "comment": self._comment,
            "edit": self._edit,
            "deletion": self._delete,
            "vote": self._vote,
            "preview": lambda: self._send("POST", "/api/v1/preview", {"body": seed.body(1)}),
            "page without scripts": lambda: self._get("/thread", url=self._page()),
            "feed": lambda: self._get("/feeds/thread", url=self._page()),
            "queue": lambda: self._dashboard("/dashboard/queue?status=approved"),
            "decision": self._decide,
            "statistics": lambda: self._dashboard("/dashboard/statistics"),
        }

    async def _repeat(
        self, name: str, act: Callable[[], Awaitable[object]], every: float, ends: float
    ) -> None:
        due = time.monotonic() + self._random.random() * every
        while due < ends:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            began = time.perf_counter()
            try:
                await act()
            except (httpx2.TransportError, Unexpected) as error:
                self._tally.errors[f"{name}: {error or type(error).__name__}"] += 1
            self._tally.took[name].append(1000 * (time.perf_counter() - began))
            self._tally.requests += 1
            # Who was held up does not make up for it: load that follows a stall would hide it.
            due = max(due + every, time.monotonic())

    async def _listen(self, ends: float) -> None:
        """One reader after the other, each for a while."""
        while (left := ends - time.monotonic()) > 0:
            stays = min(left, self._random.uniform(*STAYS))
            try:
                async with asyncio.timeout(stays):
                    await self._hear()
            except TimeoutError:
                continue
            except (httpx2.TransportError, Unexpected) as error:
                self._tally.errors[f"stream: {error or type(error).__name__}"] += 1
                await asyncio.sleep(1)

    async def _hear(self) -> None:
        path, asked = "/api/v1/thread/events", {"url": self._page()}
        async with self._client.stream("GET", path, params=asked, headers=_AS_READER) as answer:
            _check(answer, 200)
            async for line in answer.aiter_lines():
                self._tally.events += line.startswith("event:")
        raise Unexpected("the server ended it")

    def _page(self) -> str:
        return f"{ORIGIN}/page-{self._random.randrange(PAGES)}"

    def _new_page(self) -> str:
        self._serial += 1
        return f"{ORIGIN}/quiet-{self._serial}"

    async def _get(self, path: str, **query: str) -> httpx2.Response:
        answer = await self._client.get(path, params=query, headers=_AS_READER)
        return _check(answer, 200)

    async def _read(self, page: str) -> None:
        answer = await self._get("/api/v1/thread", url=page)
        if "/page-" in page:
            self._etags[page] = answer.headers["etag"]

    async def _read_again(self) -> None:
        page = self._page()
        known = {"If-None-Match": self._etags.get(page, '"none"')}
        answer = await self._client.get(
            "/api/v1/thread", params={"url": page}, headers=_AS_READER | known
        )
        self._etags[page] = _check(answer, 200, 304).headers["etag"]

    async def _count(self) -> None:
        query = [("url", f"{ORIGIN}/page-{number}") for number in range(20)]
        _check(await self._client.get("/api/v1/counts", params=query, headers=_AS_READER), 200)

    async def _send(
        self, method: str, path: str, body: object = None, token: str = ""
    ) -> httpx2.Response:
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self._client.request(
            method, path, json=body, headers={"Origin": ORIGIN} | bearer
        )
        # A comment that was answered may not be deleted, one of a closed window not be edited.
        allowed = (200, 201, 202, 403, 404, 409) if token else (200, 201, 202)
        return _check(answer, *allowed)

    async def _comment(self) -> None:
        self._serial += 1
        sent = {
            "url": self._page(), "name": f"Reader {self._serial % 500}",
            "body": seed.body(self._serial), "client_id": str(uuid.uuid4()),
        }  # fmt: skip
        made = (await self._send("POST", "/api/v1/comments", sent)).json()
        self._written.append((made["comment"]["id"], made["author_token"]))

    async def _edit(self) -> None:
        if self._written:
            number, token = self._random.choice(self._written)
            text = {"body": f"{seed.body(number)} Edited."}
            await self._send("PATCH", f"/api/v1/comments/{number}", text, token)

    async def _delete(self) -> None:
        if self._written:
            number, token = self._written.popleft()
            await self._send("DELETE", f"/api/v1/comments/{number}", None, token)

    async def _vote(self) -> None:
        if self._written:
            number, _ = self._random.choice(self._written)
            visitor = f"{self._random.randrange(500):022d}"
            answer = await self._client.put(
                f"/api/v1/comments/{number}/vote",
                json={"vote": self._random.choice((1, 0)), "visitor_token": visitor},
                headers={"Origin": ORIGIN},
            )
            _check(answer, 200, 403, 404, 409)

    async def _dashboard(self, path: str) -> httpx2.Response:
        return _check(await self._member.get(path), 200)

    async def _decide(self) -> None:
        """Holds a comment, or approves it again."""
        if not self._written:
            return
        number, _ = self._random.choice(self._written)
        queue = await self._dashboard("/dashboard/queue")
        csrf = queue.text.partition('name="csrf" value="')[2].partition('"')[0]
        act = self._random.choice(("approve", "hold", "approve"))
        form = {"csrf": csrf, "next": "/dashboard/queue", "act": act, "id": str(number)}
        _check(await self._member.post("/dashboard/queue", data=form), 303)


class Unexpected(Exception):
    """An answer that should not be."""


_AS_READER = {"Origin": ORIGIN, "Accept-Encoding": "br"}


def _check(answer: httpx2.Response, *allowed: int) -> httpx2.Response:
    if answer.status_code not in allowed:
        path = answer.request.url.path
        raise Unexpected(f"{answer.status_code} of {answer.request.method} {path}")
    return answer
