"""What the commands share: settings from the environment, one event loop, the clock, JSON output."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any, TypeVar

import click

from afterword.cli.settings_given import settings_with
from afterword.services.context import Context, open_context

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


def with_context(work: Callable[[Context], Awaitable[T]]) -> T:
    """Opens everything, does the work, closes everything."""

    async def run() -> T:
        async with open_context(settings_with()) as ctx:
            return await work(ctx)

    return asyncio.run(run())


def now_ms() -> int:
    """Milliseconds since 1970-01-01 UTC; the one place where the command line asks the clock."""
    return time.time_ns() // 1_000_000


def echo_json(value: Any) -> None:
    """Prints one JSON document, for programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
