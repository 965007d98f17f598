"""A process with twenty writers that says which writes were answered; run by the tests beside it.

`python storage_writer.py URL FIRST` writes numbers from FIRST on, each as two rows that belong
together, and prints each number once its write has ended, or `unavailable`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import count

from afterword.core.errors import Unavailable
from afterword.storage.store import Store

ADD = "INSERT INTO sign_in_failure (subject, at) VALUES (:subject, :at)"


def say(word: object) -> None:
    # One write to the pipe a line: what was said is out, whatever happens to this process.
    os.write(1, f"{word}\n".encode())


async def write(store: Store, numbers: count[int]) -> None:
    while True:
        number = next(numbers)
        try:
            async with store.write() as db:
                await db.execute(ADD, {"subject": str(number), "at": 1})
                await db.execute(ADD, {"subject": str(number), "at": 2})
        except Unavailable:
            say("unavailable")
            await asyncio.sleep(0.01)
        else:
            say(number)


async def main(url: str, first: int) -> None:
    store = await Store.open(url)
    numbers = count(first)
    await asyncio.gather(*(write(store, numbers) for _ in range(20)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
