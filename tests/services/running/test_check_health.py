from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from afterword.core.errors import Forbidden
from afterword.core.finding import ORDER
from afterword.core.model import Member, Role
from afterword.services.permission import COMMAND_LINE
from afterword.services.running import check_files
from afterword.services.running.check_health import check_health
from tests.support.forms import new_member
from tests.support.serving import Served

DAY = 24 * 60 * 60


async def codes(app: Served, *, deep: bool = False) -> list[str]:
    found = await check_health(app.context, COMMAND_LINE, now=app.clock.now, deep=deep)
    assert [each.grave for each in found] == sorted((each.grave for each in found), key=ORDER.index)
    assert all(each.text.endswith((".", "build")) and each.fix.endswith(".") for each in found)
    return [each.code for each in found if each.code not in ("disk", "mode", "widget")]


async def test_a_new_server_lacks_an_owner_and_a_site(app: Served) -> None:
    assert await codes(app, deep=True) == ["no_owner", "no_site"]


async def test_an_owner_of_one_site_owns_no_server(app: Served) -> None:
    site = await app.add_site("blog", "http://localhost:1313")
    await new_member(app, "vera@example.org", role=Role.OWNER, site=site)
    assert "no_owner" in await codes(app)
    await new_member(app, "lea@example.org", role=Role.OWNER)
    assert await codes(app) == ["no_second_factor"]


async def test_sites_that_readers_cannot_use_are_found(app: Served) -> None:
    await app.add_site("blog", "https://blog.example.org")
    await app.add_site("old", "http://old.example.org")
    await app.add_site("lost", "https://lost.example.org")
    async with app.context.store.write() as db:
        await db.execute("DELETE FROM site_origin WHERE origin = 'https://lost.example.org'")
    await app.context.sites.refresh(app.context.store)
    found = await codes(app)
    assert {"public_url_local", "site_without_origin", "origin_http"} <= set(found)


async def test_what_waits_for_long_is_found(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="all")
    await app.comment(page_url)
    app.clock.advance(7 * DAY)
    assert "waiting" not in await codes(app)
    app.clock.advance(DAY)
    assert "waiting" in await codes(app)


async def test_likely_splits_are_counted_and_led_to(app: Served) -> None:
    for name in ("blog", "docs"):
        site = await app.add_site(name, f"https://{name}.example.org", hold="none")
    for path in ("/old/weir", "/2024/weir", "/gauge"):
        await app.comment(f"https://docs.example.org{path}")
    found = await check_health(app.context, COMMAND_LINE, now=app.clock.now)
    [told] = [each for each in found if each.code == "likely_splits"]
    assert told.text.startswith("Of the 500 pages of docs that changed last, a pair is likely")
    assert told.path == f"/dashboard/pages/moves?site={site.id}#splits"


async def test_a_clock_that_was_put_back_is_found(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="none")
    await app.comment(page_url)
    assert "clock" not in await codes(app)
    app.clock.advance(-3600)
    assert "clock" in await codes(app)


async def test_a_failing_poll_is_found(app: Served) -> None:
    app.context.cache.believe_until(0)
    assert "poll_fails" in await codes(app)


def test_files_that_others_may_read_are_found(app: Served) -> None:
    if os.name == "posix":
        key = app.settings.data / "secret.key"
        key.chmod(0o640)
        found = check_files.check_files(app.settings)
        assert f"chmod go= {key}" in [each.command for each in found]


def test_a_large_log_of_sqlite_is_found(tmp_path: Path, app: Served) -> None:
    file = tmp_path / "a.db"
    with (tmp_path / "a.db-wal").open("wb") as wal:
        wal.truncate(check_files.LARGE_WAL)
    settings = replace(app.settings, database_url=f"sqlite:///{file}")
    assert "wal" in [each.code for each in check_files.check_files(settings)]


@pytest.mark.parametrize("roles", [{}, {7: Role.OWNER}, {None: Role.MODERATOR}])
async def test_findings_are_for_owners_of_every_site(
    app: Served, roles: dict[int | None, Role]
) -> None:
    with pytest.raises(Forbidden):
        await check_health(app.context, Member(1, "A", "", roles), now=app.clock.now)
