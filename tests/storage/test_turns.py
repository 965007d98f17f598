"""Those who write go on one by one, and what became ready meanwhile comes before the next."""

from __future__ import annotations

import asyncio

from afterword.storage.store import Store, WriteDb
from afterword.storage.turns import Turns
from tests.support.laps import counting

MANY = 20


async def test_whoever_is_alone_goes_on_at_once() -> None:
    turns = Turns()
    async with counting() as laps:
        for _ in range(3):
            before = laps.now
            await turns.mine()
            assert laps.now == before
            await asyncio.sleep(0)
            await asyncio.sleep(0)


async def test_who_comes_together_goes_on_one_by_one_and_in_order() -> None:
    turns = Turns()
    went: list[tuple[int, int]] = []

    async def goes(number: int) -> None:
        await turns.mine()
        went.append((number, laps.now))

    async with counting() as laps:
        await asyncio.gather(*(goes(number) for number in range(MANY)))
    assert [number for number, _ in went] == list(range(MANY))
    assert len({lap for _, lap in went}) == MANY


async def test_who_comes_while_others_go_on_waits_behind_them() -> None:
    turns = Turns()
    went: list[str] = []

    async def goes(name: str) -> None:
        await turns.mine()
        went.append(name)

    first = [asyncio.create_task(goes(name)) for name in "abc"]
    while "a" not in went:
        await asyncio.sleep(0)
    await asyncio.gather(goes("d"), *first)
    assert went == ["a", "b", "c", "d"]


async def test_who_has_gone_is_passed_over() -> None:
    turns = Turns()
    tasks = [asyncio.create_task(turns.mine()) for _ in range(MANY)]
    await asyncio.sleep(0)
    for task in tasks[1:-1]:
        task.cancel()
    async with asyncio.timeout(10):
        told = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in told[1:-1]] == [asyncio.CancelledError] * (MANY - 2)
        assert told[-1] is None
        await asyncio.gather(*(turns.mine() for _ in range(3)))


async def test_who_is_cancelled_in_its_turn_leaves_the_line_to_others() -> None:
    turns = Turns()
    waits = asyncio.create_task(turns.mine())
    also = asyncio.create_task(turns.mine())

    def cancelled_when_let_go() -> None:
        if turns._line:
            asyncio.get_running_loop().call_soon(cancelled_when_let_go)
        else:
            also.cancel()

    await asyncio.sleep(0)
    cancelled_when_let_go()
    async with asyncio.timeout(10):
        await asyncio.gather(waits, also, return_exceptions=True)
        await turns.mine()


async def test_those_who_shared_a_commit_go_on_one_by_one(store: Store) -> None:
    went: list[int] = []

    async def nothing(db: WriteDb) -> None:
        await db.fetch_all("SELECT 1")

    async def writes() -> None:
        await store.at_once(nothing)
        went.append(laps.now)

    async def writes_by_itself() -> None:
        async with store.write() as db:
            await nothing(db)
        went.append(laps.now)

    async with counting() as laps:
        await asyncio.gather(*(writes() for _ in range(MANY)))
        await asyncio.gather(*(writes_by_itself() for _ in range(MANY)))
    assert len(set(went)) == len(went) == 2 * MANY
