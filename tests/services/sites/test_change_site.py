from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound
from afterword.core.model import Member, Policy, Role, Site
from afterword.services.audit.undo_act import undo
from afterword.services.sites.change_site import change_site, delete_site
from afterword.services.sites.manage_sites import add_site
from afterword.storage import audit
from tests.support.forms import new_member
from tests.support.serving import Served

BLOG = "https://blog.example.org"


@pytest.fixture
async def owner(app: Served) -> Member:
    return await new_member(app, "lea@example.org", role=Role.OWNER)


@pytest.fixture
async def site(app: Served) -> Site:
    return await app.add_site("blog", BLOG)


async def change(app: Served, member: Member, site: Site, **changes: Any) -> int | None:
    named = {key: changes.pop(key) for key in ("name", "origins", "words") if key in changes}
    wish = {"name": site.name, "origins": site.origins, "words": (), **named}
    return await change_site(
        app.context,
        member,
        site.id,
        change=lambda policy: replace(policy, **changes),
        now=app.clock.now,
        **wish,
    )


async def test_a_change_is_known_at_once_and_noted_with_before_and_after(
    app: Served, owner: Member, site: Site
) -> None:
    number = await change(app, owner, site, name="notes", max_length=500, words=("leave=Join in",))
    here = app.context.sites.by_id(site.id)
    assert here
    assert (here.name, here.policy.max_length, here.policy.words) == (
        "notes",
        500,
        {"leave": "Join in"},
    )
    entry = await audit.get(app.context.store, number or 0)
    assert entry
    assert (entry.act, entry.member_id, entry.site_id) == ("change_site", owner.id, site.id)
    assert entry.before == {"site": "blog", "max_length": 10_000, "words": {}}
    assert entry.after == {"site": "notes", "max_length": 500, "words": {"leave": "Join in"}}


async def test_a_change_of_nothing_leaves_no_trace(app: Served, owner: Member, site: Site) -> None:
    assert await change(app, owner, site) is None
    entries = await audit.recent(app.context.store, limit=9)
    assert [entry.act for entry in entries] == ["add_site"]
    assert entries[0].member_id is None


async def test_undo_puts_back_what_nobody_has_changed_since(
    app: Served, owner: Member, site: Site
) -> None:
    number = await change(app, owner, site, name="notes", max_length=500, votes="off")
    await change(app, owner, replace(site, name="notes"), max_length=500, votes="both")
    await undo(app.context, owner, number or 0, now=app.clock.now)
    here = app.context.sites.by_id(site.id)
    assert here
    assert (here.name, here.policy.max_length, here.policy.votes) == ("blog", 10_000, "both")


async def test_undo_takes_nothing_from_another_site(app: Served, owner: Member, site: Site) -> None:
    number = await change(app, owner, site, name="notes", origins=("https://notes.example.org",))
    await app.add_site("blog", BLOG)
    await undo(app.context, owner, number or 0, now=app.clock.now)
    here = app.context.sites.by_id(site.id)
    assert here
    assert (here.name, here.origins) == ("notes", ("https://notes.example.org",))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MODERATOR])
async def test_only_an_owner_changes_a_site(app: Served, site: Site, role: Role) -> None:
    member = await new_member(app, "vera@example.org", role=role)
    with pytest.raises(Forbidden):
        await change(app, member, site, max_length=500)
    with pytest.raises(Forbidden):
        await add_site(app.context.store, "x", [BLOG], Policy(), app.clock.now, member=member)
    with pytest.raises(Forbidden):
        await delete_site(app.context, member, site.id, typed="blog", now=app.clock.now)


async def test_an_owner_of_one_site_adds_and_deletes_none_and_sees_no_other(
    app: Served, site: Site
) -> None:
    other = await app.add_site("other", "https://other.example.org")
    member = await new_member(app, "vera@example.org", role=Role.OWNER, site=site)
    with pytest.raises(NotFound):
        await change(app, member, other, max_length=500)
    with pytest.raises(Forbidden):
        await delete_site(app.context, member, site.id, typed="blog", now=app.clock.now)
    assert await change(app, member, site, max_length=500)


async def test_what_is_wrong_changes_nothing(app: Served, owner: Member, site: Site) -> None:
    await app.add_site("other", "https://other.example.org")
    for wish in ({"max_length": 0}, {"name": ""}, {"words": ("nonsense=x",)}, {"origins": ()}):
        with pytest.raises(Invalid):
            await change(app, owner, site, **wish)
    for wish in ({"name": "other"}, {"origins": ("https://other.example.org",)}):
        with pytest.raises(Conflict):
            await change(app, owner, site, **wish)
    assert app.context.sites.by_id(site.id) == site


async def test_a_deleted_site_takes_its_comments_along_and_is_not_served_from_memory(
    blog: Served, owner: Member, page_url: str
) -> None:
    await blog.comment(page_url)
    site = blog.context.sites.by_name("blog")
    assert site
    thread = {"url": page_url}
    assert (await blog.client.get("/api/v1/thread", params=thread)).status_code == 200
    with pytest.raises(Invalid):
        await delete_site(blog.context, owner, site.id, typed="bl", now=blog.clock.now)
    await delete_site(blog.context, owner, site.id, typed="blog", now=blog.clock.now)
    assert (await blog.client.get("/api/v1/thread", params=thread)).status_code == 403
    assert await blog.context.store.fetch_one("SELECT 1 FROM comment LIMIT 1") is None
    last = (await audit.recent(blog.context.store, limit=1))[0]
    assert (last.act, last.subject, last.before["site"]) == ("delete_site", (site.id,), "blog")
