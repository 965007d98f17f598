from __future__ import annotations

import pytest

from afterword.core.errors import NotFound
from afterword.core.model import Act, Member, Role, Site, Status
from afterword.services.moderating.moderate_comment import moderate
from afterword.services.sites.read_statistics import SPANS, read_statistics
from tests.support.forms import new_member
from tests.support.serving import Served

HOUR, DAY = 3600, 24 * 3600


@pytest.fixture
async def site(app: Served) -> Site:
    return await app.add_site("blog", "https://blog.example.org", hold="all")


@pytest.fixture
async def owner(app: Served) -> Member:
    return await new_member(app, "lea@example.org", role=Role.OWNER)


async def write(app: Served, page_url: str, **more: str) -> int:
    sent = await app.comment(page_url, **more)
    assert sent.status_code == 202, sent.text
    number: int = sent.json()["comment"]["id"]
    return number


async def test_each_day_has_what_was_written_and_how_long_it_waited(
    app: Served, site: Site, owner: Member, page_url: str
) -> None:
    first, second = [await write(app, page_url, title="The weir") for _ in range(2)]
    app.clock.advance(2 * HOUR)
    await moderate(app.context, owner, Act.APPROVE, [first], now=app.clock.now)
    app.clock.advance(2 * HOUR)
    await moderate(app.context, owner, Act.SPAM, [second], now=app.clock.now)
    app.clock.advance(2 * DAY)
    await write(app, page_url)
    found = await read_statistics(app.context, owner, site.id, 30, now=app.clock.now)
    assert len(found.stretches) == 30
    assert sum(each.total for each in found.stretches) == 3
    then, today = found.stretches[-3], found.stretches[-1]
    assert (then.counts[Status.APPROVED], then.counts[Status.SPAM]) == (1, 1)
    assert (today.counts[Status.PENDING], today.response) == (1, None)
    assert (then.response, found.response) == (180, 180)
    assert [(page.title, page.number) for page in found.busiest] == [("The weir", 1)]


@pytest.mark.parametrize("days", SPANS)
async def test_a_year_is_told_by_weeks_and_nothing_is_left_out(
    app: Served, site: Site, owner: Member, page_url: str, days: int
) -> None:
    await write(app, page_url)
    app.clock.advance((days - 1) * DAY)
    await write(app, page_url)
    found = await read_statistics(app.context, owner, site.id, days, now=app.clock.now)
    assert len(found.stretches) == (53 if days == 365 else days)
    assert (found.stretches[0].total, found.stretches[-1].total) == (1, 1)
    app.clock.advance(DAY)
    found = await read_statistics(app.context, owner, site.id, days, now=app.clock.now)
    assert sum(each.total for each in found.stretches) == 1


async def test_nobody_reads_the_numbers_of_a_site_of_others(app: Served, site: Site) -> None:
    for roles in ({}, {site.id + 1: Role.OWNER}):
        with pytest.raises(NotFound):
            await read_statistics(
                app.context, Member(9, "A", "", roles), site.id, 30, now=app.clock.now
            )
