"""Who hears of a site how much, by which role; and how much they heard lately."""

from __future__ import annotations

from afterword.core.model import Role, Site
from afterword.core.telling import NewMessage
from afterword.storage import members, notices, outbox
from afterword.storage.store import Store


async def _member(store: Store, name: str, **roles: Role) -> int:
    async with store.write() as db:
        member = await members.add(db, name, name, f"{name}@example.org", "x", now=1)
        for where, role in roles.items():
            await members.give_role(
                db, member.id, None if where == "every" else int(where[1:]), role
            )
    return member.id


async def test_what_waits_is_told_until_somebody_wants_otherwise(store: Store, site: Site) -> None:
    ada = await _member(store, "ada", **{f"s{site.id}": Role.MODERATOR})
    assert await notices.of_member(store, ada) == {site.id: "waiting"}
    async with store.write() as db:
        assert await notices.put(db, ada, site.id, "daily")
        assert not await notices.put(db, ada, None, "none")
    assert await notices.of_member(store, ada) == {site.id: "daily"}
    (listener,) = await notices.of_site(store, site.id)
    assert (listener.member_id, listener.role, listener.notices) == (ada, Role.MODERATOR, "daily")


async def test_a_role_on_the_site_says_how_much_is_heard_of_it(store: Store, site: Site) -> None:
    both = {f"s{site.id}": Role.VIEWER, "every": Role.OWNER}
    ada = await _member(store, "ada", **both)
    await _member(store, "bea")
    async with store.write() as db:
        await notices.put(db, ada, site.id, "all")
        await notices.put(db, ada, None, "none")
        gone = await members.add(db, "cy", "cy", "cy@example.org", "x", now=1)
        await members.give_role(db, gone.id, None, Role.OWNER)
        await members.disable(db, gone.id, now=2)
    (listener,) = await notices.of_site(store, site.id)
    assert (listener.member_id, listener.role, listener.notices) == (ada, Role.OWNER, "all")


async def test_the_time_of_the_last_mail_but_some(store: Store) -> None:
    ada = await _member(store, "ada", every=Role.OWNER)
    async with store.write() as db:
        for at in (10, 20, 30):
            message = NewMessage(channel="mail", purpose="test", member_id=ada)
            await outbox.add(db, message, now=at)
    assert [await notices.nth_last(store, ada, nth) for nth in (1, 3, 4)] == [30, 10, None]
