"""Members, invitations and new passwords, by the pages and forms that people see."""

from __future__ import annotations

import re

import pytest

from afterword.core.model import Role
from afterword.services.telling.bounces import note_bounce
from tests.support.forms import Page, Visitor, new_member, signed_in
from tests.support.serving import PASSWORD, Served

MEMBERS, SIGN_IN = "/dashboard/members", "/dashboard/sign-in"
NEW = "nine patient otters"


async def owner(app: Served) -> Visitor:
    await new_member(app, "lea@example.org", role=Role.OWNER)
    return await signed_in(app, "lea@example.org")


def link(page: Page) -> str:
    """Path and query of the link that was just made."""
    (found,) = re.findall(r"<code>(http[^<]+)</code>", page.html)
    return str(found).removeprefix("http://localhost:8000")


async def test_an_invitation_becomes_a_member_who_is_signed_in(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    lea = await owner(app)
    form = (await lea.get(MEMBERS)).form(f"{MEMBERS}/invitations")
    path = link(await lea.send(form, name="Mira", role="moderator", site=str(site.id)))
    assert path.startswith("/dashboard/invitation?token=")
    page = await lea.get(MEMBERS)
    assert "Mira: moderator of blog" in page.text
    assert path not in page.html
    mira = Visitor.of(app)
    page = await mira.get(path)
    assert "you become moderator of blog" in page.text
    form = page.form("/dashboard/invitation")
    page = await mira.send(form, name="Mira Osei", email="mira@example.org", password="short")
    assert page.status == 422
    form = page.form("/dashboard/invitation")
    assert form.fields["email"] == ["mira@example.org"]
    page = await mira.send(form, password=PASSWORD)
    assert page.address == "/dashboard/queue"
    assert (await mira.get(MEMBERS)).status == 403
    assert (await mira.get(path)).status == 404
    assert "Mira Osei" in (await lea.get(MEMBERS)).text


async def test_who_is_signed_in_accepts_with_one_button(app: Served) -> None:
    lea = await owner(app)
    form = (await lea.get(MEMBERS)).form(f"{MEMBERS}/invitations")
    path = link(await lea.send(form, role="owner", site="every"))
    await new_member(app, "jonas@example.org")
    stranger = Visitor.of(app)
    page = await stranger.get(path)
    (onward,) = re.findall(r'href="(/dashboard/sign-in[^"]+)"', page.html)
    page = await stranger.get(onward)
    page = await stranger.send(page.form(SIGN_IN), email="jonas@example.org", password=PASSWORD)
    assert page.address == path
    page = await stranger.send(page.form("/dashboard/invitation/join"))
    assert "You have a new role" in page.text
    assert (await stranger.get(MEMBERS)).status == 200


async def test_a_member_without_any_role_is_listed_and_gets_another(app: Served) -> None:
    lea = await owner(app)
    await new_member(app, "jonas@example.org")
    form = next(
        form
        for form in (await lea.get(MEMBERS)).forms
        if form.action == f"{MEMBERS}/role" and form.fields["role"] == ["moderator"]
    )
    page = await lea.send(form, role="none")
    assert page.status == 200
    assert "no role" in page.text
    page = await lea.get(MEMBERS)
    assert page.status == 200
    nobody = [form for form in page.forms if form.fields.get("role") == ["none"]]
    page = await lea.send(nobody[0], role="viewer")
    assert "viewer of every site" in page.text


async def test_an_invitation_that_is_withdrawn_gives_nothing(app: Served) -> None:
    lea = await owner(app)
    form = (await lea.get(MEMBERS)).form(f"{MEMBERS}/invitations")
    path = link(await lea.send(form, role="viewer", site="every"))
    page = await lea.get(MEMBERS)
    page = await lea.send(page.form(f"{MEMBERS}/invitations/withdraw"))
    assert "gives nothing any more" in page.text
    assert (await Visitor.of(app).get(path)).status == 404


async def test_an_invitation_that_is_refused_keeps_what_was_typed(app: Served) -> None:
    lea = await owner(app)
    site = await app.add_site("blog", "https://blog.example.org")
    path = f"{MEMBERS}/invitations"
    form = (await lea.get(MEMBERS)).form(path)
    assert form.fields["role"] == ["moderator"]
    sent = {"name": "x" * 61, "role": "viewer", "site": str(site.id)}
    page = await lea.send(form, **sent)
    assert page.status == 422
    kept = page.form(path).fields
    assert {name: kept[name] for name in sent} == {name: [text] for name, text in sent.items()}


async def test_a_new_password_by_link_ends_every_session(app: Served) -> None:
    lea = await owner(app)
    jonas = await new_member(app, "jonas@example.org")
    browser = await signed_in(app, "jonas@example.org")
    page = await lea.get(MEMBERS)
    path = link(await lea.send(page.form(f"{MEMBERS}/reset-link", member=jonas.id)))
    visitor = Visitor.of(app)
    page = await visitor.get(path)
    page = await visitor.send(page.form("/dashboard/reset"), password=NEW)
    assert "Your password is changed" in page.text
    assert (await browser.get("/dashboard/queue")).address.startswith(SIGN_IN)
    assert (await visitor.get(path)).status == 404
    await signed_in(app, "jonas@example.org", NEW)


async def test_another_role_and_disabling_are_felt_on_the_next_request(app: Served) -> None:
    lea = await owner(app)
    jonas = await new_member(app, "jonas@example.org")
    browser = await signed_in(app, "jonas@example.org")
    page = await lea.get(MEMBERS)
    form = page.form(f"{MEMBERS}/role", member=jonas.id)
    page = await lea.send(form, role="viewer", site="every")
    assert "A member has another role." in page.text
    assert "viewer of every site" in page.text
    assert (await browser.get("/dashboard/queue")).address.startswith(SIGN_IN)
    page = await lea.send(page.form("/dashboard/queue/undo"))
    assert "moderator of every site" in (await lea.get(MEMBERS)).text
    browser = await signed_in(app, "jonas@example.org")
    form = (await lea.get(MEMBERS)).form(MEMBERS, member=jonas.id)
    page = await lea.send(form, act="end-sessions")
    assert (await browser.get("/dashboard/queue")).address.startswith(SIGN_IN)
    page = await lea.send(page.form(MEMBERS, member=jonas.id), act="disable")
    assert "disabled" in page.text
    visitor = Visitor.of(app)
    form = (await visitor.get(SIGN_IN)).form(SIGN_IN)
    answer = await visitor.send(form, email="jonas@example.org", password=PASSWORD)
    assert answer.status == 401
    await lea.send(page.form(MEMBERS, member=jonas.id), act="enable")
    await signed_in(app, "jonas@example.org")


async def test_the_last_owner_is_told_why_they_must_stay(app: Served) -> None:
    lea = await owner(app)
    page = await lea.get(MEMBERS)
    page = await lea.send(page.form(f"{MEMBERS}/role"), role="none", site="every")
    assert page.status == 409
    assert "Somebody has to own every site" in page.text


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost:8000.evil.example"]
)
async def test_links_are_made_from_the_public_address_whatever_is_asked(
    app: Served, host: str
) -> None:
    await new_member(app, "lea@example.org", role=Role.OWNER)
    lea = await signed_in(app, "lea@example.org")
    forged = {"host": host, "x-forwarded-host": host, "forwarded": f"host={host}"}
    page = await lea.get(MEMBERS)
    for name in ("invitations", "reset-link"):
        form = page.form(f"{MEMBERS}/{name}")
        sent = {**form.fields, "role": "viewer", "site": "every"}
        answer = await lea.client.post(f"{MEMBERS}/{name}", data=sent, headers=forged)
        assert answer.status_code == 200
        assert "evil" not in answer.text
        assert "<code>http://localhost:8000/dashboard/" in answer.text


