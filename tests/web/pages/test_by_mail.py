"""The page behind the link of a mail: looking is harmless, a press decides once, nothing leaks."""

from __future__ import annotations

import re
from typing import Any

import pytest

from afterword.core.mail import Action, Mail
from afterword.core.model import Role
from afterword.services.telling.mails import MAILS
from afterword.services.telling.spread_events import spread_events
from afterword.storage import comments, outbox
from tests.support.canary import Canary
from tests.support.dump import contents
from tests.support.forms import Visitor, new_member
from tests.support.serving import Served

EMAIL = "canary.mira@readers.example"


async def mail(app: Served) -> Mail:
    """What is sent next, to whom it is sent."""
    await spread_events(app.context, now=app.clock.now)
    (message,) = await outbox.due(app.context.store, 9, now=app.clock.now)
    made = await MAILS[message.purpose](app.context, message, app.clock.now)
    assert made is not None
    return made


async def link(app: Served) -> str:
    """Path and query of the link in it."""
    (action,) = [block for block in (await mail(app)).blocks if isinstance(block, Action)]
    return action.url.removeprefix(app.settings.public_url)


@pytest.fixture
async def held(app: Served) -> int:
    """A comment that waits, at a site with one moderator."""
    await app.add_site("blog", "https://blog.example.org", hold="all")
    await new_member(app, "jonas@example.org", role=Role.OWNER)
    sent = await app.comment(
        "https://blog.example.org/weir",
        title="Notes from the weir",
        name="Mira",
        email=EMAIL,
        body="The *old* board & <b>the well</b>.",
        visitor_token="v" * 22,
    )
    return int(sent.json()["comment"]["id"])


async def status(app: Served, comment_id: int) -> str:
    found = await comments.get(app.context.store, comment_id)
    assert found is not None
    return found.status.value


async def test_looking_changes_nothing_by_whatever_program(
    app: Served, held: int, engine: str
) -> None:
    path = await link(app)
    before = await contents(app.context.store, engine)
    for method in ("GET", "HEAD", "GET"):
        answer = await app.client.request(method, path, headers={"user-agent": "scanner"})
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers
    assert await contents(app.context.store, engine) == before


@pytest.mark.parametrize(
    ("button", "after"),
    [("Approve", "approved"), ("Spam", "spam"), ("Remove", "removed"), ("Ban", "spam"),
     ("Approve and reply", "approved")],
)  # fmt: skip
async def test_a_press_decides_and_the_next_one_takes_it_back(
    app: Served, held: int, button: str, after: str
) -> None:
    visitor = Visitor.of(app)
    page = await visitor.get(await link(app))
    form = next(form for form in page.forms if button in form.buttons)
    more: dict[str, Any] = {"body": "Thank you."} if "reply" in button else {}
    done = await visitor.send(form, button, **more)
    assert (done.status, await status(app, held)) == (200, after)
    undone = await visitor.send(done.form("/moderate"), "Undo")
    assert "Undone" in undone.text
    assert await status(app, held) == "pending"


async def test_a_form_says_what_it_shows_and_shows_all_that_is_needed(
    app: Served, held: int
) -> None:
    page = await Visitor.of(app).get(await link(app))
    for words in (
        "This comment waits",
        "Mira",
        "Notes from the weir",
        "Why it waits",
        "You decide as Jonas",
    ):
        assert words in page.text
    assert "<em>old</em> board &amp; &lt;b&gt;the well&lt;/b&gt;." in page.html


async def test_neither_mail_nor_page_holds_the_address_of_the_author(
    app: Served, held: int
) -> None:
    canary = Canary.of_email(EMAIL)
    page = await Visitor.of(app).get(await link(app))
    assert canary.found_in(page.html.encode()) == []
    assert canary.found_in(repr(await mail(app)).encode()) == []
    assert "c…@readers.example" in page.text


async def test_a_reply_that_is_refused_is_kept(app: Served, held: int) -> None:
    visitor = Visitor.of(app)
    page = await visitor.get(await link(app))
    form = next(form for form in page.forms if "Approve and reply" in form.buttons)
    refused = await visitor.send(form, "Approve and reply", body="x" * 30_000, days="30")
    assert refused.status == 422
    again = next(form for form in refused.forms if "Approve and reply" in form.buttons)
    assert again.fields["body"] == ["x" * 30_000]
    assert (await visitor.send(again, "Approve and reply", body="Short.")).status == 200
    assert await status(app, held) == "approved"


async def test_a_used_link_says_who_decided_what(app: Served, held: int) -> None:
    visitor = Visitor.of(app)
    path = await link(app)
    page = await visitor.get(path)
    await visitor.send(page.forms[0], "Spam")
    again = await visitor.get(path)
    assert "This link has decided already" in again.text
    assert "Marked as spam by Jonas on " in again.text
    assert "the well" not in again.text
    second = await visitor.send(page.forms[0], "Approve")
    assert "This link has decided already" in second.text
    assert await status(app, held) == "spam"


async def test_a_link_that_is_no_link_is_told(app: Served, held: int) -> None:
    for query in ("", "?token=", "?token=x", f"?token={'x' * 5000}"):
        page = await Visitor.of(app).get(f"/moderate{query}")
        assert (page.status, "This link cannot be read" in page.text) == (404, True)
    refused = await app.client.post("/moderate", data={"act": "approve", "token": "x"})
    assert refused.status_code == 404
    assert (await app.client.post("/moderate", data={"undo": "x"})).status_code == 409


async def test_an_old_link_leads_to_the_dashboard(app: Served, held: int) -> None:
    path = await link(app)
    app.clock.advance(7 * 86_400)
    page = await Visitor.of(app).get(path)
    assert (page.status, "This link is too old" in page.text) == (410, True)
    assert f'href="/dashboard/comments/{held}"' in page.html
    assert "the well" not in page.text


async def test_what_was_edited_meanwhile_is_shown_anew_before_it_is_decided(
    app: Served, held: int
) -> None:
    visitor = Visitor.of(app)
    page = await visitor.get(await link(app))
    async with app.context.store.write() as db:
        sql = """UPDATE comment SET edited_at = 77, tree = '[["p","Otherwise."]]' WHERE id = :id"""
        await db.execute(sql, {"id": held})
    again = await visitor.send(page.forms[0], "Approve")
    assert (again.status, await status(app, held)) == (409, "pending")
    assert "Otherwise." in again.text
    assert "The text was changed meanwhile" in again.text
    await visitor.send(again.forms[0], "Approve")
    assert await status(app, held) == "approved"


async def test_guessing_is_slowed_down(app: Served, held: int) -> None:
    statuses = [(await app.client.get("/moderate?token=x")).status_code for _ in range(61)]
    assert statuses[:60] == [404] * 60
    assert statuses[60] == 429


async def test_the_audit_log_says_that_it_came_by_mail(app: Served, held: int) -> None:
    visitor = Visitor.of(app)
    page = await visitor.get(await link(app))
    await visitor.send(page.forms[0], "Approve")
    await visitor.send(
        (await visitor.get("/dashboard/sign-in")).form("/dashboard/sign-in"),
        email="jonas@example.org",
        password="a quiet river at dusk",
    )
    log = await visitor.get("/dashboard/audit")
    assert re.search(r"1 comment approved.*Jonas, by mail", log.text)
