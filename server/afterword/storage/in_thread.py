"""Slow work of storage in a thread, which is never left behind at what it does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import TypeVar

from afterword.storage.sqlite_rows import Stop

T = TypeVar("T")


async def in_thread(work: Callable[[Stop], T]) -> T:
    """Does slow work in a thread; when whoever waits is cancelled, it is told to stop, and waited for."""
    stop = Event()
    task = asyncio.ensure_future(asyncio.to_thread(work, stop.is_set))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait({task})
        # It ended somehow: nobody wants to know any more.
        task.exception()
        raise
