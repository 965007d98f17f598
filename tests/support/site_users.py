"""Users of a site's own, as its pages say by signed tokens."""

from __future__ import annotations

from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from afterword.core.model import Site
from afterword.core.sign_in_ways import ProviderDraft
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_providers import add_provider
from tests.support.serving import Served

SECRET = "a secret that is shared by two servers"


async def take_users(app: Served, site: Site) -> None:
    """Has a site take tokens of its own users."""
    draft = ProviderDraft("token", "Members", site.name, "comments", "HS256", SECRET)
    await add_provider(app.context, COMMAND_LINE, site.id, draft, now=app.clock.now)


def bearer(app: Served, site: Site, subject: str = "7", **other: Any) -> dict[str, str]:
    """The headers of requests of one of them, for an hour."""
    claims = {
        "iss": site.name, "aud": "comments", "sub": subject, "name": "Mira Osei",
        "exp": app.clock.now // 1000 + 3600,
    }  # fmt: skip
    token = jwt.encode({"alg": "HS256"}, claims | other, OctKey.import_key(SECRET))
    return {"authorization": f"Bearer {token}", "origin": site.origins[0]}
