"""The profile and the API of members say how much comes by mail, and change it."""

from __future__ import annotations

from afterword.core.model import Role
from tests.support.api import program
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import Served

PATH = "/dashboard/profile/notices"


async def test_a_moderator_chooses_on_the_profile(app: Served, moderator: Visitor) -> None:
    page = await moderator.get("/dashboard/profile")
    form = page.form(PATH)
    assert form.fields["notices"] == ["waiting"]
    page = await moderator.send(form, notices="daily")
    assert "From now on you hear as much as that by mail." in page.text
    assert page.form(PATH).fields["notices"] == ["daily"]
    assert (await moderator.post(form, notices="often")).status_code == 422


async def test_a_viewer_is_asked_nothing(app: Served) -> None:
    await new_member(app, "vera@example.org", role=Role.VIEWER)
    page = await (await signed_in(app, "vera@example.org")).get("/dashboard/profile")
    assert not page.has_form(PATH)


async def test_a_program_reads_and_changes_it(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    member = await new_member(app, "jonas@example.org", site=site)
    client = await program(app, member)
    path = "/api/v1/admin/notices"
    assert (await client.get(path)).json() == {
        "notices": [{"site_id": site.id, "notices": "waiting"}]
    }
    answer = await client.put(path, json={"site_id": site.id, "notices": "none"})
    assert answer.json() == {"notices": [{"site_id": site.id, "notices": "none"}]}
    assert (await client.put(path, json={"notices": "none"})).status_code == 404
    assert (await client.put(path, json={"site_id": site.id, "notices": "x"})).status_code == 422
