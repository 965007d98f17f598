"""What may be lost is done some time soon, and never in anybody's way."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import NotFetched
from afterword.services.errands import MOST, Errands


async def test_an_errand_is_done_and_one_that_fails_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []

    async def work(name: str) -> None:
        done.append(name)
        if name == "b":
            raise NotFetched("Nobody is there.")

    errands = Errands()
    for name in "abc":
        errands.begin(name, work(name))
    await errands.settle()
    assert done == ["a", "b", "c"]
    assert "b failed: Nobody is there." in caplog.text


async def test_too_many_at_once_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    may_end = asyncio.Event()
    done: list[int] = []

    async def work(number: int) -> None:
        await may_end.wait()
        done.append(number)

    errands = Errands()
    for number in range(MOST + 2):
        errands.begin(f"errand {number}", work(number))
    may_end.set()
    await errands.settle()
    assert done == list(range(MOST))
    assert f"errand {MOST} was left out" in caplog.text


async def test_none_goes_on_after_the_end() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    errands = Errands()
    errands.begin("endless", work())
    await begun.wait()
    await errands.close()
    assert ended.is_set()
