from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from afterword.core.model import Role
from afterword.services.members.first_run import set_up_link
from afterword.services.members.manage_members import list_members
from tests.support.forms import Page, Visitor, new_member
from tests.support.serving import PASSWORD, Served

SET_UP = "/dashboard/set-up"
ILSE = {"name": "Ilse Brandt", "email": "ilse@example.org", "password": PASSWORD}


async def opened(app: Served) -> tuple[Visitor, Page, str]:
    link = await set_up_link(app.context, now=app.clock.now)
    assert link is not None
    assert link.startswith(app.settings.public_url)
    url = urlsplit(link)
    visitor = Visitor.of(app)
    path = f"{url.path}?{url.query}"
    return visitor, await visitor.get(path), path


async def test_the_link_makes_one_account_that_owns_everything(app: Served) -> None:
    visitor, page, path = await opened(app)
    page = await visitor.send(page.form(SET_UP), **ILSE)
    assert page.address == "/dashboard/queue"
    assert "Ilse Brandt" in page.text
    (member,) = await list_members(app.context)
    assert member.roles == {None: Role.OWNER}
    assert (await Visitor.of(app).get(path)).status == 404


async def test_looking_at_the_link_does_not_use_it_up(app: Served) -> None:
    visitor, _, path = await opened(app)
    for _ in range(3):
        assert (await visitor.get(path)).status == 200
    page = await visitor.get(path)
    assert (await visitor.send(page.form(SET_UP), **ILSE)).status == 200


async def test_of_two_at_the_same_time_one_wins(app: Served) -> None:
    _, page, _ = await opened(app)
    form = page.form(SET_UP)
    others = [Visitor.of(app).post(form, **{**ILSE, "email": f"{n}@example.org"}) for n in "abc"]
    statuses = [response.status_code for response in await asyncio.gather(*others)]
    assert sorted(statuses) == [303, 404, 404]
    assert len(await list_members(app.context)) == 1


async def test_wrong_fields_are_named_and_what_was_typed_is_kept(app: Served) -> None:
    visitor, page, _ = await opened(app)
    page = await visitor.send(page.form(SET_UP), name="Ilse", email="ilse@", password="short")
    assert page.status == 422
    form = page.form(SET_UP)
    assert form.fields["name"] == ["Ilse"]
    assert form.fields["email"] == ["ilse@"]
    assert form.fields["password"] == [""]
    assert 'id="email-wrong"' in page.html
    assert 'id="password-wrong"' in page.html
    assert await list_members(app.context) == []


async def test_an_unknown_token_and_a_server_with_members_have_no_such_page(app: Served) -> None:
    visitor, _, path = await opened(app)
    assert (await visitor.get(f"{SET_UP}?token=guess")).status == 404
    assert (await visitor.get(SET_UP)).status == 404
    await new_member(app, "jonas@example.org")
    assert (await visitor.get(path)).status == 404


async def test_a_form_of_another_site_makes_no_account(app: Served) -> None:
    _, page, _ = await opened(app)
    for header in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        refused = await Visitor.of(app, **header).post(page.form(SET_UP), **ILSE)
        assert refused.status_code == 403
    assert await list_members(app.context) == []
