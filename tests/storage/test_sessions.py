"""A session lives until it is ended."""

from __future__ import annotations

from afterword.core.model import Member, Session
from afterword.storage import members, sessions
from afterword.storage.store import Store


async def add_member(store: Store, name: str = "Ann", email: str = "Ann@example.org") -> Member:
    async with store.write() as db:
        return await members.add(db, name, name.lower(), email, "hash", now=1)


async def test_a_session_lives_until_it_is_ended(store: Store) -> None:
    ann, bob = await add_member(store), await add_member(store, "Bob", "bob@example.org")
    async with store.write() as db:
        one = await sessions.add(db, ann.id, "token-1", "csrf", "Firefox on Linux", now=10)
        two = await sessions.add(db, ann.id, "token-2", "csrf", "Safari on iOS", now=20)
    assert one == Session(one.id, ann.id, 10, 10, "Firefox on Linux", "csrf", 10)
    assert await sessions.by_token(store, "token-1") == one
    assert await sessions.by_token(store, "token-3") is None
    assert await sessions.of_member(store, ann.id) == [two, one]
    async with store.write() as db:
        await sessions.seen(db, one.id, now=30)
        await sessions.seen(db, one.id, now=25)
        assert not await sessions.end(db, two.id, bob.id, now=31)
        assert await sessions.end(db, two.id, ann.id, now=31)
        assert not await sessions.end(db, two.id, ann.id, now=32)
    assert await sessions.by_token(store, "token-2") is None
    assert [session.seen_at for session in await sessions.of_member(store, ann.id)] == [30]


async def test_all_other_sessions_end_at_once_and_the_ended_are_dropped(store: Store) -> None:
    ann = await add_member(store)
    async with store.write() as db:
        kept, *_ = [
            await sessions.add(db, ann.id, str(n), "csrf", "agent", now=n) for n in range(4)
        ]
        assert await sessions.end_others(db, ann.id, kept.id, now=9) == 3
    assert await sessions.of_member(store, ann.id) == [kept]
    async with store.write() as db:
        assert await sessions.drop_ended(db, seen_before=0, created_before=0) == 3
        assert await sessions.drop_ended(db, seen_before=1, created_before=0) == 1
        assert await sessions.end_others(db, ann.id, None, now=9) == 0
