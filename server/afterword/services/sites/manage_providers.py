"""How readers of a site sign in, for its owners: keys go in and never come out again.

A provider of OpenID Connect is asked before it is saved, so that what is wrong is said to who typed it
and not to readers. One that does not answer today can be saved all the same, unless it never could.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, FieldError, Invalid, NotFetched, NotFound
from afterword.core.model import Role
from afterword.core.sign_in_ways import MOST, clean_provider
from afterword.services.permission import own_site, require
from afterword.storage import audit, providers, readers, sites

if TYPE_CHECKING:
    from afterword.core.model import Member
    from afterword.core.sign_in_ways import Provider, ProviderDraft
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

ADD, CHANGE, REMOVE = "add_provider", "change_provider", "remove_provider"
"""The words of the audit log."""


async def list_providers(ctx: Context, member: Member, site_id: int) -> list[Provider]:
    """Those of a site, for its owners; raises `NotFound` and `Forbidden`."""
    own_site(ctx, member, site_id, Role.OWNER)
    return await providers.of_site(ctx.store, site_id)


async def get_provider(ctx: Context, member: Member, provider_id: int) -> Provider:
    """One of them, for owners of its site; raises `NotFound` and `Forbidden`."""
    return _owned(await providers.get(ctx.store, provider_id), member)


async def add_provider(
    ctx: Context,
    member: Member,
    site_id: int,
    draft: ProviderDraft,
    *,
    unchecked: bool = False,
    now: int,
) -> Provider:
    """One more, `unchecked` without asking it; raises `Invalid` with the fields that are wrong.

    Raises `Conflict` where there are ten.
    """
    own_site(ctx, member, site_id, Role.OWNER)
    clean = clean_provider(draft)
    await _check(ctx, clean, unchecked, now)
    async with ctx.store.write() as db:
        await sites.lock(db, site_id, now=now)
        if len(await providers.of_site(db, site_id)) >= MOST:
            raise Conflict(f"A site has {MOST} ways to sign in at most. Delete one first.")
        added = await providers.add(db, site_id, clean, now=now)
        await _note(db, member, ADD, added, now, after=_shown(added))
    await ctx.sites.refresh(ctx.store)
    return added


async def change_provider(
    ctx: Context,
    member: Member,
    provider_id: int,
    draft: ProviderDraft,
    *,
    unchecked: bool = False,
    now: int,
) -> Provider:
    """It is as the draft says; without a key it keeps its own. Its kind stays what it was.

    Raises as `add_provider`, and `NotFound`. A client secret is sent to its issuer alone: for another
    one it has to be typed. Whom the old issuer vouched for is signed out.
    """
    known = await get_provider(ctx, member, provider_id)
    await _check(ctx, _merged(draft, known), unchecked, now)
    async with ctx.store.write() as db:
        old = _owned(await providers.get(db, provider_id), member)
        clean = _merged(draft, old)
        changed = _there(await providers.change(db, provider_id, clean))
        if changed.issuer != old.issuer:
            await readers.end_sessions_by(db, provider_id)
        before, after = _shown(old), _shown(changed) | {"new_key": changed.key != old.key}
        await _note(db, member, CHANGE, changed, now, before=before, after=after)
    await ctx.sites.refresh(ctx.store)
    return changed


async def remove_provider(ctx: Context, member: Member, provider_id: int, *, now: int) -> Provider:
    """Takes it away, for good; whoever signed in by it is signed out. Raises `NotFound`, `Forbidden`."""
    async with ctx.store.write() as db:
        old = _owned(await providers.get(db, provider_id), member)
        await providers.delete(db, provider_id)
        await _note(db, member, REMOVE, old, now, before=_shown(old))
    await ctx.sites.refresh(ctx.store)
    return old


def _merged(draft: ProviderDraft, old: Provider) -> ProviderDraft:
    clean = clean_provider(replace(draft, kind=old.kind, key=draft.key.strip() or old.key))
    if old.kind == "oidc" and clean.issuer != old.issuer and not draft.key.strip():
        message = "Write the client secret of this issuer: the old one is for the old issuer alone."
        raise Invalid(FieldError("key", "missing", message))
    return clean


async def _check(ctx: Context, draft: ProviderDraft, unchecked: bool, now: int) -> None:
    """Raises `Invalid` with what is wrong with a provider of OpenID Connect, as it answers now."""
    if draft.kind != "oidc":
        return
    try:
        ctx.oidc.check_address(draft.issuer)
        if not unchecked:
            await ctx.oidc.check(draft.issuer, now=now)
    except NotFetched as wrong:
        raise Invalid(FieldError("issuer", "provider_unfit", wrong.message)) from None


def _owned(found: Provider | None, member: Member) -> Provider:
    provider = _there(found)
    require(member, [provider.site_id], Role.OWNER, subject="way to sign in")
    return provider


def _there(found: Provider | None) -> Provider:
    if found is None:
        raise NotFound("There is no such way to sign in.")
    return found


def _shown(provider: Provider) -> dict[str, object]:
    """What the audit log tells of it: all but the key."""
    return {
        "kind": provider.kind,
        "name": provider.name,
        "issuer": provider.issuer,
        "audience": provider.audience,
        "algorithm": provider.algorithm,
    }


async def _note(
    db: WriteDb,
    member: Member,
    act: str,
    provider: Provider,
    now: int,
    *,
    before: object = None,
    after: object = None,
) -> None:
    await sites.touch(db, provider.site_id, now=now)
    await audit.add(
        db,
        member_id=member.id,
        act=act,
        site_id=provider.site_id,
        subject=[provider.id],
        before=before,
        after=after,
        now=now,
    )
