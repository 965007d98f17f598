"""How readers sign in, in the dashboard: added, changed and deleted by owners, and no key is shown again."""

from __future__ import annotations

from afterword.core.model import Role
from tests.support.ground import Ground
from tests.support.serving import Served

SECRET = "a secret that is shared by two servers"
WAY = {
    "act": "save", "kind": "token", "name": "Members", "issuer": "https://blog.example.org",
    "audience": "comments", "algorithm": "HS256", "key": SECRET,
}  # fmt: skip


async def test_an_owner_adds_changes_and_deletes_a_way(app: Served) -> None:
    ground = await Ground.of(app)
    path = f"/dashboard/sites/{ground.site('own')}/sign-in"
    async with ground.browser(Role.OWNER) as browser:
        csrf = {"csrf": browser.csrf}
        assert "Signed by" in (await browser.http.get(f"{path}?kind=token")).text
        added = await browser.http.post(path, data=WAY | csrf)
        assert added.headers["location"] == f"{path}?said=way-saved"
        [way] = app.context.sites.providers(ground.site("own"))
        shown = (await browser.http.get(f"{path}?way={way.id}")).text
        assert "Members" in shown and SECRET not in shown
        sent = WAY | csrf | {"way": str(way.id), "name": "Ours", "key": ""}
        assert (await browser.http.post(path, data=sent)).status_code == 303
        [changed] = app.context.sites.providers(ground.site("own"))
        assert (changed.name, changed.key) == ("Ours", SECRET)
        gone = await browser.http.post(path, data={"act": "delete", "way": str(way.id)} | csrf)
        assert gone.headers["location"] == f"{path}?said=way-deleted"
    assert app.context.sites.providers(ground.site("own")) == []


async def test_what_is_wrong_is_said_at_its_field_and_no_key_comes_back(app: Served) -> None:
    ground = await Ground.of(app)
    path = f"/dashboard/sites/{ground.site('own')}/sign-in"
    async with ground.browser(Role.OWNER) as browser:
        sent = WAY | {"csrf": browser.csrf, "key": "too-short-a-secret", "issuer": ""}
        refused = await browser.http.post(path, data=sent)
    assert refused.status_code == 422
    assert "32 bytes" in refused.text and "Say who signs" in refused.text
    assert "too-short-a-secret" not in refused.text
    assert "Members" in refused.text


async def test_a_provider_that_does_not_answer_is_saved_by_choice_alone(app: Served) -> None:
    ground = await Ground.of(app)
    path = f"/dashboard/sites/{ground.site('own')}/sign-in"
    oidc = {"kind": "oidc", "issuer": "https://id.invalid", "audience": "client-7", "key": "k" * 20}
    async with ground.browser(Role.OWNER) as browser:
        sent = WAY | oidc | {"csrf": browser.csrf}
        assert 'name="unchecked"' not in (await browser.http.get(f"{path}?kind=oidc")).text
        refused = await browser.http.post(path, data=sent)
        assert refused.status_code == 422
        assert "id.invalid" in refused.text and 'name="unchecked"' in refused.text
        assert oidc["key"] not in refused.text
        saved = await browser.http.post(path, data=sent | {"unchecked": "1"})
        assert saved.headers["location"] == f"{path}?said=way-saved"
