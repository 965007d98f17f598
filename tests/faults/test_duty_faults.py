"""The process that does what one of all does is killed: another one takes over, with what it had begun."""

from __future__ import annotations

import os
import signal

from afterword.storage import leases
from afterword.storage.store import Store
from tests.support.server import READY_WITHIN, Serve, until


async def test_another_process_takes_over_from_one_that_is_killed(
    serve: Serve, database_url: str
) -> None:
    server = serve("serve", "--workers", "2", AFTERWORD_DATABASE_URL=database_url)
    store = await Store.open(database_url)
    try:
        before = await leases.held(store, "duty")
        assert before is not None
        # As of a mail that was on its way.
        async with store.write() as db:
            await leases.take(db, "deliver:mail", before[0], ends_at=2**50, now=1)
        killed = int(before[0].partition("-")[0])
        os.kill(killed, signal.SIGKILL)

        async def is_taken_over() -> bool:
            held = await leases.held(store, "duty")
            return held is not None and held[0] != before[0]

        await until(is_taken_over, READY_WITHIN, server.output)
        assert await leases.held(store, "deliver:mail") is None
        assert server.stop() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
        # On PostgreSQL it is given back at the end, so that a process elsewhere need not wait.
        held = await leases.held(store, "duty")
        assert held is None or database_url.startswith("sqlite")
    finally:
        await store.close()
