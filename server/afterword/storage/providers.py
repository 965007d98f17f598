"""The ways in which readers of a site sign in: the site's own users by a token, others by OpenID Connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.sign_in_ways import Provider

if TYPE_CHECKING:
    from afterword.core.sign_in_ways import ProviderDraft
    from afterword.storage.store import Db, Row, WriteDb

ALL = """
SELECT id, site_id, kind, name, issuer, audience, algorithm, key, created_at
FROM sign_in_provider ORDER BY id
"""
OF_SITE = ALL.replace("ORDER", "WHERE site_id = :site_id ORDER")
GET = ALL.replace("ORDER BY id", "WHERE id = :provider_id")
ADD = """
INSERT INTO sign_in_provider (site_id, kind, name, issuer, audience, algorithm, key, created_at)
VALUES (:site_id, :kind, :name, :issuer, :audience, :algorithm, :key, :now)
RETURNING id, site_id, kind, name, issuer, audience, algorithm, key, created_at
"""
CHANGE = """
UPDATE sign_in_provider SET name = :name, issuer = :issuer, audience = :audience,
    algorithm = :algorithm, key = :key
WHERE id = :provider_id
RETURNING id, site_id, kind, name, issuer, audience, algorithm, key, created_at
"""
DELETE = "DELETE FROM sign_in_provider WHERE id = :provider_id"


async def every(db: Db) -> list[Provider]:
    """Those of all sites, in the order in which they were added."""
    return [_provider(row) for row in await db.fetch_all(ALL)]


async def of_site(db: Db, site_id: int) -> list[Provider]:
    """Those of one site, in the order in which they were added."""
    return [_provider(row) for row in await db.fetch_all(OF_SITE, {"site_id": site_id})]


async def get(db: Db, provider_id: int) -> Provider | None:
    """The one with this id."""
    row = await db.fetch_one(GET, {"provider_id": provider_id})
    return _provider(row) if row else None


async def add(db: WriteDb, site_id: int, draft: ProviderDraft, *, now: int) -> Provider:
    """One more of a site."""
    values = {"site_id": site_id, "kind": draft.kind, "now": now, **_said(draft)}
    row = await db.fetch_one(ADD, values)
    assert row is not None
    return _provider(row)


async def change(db: WriteDb, provider_id: int, draft: ProviderDraft) -> Provider | None:
    """It is from now on as the draft says; its kind and its readers stay."""
    row = await db.fetch_one(CHANGE, {"provider_id": provider_id, **_said(draft)})
    return _provider(row) if row else None


async def delete(db: WriteDb, provider_id: int) -> None:
    """Takes it away; whoever signed in by it is signed out everywhere."""
    await db.execute(DELETE, {"provider_id": provider_id})


def _said(draft: ProviderDraft) -> dict[str, str]:
    return {
        "name": draft.name,
        "issuer": draft.issuer,
        "audience": draft.audience,
        "algorithm": draft.algorithm,
        "key": draft.key,
    }


def _provider(row: Row) -> Provider:
    return Provider(*row)
