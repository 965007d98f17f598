"""The process is killed while twenty writers write; what was acknowledged is there, once."""

from __future__ import annotations

import asyncio
from collections import Counter

from afterword.storage.store import Store
from tests.faults.writers import Promises, Writers, repeat
from tests.support.server import NO_LIMITS, UNHURRIED, Serve

ORIGIN = "https://blog.example.org"
ROUNDS = 15


async def test_each_acknowledged_comment_is_there_once_after_fifteen_kills(
    serve: Serve, database_url: str
) -> None:
    server = serve(AFTERWORD_DATABASE_URL=database_url, **NO_LIMITS)
    added = server.run("site", "add", "blog", "--origin", ORIGIN, "--hold", "none", *UNHURRIED)
    assert added.returncode == 0, added.stderr
    server.stop()
    promises = Promises()
    for round_number in range(ROUNDS):
        server.start()
        writers = Writers(server.url, ORIGIN, promises)
        writing = asyncio.create_task(writers.run())
        # A different moment of the writers' work in each round.
        enough = asyncio.create_task(writers.until(5 + 7 * round_number))
        await asyncio.wait({writing, enough}, return_when=asyncio.FIRST_COMPLETED)
        enough.cancel()
        server.kill()
        await writing
    server.start()
    # A browser that heard no answer sends again; what had been stored all the same is not doubled.
    assert set(await repeat(server.url, ORIGIN, promises.unanswered)) <= {201}
    promises.acknowledged |= promises.unanswered

    assert promises.wrong == []
    assert len(promises.acknowledged) > ROUNDS * 20
    found = await _stored(database_url)
    times = Counter(client_id for client_id, _ in found)
    assert [client_id for client_id in promises.acknowledged if times[client_id] != 1] == []
    assert [client_id for client_id, number in times.items() if number > 1] == []
    texts = dict(found)
    assert {key: texts[key] for key in promises.acknowledged} == promises.acknowledged
    assert len(found) == len(promises.acknowledged)
    await _counts_agree(database_url)


async def _stored(database_url: str) -> list[tuple[str, str]]:
    store = await Store.open(database_url)
    try:
        rows = await store.fetch_all("select origin_key, source from comment")
    finally:
        await store.close()
    return [(str(key).removeprefix("client:"), str(source)) for key, source in rows]


async def _counts_agree(database_url: str) -> None:
    """Each page's count is the number of its approved comments; on SQLite the file is sound."""
    store = await Store.open(database_url)
    try:
        wrong = await store.fetch_all(
            "select p.id from page p where p.comment_count <> "
            "(select count(*) from comment c where c.page_id = p.id and c.status = 'approved')"
        )
        assert list(wrong) == []
        if database_url.startswith("sqlite"):
            assert [tuple(row) for row in await store.fetch_all("pragma integrity_check")] == [
                ("ok",)
            ]
            assert list(await store.fetch_all("pragma foreign_key_check")) == []
    finally:
        await store.close()
