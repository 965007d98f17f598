"""The second step of signing in, by the pages and forms that people see."""

from __future__ import annotations

import re

import pytest

from afterword.core.totp import STEP, code_at
from tests.support.forms import Page, Visitor, new_member, signed_in
from tests.support.serving import PASSWORD, Served

STEP_PAGE, SIGN_IN = "/dashboard/profile/second-step", "/dashboard/sign-in"
CODE = f"{SIGN_IN}/code"
JONAS = {"email": "jonas@example.org", "password": PASSWORD}


def code(app: Served, number: int, seed: str) -> str:
    key = app.context.tokens.totp_keys(number, seed)[0]
    return code_at(key, app.clock.now // STEP)


async def enrolled(app: Served) -> tuple[Visitor, int, str, list[str]]:
    """Jonas with his second step on: browser, id, seed and recovery codes."""
    jonas = await new_member(app, "jonas@example.org")
    visitor = await signed_in(app, "jonas@example.org")
    page = await visitor.get(STEP_PAGE)
    assert "<path d=" in page.html
    form = page.form(STEP_PAGE)
    page = await visitor.send(form, code="000000")
    assert page.status == 422
    form = page.form(STEP_PAGE)
    (seed,) = form.fields["seed"]
    page = await visitor.send(form, code=code(app, jonas.id, seed))
    codes = re.findall(r"^(?:.*<code>)?((?:[a-z2-9]{4}-){3}[a-z2-9]{4})$", page.html, re.MULTILINE)
    assert len(codes) == 10
    app.clock.advance(30)
    return visitor, jonas.id, seed, codes


async def half_way(
    app: Served, onward: str = "/dashboard/queue?status=spam"
) -> tuple[Visitor, Page]:
    """A browser that knows the password."""
    visitor = Visitor.of(app)
    page = await visitor.get(onward)
    page = await visitor.send(page.form(SIGN_IN), **JONAS)
    assert "Type your code" in page.text
    assert "set-cookie" not in page.response.headers
    return visitor, page


async def test_signing_in_asks_for_a_code_and_goes_on(app: Served) -> None:
    _, number, seed, _ = await enrolled(app)
    visitor, page = await half_way(app)
    page = await visitor.send(page.form(CODE), code="not a code")
    assert page.status == 422
    page = await visitor.send(page.form(CODE), code=code(app, number, seed))
    assert page.address == "/dashboard/queue?status=spam"


async def test_a_recovery_code_gets_in_and_is_counted(app: Served) -> None:
    _, _, _, codes = await enrolled(app)
    visitor, page = await half_way(app)
    page = await visitor.send(page.form(CODE), code=codes[3])
    assert page.address == "/dashboard/queue?status=spam"
    page = await visitor.get(STEP_PAGE)
    assert "9 recovery codes are left" in page.text
    assert codes[0] not in page.html


async def test_too_many_codes_are_told_to_wait_and_a_late_one_to_begin_again(app: Served) -> None:
    await enrolled(app)
    visitor, page = await half_way(app)
    for _ in range(5):
        page = await visitor.send(page.form(CODE), code="000000")
    page = await visitor.send(page.form(CODE), code="000000")
    assert page.status == 429
    assert int(page.response.headers["retry-after"]) > 0
    app.clock.advance(6 * 60)
    page = await visitor.send(page.form(CODE), code="000000")
    assert page.status == 401
    assert "Sign in again" in page.text


@pytest.mark.parametrize("wish", ["//evil.example", "https://evil.example/", "/\\evil.example"])
async def test_no_wish_leads_away_from_the_server(app: Served, wish: str) -> None:
    _, number, seed, _ = await enrolled(app)
    visitor, page = await half_way(app)
    answer = await visitor.post(page.form(CODE), code=code(app, number, seed), next=wish)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard/queue")


async def test_turning_it_off_needs_the_password_however_lately_it_was_typed(app: Served) -> None:
    visitor, _, _, _ = await enrolled(app)
    page = await visitor.get(STEP_PAGE)
    page = await visitor.send(page.form(f"{STEP_PAGE}/off"), password="not this one")
    assert page.status == 422
    assert "This is not your password." in page.text
    page = await visitor.send(page.form(f"{STEP_PAGE}/off"), password=PASSWORD)
    assert "The second step is off." in page.text
    await signed_in(app, "jonas@example.org")


async def test_new_recovery_codes_want_the_password_after_a_while(app: Served) -> None:
    visitor, _, _, codes = await enrolled(app)
    form = (await visitor.get(STEP_PAGE)).form(f"{STEP_PAGE}/codes")
    page = await visitor.send(form)
    assert "Your recovery codes" in page.text
    assert codes[0] not in page.html
    app.clock.advance(11 * 60)
    assert (await visitor.send(form)).status == 403


async def test_a_code_sent_by_another_site_is_not_looked_at(app: Served) -> None:
    _, number, seed, _ = await enrolled(app)
    _, page = await half_way(app)
    foreign = Visitor.of(app, **{"sec-fetch-site": "cross-site"})
    answer = await foreign.post(page.form(CODE), code=code(app, number, seed))
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
