"""Sensitive acts want the password once more when it was not typed a moment ago."""

from __future__ import annotations

import pytest

from tests.support.forms import Page, Visitor, new_member, signed_in
from tests.support.serving import PASSWORD, Served

TOKENS, CONFIRM = "/dashboard/profile/tokens", "/dashboard/confirm"
LATER = 11 * 60
WISH = {"name": "nightly backup", "role": "moderator", "days": "30"}


async def asked(app: Served, seconds: int = LATER) -> tuple[Visitor, Page]:
    """Jonas sends the form of a token, so long after he signed in."""
    await new_member(app, "jonas@example.org")
    visitor = await signed_in(app, "jonas@example.org")
    app.clock.advance(seconds)
    page = await visitor.get(TOKENS)
    return visitor, await visitor.send(page.form(TOKENS), **WISH)


async def test_who_has_just_signed_in_is_not_asked(app: Served) -> None:
    _, page = await asked(app, 9 * 60)
    assert "afw_" in page.text


async def test_what_was_sent_is_done_once_the_password_is_there(app: Served) -> None:
    visitor, page = await asked(app)
    assert page.status == 403
    assert "afw_" not in page.text
    form = page.form(TOKENS)
    page = await visitor.send(form, confirm_password="not this one")
    assert page.status == 403
    assert "This is not your password." in page.text
    form = page.form(TOKENS)
    assert "not this one" not in page.html
    page = await visitor.send(form, confirm_password=PASSWORD)
    assert "nightly backup moderator" in page.text
    assert "afw_" in page.text
    app.clock.advance(9 * 60)
    page = await visitor.send((await visitor.get(TOKENS)).form(TOKENS), **WISH)
    assert page.status == 200


async def test_what_was_sent_is_kept_as_text(app: Served) -> None:
    await new_member(app, "jonas@example.org")
    visitor = await signed_in(app, "jonas@example.org")
    app.clock.advance(LATER)
    form = (await visitor.get(TOKENS)).form(TOKENS)
    sent = {'"><script>alert(1)</script>': "x", "name": '"><img src=x>', "days": "30"}
    page = await visitor.send(form, **sent)
    assert "<script>alert" not in page.html
    assert "<img" not in page.html
    assert page.form(TOKENS).fields["name"] == ['"><img src=x>']


async def test_what_was_sent_is_in_no_address_and_no_store_and_is_judged_anew(
    app: Served,
) -> None:
    """The page that asks holds it for its sender alone; whoever changes it there has sent that."""
    visitor, page = await asked(app)
    csrf = page.form(TOKENS).fields["csrf"]
    raw = await visitor.client.post(TOKENS, data={"csrf": csrf, **WISH})
    assert raw.status_code == 403
    assert (raw.headers["cache-control"], "location" in raw.headers) == ("no-store", False)
    assert raw.headers["referrer-policy"] == "same-origin"
    assert "nightly backup" not in str(raw.url)
    assert "nightly backup" in raw.text
    form = page.form(TOKENS)
    too_much = await visitor.send(form, confirm_password=PASSWORD, role="owner", days="30000")
    assert "afw_" not in too_much.text
    unsigned = {**WISH, "csrf": "x", "confirm_password": PASSWORD}
    assert (await visitor.client.post(TOKENS, data=unsigned)).status_code == 403


async def test_guessing_it_is_slowed_down(app: Served) -> None:
    visitor, page = await asked(app)
    form = page.form(TOKENS)
    for _ in range(5):
        page = await visitor.send(form, confirm_password="a guess")
    page = await visitor.send(form, confirm_password=PASSWORD)
    assert page.status == 403
    assert "too many tries" in page.text
    assert "afw_" not in page.text


async def test_another_session_stays_unconfirmed(app: Served) -> None:
    visitor, page = await asked(app)
    other = await signed_in(app, "jonas@example.org")
    app.clock.advance(LATER)
    await visitor.send(page.form(TOKENS), confirm_password=PASSWORD)
    page = await other.send((await other.get(TOKENS)).form(TOKENS), **WISH)
    assert page.status == 403


@pytest.mark.parametrize("wish", ["//evil.example", "https://evil.example/", "/\\evil.example"])
async def test_it_leads_nowhere_else(app: Served, wish: str) -> None:
    visitor, page = await asked(app)
    csrf = page.form(TOKENS).fields["csrf"]
    sent = {"csrf": csrf, "next": wish, "confirm_password": PASSWORD}
    answer = await visitor.client.post(CONFIRM, data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard/queue")


async def test_a_script_is_told_so_in_json(app: Served) -> None:
    visitor, page = await asked(app)
    sent = {"csrf": page.form(TOKENS).fields["csrf"], **WISH}
    answer = await visitor.client.post(TOKENS, data=sent, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "confirmation_needed")
