"""The audit log remembers."""

from __future__ import annotations

import asyncio

from afterword.core.model import Act, Member, Site
from afterword.storage import audit, members
from afterword.storage.store import Store


async def add_member(store: Store, name: str = "Ann", email: str = "Ann@example.org") -> Member:
    async with store.write() as db:
        return await members.add(db, name, name.lower(), email, "hash", now=1)


async def test_the_audit_log_remembers_and_an_act_is_undone_once(store: Store, site: Site) -> None:
    ann = await add_member(store)
    async with store.write() as db:
        first = await audit.add(
            db,
            member_id=ann.id,
            act=Act.SPAM,
            site_id=site.id,
            subject=[3, 1],
            before={"3": "pending"},
            after=["spam"],
            now=5,
        )
        second = await audit.add(
            db,
            member_id=None,
            act="backup",
            site_id=None,
            subject=[],
            before=None,
            after=None,
            now=6,
        )
    entry = await audit.get(store, first)
    assert entry == audit.Entry(
        first, 5, ann.id, "spam", site.id, (3, 1), {"3": "pending"}, ["spam"], None
    )
    assert [each.id for each in await audit.recent(store, limit=5)] == [second, first]
    assert [each.id for each in await audit.recent(store, limit=5, before_id=second)] == [first]
    assert [each.id for each in await audit.recent(store, member_id=ann.id, limit=5)] == [first]

    async def undo() -> bool:
        async with store.write() as db:
            return await audit.mark_undone(db, first, now=9)

    assert sorted(await asyncio.gather(*(undo() for _ in range(5)))) == [False] * 4 + [True]
    undone = await audit.get(store, first)
    assert undone is not None
    assert undone.undone_at == 9
