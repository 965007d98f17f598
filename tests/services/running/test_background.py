"""The loops run beside the requests, survive failures, and end when they are told to."""

from __future__ import annotations

import asyncio
import logging

import pytest

from afterword.core.errors import Unavailable
from afterword.core.model import Site
from afterword.services.context import Context, open_context
from afterword.services.running import background as module
from afterword.services.running.background import background
from afterword.services.telling.deliver_outbox import CHANNELS
from tests.services.builders import read, write
from tests.services.ear import ear


async def eventually(condition: object) -> None:
    async with asyncio.timeout(10):
        while not await condition():
            await asyncio.sleep(0.01)


async def test_changes_of_others_arrive_by_themselves(
    ctx: Context, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    async with open_context(ctx.settings) as other, background(other):
        assert (await read(other)).count == 0
        await write(ctx)

        async def has_arrived() -> bool:
            return (await read(other)).count == 1

        await eventually(has_arrived)


async def test_on_postgres_they_arrive_before_the_next_question(
    ctx: Context, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not ctx.settings.database_url.startswith("postgres"):
        monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    else:
        monkeypatch.setattr(module, "POLL_SECONDS", 3600.0)
    async with (
        open_context(ctx.settings) as other,
        background(ctx, deliver=False),
        background(other, deliver=False),
        ear(other) as reader,
    ):
        comment = await write(ctx)

        async def is_told() -> bool:
            return comment.id in [event.of for event in await reader.heard()]

        await eventually(is_told)


async def test_a_failing_loop_goes_on_and_says_so_once(
    ctx: Context,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures = iter([True] * 5)
    refresh = ctx.sites.refresh

    async def fail_at_first(_: object, db: object) -> None:
        if next(failures, False):
            raise Unavailable("The database cannot be reached now.")
        await refresh(db)

    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    with caplog.at_level(logging.INFO, module.__name__):
        async with background(ctx):
            monkeypatch.setattr(type(ctx.sites), "refresh", fail_at_first)

            async def is_over() -> bool:
                return "works again" in caplog.text

            await eventually(is_over)
            assert not ctx.cache.bypass
    assert [record.message for record in caplog.records] == [
        "The change poll fails: The database cannot be reached now.",
        "The change poll works again",
    ]


async def test_the_loops_end_with_the_server(ctx: Context) -> None:
    async with background(ctx):
        assert len(loops()) == 9 + len(CHANNELS)
    assert loops() == []


def loops() -> list[str]:
    return [repr(task) for task in asyncio.all_tasks() if "_repeat" in repr(task)]
