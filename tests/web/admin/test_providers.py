"""How readers sign in, for programs: seen, renamed and removed; a key neither comes out nor goes in."""

from __future__ import annotations

import pytest

from afterword.core.model import Role
from afterword.core.sign_in_ways import ProviderDraft
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_providers import add_provider
from tests.support.api import program
from tests.support.forms import new_member
from tests.support.serving import Served

ADMIN = "/api/v1/admin"
SECRET = "a secret that is shared by two servers"
WAY = ProviderDraft("token", "Members", "https://blog.example.org", "comments", "HS256", SECRET)


@pytest.fixture
def engine() -> str:
    """What is stored is tested at the services."""
    return "sqlite"


async def test_an_owner_lists_renames_and_removes_a_way(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    await add_provider(app.context, COMMAND_LINE, site.id, WAY, now=app.clock.now)
    client = await program(app, await new_member(app, "lea@example.org", role=Role.OWNER))
    at = f"{ADMIN}/sites/{site.id}/providers"
    [state] = (await client.get(at)).json()["providers"]
    assert state["issuer"] == WAY.issuer
    assert "key" not in state
    one = f"{ADMIN}/providers/{state['id']}"
    changed = await client.patch(one, json={"name": "Ours"})
    assert changed.json() == {**state, "name": "Ours"}
    listed = await client.get(at)
    assert listed.json()["providers"] == [changed.json()] == [(await client.get(one)).json()]
    [kept] = app.context.sites.providers(site.id)
    assert kept.key == SECRET
    log = await client.get(f"{ADMIN}/audit")
    assert "change_provider" in log.text
    for answer in (changed, listed, log):
        assert SECRET not in answer.text
    assert (await client.delete(one)).status_code == 204
    assert (await client.get(one)).status_code == 404
    assert app.context.sites.providers(site.id) == []


async def test_a_token_that_got_away_leaves_no_key_of_its_own_behind(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    await add_provider(app.context, COMMAND_LINE, site.id, WAY, now=app.clock.now)
    client = await program(app, await new_member(app, "lea@example.org", role=Role.OWNER))
    [known] = app.context.sites.providers(site.id)
    sent = {"kind": "token", "name": "Mine", "issuer": WAY.issuer, "audience": "comments"}
    added = await client.post(f"{ADMIN}/sites/{site.id}/providers", json={**sent, "key": "mine"})
    assert added.status_code == 405
    for other in ({"key": "mine"}, {"issuer": "https://mine.example"}, {"algorithm": "RS256"}):
        await client.patch(f"{ADMIN}/providers/{known.id}", json={"name": "Members", **other})
    assert app.context.sites.providers(site.id) == [known]
