"""Sites: found by exact origin and by name; every change raises the version."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.core.model import Hold, Policy, Site
from afterword.storage import sites
from afterword.storage.store import AlreadyThere, Store

POLICY = Policy(hold=Hold.ALL, max_length=500, query_keys=("id", "lang"), sort="newest")


async def test_a_site_is_found_by_each_of_its_origins_name_and_id(store: Store) -> None:
    origins = ["https://b.example.org", "http://localhost:8000"]
    async with store.write() as db:
        site = await sites.add(db, "b", origins, POLICY, now=1)
    assert site == Site(site.id, "b", ("http://localhost:8000", "https://b.example.org"), POLICY, 1)
    for origin in origins:
        assert await sites.by_origin(store, origin) == site
    assert await sites.by_name(store, "b") == site
    assert await sites.get(store, site.id) == site
    assert await sites.all_sites(store) == [site]


@pytest.mark.parametrize("origin", ["https://b.example.org:8443", "http://b.example.org", ""])
async def test_another_origin_is_not_the_site(store: Store, origin: str) -> None:
    async with store.write() as db:
        await sites.add(db, "b", ["https://b.example.org"], POLICY, now=1)
    assert await sites.by_origin(store, origin) is None


async def test_a_site_may_have_no_origin_yet(store: Store) -> None:
    async with store.write() as db:
        site = await sites.add(db, "b", [], Policy(), now=1)
    assert await sites.all_sites(store) == [site]


@pytest.mark.parametrize(
    ("name", "origin"), [("blog", "https://x"), ("x", "https://blog.example.org")]
)
async def test_name_and_origin_belong_to_one_site(
    store: Store, site: Site, name: str, origin: str
) -> None:
    async def add() -> None:
        async with store.write() as db:
            await sites.add(db, name, [origin], Policy(), now=1)

    with pytest.raises(AlreadyThere):
        await add()
    assert await sites.all_sites(store) == [site]


async def test_a_change_replaces_everything_and_raises_the_version(
    store: Store, site: Site
) -> None:
    async with store.write() as db:
        changed = await sites.change(
            db, site.id, name="new", origins=["https://n.example.org"], policy=POLICY, now=7
        )
    assert changed == replace(
        site, name="new", origins=("https://n.example.org",), policy=POLICY, version=2
    )
    assert await sites.by_origin(store, "https://blog.example.org") is None
    assert await sites.changed_since(store, 7) == [site.id]
    assert await sites.changed_since(store, 8) == []


async def test_a_site_that_is_not_there_is_not_changed(store: Store) -> None:
    async with store.write() as db:
        assert await sites.change(db, 99, name="x", origins=[], policy=POLICY, now=7) is None


async def test_a_policy_with_unknown_and_missing_fields_is_read(store: Store, site: Site) -> None:
    async with store.write() as db:
        await db.execute(
            "UPDATE site SET policy = :policy",
            {"policy": '{"v": 9, "max_links": 5, "of_the_future": [1]}'},
        )
    found = await sites.get(store, site.id)
    assert found is not None
    assert found.policy == Policy(max_links=5)
