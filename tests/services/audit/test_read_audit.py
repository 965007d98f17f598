from __future__ import annotations

import pytest

from afterword.core.errors import Forbidden
from afterword.core.model import Member, Role, Site
from afterword.services.audit.read_audit import EXPORTED, SLICE, Line, export_audit, read_audit
from afterword.services.permission import COMMAND_LINE
from afterword.storage import audit
from afterword.storage.audit import Wanted
from tests.support.forms import new_member
from tests.support.serving import Served

DAY = 24 * 60 * 60_000


@pytest.fixture
async def sites(app: Served) -> list[Site]:
    return [await app.add_site(name, f"https://{name}.example.org") for name in ("a", "b", "c")]


async def note(
    app: Served, count: int = 1, *, member: Member = COMMAND_LINE, act: str = "x", site: Site | None
) -> None:
    async with app.context.store.write() as db:
        for _ in range(count):
            await audit.add(
                db,
                member_id=member.id,
                act=act,
                site_id=site.id if site else None,
                subject=[1],
                before=None,
                after=None,
                now=app.clock.now,
            )


async def seen(app: Served, member: Member, **wanted: int | str) -> list[tuple[str, str]]:
    page = await read_audit(app.context, member, Wanted(**wanted), now=app.clock.now)
    return [(line.act, line.site_name) for line in page.lines if line.act != "add_site"]


async def test_a_member_sees_the_acts_on_their_own_sites_alone(
    app: Served, sites: list[Site]
) -> None:
    for site in (*sites, None, sites[0]):
        await note(app, site=site)
    everywhere = await new_member(app, "lea@example.org", role=Role.VIEWER)
    assert [name for _, name in await seen(app, everywhere)] == ["a", "", "c", "b", "a"]
    two = Member(9, "Vera", "", {sites[0].id: Role.VIEWER, sites[2].id: Role.OWNER})
    assert [name for _, name in await seen(app, two)] == ["a", "c", "a"]
    assert await seen(app, two, site_id=sites[1].id) == []
    assert [name for _, name in await seen(app, two, site_id=sites[2].id)] == ["c"]
    assert await seen(app, Member(9, "Nobody", "")) == []


async def test_filters_narrow_by_member_act_site_and_time(app: Served, sites: list[Site]) -> None:
    lea = await new_member(app, "lea@example.org", role=Role.OWNER)
    await note(app, act="old", site=sites[0])
    app.clock.advance(2 * DAY / 1000)
    middle = app.clock.now
    await note(app, act="hers", member=lea, site=sites[0])
    app.clock.advance(2 * DAY / 1000)
    await note(app, act="new", site=sites[1])
    assert await seen(app, lea, member_id=lea.id) == [("hers", "a")]
    assert await seen(app, lea, member_id=0) == [("new", "b"), ("old", "a")]
    assert await seen(app, lea, act="old") == [("old", "a")]
    assert await seen(app, lea, site_id=sites[0].id, act="new") == []
    assert await seen(app, lea, since=middle) == [("new", "b"), ("hers", "a")]
    assert await seen(app, lea, until=middle) == [("old", "a")]
    assert await seen(app, lea, since=middle, until=middle + 1) == [("hers", "a")]
    assert await seen(app, lea, since=app.clock.now + 1) == []
    assert await seen(app, lea, until=0) == []


async def test_the_log_goes_on_slice_by_slice_with_nothing_lost(
    app: Served, sites: list[Site]
) -> None:
    await note(app, 2 * SLICE + 1, site=sites[0])
    lea = Member(9, "Lea", "", {sites[0].id: Role.VIEWER})
    lines: list[Line] = []
    before_id = None
    while True:
        page = await read_audit(app.context, lea, Wanted(before_id=before_id), now=app.clock.now)
        lines += page.lines
        before_id = page.next
        if before_id is None:
            break
    assert len(lines) == 2 * SLICE + 2
    ids = [line.id for line in lines]
    assert ids == sorted(set(ids), reverse=True)


async def test_an_export_has_everything_and_is_for_owners(app: Served, sites: list[Site]) -> None:
    await note(app, EXPORTED + 1, site=sites[0])
    await note(app, site=sites[1])
    owner = Member(9, "Lea", "", {None: Role.OWNER})

    async def exported(member: Member, **wanted: int) -> int:
        lines = export_audit(app.context, member, Wanted(**wanted), now=app.clock.now)
        return len([line async for line in lines if line.act == "x"])

    assert await exported(owner) == EXPORTED + 2
    of_one = Member(9, "Vera", "", {sites[1].id: Role.OWNER, sites[0].id: Role.MODERATOR})
    assert await exported(of_one, site_id=sites[1].id) == 1
    for member, wanted in ((of_one, {}), (of_one, {"site_id": sites[0].id})):
        with pytest.raises(Forbidden):
            await exported(member, **wanted)
