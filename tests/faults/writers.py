"""Writers that post comments without pause, and remember what the server has promised to keep."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import httpx2


@dataclass
class Promises:
    """What was sent, and what of it was acknowledged."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    """Text by client id."""
    unanswered: dict[str, str] = field(default_factory=dict)
    """Sent, and not answered: each may be there or not, but not twice."""
    wrong: list[str] = field(default_factory=list)
    """Answers that were neither a promise nor an outage."""
    failed: list[str] = field(default_factory=list)
    """What got no answer, or that the server cannot now."""


class Writers:
    """Some writers against one server; `until(n)` returns when n more comments are promised."""

    def __init__(
        self, url: str, origin: str, promises: Promises, *, number: int = 20, pause: float = 0.0
    ) -> None:
        self._url, self._origin, self._promises = url, origin, promises
        self._number = number
        self._pause = pause
        self._serial = count(len(promises.acknowledged) + len(promises.unanswered) + 1)
        self._more = asyncio.Condition()
        self._done = 0
        self._is_over = False

    @property
    def done(self) -> int:
        """How many comments have been acknowledged so far."""
        return self._done

    async def until(self, promised: int) -> None:
        """Returns when this many comments have been acknowledged; the writers go on writing."""
        async with self._more:
            await self._more.wait_for(lambda: self._done >= promised)

    def stop(self) -> None:
        """Lets `run` end once what is under way is answered."""
        self._is_over = True

    async def run(self) -> None:
        """Writes until the server is gone, or it is told to stop."""
        limits = httpx2.Limits(max_connections=self._number)
        async with (
            httpx2.AsyncClient(base_url=self._url, limits=limits, timeout=30) as client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(self._number):
                group.create_task(self._write(client))

    async def _write(self, client: httpx2.AsyncClient) -> None:
        while not self._is_over:
            await asyncio.sleep(self._pause)
            serial = next(self._serial)
            client_id, text = str(UUID(int=serial, version=4)), f"Reading number {serial}"
            self._promises.unanswered[client_id] = text
            try:
                answer = await _post(client, self._origin, client_id, text)
            except httpx2.TransportError as error:
                self._promises.failed.append(f"{client_id}: {error!r}")
                return
            if answer.status_code in (201, 202):
                self._promises.acknowledged[client_id] = self._promises.unanswered.pop(client_id)
                async with self._more:
                    self._done += 1
                    self._more.notify_all()
            elif answer.status_code == 503:
                self._promises.failed.append(f"{client_id}: 503")
            else:
                self._promises.wrong.append(f"{answer.status_code} {answer.text}")
                return


async def repeat(url: str, origin: str, sent: dict[str, str]) -> list[int]:
    """Posts again what was sent before, as a browser does that heard no answer; gives the codes."""
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        return [
            (await _post(client, origin, client_id, text)).status_code
            for client_id, text in sent.items()
        ]


async def _post(
    client: httpx2.AsyncClient, origin: str, client_id: str, text: str
) -> httpx2.Response:
    page = int(text.rsplit(" ", 1)[1]) % 7
    sent = {
        "url": f"{origin}/gauge-{page}",
        "name": "Mira Osei",
        "body": text,
        "client_id": client_id,
    }
    return await client.post("/api/v1/comments", json=sent, headers={"Origin": origin})
