"""How readers of a site sign in, for its owners: checked, written down, and no key ever comes out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from afterword.core import wire
from afterword.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from afterword.core.model import Member, Role, Site
from afterword.core.sign_in_ways import MOST, ProviderDraft
from afterword.services.context import Context, open_context
from afterword.services.permission import COMMAND_LINE
from afterword.services.readers.reader_session import known_reader, open_reader_session
from afterword.services.sites.manage_providers import (
    add_provider,
    change_provider,
    get_provider,
    list_providers,
    remove_provider,
)
from afterword.settings import Settings
from afterword.storage import audit, readers
from afterword.storage.audit import Wanted
from tests.services import builders
from tests.services.builders import NOW
from tests.support.oidc_provider import OidcProvider

SECRET = "a secret that is shared by two servers"
TOKEN = ProviderDraft("token", "Members", "https://blog.example.org", "comments", "HS256", SECRET)
OIDC = ProviderDraft("oidc", "Example", "https://id.example.org", "client-7", key="client-secret")


async def told(ctx: Context) -> wire.SignIn | None:
    return (await builders.read(ctx)).site.sign_in


async def test_what_is_added_is_told_to_the_widget_at_once(
    ctx: Context, site: Site, owner: Member
) -> None:
    assert await told(ctx) is None
    await add_provider(ctx, owner, site.id, TOKEN, now=NOW)
    assert await told(ctx) == wire.SignIn(users=True)
    added = await add_provider(ctx, owner, site.id, OIDC, unchecked=True, now=NOW)
    example = wire.SignInProvider(id=added.id, name="Example")
    assert await told(ctx) == wire.SignIn(users=True, providers=(example,))
    await change_provider(ctx, owner, added.id, replace(OIDC, name="Ours"), unchecked=True, now=NOW)
    ours = wire.SignInProvider(id=added.id, name="Ours")
    assert await told(ctx) == wire.SignIn(users=True, providers=(ours,))
    assert b"secret" not in await builders.read_bytes(ctx)
    await remove_provider(ctx, owner, added.id, now=NOW)
    assert await told(ctx) == wire.SignIn(users=True)


async def test_a_client_secret_is_sent_to_no_other_issuer(
    ctx: Context, site: Site, owner: Member
) -> None:
    """Else whoever may change a way could have its secret sent to a server of their own."""
    added = await add_provider(ctx, owner, site.id, OIDC, unchecked=True, now=NOW)
    elsewhere = replace(OIDC, issuer="https://evil.example", key="")
    with pytest.raises(Invalid) as refused:
        await change_provider(ctx, owner, added.id, elsewhere, unchecked=True, now=NOW)
    assert [each.field for each in refused.value.fields] == ["key"]
    assert await get_provider(ctx, owner, added.id) == added
    changed = await change_provider(
        ctx, owner, added.id, replace(elsewhere, key="another"), unchecked=True, now=NOW
    )
    assert (changed.issuer, changed.key) == ("https://evil.example", "another")


async def test_who_signed_in_by_another_issuer_is_signed_out(
    ctx: Context, site: Site, owner: Member
) -> None:
    added = await add_provider(ctx, owner, site.id, OIDC, unchecked=True, now=NOW)
    async with ctx.store.write() as db:
        reader = await readers.put(db, site.id, "key", provider_id=added.id, name="Mira", now=NOW)
        session = await open_reader_session(ctx, db, reader, agent="", now=NOW)
    renamed = replace(OIDC, name="Ours", key="")
    await change_provider(ctx, owner, added.id, renamed, unchecked=True, now=NOW)
    assert await known_reader(ctx, site, session.token, now=NOW) == reader
    moved = replace(OIDC, issuer="https://login.example.net")
    await change_provider(ctx, owner, added.id, moved, unchecked=True, now=NOW)
    with pytest.raises(SignInNeeded):
        await known_reader(ctx, site, session.token, now=NOW)


async def test_a_key_is_kept_where_none_is_typed(ctx: Context, site: Site, owner: Member) -> None:
    added = await add_provider(ctx, owner, site.id, TOKEN, now=NOW)
    changed = await change_provider(ctx, owner, added.id, replace(TOKEN, key=" "), now=NOW)
    assert changed == added
    with pytest.raises(Invalid):
        await change_provider(
            ctx, owner, added.id, replace(TOKEN, key="", algorithm="RS256"), now=NOW
        )
    other = "another secret, as long as the first one is"
    changed = await change_provider(ctx, owner, added.id, replace(TOKEN, key=other), now=NOW)
    assert changed.key == other
    assert changed == await get_provider(ctx, owner, added.id)


async def test_a_provider_stays_of_its_kind(ctx: Context, site: Site, owner: Member) -> None:
    added = await add_provider(ctx, owner, site.id, OIDC, unchecked=True, now=NOW)
    changed = await change_provider(
        ctx, owner, added.id, replace(OIDC, kind="token"), unchecked=True, now=NOW
    )
    assert changed.kind == "oidc"


async def test_no_key_is_in_the_audit_log(ctx: Context, site: Site, owner: Member) -> None:
    added = await add_provider(ctx, owner, site.id, TOKEN, now=NOW)
    await change_provider(ctx, owner, added.id, replace(TOKEN, key=SECRET + "!"), now=NOW)
    await remove_provider(ctx, owner, added.id, now=NOW)
    log = await audit.find(ctx.store, Wanted(), 10)
    assert [each.act for each in log][:3] == ["remove_provider", "change_provider", "add_provider"]
    assert SECRET not in repr(log)
    assert log[1].after["new_key"] is True


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "n" * 41}, "name"),
        ({"issuer": ""}, "issuer"),
        ({"audience": ""}, "audience"),
        ({"algorithm": "none"}, "algorithm"),
        ({"algorithm": "HS512"}, "algorithm"),
        ({"key": ""}, "key"),
        ({"key": "short"}, "key"),
        ({"algorithm": "RS256"}, "key"),
        ({"kind": "oidc", "issuer": "id.example.org"}, "issuer"),
        ({"kind": "oidc", "issuer": "https://id.example.org/?a=1"}, "issuer"),
        ({"kind": "oidc", "issuer": "javascript:alert(1)"}, "issuer"),
        ({"kind": "oidc", "audience": "two words"}, "audience"),
        ({"kind": "oidc", "key": "zwei Wörter"}, "key"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    ctx: Context, site: Site, owner: Member, other: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await add_provider(ctx, owner, site.id, replace(TOKEN, **other), now=NOW)
    assert field in [each.field for each in refused.value.fields]
    assert await list_providers(ctx, owner, site.id) == []


async def test_a_site_has_ten_at_most(ctx: Context, site: Site, owner: Member) -> None:
    for _ in range(MOST):
        await add_provider(ctx, owner, site.id, OIDC, unchecked=True, now=NOW)
    with pytest.raises(Conflict):
        await add_provider(ctx, owner, site.id, OIDC, unchecked=True, now=NOW)


async def test_they_are_for_owners_of_the_site(ctx: Context, site: Site, owner: Member) -> None:
    added = await add_provider(ctx, owner, site.id, OIDC, unchecked=True, now=NOW)
    shop = await builders.add_site(ctx, "shop", "https://shop.example.org")
    stranger = await builders.add(ctx, Role.OWNER, shop)
    moderator = await builders.add(ctx, Role.MODERATOR, site)
    for member, refusal in ((stranger, NotFound), (moderator, Forbidden)):
        for work in (
            list_providers(ctx, member, site.id),
            get_provider(ctx, member, added.id),
            add_provider(ctx, member, site.id, OIDC, unchecked=True, now=NOW),
            change_provider(ctx, member, added.id, OIDC, unchecked=True, now=NOW),
            remove_provider(ctx, member, added.id, now=NOW),
        ):
            with pytest.raises(refusal):
                await work
    assert await list_providers(ctx, owner, site.id) == [added]


@pytest_asyncio.fixture
async def near(
    ready_url: str, tmp_path: Path, provider: OidcProvider
) -> AsyncIterator[tuple[Context, Site]]:
    """A server that may ask the provider on this machine, and a site."""
    allowed = (urlsplit(provider.issuer).netloc,)
    settings = Settings(data=tmp_path / "near", database_url=ready_url, allow_hosts=allowed)
    async with open_context(settings) as opened:
        yield opened, await builders.add_site(opened, "blog", builders.ORIGIN)


async def test_a_provider_that_answers_well_is_saved(
    near: tuple[Context, Site], provider: OidcProvider
) -> None:
    ctx, site = near
    draft = replace(OIDC, issuer=provider.issuer)
    added = await add_provider(ctx, COMMAND_LINE, site.id, draft, now=NOW)
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"]
    provider.metadata["issuer"] = "https://another.example"
    with pytest.raises(Invalid, match="Both must be the same"):
        await change_provider(ctx, COMMAND_LINE, added.id, draft, now=NOW)
    assert await list_providers(ctx, COMMAND_LINE, site.id) == [added]


@pytest.mark.parametrize(
    ("metadata", "published", "said"),
    [
        ({"issuer": "https://another.example"}, None, "calls itself https://another.example"),
        ({"jwks_uri": None}, None, "describe itself"),
        ({"token_endpoint": "http://id.example.org/token"}, None, "must be asked by https"),
        ({"jwks_uri": "https://id.invalid/keys"}, None, "id.invalid"),
        ({}, [], "publishes no key"),
        ({}, [{"kty": "oct", "k": "AAAA"}], "publishes no key"),
    ],
)
async def test_what_is_wrong_with_a_provider_is_said_before_it_is_saved_unless_it_is_chosen(
    near: tuple[Context, Site],
    provider: OidcProvider,
    metadata: dict[str, Any],
    published: list[dict[str, Any]] | None,
    said: str,
) -> None:
    ctx, site = near
    provider.metadata |= metadata
    provider.published = published
    draft = replace(OIDC, issuer=provider.issuer)
    with pytest.raises(Invalid, match=said) as refused:
        await add_provider(ctx, COMMAND_LINE, site.id, draft, now=NOW)
    assert [(each.field, each.code) for each in refused.value.fields] == [
        ("issuer", "provider_unfit")
    ]
    assert await list_providers(ctx, COMMAND_LINE, site.id) == []
    await add_provider(ctx, COMMAND_LINE, site.id, draft, unchecked=True, now=NOW)


async def test_one_that_can_never_be_asked_is_not_saved_by_any_choice(
    ctx: Context, site: Site, owner: Member
) -> None:
    for issuer, said in (("http://id.example.org", "https"), ("https://10.0.0.1", "private")):
        draft = replace(OIDC, issuer=issuer)
        for unchecked in (False, True):
            with pytest.raises(Invalid, match=said):
                await add_provider(ctx, owner, site.id, draft, unchecked=unchecked, now=NOW)
