"""Members, sessions, set-up links, failed sign-ins and the audit log."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.model import Act, Member, Role, Session, Site
from afterword.storage import audit, members, sessions, setup_links, sign_in_failures
from afterword.storage.store import AlreadyThere, Store


async def add_member(store: Store, name: str = "Ann", email: str = "Ann@example.org") -> Member:
    async with store.write() as db:
        return await members.add(db, name, name.lower(), email, "hash", now=1)


async def test_a_member_is_found_by_address_in_any_case(store: Store) -> None:
    assert not await members.any_exists(store)
    ann = await add_member(store)
    assert await members.by_email(store, "aNN@EXAMPLE.org") == (ann, "hash")
    assert await members.by_email(store, "bob@example.org") is None
    assert await members.get(store, ann.id) == ann
    assert await members.credentials(store, ann.id) == (ann, "hash")
    assert await members.any_exists(store)
    with pytest.raises(AlreadyThere):
        await add_member(store, "Other", "ann@Example.org")


async def test_roles_are_given_changed_and_taken(store: Store, site: Site) -> None:
    ann = await add_member(store)
    async with store.write() as db:
        await members.give_role(db, ann.id, None, Role.OWNER)
        await members.give_role(db, ann.id, site.id, Role.VIEWER)
        await members.give_role(db, ann.id, None, Role.MODERATOR)
    found = await members.get(store, ann.id)
    assert found is not None
    assert found.roles == {None: Role.MODERATOR, site.id: Role.VIEWER}
    async with store.write() as db:
        await members.take_role(db, ann.id, None)
    assert (await members.all_members(store))[0].roles == {site.id: Role.VIEWER}
    async with store.write() as db:
        await members.take_role(db, ann.id, site.id)
    assert (await members.all_members(store))[0].roles == {}


async def test_a_disabled_member_is_not_found_but_nobody_may_look_like_them(store: Store) -> None:
    ann = await add_member(store)
    await add_member(store, "Bob", "bob@example.org")
    assert await members.names(store) == ["Ann", "Bob"]
    async with store.write() as db:
        await members.disable(db, ann.id, now=5)
    assert await members.get(store, ann.id) is None
    assert await members.by_email(store, ann.email) is None
    assert await members.names(store) == ["Bob"]
    assert await members.skeletons(store) == ["ann", "bob"]


async def test_a_password_is_replaced(store: Store) -> None:
    ann = await add_member(store)
    async with store.write() as db:
        await members.set_password(db, ann.id, "another")
    assert await members.by_email(store, ann.email) == (ann, "another")


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


async def test_a_set_up_link_is_good_once_and_only_the_last_one(store: Store) -> None:
    for token in ("old", "new"):
        async with store.write() as db:
            await setup_links.replace(db, token, now=10)
    assert not await setup_links.is_valid(store, "old", since=0)
    assert await setup_links.is_valid(store, "new", since=10)
    assert not await setup_links.is_valid(store, "new", since=11)

    async def take() -> bool:
        async with store.write() as db:
            return await setup_links.take(db, "new", since=10)

    assert sorted(await asyncio.gather(*(take() for _ in range(5)))) == [False] * 4 + [True]


async def test_failures_are_counted_by_subject_and_time(store: Store) -> None:
    async with store.write() as db:
        for now in (10, 20, 30):
            await sign_in_failures.add(db, "a", now=now)
        await sign_in_failures.add(db, "b", now=15)
    assert await sign_in_failures.since(store, "a", 20) == (2, 30)
    assert await sign_in_failures.since(store, "c", 0) == (0, 0)
    async with store.write() as db:
        await sign_in_failures.clear(db, "b")
        assert await sign_in_failures.drop_before(db, 20) == 1
    assert await sign_in_failures.since(store, "a", 0) == (2, 30)
    assert await sign_in_failures.since(store, "b", 0) == (0, 0)


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