async def test_changes_of_members_want_the_password_once_more(app: Served) -> None:
    lea = await owner(app)
    jonas = await new_member(app, "jonas@example.org")
    page = await lea.get(MEMBERS)
    app.clock.advance(11 * 60)
    page = await lea.send(page.form(f"{MEMBERS}/role", member=jonas.id), role="owner", site="every")
    assert page.status == 403
    page = await lea.send(page.form(f"{MEMBERS}/role"), confirm_password=PASSWORD)
    assert "owner of every site" in page.text


async def test_looking_at_a_link_uses_nothing_up(app: Served) -> None:
    lea = await owner(app)
    form = (await lea.get(MEMBERS)).form(f"{MEMBERS}/invitations")
    path = link(await lea.send(form, role="viewer", site="every"))
    for _ in range(3):
        assert (await Visitor.of(app).get(path)).status == 200
    assert (await Visitor.of(app).get("/dashboard/invitation?token=x")).status == 404
    assert (await Visitor.of(app).get("/dashboard/reset?token=x")).status == 404


async def test_a_member_whose_mails_come_back_is_shown_and_gets_mails_again(app: Served) -> None:
    lea = await owner(app)
    jonas = await new_member(app, "jonas@example.org", role=Role.MODERATOR)
    assert "Mails come back" not in (await lea.get(MEMBERS)).text
    await note_bounce(app.context, "jonas@example.org", now=app.clock.now)
    page = await lea.get(MEMBERS)
    assert "Mails come back" in page.text
    form = next(
        each
        for each in page.forms
        if each.fields.get("member") == [str(jonas.id)] and "End all sessions" in str(each.buttons)
    )
    done = await lea.send(form, act="mail-again")
    assert "Mails may go to the member again." in done.text
    assert "Mails come back" not in done.text
