"""The server makes backups by itself: when one is due, in one process of all; what fails is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.core.errors import Unavailable
from afterword.core.finding import Finding
from afterword.services.backups import regular_backups
from afterword.services.backups.regular_backups import HOUR, Regular, last_backup, last_failure
from afterword.services.backups.restore_backup import check_backup
from afterword.services.backups.rotate_backups import backups_in
from afterword.services.context import Context, open_context
from afterword.services.running.check_backups import check_backups
from afterword.settings import Settings
from tests.services.backups.holding import GO_ON, NOW, leftovers

pytestmark = pytest.mark.usefixtures("no_pg_tools")
DAY = 24 * HOUR


@dataclass
class Clock:
    now: int = NOW

    def __call__(self) -> int:
        return self.now


@pytest_asyncio.fixture
async def ctx(settings: Settings, tmp_path: Path) -> AsyncIterator[Context]:
    """An installation that makes a backup a day, and keeps two."""
    wanted = replace(settings, backup_dir=tmp_path / "backups", backup_every=24, backup_keep=2)
    async with open_context(wanted) as opened:
        yield opened


def folder_of(ctx: Context) -> Path:
    assert ctx.settings.backup_dir is not None
    return ctx.settings.backup_dir


def found(ctx: Context, now: int) -> list[Finding]:
    return check_backups(ctx.settings, now)


async def test_one_process_of_all_makes_one_each_day_and_the_last_stay(ctx: Context) -> None:
    clock = Clock()
    processes = [Regular(ctx, clock, f"process {number}") for number in range(3)]
    for day in range(4):
        clock.now = NOW + day * DAY
        made = await asyncio.gather(*(each.back_up_when_due() for each in processes))
        assert len([each for each in made if each is not None]) == 1
        clock.now += DAY - 1
        assert await processes[day % 3].back_up_when_due() is None
    files = backups_in(folder_of(ctx))
    assert len(files) == 2
    assert [check_backup(file, GO_ON).at for file in files] == [NOW + 2 * DAY, NOW + 3 * DAY]
    assert folder_of(ctx).stat().st_mode & 0o777 == 0o700


async def test_a_server_that_starts_again_does_not_begin_again(ctx: Context) -> None:
    assert await Regular(ctx, Clock(), "before").back_up_when_due() is not None
    assert await Regular(ctx, Clock(NOW + HOUR), "after").back_up_when_due() is None


async def test_another_interval_holds_at_once(ctx: Context) -> None:
    assert await Regular(ctx, Clock(), "a").back_up_when_due() is not None
    hourly = replace(ctx, settings=replace(ctx.settings, backup_every=1))
    assert await Regular(hourly, Clock(NOW + 1), "a").back_up_when_due() is not None


async def test_where_none_are_asked_for_none_are_made_and_nothing_is_said(ctx: Context) -> None:
    without = replace(ctx, settings=replace(ctx.settings, backup_dir=None))
    assert await Regular(without, Clock(), "a").back_up_when_due() is None
    assert check_backups(without.settings, NOW) == []


async def test_what_fails_is_told_with_its_reason_and_tried_again_after_an_hour(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    regular = Regular(ctx, clock, "a")

    async def full(*_: object, **__: object) -> None:
        raise Unavailable("The disk is full; nothing was stored.")

    with monkeypatch.context() as patch:
        patch.setattr(regular_backups, "make_backup", full)
        assert await regular.back_up_when_due() is None
    failed, none = found(ctx, NOW)
    assert (failed.code, failed.grave, none.code) == ("backup_failed", "error", "no_backup")
    assert "The disk is full" in failed.text
    clock.now += HOUR - 1
    assert await regular.back_up_when_due() is None
    clock.now += 1
    assert await regular.back_up_when_due() is not None
    assert last_failure(ctx.settings.data) is None
    assert [each.code for each in found(ctx, clock.now)] == ["backup"]


async def test_our_own_mistakes_are_told_too(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    async def wrong(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(regular_backups, "make_backup", wrong)
    with pytest.raises(ZeroDivisionError):
        await Regular(ctx, Clock(), "a").back_up_when_due()
    failure = last_failure(ctx.settings.data)
    assert failure is not None
    assert failure.why == "ZeroDivisionError: of ours"


async def test_the_age_of_the_last_whole_backup_is_told(ctx: Context) -> None:
    made = await Regular(ctx, Clock(), "a").back_up_when_due()
    assert made is not None
    (note,) = found(ctx, NOW + 5 * HOUR + 1)
    assert (note.grave, note.command) == ("note", f"afterword restore --check {made.file}")
    assert note.text == "The last whole backup is from 15 January 2027, 08:00 UTC (5 hours ago)."
    assert [each.code for each in found(ctx, NOW + 2 * DAY + HOUR)] == ["backup"]
    (late,) = found(ctx, NOW + 2 * DAY + HOUR + 1)
    assert (late.code, late.grave) == ("backup_late", "error")
    cut = folder_of(ctx) / "afterword-20990101T000000Z.zip"
    cut.write_bytes(made.file.read_bytes()[:1000])
    assert last_backup(folder_of(ctx)) == (made.file, NOW)


async def test_a_server_that_ends_breaks_off_and_leaves_nothing(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    look = regular_backups.make_backup.__globals__["_read_back"]
    loop = asyncio.get_running_loop()

    def slow(*given: object) -> None:
        loop.call_soon_threadsafe(begun.set)
        *_, stop = given
        while not stop():  # type: ignore[operator]
            pass
        look(*given)

    monkeypatch.setitem(regular_backups.make_backup.__globals__, "_read_back", slow)
    task = asyncio.create_task(Regular(ctx, Clock(), "a").back_up_when_due())
    await begun.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert backups_in(folder_of(ctx)) == []
    assert leftovers(folder_of(ctx)) == []


def test_forbidden_folders_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    (folder, _) = check_backups(Settings(data=tmp_path, backup_dir=tmp_path), NOW)
    assert (folder.code, folder.grave) == ("backup_folder", "error")
