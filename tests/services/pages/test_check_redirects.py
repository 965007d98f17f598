"""Where the addresses of pages lead is found out politely, and followed as a whole, with one undo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from afterword.core.errors import Conflict, Forbidden
from afterword.core.model import Hold, Member, Role, Site
from afterword.delivery.guarded_client import GuardedClient
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.pages import check_redirects as module
from afterword.services.pages.check_redirects import (
    LEASE,
    Rounds,
    begin_check,
    check_redirects,
    list_checked,
    read_check,
    stop_check,
)
from afterword.services.pages.follow_redirects import follow_redirects, plan_to_follow
from afterword.services.reading.find_permalink import find_permalink
from afterword.services.sites.manage_sites import add_site
from afterword.storage import address_checks, leases
from tests.services.builders import NOW, UNHURRIED, add, bodies, read, submit
from tests.support.elsewhere import Elsewhere, Heard, elsewhere

ANSWERS = {
    "/": "200 OK",
    "/there": "200 OK",
    "/gone": "410 Gone",
    "/broken": "500 Oh",
    "/old/a": "301 x\r\nLocation: /new/a",
    "/new/a": "200 OK",
    "/old/b": "308 x\r\nLocation: /new/b#top",
    "/new/b": "200 OK",
    "/login": "302 x\r\nLocation: /there",
    "/lost": "301 x\r\nLocation: /",
    "/away": "301 x\r\nLocation: http://evil.example/x",
    "/round": "301 x\r\nLocation: /round",
    "/picky": "405 x",
}


async def serve(writer: asyncio.StreamWriter, heard: Heard) -> None:
    method, path, _ = heard.head.split(" ", 2)
    status = "200 OK" if (method, path) == ("GET", "/picky") else ANSWERS.get(path, "404 No")
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())


@dataclass
class Asked:
    ctx: Context
    site: Site
    other: Elsewhere
    comments: dict[str, int]

    def url(self, path: str) -> str:
        return self.other.url.rstrip("/") + path

    async def check(self, owner: Member) -> dict[str, int]:
        clock = iter(range(NOW + 1, NOW + 1_000))
        found = await check_redirects(
            self.ctx, owner, self.site.id, clock=lambda: next(clock), pause=0
        )
        return dict(found)


@pytest_asyncio.fixture
async def asked(ctx: Context) -> AsyncIterator[Asked]:
    """A site on a server of its own, with a comment on each of its pages."""
    async with elsewhere(serve) as other:
        origin = other.url.rstrip("/")
        policy = replace(UNHURRIED, hold=Hold.NONE)
        site = await add_site(ctx.store, "own", [origin], policy, NOW)
        client = GuardedClient([other.authority])
        ctx = replace(ctx, client=client)
        await ctx.sites.refresh(ctx.store)
        comments = {
            path: (await submit(ctx, f"At {path}", url=origin + path, origin=origin)).comment.id
            for path in ANSWERS
            if not path.startswith("/new")
        }
        yield Asked(ctx, site, other, comments)
        await client.close()


async def test_each_address_says_what_became_of_it(asked: Asked, owner: Member) -> None:
    counts = await asked.check(owner)
    assert counts == {
        "there": 3,
        "gone": 1,
        "failed": 2,
        "moved": 2,
        "for_now": 1,
        "front": 1,
        "elsewhere": 1,
    }
    heard = [each.head.lower() for each in asked.other.heard]
    assert not any("cookie:" in each or "evil.example" in each for each in heard)
    [away] = await address_checks.of_outcome(asked.ctx.store, asked.site.id, "elsewhere", 9)
    assert away.leads_to == "http://evil.example/x"


async def test_an_interrupted_round_goes_on_where_it_was(asked: Asked, owner: Member) -> None:
    run = await begin_check(asked.ctx, owner, asked.site.id, now=NOW)
    async with asked.ctx.store.write() as db:
        for page in await address_checks.to_ask(db, run, after_id=0, limit=9):
            told = {"outcome": "gone", "status": 404, "leads_to": None, "said": None}
            await address_checks.note(db, page, now=NOW, **told)  # type: ignore[arg-type]
    counts = await asked.check(owner)
    assert counts["gone"] >= 9
    assert (await asked.check(owner))["gone"] == 1, "the next round asks all of them anew"


async def test_pages_follow_their_redirects_and_come_back(asked: Asked, owner: Member) -> None:
    await asked.check(owner)
    ctx, site = asked.ctx, asked.site
    planned = await plan_to_follow(ctx, owner, site.id)
    assert {(each.page.url, each.url) for each in planned} == {
        (asked.url(f"/old/{name}"), asked.url(f"/new/{name}")) for name in "ab"
    }
    with pytest.raises(Conflict, match="look at the list again"):
        await follow_redirects(ctx, owner, site.id, merge=False, digest="another", now=NOW)
    act, _ = await follow_redirects(ctx, owner, site.id, merge=False, now=NOW)
    assert act is not None
    for name in "ab":
        comment = asked.comments[f"/old/{name}"]
        new = asked.url(f"/new/{name}")
        assert bodies(await read(ctx, new)) == bodies(await read(ctx, asked.url(f"/old/{name}")))
        assert await find_permalink(ctx, comment) == f"{new}#comment-{comment}"
    assert await plan_to_follow(ctx, owner, site.id) == ()
    await undo(ctx, owner, act, now=NOW)
    comment = asked.comments["/old/a"]
    assert await find_permalink(ctx, comment) == f"{asked.url('/old/a')}#comment-{comment}"


async def test_one_process_asks_at_a_time_and_another_goes_on_with_it(
    asked: Asked, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 4)
    ctx, site = asked.ctx, asked.site
    run = await begin_check(ctx, owner, site.id, now=NOW)
    assert await begin_check(ctx, owner, site.id, now=NOW + 1) == run, "one round at a time"
    async with ctx.store.write() as db:
        name = f"addresses:{site.id}"
        assert await leases.take(db, name, "one that died", ends_at=NOW + LEASE, now=NOW)
    assert not await Rounds(ctx, lambda: NOW, pause=0).ask_some(run)
    assert asked.other.heard == []
    first, second = (Rounds(ctx, lambda: NOW + LEASE, pause=0) for _ in range(2))
    await first.go_on()
    checked = await read_check(ctx, owner, site.id)
    assert (checked.asked, checked.total, checked.is_running) == (4, 11, True)
    await second.go_on()
    await first.go_on()
    checked = await read_check(ctx, owner, site.id)
    assert (checked.asked, checked.is_running) == (11, False)
    heard = len(asked.other.heard)
    await second.go_on()
    assert len(asked.other.heard) == heard, "what is over asks nobody"


async def test_a_round_that_is_stopped_asks_no_more_and_keeps_what_it_heard(
    asked: Asked, owner: Member
) -> None:
    ctx, site = asked.ctx, asked.site
    serve = asked.other.answer

    async def stop_at_the_third(writer: asyncio.StreamWriter, heard: Heard) -> None:
        if len(asked.other.heard) == 3:
            await stop_check(ctx, owner, site.id, now=NOW)
        await serve(writer, heard)

    asked.other.answer = stop_at_the_third
    await begin_check(ctx, owner, site.id, now=NOW)
    await Rounds(ctx, lambda: NOW, pause=0).go_on()
    checked = await read_check(ctx, owner, site.id)
    assert not checked.is_running
    assert checked.asked == 2, "what was under way is not noted any more"
    assert {each.head.split(" ")[1] for each in asked.other.heard} == {"/", "/there", "/gone"}


async def test_an_address_that_cannot_be_asked_keeps_nobody_from_the_others(
    asked: Asked, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(module, "ask", fail)
    assert await asked.check(owner) == {"failed": 11}


async def test_what_was_found_is_listed_in_slices(asked: Asked, owner: Member) -> None:
    await asked.check(owner)
    ctx, site = asked.ctx, asked.site
    first, after = await list_checked(ctx, owner, site.id, "there", limit=2)
    assert after == first[-1].page.id
    rest, end = await list_checked(ctx, owner, site.id, "there", after=after, limit=2)
    assert ([each.page.url for each in first + rest], end) == (
        [asked.url(path) for path in ("/", "/there", "/picky")],
        None,
    )


async def test_only_owners_may(asked: Asked) -> None:
    moderator = await add(asked.ctx, Role.MODERATOR)
    with pytest.raises(Forbidden):
        await asked.check(moderator)
    for act in (begin_check, stop_check):
        with pytest.raises(Forbidden):
            await act(asked.ctx, moderator, asked.site.id, now=NOW)
    for look in (read_check, plan_to_follow):
        with pytest.raises(Forbidden):
            await look(asked.ctx, moderator, asked.site.id)
    with pytest.raises(Forbidden):
        await list_checked(asked.ctx, moderator, asked.site.id, "gone")
    with pytest.raises(Forbidden):
        await follow_redirects(asked.ctx, moderator, asked.site.id, merge=False, now=NOW)
