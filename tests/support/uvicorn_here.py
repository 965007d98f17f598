"""Uvicorn with our protocol in this process, on a real socket: what it holds can be looked at.

async with running(uvicorn.Config(app, http=patient_protocol(), …)) as server:
    await asyncio.open_connection("127.0.0.1", port_of(server))
"""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn


@asynccontextmanager
async def running(server: uvicorn.Server) -> AsyncIterator[uvicorn.Server]:
    """The server, from when it answers until it has ended."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        task = asyncio.create_task(server.serve([listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield server
        server.should_exit = True
        await task


@asynccontextmanager
async def served(app: Any, http: Any) -> AsyncIterator[uvicorn.Server]:
    """An application whose lifespan runs already, behind this protocol."""
    config = uvicorn.Config(
        app, http=http, lifespan="off", log_config=None, timeout_graceful_shutdown=5
    )
    async with running(uvicorn.Server(config)) as server:
        yield server


def port_of(server: uvicorn.Server) -> int:
    """Where it listens."""
    return int(server.servers[0].sockets[0].getsockname()[1])


async def until(condition: Callable[[], bool]) -> None:
    """Waits until that is so; fails after ten seconds."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """What goes now goes by itself."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
