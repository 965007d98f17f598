"""The page that ends mails to a member: looking is harmless, one POST without a cookie is enough."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from afterword.core.model import Role
from tests.support.dump import contents
from tests.support.forms import Visitor, new_member
from tests.support.serving import Served
from tests.support.smtp_sink import delivered

ONE_CLICK: dict[str, dict[str, Any]] = {
    "as a form": {"data": {"List-Unsubscribe": "One-Click"}},
    "in parts": {"files": {"List-Unsubscribe": (None, "One-Click")}},
    "of another site": {
        "data": {"List-Unsubscribe": "One-Click"},
        "headers": {"origin": "https://mail.example", "sec-fetch-site": "cross-site"},
    },
}


@pytest.fixture
async def path(app: Served) -> str:
    """Where the mail to a moderator says that mails end."""
    site = await app.add_site("blog", "https://blog.example.org", hold="all")
    await new_member(app, "jonas@example.org", role=Role.MODERATOR, site=site)
    await app.comment("https://blog.example.org/weir")
    (mail,) = await delivered(app)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return urlsplit(str(mail["List-Unsubscribe"]).strip("<>")).path


async def level(app: Served) -> list[str]:
    rows = await app.context.store.fetch_all("SELECT notices FROM membership")
    return [row[0] for row in rows]


async def test_opening_it_changes_nothing(app: Served, path: str, engine: str) -> None:
    before = await contents(app.context.store, engine)
    for method in ("GET", "HEAD"):
        answer = await app.client.request(method, path)
        assert (answer.status_code, answer.headers["referrer-policy"]) == (200, "no-referrer")
        assert "set-cookie" not in answer.headers
    assert await contents(app.context.store, engine) == before


@pytest.mark.parametrize("how", ONE_CLICK)
async def test_one_post_of_a_mail_program_ends_it(app: Served, path: str, how: str) -> None:
    answer = await app.client.post(path, **ONE_CLICK[how])
    assert answer.status_code == 200
    assert "You hear nothing by mail of any site now." in answer.text
    assert await level(app) == ["none"]


async def test_on_the_page_one_chooses(app: Served, path: str) -> None:
    other = await app.add_site("shop", "https://shop.example.org")
    visitor = Visitor.of(app)
    page = await visitor.get(path)
    form = page.form(path)
    assert {"No more mails about blog", "No more of any site"} <= set(form.buttons)
    async with app.context.store.write() as db:
        await db.execute(
            "INSERT INTO membership (member_id, site_id, role)"
            " SELECT id, :site, 'moderator' FROM member",
            {"site": other.id},
        )
    done = await visitor.send(form, "No more mails about blog")
    assert "You get no more mails about blog." in done.text
    assert sorted(await level(app)) == ["none", "waiting"]
    done = await visitor.send(done.form(path), "No more of any site")
    assert "You hear nothing by mail of any site now." in done.text
    assert await level(app) == ["none", "none"]


async def test_what_was_not_made_here_is_not_found(app: Served, path: str) -> None:
    for wrong in (f"{path}x", "/quiet/x"):
        assert (await app.client.get(wrong)).status_code == 404
        assert (await app.client.post(wrong)).status_code == 404
    assert await level(app) == ["waiting"]
