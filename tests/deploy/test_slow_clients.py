"""Who holds on to connections is let go in time, and nobody else notices."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from tests.support.fronts import Front
from tests.support.slow_clients import KINDS, Slow, slow_clients

SLOW = "127.0.0.66"
MANY = 25
WITHIN = 30.0
"""Seconds; limits of one to nine, on a machine with other things to do."""


async def _until_let_go(front: Front) -> None:
    async with asyncio.timeout(WITHIN):
        while front.held(SLOW):
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_who_is_slow_is_let_go_while_others_are_served(front: Front, kind: Slow) -> None:
    statuses = []
    async with slow_clients(front, kind, SLOW, MANY):
        assert front.held(SLOW), "they were not counted"
        letting_go = asyncio.create_task(_until_let_go(front))
        while not letting_go.done():
            answer = await asyncio.to_thread(httpx_get, front)
            statuses.append(answer.status_code)
        await letting_go
    assert statuses
    assert set(statuses) == {200}


def httpx_get(front: Front) -> httpx2.Response:
    """What a visitor asks who is not slow."""
    with front.client() as client:
        return client.get("/api/v1/thread", params={"url": "https://blog.example.org/a"})
