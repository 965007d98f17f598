"""Members are found by their address, have roles, and are looked like by nobody."""

from __future__ import annotations

import pytest

from afterword.core.model import Member, Role, Site
from afterword.storage import members
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
