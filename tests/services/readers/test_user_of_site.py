"""The token of a site's own user is believed on that site, in the way that its owner has set, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from afterword.core.errors import SignInNeeded
from afterword.core.model import Member, Site
from afterword.core.sign_in_ways import ProviderDraft
from afterword.services.context import Context
from afterword.services.readers.user_of_site import is_user_token, user_of_site
from afterword.services.sites.change_site import change_given
from afterword.services.sites.manage_providers import add_provider, remove_provider
from tests.services import builders
from tests.services.builders import NOW, ORIGIN

SECRET = "a secret that is shared by two servers"
WAY = ProviderDraft("token", "Members", ORIGIN, "comments", "HS256", SECRET)


def token(secret: str = SECRET, **other: Any) -> str:
    claims = {
        "iss": ORIGIN, "aud": "comments", "sub": "7", "name": "Mira Osei", "exp": NOW // 1000 + 60,
    }  # fmt: skip
    return jwt.encode({"alg": "HS256"}, claims | other, OctKey.import_key(secret))


async def refusal(ctx: Context, site: Site, text: str, now: int = NOW) -> SignInNeeded:
    with pytest.raises(SignInNeeded) as refused:
        await user_of_site(ctx, site, text, now=now)
    return refused.value


async def test_it_is_believed_while_its_owner_takes_it(
    ctx: Context, site: Site, owner: Member
) -> None:
    assert "takes no tokens" in (await refusal(ctx, site, token())).message
    added = await add_provider(ctx, owner, site.id, WAY, now=NOW)
    way, person = await user_of_site(ctx, site, token(), now=NOW)
    assert (way, person.subject, person.name) == (added, "7", "Mira Osei")
    await remove_provider(ctx, owner, added.id, now=NOW)
    assert (await refusal(ctx, site, token())).code == "user_refused"


async def test_one_that_has_ended_is_told_apart(ctx: Context, site: Site, owner: Member) -> None:
    await add_provider(ctx, owner, site.id, WAY, now=NOW)
    assert (await refusal(ctx, site, token(), NOW + 130_000)).code == "user_ended"
    bad = await refusal(ctx, site, token(aud="shop"))
    assert (bad.code, "aud" in bad.message) == ("user_refused", True)


async def test_two_ways_let_keys_be_changed_without_a_gap(
    ctx: Context, site: Site, owner: Member
) -> None:
    new = "another secret, as long as the first one is"
    await add_provider(ctx, owner, site.id, WAY, now=NOW)
    await add_provider(ctx, owner, site.id, replace(WAY, key=new), now=NOW)
    for secret in (SECRET, new):
        assert (await user_of_site(ctx, site, token(secret), now=NOW))[1].subject == "7"


async def test_it_is_none_on_another_site(ctx: Context, site: Site, owner: Member) -> None:
    shop = await builders.add_site(ctx, "shop", "https://shop.example.org")
    await add_provider(ctx, owner, site.id, WAY, now=NOW)
    await add_provider(ctx, owner, shop.id, replace(WAY, audience="shop"), now=NOW)
    assert (await refusal(ctx, shop, token())).code == "user_refused"


async def test_no_role_looks_like_our_badge_in_any_language_or_the_sites_own(
    ctx: Context, site: Site, owner: Member
) -> None:
    await add_provider(ctx, owner, site.id, WAY, now=NOW)
    await change_given(ctx, owner, site.id, {"words": {"staff": "Keeper"}}, now=NOW)
    known = ctx.sites.by_id(site.id)
    assert known
    for role in ("Staff", "S t a f f", "Redaktion", "keeper", "ѕtаff"):
        assert "badge" in (await refusal(ctx, known, token(role=role))).message, role
    assert (await user_of_site(ctx, known, token(role="Author"), now=NOW))[1].role == "Author"


def test_our_own_tokens_do_not_look_like_one(ctx: Context) -> None:
    assert is_user_token(token())
    for number in range(200):
        assert not is_user_token(ctx.tokens.author_token(number, 1, expires_at=NOW))
        assert not is_user_token(ctx.tokens.session.sign(f"{number}" * 40))
