"""Whether the server can do its work now, and what is not as it should be, each with its fix."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from afterword.core.errors import Forbidden, Unavailable
from afterword.core.finding import Finding, gravest_first
from afterword.core.model import Role
from afterword.services.pages.likely_splits import LOOKED_AT, MOST, find_likely_splits
from afterword.services.permission import may
from afterword.services.running.check_backups import check_backups
from afterword.services.running.check_files import check_files
from afterword.services.telling.check_mail import check_mail
from afterword.services.webhooks.manage_webhooks import host_of
from afterword.storage import changes, health, migrate, surges, webhooks

if TYPE_CHECKING:
    from afterword.core.model import Member
    from afterword.services.context import Context

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
PATIENCE = 7
"""Days that a comment may wait."""
LOCAL = ("localhost", "127.0.0.1", "[::1]")


async def ready(ctx: Context) -> None:
    """Returns when requests may come; raises `Unavailable` where this process ends, where the database does
    not answer, and where its schema is older than what this program works with.

    A newer one is left to be: while processes are replaced one by one, the last ones still serve on it.
    """
    if ctx.live.is_closed:
        raise Unavailable("This process is about to end.")
    if migrate.is_behind(await health.revision(ctx.store)):
        raise Unavailable("Migrations of the database are missing; a restart does them.")


async def check_health(
    ctx: Context, member: Member, *, now: int, deep: bool = False
) -> tuple[Finding, ...]:
    """Everything that is found, the gravest first, for owners of every site; `deep` reads all of SQLite."""
    if not may(member, None, Role.OWNER):
        raise Forbidden("That is for owners of every site.")
    found = await ctx.in_thread(check_files, ctx.settings)
    found += await ctx.in_thread(check_backups, ctx.settings, now)
    found += [*_check_address(ctx), *_check_sites(ctx), *await _check_people(ctx)]
    found += [*await _check_work(ctx, now), *await _check_clock(ctx, now)]
    found += [*await _check_splits(ctx, member), *await check_mail(ctx, now=now)]
    if deep and ctx.settings.database_file is not None:
        found += [_damaged(text) for text in await health.damage(ctx.store)]
    return gravest_first(found)


def _damaged(text: str) -> Finding:
    return Finding(
        "damaged",
        "error",
        f"The database is damaged: {text}.",
        "Stop the server, keep a copy of the file, and go back to a copy from before.",
    )


def _check_address(ctx: Context) -> list[Finding]:
    url = urlsplit(ctx.settings.public_url)
    is_local = _is_local(ctx.settings.public_url)
    fix = "Set AFTERWORD_PUBLIC_URL to the address at which readers reach this server."
    if is_local and any(not _is_local(origin) for site in ctx.sites for origin in site.origins):
        text = f"Readers of your sites cannot reach this server at {ctx.settings.public_url}."
        return [Finding("public_url_local", "error", text, fix)]
    if url.scheme == "http" and not is_local:
        text = f"{ctx.settings.public_url} is not encrypted: passwords can be read on their way."
        return [Finding("public_url_http", "warning", text, fix.replace("the", "the https", 1))]
    return []


def _check_sites(ctx: Context) -> list[Finding]:
    found = []
    for site in ctx.sites:
        path = f"/dashboard/sites/{site.id}"
        plain = [each for each in site.origins if each.startswith("http:") and not _is_local(each)]
        if not site.origins:
            text = f"{site.name} is served from nowhere, so that no page of it has a thread."
            fix = "Name its origin in its settings."
            found.append(Finding("site_without_origin", "error", text, fix, path=path))
        if plain:
            text = f"{site.name} is served from {plain[0]}, which is not encrypted."
            fix = "Serve it by https, and take the http origin out of its settings."
            found.append(Finding("origin_http", "warning", text, fix, path=path))
    if not list(ctx.sites):
        text = "There is no site yet, so that no page can have a thread."
        found.append(Finding("no_site", "warning", text, "Add a site.", path="/dashboard/sites"))
    return found


def _is_local(url: str) -> bool:
    return urlsplit(url).netloc.rpartition(":")[0] in LOCAL or urlsplit(url).netloc in LOCAL


async def _check_people(ctx: Context) -> list[Finding]:
    owners = await health.owners(ctx.store)
    if not owners:
        command = "afterword user add EMAIL --name NAME --role owner"
        text = "Nobody owns this server, so that nobody can change its sites."
        return [Finding("no_owner", "error", text, "Add an owner.", command)]
    without = [name for name, has_factor in owners.items() if not has_factor]
    if not without:
        return []
    text = f"No second factor guards the accounts of these owners: {', '.join(without)}."
    fix = "Each sets up an app for codes under Profile."
    return [Finding("no_second_factor", "note", text, fix, path="/dashboard/profile")]


async def _check_work(ctx: Context, now: int) -> list[Finding]:
    found = []
    oldest = await health.oldest_waiting(ctx.store)
    if oldest is not None and now - oldest > PATIENCE * DAY:
        text = f"A comment has waited for {(now - oldest) // DAY} days."
        fix = "Decide about what waits, or let fewer comments wait."
        found.append(Finding("waiting", "warning", text, fix, path="/dashboard/queue"))
    for site_id in await surges.in_surge(ctx.store):
        site = ctx.sites.by_id(site_id)
        if site is not None:
            text = f"Comments come in a flood on {site.name}: those of strangers wait."
            fix = "It ends by itself when the flood does."
            found.append(Finding("surge", "note", text, fix, path="/dashboard/surge"))
    for webhook in await webhooks.paused_by_itself(ctx.store):
        said = "answered that it is gone" if webhook.paused_why == "gone" else "failed for a day"
        text = f"The webhook to {host_of(webhook.url)} {said}, and is paused."
        fix = "Look whether its address is right, then resume it, or delete it."
        path = f"/dashboard/webhooks/{webhook.id}"
        found.append(Finding("webhook_paused", "warning", text, fix, path=path))
    if ctx.cache.bypass:
        text = "Changes by other processes are not heard of, so every thread is read anew."
        fix = "Look into the log of the server: the change poll says there why it fails."
        found.append(Finding("poll_fails", "error", text, fix))
    return found


async def _check_splits(ctx: Context, member: Member) -> list[Finding]:
    # So many pages in all, of however many sites: a thousand take some 20 ms.
    each = LOOKED_AT // max(1, len(list(ctx.sites)))
    found = []
    for site in ctx.sites:
        pairs = len(await find_likely_splits(ctx, member, site.id, looked_at=each))
        if pairs:
            told = {1: "a pair is", MOST: f"{MOST} pairs or more are"}.get(
                pairs, f"{pairs} pairs are"
            )
            text = (
                f"Of the {each:,} pages of {site.name} that changed last, {told} likely one thread."
            )
            fix = "Merge those that are; their addresses and comments all stay."
            path = f"/dashboard/pages/moves?site={site.id}#splits"
            found.append(Finding("likely_splits", "note", text, fix, path=path))
    return found


async def _check_clock(ctx: Context, now: int) -> list[Finding]:
    latest = await changes.latest(ctx.store)
    if latest - now <= 5 * MINUTE:
        return []
    text = f"The clock of this machine is {(latest - now) // MINUTE} minutes behind what is stored."
    fix = "Let the machine keep its time by NTP."
    return [Finding("clock", "warning", text, fix, "timedatectl set-ntp true")]
