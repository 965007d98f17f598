"""Moved addresses by the dashboard: asked beside the requests, told by kind, followed as a whole."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.core.model import Role
from afterword.services.running import background
from afterword.storage import address_checks
from afterword.storage.address_checks import Run
from tests.support.elsewhere import Elsewhere, Heard, elsewhere
from tests.support.forms import Page, Visitor, new_member, signed_in
from tests.support.serving import Served, serving, settings_for

ADDRESSES = "/dashboard/pages/addresses"
FOLLOW = f"{ADDRESSES}/follow"
ANSWERS = {
    "/there": "200 OK",
    "/new/there": "200 OK",
    "/old/a": "301 x\r\nLocation: /new/a",
    "/new/a": "200 OK",
    "/old/b": "301 x\r\nLocation: /there",
    "/away": "302 x\r\nLocation: http://elsewhere.example/x",
}
PATHS = ("/there", "/old/a", "/old/b", "/away", "/gone")


async def serve(writer: asyncio.StreamWriter, heard: Heard) -> None:
    status = ANSWERS.get(heard.head.split(" ", 2)[1], "404 No")
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())


@dataclass
class Asked:
    app: Served
    owner: Visitor
    other: Elsewhere

    def url(self, path: str) -> str:
        return self.other.url.rstrip("/") + path

    async def until(self, said: str) -> Page:
        """The page, once it says so."""
        async with asyncio.timeout(30):
            while said not in (page := await self.owner.get(ADDRESSES)).text:
                await asyncio.sleep(0.05)
        return page

    async def ask(self) -> Page:
        form = (await self.owner.get(ADDRESSES)).form(ADDRESSES)
        await self.owner.send(form)
        return await self.until("Asked last")


@pytest_asyncio.fixture
async def asked(
    tmp_path: Path, ready_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Asked]:
    """A server beside which a site runs that has moved some of its pages."""
    monkeypatch.setattr(background, "ADDRESS_SECONDS", 0.05)
    async with elsewhere(serve) as other:
        settings = settings_for(tmp_path / "data", ready_url, allow_hosts=(other.authority,))
        async with serving(settings) as app:
            # What goes on beside the requests has the clock of the system.
            app.clock.now = time.time_ns() // 1_000_000
            origin = other.url.rstrip("/")
            await app.add_site("own", origin, hold="none")
            for path in PATHS:
                sent = await app.comment(origin + path)
                assert sent.status_code == 201, sent.text
            await new_member(app, "ow@example.org", role=Role.OWNER)
            yield Asked(app, await signed_in(app, "ow@example.org"), other)


async def test_pages_are_asked_told_followed_and_come_back(asked: Asked) -> None:
    page = await asked.ask()
    assert "5 pages" in page.text
    gone = page.text.index("Gone 1")
    moved = page.text.index("Moved for good 2")
    away = page.text.index("Lead to another site 1")
    assert gone < page.text.index(asked.url("/gone")) < moved < page.text.index("/old/a") < away
    assert "elsewhere.example/x" in page.text
    assert page.text.count("/there") == 1, "which is where one of the others leads"
    look = await asked.owner.get(f"{FOLLOW}?site=1")
    assert "2 pages get the address" in look.text
    assert "1 meets a page that is there already" in look.text
    done = await asked.owner.send(look.form(FOLLOW))
    assert done.address.startswith(f"{ADDRESSES}?site=1&done=")
    assert "The pages have the addresses to which their old ones lead." in done.text
    assert await listed(asked) == {"/there", "/new/a", "/old/b", "/away", "/gone"}
    await asked.owner.send(done.form("/dashboard/queue/undo"))
    assert await listed(asked) == set(PATHS)
    look = await asked.owner.get(FOLLOW)
    await asked.owner.send(look.form(FOLLOW), merge="1")
    assert await listed(asked) == {"/there", "/new/a", "/away", "/gone"}


async def listed(asked: Asked) -> set[str]:
    page = await asked.owner.get("/dashboard/pages")
    return {path for path in (*PATHS, "/new/a") if asked.url(path) in page.text}


async def test_a_look_that_is_out_of_date_is_shown_anew(asked: Asked) -> None:
    await asked.ask()
    form = (await asked.owner.get(FOLLOW)).form(FOLLOW)
    await asked.app.comment(asked.url("/new/a"))
    page = await asked.owner.send(form)
    assert page.status == 409
    assert "look at the list again" in page.text
    assert "2 meet a page that is there already" in page.text


async def test_it_is_stopped_and_begun_again(asked: Asked) -> None:
    answer = asyncio.Event()

    async def keep_waiting(writer: asyncio.StreamWriter, heard: Heard) -> None:
        await answer.wait()
        await serve(writer, heard)

    asked.other.answer = keep_waiting
    page = await asked.owner.send((await asked.owner.get(ADDRESSES)).form(ADDRESSES))
    assert "0 of 5 pages" in page.text
    assert 'http-equiv="refresh"' in page.html
    assert not page.has_form(ADDRESSES)
    page = await asked.owner.send(page.form(f"{ADDRESSES}/stop"))
    assert "Asked last" in page.text
    assert "refresh" not in page.html
    answer.set()
    await asked.owner.send(page.form(ADDRESSES))
    page = await asked.until("Asked last")
    assert "Gone 1" in page.text


async def test_a_site_that_has_not_moved_says_so(asked: Asked) -> None:
    async def well(writer: asyncio.StreamWriter, heard: Heard) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    asked.other.answer = well
    assert "All are where they were." in (await asked.ask()).text


async def test_one_kind_is_listed_slice_by_slice(asked: Asked) -> None:
    store = asked.app.context.store
    for number in range(40):
        await asked.app.comment(asked.url(f"/lost/{number}"))
    async with store.write() as db:
        await address_checks.begin(db, 1, 1)
        run = Run(1, 1, None)
        for page in await address_checks.to_ask(db, run, after_id=5, limit=50):
            told = {"status": 404, "leads_to": None, "said": None, "now": 1}
            await address_checks.note(db, page, outcome="gone", **told)  # type: ignore[arg-type]
        await address_checks.end(db, run, 2)
    found = await asked.owner.get(ADDRESSES)
    assert asked.url("/lost/9") in found.text
    assert asked.url("/lost/10") not in found.text
    found = await asked.owner.get(f"{ADDRESSES}?site=1&kind=gone")
    assert asked.url("/lost/29") in found.text
    assert asked.url("/lost/30") not in found.text
    assert "Moved for good" not in found.text
    further = re.search(r'href="([^"]*after=\d+)"', found.html)
    assert further is not None
    found = await asked.owner.get(further[1].replace("&amp;", "&"))
    assert asked.url("/lost/30") in found.text
    assert "More of these" not in found.text


async def test_it_is_for_owners(asked: Asked) -> None:
    await new_member(asked.app, "sam@example.org", role=Role.MODERATOR)
    sam = await signed_in(asked.app, "sam@example.org")
    for path in (ADDRESSES, FOLLOW):
        assert (await sam.get(f"{path}?site=1")).status == 403
    csrf = (await sam.get("/dashboard/pages")).form("/dashboard/sign-out").fields["csrf"][0]
    for path in (ADDRESSES, f"{ADDRESSES}/stop", FOLLOW):
        sent = await sam.client.post(path, data={"csrf": csrf, "site": "1", "digest": "x"})
        assert sent.status_code == 403, path
