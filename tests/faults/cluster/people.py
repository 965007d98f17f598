"""Writers who send again until they are answered, as browsers do, and readers who look at everything."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import httpx2

from tests.faults.cluster.checker import Checker, text_of
from tests.faults.cluster.servers import Server

ORIGIN = "https://blog.example.org"
PAGES, ON_A_PAGE = 3, 40
"""Pages that are written on at a time, and comments after which others take their place."""
PATHS = {
    "thread": "/api/v1/thread",
    "page": "/thread",
    "feed": "/feeds/thread",
    "count": "/api/v1/counts",
}


@dataclass
class People:
    """All of them, what they were answered, and what they were promised."""

    servers: list[Server]
    chance: random.Random
    checker: Checker = field(default_factory=Checker)
    answers: Counter[int] = field(default_factory=Counter)
    """By status."""
    unreachable: int = 0
    wrong: list[str] = field(default_factory=list)
    """Answers that are neither what was asked for nor an outage."""
    slowest_refusal: float = 0.0
    """Seconds until a 503."""
    _numbers: count[int] = field(default_factory=lambda: count(1))

    async def write(self, enough: asyncio.Event) -> None:
        """One comment after the other, each until it is acknowledged, also after it is enough."""
        while not enough.is_set():
            number = next(self._numbers)
            page = page_of(number)
            sent = {
                "url": f"{ORIGIN}/{page}",
                "name": "Mira Osei",
                "body": text_of(number),
                "client_id": str(UUID(int=number, version=4)),
            }
            while True:
                server = self.chance.choice(self.servers)
                answer = await self._ask(server, "POST", "/api/v1/comments", json=sent)
                if answer is not None and answer.status_code in (201, 202):
                    self.checker.promise(page, number, time.monotonic())
                    break
                await asyncio.sleep(self.chance.uniform(0.05, 0.3))
            await asyncio.sleep(0.05)

    async def read(self, server: Server, enough: asyncio.Event) -> None:
        """What was written lately most of the time, in every form in which there are threads."""
        while not enough.is_set():
            pages = list(self.checker.promised)
            if pages:
                lately = self.chance.random() < 0.8
                page = self.chance.choice(pages[-2 * PAGES :] if lately else pages)
                await self.look(server, self.chance.choice(list(PATHS)), page)
            await asyncio.sleep(0.03)

    async def look(self, server: Server, what: str, page: str) -> bool:
        """Asks once; whether it was answered."""
        asked = time.monotonic()
        query = {"url": f"{ORIGIN}/{page}"}
        answer = await self._ask(server, "GET", PATHS[what], params=query)
        if answer is None or answer.status_code != 200:
            return False
        if what == "count":
            self.checker.count(server.name, page, answer.json()["counts"][0], asked)
        else:
            self.checker.look(server.name, what, page, answer.text, asked)
        return True

    async def _ask(
        self, server: Server, method: str, path: str, **more: object
    ) -> httpx2.Response | None:
        asked = time.monotonic()
        headers = {"Origin": ORIGIN}
        try:
            answer = await server.client.request(method, path, headers=headers, **more)  # type: ignore[arg-type]
        except httpx2.TransportError:
            self.unreachable += 1
            return None
        self.answers[answer.status_code] += 1
        if answer.status_code == 503:
            self.slowest_refusal = max(self.slowest_refusal, time.monotonic() - asked)
            if "retry-after" not in answer.headers:
                self.wrong.append(f"503 without Retry-After: {path}")
        elif answer.status_code not in (200, 201, 202):
            self.wrong.append(f"{answer.status_code} {path} {answer.text[:200]}")
        return answer


def page_of(number: int) -> str:
    """The page that the comment is on."""
    return f"page-{number // (PAGES * ON_A_PAGE) * PAGES + number % PAGES}"
