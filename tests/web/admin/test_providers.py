"""How readers sign in, for programs: set by owners, and no key ever comes out."""

from __future__ import annotations

import pytest

from afterword.core.model import Role
from tests.support.api import program
from tests.support.forms import new_member
from tests.support.serving import Served

ADMIN = "/api/v1/admin"
SECRET = "a secret that is shared by two servers"
TOKEN = {
    "kind": "token", "name": "Members", "issuer": "https://blog.example.org",
    "audience": "comments", "algorithm": "HS256", "key": SECRET,
}  # fmt: skip
OIDC = {
    "kind": "oidc", "name": "Example", "issuer": "https://id.invalid", "audience": "client-7",
    "key": SECRET.replace(" ", "-"),
}  # fmt: skip


@pytest.fixture
def engine() -> str:
    """What is stored is tested at the services."""
    return "sqlite"


async def test_an_owner_adds_lists_changes_and_removes_a_way(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    client = await program(app, await new_member(app, "lea@example.org", role=Role.OWNER))
    at = f"{ADMIN}/sites/{site.id}/providers"
    added = await client.post(at, json=TOKEN)
    assert added.status_code == 201, added.text
    state = added.json()
    assert {**TOKEN, **state}.keys() - state.keys() == {"key"}
    one = f"{ADMIN}/providers/{state['id']}"
    changed = await client.patch(one, json={"name": "Ours"})
    assert changed.json() == {**state, "name": "Ours"}
    listed = await client.get(at)
    assert listed.json()["providers"] == [changed.json()] == [(await client.get(one)).json()]
    [kept] = app.context.sites.providers(site.id)
    assert kept.key == SECRET
    log = await client.get(f"{ADMIN}/audit")
    assert "add_provider" in log.text
    for answer in (added, changed, listed, log):
        assert SECRET not in answer.text
    assert (await client.delete(one)).status_code == 204
    assert (await client.get(one)).status_code == 404
    assert app.context.sites.providers(site.id) == []


async def test_a_provider_that_does_not_answer_is_saved_by_choice_alone(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    client = await program(app, await new_member(app, "lea@example.org", role=Role.OWNER))
    at = f"{ADMIN}/sites/{site.id}/providers"
    refused = await client.post(at, json=OIDC)
    assert refused.status_code == 422
    [wrong] = refused.json()["errors"]
    assert (wrong["field"], wrong["code"]) == ("issuer", "provider_unfit")
    assert "id.invalid" in wrong["message"]
    assert OIDC["key"] not in refused.text
    assert (await client.post(at, json={**OIDC, "unchecked": True})).status_code == 201
