"""How comments come to a site is kept, and who is known while they come as a flood."""

from __future__ import annotations

from afterword.core.model import Author, Page, Site
from afterword.core.surge import SUSPECT, Tide
from afterword.storage import surges
from afterword.storage.store import Store
from tests.storage.builders import write_comment

BEGAN = 10 * SUSPECT
TIDE = Tide(BEGAN, 31.5, 12.25, BEGAN, by_hand=False, swept=True, told_at=5, rest_until=7)


async def _put(store: Store, site: Site, tide: Tide) -> None:
    async with store.write() as db:
        await surges.lock(db, site.id)
        surges.put(db, site.id, tide)


async def _is_known(store: Store, site: Site, key: str) -> bool:
    return await surges.is_known(store, site.id, key, TIDE, held=1.0)


async def test_a_site_where_nobody_wrote_is_calm(store: Store, site: Site) -> None:
    assert await surges.get(store, site.id) == Tide()
    assert await surges.in_surge(store) == {}
    assert await surges.of_every_site(store) == {}


async def test_a_tide_is_kept_as_it_was_put(store: Store, site: Site) -> None:
    await _put(store, site, TIDE)
    assert await surges.get(store, site.id) == TIDE
    assert await surges.in_surge(store) == {site.id: TIDE}
    assert await surges.of_every_site(store) == {site.id: TIDE}


async def test_a_site_without_surge_is_not_among_those_with_one(store: Store, site: Site) -> None:
    await _put(store, site, Tide(at=5, recent=1.0, usual=2.0))
    assert await surges.in_surge(store) == {}
    assert (await surges.get(store, site.id)).usual == 2.0


async def test_who_was_published_before_or_since_is_known(
    store: Store, site: Site, page: Page
) -> None:
    times = {"before": BEGAN - SUSPECT - 1, "during": BEGAN - 1, "since": BEGAN}
    for key, at in times.items():
        await write_comment(store, page, author=Author("Ana", key=key), now=at)
    assert await _is_known(store, site, "before")
    assert await _is_known(store, site, "since")
    assert not await _is_known(store, site, "during")
    assert not await _is_known(store, site, "nobody")


async def test_newcomers_are_those_whom_nobody_had_seen(
    store: Store, site: Site, page: Page
) -> None:
    old, new, late = BEGAN - SUSPECT - 1, BEGAN - 5, BEGAN + 1
    await write_comment(store, page, author=Author("Known", key="known"), now=old)
    await write_comment(store, page, author=Author("Known", key="known"), now=new)
    found = await write_comment(store, page, author=Author("New", key="new"), now=new)
    nameless = await write_comment(store, page, author=Author("No key"), now=new)
    await write_comment(store, page, author=Author("Late", key="late"), now=late)
    ids = await surges.newcomers(store, site.id, TIDE, held=1.0, limit=10)
    assert ids == [found.id, nameless.id]
    assert await surges.newcomers(store, site.id, TIDE, held=1.0, limit=1) == [found.id]
