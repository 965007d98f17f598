"""A process with twenty writers is killed; what it answered is there, whole and once."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from afterword.storage import migrate
from afterword.storage.store import Store

WRITER = Path(__file__).with_name("storage_writer.py")
ROUNDS = 5


async def _write_until(url: str, first: int, answers: int) -> set[int]:
    """What the process said it had written before it was killed, at least so many answers."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(WRITER), url, str(first), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = [await process.stdout.readline() for _ in range(answers)]
    process.kill()
    rest = await process.stdout.read()
    await process.wait()
    return {int(line) for line in b"".join([*said, rest]).split()}


async def test_each_answered_write_survives_kills(database_url: str) -> None:
    await migrate.upgrade(database_url)
    answered: set[int] = set()
    for number in range(ROUNDS):
        answered |= await _write_until(database_url, 1_000_000 * number, 40 + 37 * number)
    store = await Store.open(database_url)
    rows = await store.fetch_all("SELECT subject, at FROM sign_in_failure")
    if database_url.startswith("sqlite"):
        assert await store.fetch_all("PRAGMA integrity_check") == [("ok",)]
    await store.close()
    stored = {int(subject) for subject, _ in rows}
    assert len(answered) >= ROUNDS * 40
    assert answered <= stored
    # Both rows of each, once: also of those that were stored and not yet answered.
    assert sorted(rows) == sorted((str(number), at) for number in stored for at in (1, 2))
    assert len(stored - answered) <= ROUNDS * 20
