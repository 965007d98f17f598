from __future__ import annotations

import pytest

from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import PASSWORD, Served

SIGN_IN = "/dashboard/sign-in"
JONAS = {"email": "jonas@example.org", "password": PASSWORD}


async def test_signing_in_goes_on_to_where_the_visitor_was_going(app: Served) -> None:
    await new_member(app, "jonas@example.org")
    visitor = Visitor.of(app)
    page = await visitor.get("/dashboard/queue?status=spam")
    assert page.address.startswith(SIGN_IN)
    page = await visitor.send(page.form(SIGN_IN), **JONAS)
    assert page.address == "/dashboard/queue?status=spam"


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.example/", "https://evil.example/", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "javascript:alert(1)", " //evil.example", "http:evil.example", "///evil",
        "/%0d%0aLocation: https://evil.example".replace("%0d%0a", "\r\n"), "evil.example", "/ /evil",
    ],
)  # fmt: skip
async def test_no_wish_leads_away_from_the_server(app: Served, wish: str) -> None:
    await new_member(app, "jonas@example.org")
    visitor = Visitor.of(app)
    page = await visitor.get(SIGN_IN)
    response = await visitor.post(page.form(SIGN_IN), **JONAS, next=wish)
    assert response.status_code == 303
    assert response.headers["location"] == "/dashboard/queue"


async def test_a_wrong_password_and_an_unknown_address_read_the_same(app: Served) -> None:
    await new_member(app, "jonas@example.org")
    visitor = Visitor.of(app)
    form = (await visitor.get(SIGN_IN)).form(SIGN_IN)
    wrong = await visitor.send(form, email="jonas@example.org", password="not this one at all")
    unknown = await visitor.send(form, email="nobody@example.org", password="not this one at all")
    assert wrong.status == unknown.status == 401
    assert wrong.text == unknown.text
    assert wrong.form(SIGN_IN).fields["email"] == ["jonas@example.org"]
    assert wrong.form(SIGN_IN).fields["password"] == [""]
    assert "set-cookie" not in wrong.response.headers


async def test_guessing_is_told_how_long_to_wait(app: Served) -> None:
    await new_member(app, "jonas@example.org")
    visitor = Visitor.of(app)
    form = (await visitor.get(SIGN_IN)).form(SIGN_IN)
    for _ in range(5):
        assert (await visitor.send(form, **JONAS | {"password": "a guess of mine"})).status == 401
    page = await visitor.send(form, **JONAS)
    assert page.status == 429
    assert int(page.response.headers["retry-after"]) > 0
    assert "again" in page.text
    app.clock.advance(3600)
    assert (await visitor.send(form, **JONAS)).address == "/dashboard/queue"


async def test_signing_out_ends_the_session_on_the_server(app: Served) -> None:
    await new_member(app, "jonas@example.org")
    visitor = await signed_in(app, "jonas@example.org")
    kept = dict(visitor.client.cookies)
    page = await visitor.get("/dashboard/queue")
    page = await visitor.send(page.form("/dashboard/sign-out"))
    assert "You are signed out." in page.text
    thief = Visitor.of(app)
    thief.client.cookies.update(kept)
    assert (await thief.get("/dashboard/queue")).address.startswith(SIGN_IN)


async def test_a_session_ends_when_nobody_uses_it(app: Served) -> None:
    await new_member(app, "jonas@example.org")
    visitor = await signed_in(app, "jonas@example.org")
    app.clock.advance(7 * 3600)
    assert (await visitor.get("/dashboard/queue")).address == "/dashboard/queue"
    app.clock.advance(8 * 3600 + 1)
    assert (await visitor.get("/dashboard/queue")).address.startswith(SIGN_IN)


async def test_a_form_of_another_site_signs_nobody_in(app: Served) -> None:
    await new_member(app, "jonas@example.org")
    form = (await Visitor.of(app).get(SIGN_IN)).form(SIGN_IN)
    refused = await Visitor.of(app, **{"sec-fetch-site": "cross-site"}).post(form, **JONAS)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_those_who_are_signed_in_need_no_form(app: Served) -> None:
    await new_member(app, "jonas@example.org")
    visitor = await signed_in(app, "jonas@example.org")
    assert (await visitor.get(SIGN_IN)).address == "/dashboard/queue"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Served) -> None:
    await new_member(app, "jonas@example.org")
    visitor = Visitor.of(app)
    form = (await visitor.get(SIGN_IN)).form(SIGN_IN)
    cookie = (await visitor.post(form, **JONAS)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=" in cookie
