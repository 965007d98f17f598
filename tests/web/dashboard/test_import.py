"""Importing by the dashboard: a file is sent, looked at, imported or discarded, and gone afterwards."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from afterword.core.model import Role
from afterword.services.importing.manage_imports import WAITS, folder_of, tidy_imports
from afterword.services.importing.run_imports import Imports
from afterword.storage import audit, site_imports
from tests.support.disqus_file import disqus_file, post, thread
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import Served, serving, settings_for

IMPORT = "/dashboard/import"
OWNER = "ow@example.org"
BLOG = "https://blog.example.org"
FILE = disqus_file(
    thread(1, f"{BLOG}/a", title="A"),
    thread(2, "http://old.example/b"),
    post(1, 1, "one", email="ow@example.org"),
    post(2, 1, "two", parent=1),
    post(3, 2, "three"),
)


def real_now() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
async def owner(app: Served) -> Visitor:
    # What goes on beside the requests has the clock of the system.
    app.clock.now = real_now()
    await app.add_site("blog", BLOG)
    await new_member(app, OWNER, role=Role.OWNER)
    return await signed_in(app, OWNER)


async def send(
    owner: Visitor, file: bytes = FILE, *, name: str = "disqus.xml", **more: object
) -> httpx2.Response:
    """Sends the form with a file, its fields first, as browsers do."""
    form = (await owner.get(IMPORT)).form(IMPORT)
    fields = {key: value for key, value in form.fields.items() if key != "file"}
    return await owner.client.post(IMPORT, data={**fields, **more}, files={"file": (name, file)})


async def until(owner: Visitor, said: str) -> str:
    """The page, once it says so."""
    deadline = time.monotonic() + 20
    while True:
        page = await owner.get(f"{IMPORT}?site=1&show=1")
        if said in page.text:
            return page.text
        assert time.monotonic() < deadline, page.text
        await asyncio.sleep(0.05)


def files(app: Served) -> list[Path]:
    return list(folder_of(app.settings).iterdir())


async def comments(app: Served) -> int:
    row = await app.context.store.fetch_one("SELECT count(*) FROM comment")
    assert row is not None
    return int(row[0])


async def press(owner: Visitor, act: str) -> str:
    form = (await owner.get(IMPORT)).form(f"{IMPORT}/{act}")
    return (await owner.send(form)).text


async def test_a_file_is_looked_at_and_then_imported(owner: Visitor, app: Served) -> None:
    rules = f"http://old.example/*={BLOG}/new/*\r\n\r\n/x=/y"
    sent = await send(owner, rules=rules, staff="1")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{IMPORT}?site=1&show=1")
    text = await until(owner, "disqus.xml waits for your decision")
    assert "Would come3" in text
    assert "Rules that lead no address anywhere /x=/y" in text
    assert await comments(app) == 0
    (file,) = files(app)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    await press(owner, "start")
    text = await until(owner, "disqus.xml imported")
    assert "Came3" in text
    assert files(app) == []
    row = await app.context.store.fetch_one(
        "SELECT count(*), count(member_id), count(import_id) FROM comment"
    )
    assert row == (3, 1, 3)
    log = (await owner.get("/dashboard/audit?act=import_comments&site=1")).form(
        "/dashboard/queue/undo"
    )
    assert "Undone" in (await owner.send(log, "Undo")).text
    await app.context.errands.settle()
    assert await comments(app) == 0


async def test_a_discarded_file_is_gone(owner: Visitor, app: Served) -> None:
    await send(owner)
    await until(owner, "waits for your decision")
    assert "The file is deleted." in await press(owner, "discard")
    assert files(app) == []
    assert await comments(app) == 0


async def test_one_at_a_time_a_site(owner: Visitor, app: Served) -> None:
    await send(owner)
    await until(owner, "waits for your decision")
    fields = {"site": "1", "csrf": (await owner.get(IMPORT)).form(f"{IMPORT}/start").fields["csrf"]}
    again = await owner.client.post(IMPORT, data=fields, files={"file": ("b.xml", FILE)})
    assert again.status_code == 409
    assert "Another import of this site is not finished" in again.text
    assert len(files(app)) == 1


async def test_what_is_wrong_with_a_file_is_told_and_nothing_is_kept(
    owner: Visitor, app: Served
) -> None:
    await send(owner, FILE[:-20], name="<b>cut</b>.xml")
    text = await until(owner, "could not be imported")
    assert "Line 7, column" in text
    assert "<b>cut</b>.xml" in text, "its name is text"
    assert files(app) == []
    assert await comments(app) == 0


@pytest.mark.parametrize(
    ("file", "fields", "said"),
    [
        (b"", {}, "Choose a file that is not empty."),
        (FILE, {"rules": "nothing"}, "is not like OLD=NEW"),
        (FILE, {"sitemap": "/etc/passwd"}, "Write the address of the sitemap"),
        (FILE, {"staff": "99"}, "no member of this site"),
    ],
)
async def test_what_was_typed_wrong_stays_in_the_form(
    owner: Visitor, app: Served, file: bytes, fields: dict[str, str], said: str
) -> None:
    answer = await send(owner, file, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert files(app) == []


async def test_only_an_owner_of_the_site_sends_a_file_by_our_own_form(
    owner: Visitor, app: Served
) -> None:
    other = await app.add_site("other", "https://other.example")
    await new_member(app, "other@example.org", role=Role.OWNER, site=other)
    stranger = await signed_in(app, "other@example.org")
    csrf = (await stranger.get(IMPORT)).form(IMPORT).fields["csrf"]
    for fields, status in (
        ({"csrf": csrf, "site": "1"}, 404),
        ({"csrf": "wrong", "site": "2"}, 403),
        ({"site": "2"}, 403),
    ):
        answer = await stranger.client.post(IMPORT, data=fields, files={"file": ("a", FILE)})
        assert answer.status_code == status
    foreign = await stranger.client.post(
        IMPORT,
        data={"csrf": csrf, "site": "2"},
        files={"file": ("a", FILE)},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert foreign.status_code == 403
    assert files(app) == []


async def test_a_form_that_is_cut_off_or_none_is_refused(owner: Visitor, app: Served) -> None:
    whole = owner.client.build_request(
        "POST",
        IMPORT,
        data={
            "csrf": (await owner.get(IMPORT)).form(IMPORT).fields["csrf"],
            "site": "1",
        },
        files={"file": ("a.xml", FILE)},
    )
    body, kind = whole.read(), whole.headers["content-type"]
    for sent, headers, status in (
        (body[:-200], {"content-type": kind}, 400),
        (b"nonsense", {"content-type": kind}, 400),
        (body, {"content-type": "application/json"}, 415),
        (body, {"content-type": "multipart/form-data"}, 415),
        (body.replace(b'"file"', b'"else"'), {"content-type": kind}, 400),
        (b"--x" + body, {"content-type": kind}, 400),
    ):
        answer = await owner.client.post(IMPORT, content=sent, headers=headers)
        assert answer.status_code == status, (sent[:20], answer.text)
        assert files(app) == []


async def test_a_file_that_is_too_large_is_not_kept(tmp_path: Path, ready_url: str) -> None:
    settings = replace(settings_for(tmp_path / "data", ready_url), import_max=2**20)
    async with serving(settings) as app:
        await app.add_site("blog", BLOG)
        await new_member(app, OWNER, role=Role.OWNER)
        owner = await signed_in(app, OWNER)
        answer = await send(owner, b"x" * (2**20 + 1))
        assert answer.status_code == 413
        assert "AFTERWORD_IMPORT_MAX" in answer.text
        assert files(app) == []
        fields = await send(owner, FILE, rules="/a=/b\n" * 40_000)
        assert fields.status_code == 413


async def begun(app: Served, *, state: site_imports.State = "reading") -> int:
    """An import in this state, with its file."""
    (folder_of(app.settings) / "random").write_bytes(FILE)
    async with app.context.store.write() as db:
        number = await site_imports.add(
            db, site_id=1, member_id=1, name="a.xml", file="random",
            options=site_imports.Options(), now=app.clock.now,
        )  # fmt: skip
        await site_imports.move(db, number, "reading", state, now=app.clock.now)
    return number


async def test_what_was_broken_off_while_writing_goes_on_as_the_same_act(
    owner: Visitor, app: Served
) -> None:
    number = await begun(app, state="read")
    async with app.context.store.write() as db:
        noted = await audit.add(
            db, member_id=1, act="import_comments", site_id=1, subject=[], before=None,
            after={}, now=app.clock.now,
        )  # fmt: skip
        await site_imports.begin(db, number, noted)
        await site_imports.move(db, number, "read", "writing", now=app.clock.now)
    await until(owner, "a.xml imported")
    rows = await app.context.store.fetch_all("SELECT DISTINCT import_id FROM comment")
    assert rows == [(noted,)]


async def test_two_processes_do_not_take_the_same(owner: Visitor, app: Served) -> None:
    others = [Imports(app.context, real_now) for _ in range(3)]
    await begun(app, state="writing")
    await asyncio.gather(*(each.go_on() for each in others))
    await until(owner, "a.xml imported")
    assert await comments(app) == 2
    rows = await app.context.store.fetch_all("SELECT id FROM audit WHERE act = 'import_comments'")
    assert len(rows) == 1


async def test_a_process_without_the_file_leaves_it_and_the_page_says_so(
    owner: Visitor, app: Served
) -> None:
    await begun(app)
    (folder_of(app.settings) / "random").unlink()
    await Imports(app.context, real_now).go_on()
    app.clock.advance(120)
    page = await owner.get(IMPORT)
    assert "Nothing was heard of it for a minute." in page.text
    assert re.search(r'<noscript><meta http-equiv="refresh"', page.html)


async def test_a_file_waits_a_day_and_is_deleted_then(owner: Visitor, app: Served) -> None:
    await begun(app, state="read")
    (folder_of(app.settings) / "of-nobody").write_bytes(b"x")
    later = app.clock.now + WAITS
    await tidy_imports(app.context, now=later)
    assert [each.name for each in files(app)] == ["random"]
    await tidy_imports(app.context, now=later + 60_000)
    assert files(app) == []
    (found,) = await site_imports.of_site(app.context.store, 1, 9)
    assert found.state == "over"
    assert await comments(app) == 0
