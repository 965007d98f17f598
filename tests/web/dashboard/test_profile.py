from __future__ import annotations

from afterword.core.model import Role
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import PASSWORD, Served

PROFILE = "/dashboard/profile"
SESSIONS = "/dashboard/profile/sessions"
CHANGE = "/dashboard/profile/password"
JONAS = "jonas@example.org"
LONGER = "nineteen stones and a heron"


async def is_in(visitor: Visitor) -> bool:
    return (await visitor.get(PROFILE)).address == PROFILE


async def test_sessions_are_listed_and_ended_one_by_one(app: Served, moderator: Visitor) -> None:
    other = await signed_in(app, JONAS)
    page = await moderator.get(PROFILE)
    assert page.text.count("signed in") >= 2
    assert "this one" in page.text
    form = next(f for f in page.forms if f.action == SESSIONS and "session" in f.fields)
    page = await moderator.send(form)
    assert "The session has ended." in page.text
    assert not await is_in(other)
    assert await is_in(moderator)


async def test_all_others_end_at_once(app: Served, moderator: Visitor) -> None:
    others = [await signed_in(app, JONAS) for _ in range(2)]
    page = await moderator.get(PROFILE)
    form = next(f for f in page.forms if "End all others" in f.buttons)
    await moderator.send(form, "End all others")
    assert [await is_in(other) for other in others] == [False, False]
    assert await is_in(moderator)


async def test_nobody_ends_the_session_of_somebody_else(app: Served, moderator: Visitor) -> None:
    await new_member(app, "ilse@example.org")
    ilse = await signed_in(app, "ilse@example.org")
    await signed_in(app, JONAS)
    page = await moderator.get(PROFILE)
    form = next(f for f in page.forms if f.action == SESSIONS and "session" in f.fields)
    csrf = (await ilse.get(PROFILE)).form("/dashboard/sign-out").fields["csrf"][0]
    assert (await ilse.post(form, csrf=csrf)).status_code == 404
    page = await moderator.get(PROFILE)
    assert any(f.action == SESSIONS and "session" in f.fields for f in page.forms)


async def test_a_new_password_ends_all_other_sessions(app: Served, moderator: Visitor) -> None:
    other = await signed_in(app, JONAS)
    page = await moderator.get(PROFILE)
    page = await moderator.send(page.form(CHANGE), old=PASSWORD, new=LONGER)
    assert "Your password is changed" in page.text
    assert await is_in(moderator)
    assert not await is_in(other)
    await signed_in(app, JONAS, LONGER)


async def test_a_new_password_needs_the_old_one(app: Served, moderator: Visitor) -> None:
    page = await moderator.get(PROFILE)
    page = await moderator.send(page.form(CHANGE), old="a guess of mine", new=LONGER)
    assert page.status == 422
    assert 'id="old-wrong"' in page.html
    page = await moderator.send(page.form(CHANGE), old=PASSWORD, new="short")
    assert page.status == 422
    assert 'id="new-wrong"' in page.html
    await signed_in(app, JONAS)


async def test_the_profile_says_what_the_member_may_do(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    await new_member(app, "vera@example.org", role=Role.VIEWER, site=site)
    visitor = await signed_in(app, "vera@example.org")
    assert "viewer on blog" in (await visitor.get(PROFILE)).text
    sites = await visitor.get("/dashboard/sites")
    assert "https://blog.example.org" in sites.text
