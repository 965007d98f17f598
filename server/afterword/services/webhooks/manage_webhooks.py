"""Webhooks: where events of a site, or of every site, go by HTTP; for its owners alone.

The audit log names the host that they lead to, never the address: it may hold a password.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args
from urllib.parse import parse_qsl, urlsplit

from afterword.core.destination import destination
from afterword.core.errors import Conflict, FieldError, Invalid, NotFetched, NotFound
from afterword.core.model import Role
from afterword.core.telling import EventKind
from afterword.core.text import one_line
from afterword.core.webhook import TOPICS, Template, Try, Webhook
from afterword.services.permission import may, require_owner
from afterword.services.webhooks.call_webhook import tell
from afterword.services.webhooks.hook_told import trial_of
from afterword.storage import audit, webhooks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.model import Member
    from afterword.delivery.webhook import Posted
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

ADD, CHANGE, DELETE = "add_webhook", "change_webhook", "delete_webhook"
PAUSE, RESUME, RENEW = "pause_webhook", "resume_webhook", "renew_webhook_secret"
"""Words of the audit log."""
MOST = 20
"""Webhooks of one site, or of every site: each is looked at for each event."""
LONGEST_URL = 2_000
_PLAIN = re.compile(r"[!-~]+")
TRIES = 20
"""Tries that are shown."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a webhook shall be."""

    url: str
    template: str
    events: Sequence[str]


async def list_webhooks(ctx: Context, member: Member) -> list[Webhook]:
    """Those of the sites that the member owns, in the order in which they were added."""
    found = await webhooks.every(ctx.store)
    return [each for each in found if may(member, each.site_id, Role.OWNER)]


async def get_webhook(ctx: Context, member: Member, webhook_id: int) -> Webhook:
    """One of them; raises `NotFound` and `Forbidden`."""
    webhook = await webhooks.get(ctx.store, webhook_id)
    if webhook is None or not _is_known(member, webhook):
        raise NotFound("There is no such webhook.")
    require_owner(member, webhook.site_id)
    return webhook


async def add_webhook(
    ctx: Context, member: Member, site_id: int | None, wish: Wish, *, now: int
) -> Webhook:
    """A new one, for a site or for every site.

    Raises `NotFound` and `Forbidden`, `Invalid` for `url`, `template` and `events`, and `Conflict` where
    there are twenty.
    """
    if site_id is not None and ctx.sites.by_id(site_id) is None:
        raise NotFound("There is no such site.")
    require_owner(member, site_id)
    url, template, events = _checked(ctx, wish)
    async with ctx.store.write() as db:
        if await webhooks.count(db, site_id) >= MOST:
            raise Conflict(f"It has {MOST} webhooks. Delete one that is not used any more.")
        seed = secrets.token_hex(16)
        webhook = await webhooks.add(db, site_id, url, template, events, seed=seed, now=now)
        await _note(db, member, ADD, webhook, now, after=_audited(url, template, events))
    return webhook


async def change_webhook(
    ctx: Context, member: Member, webhook_id: int, wish: Wish, *, now: int
) -> Webhook:
    """The same with another address, template or choice of events; its secret stays."""
    webhook = await get_webhook(ctx, member, webhook_id)
    url, template, events = _checked(ctx, wish)
    before = _audited(webhook.url, webhook.template, webhook.events)
    async with ctx.store.write() as db:
        await webhooks.change(db, webhook_id, url, template, events)
        after = _audited(url, template, events)
        await _note(db, member, CHANGE, webhook, now, before=before, after=after)
    return await get_webhook(ctx, member, webhook_id)


async def pause_webhook(ctx: Context, member: Member, webhook_id: int, *, now: int) -> None:
    """Tells it nothing any more, until it is resumed; what happens meanwhile it never hears of."""
    webhook = await get_webhook(ctx, member, webhook_id)
    if webhook.paused_at is not None:
        return
    async with ctx.store.write() as db:
        await webhooks.pause(db, webhook_id, "hand", now=now)
        await _note(db, member, PAUSE, webhook, now)


async def resume_webhook(ctx: Context, member: Member, webhook_id: int, *, now: int) -> None:
    """Tells it of what happens from now on."""
    webhook = await get_webhook(ctx, member, webhook_id)
    async with ctx.store.write() as db:
        await webhooks.resume(db, webhook_id)
        await _note(db, member, RESUME, webhook, now)


async def delete_webhook(ctx: Context, member: Member, webhook_id: int, *, now: int) -> None:
    """Forgets it, with what waits for it and the log of its tries."""
    webhook = await get_webhook(ctx, member, webhook_id)
    async with ctx.store.write() as db:
        await webhooks.delete(db, webhook_id)
        before = _audited(webhook.url, webhook.template, webhook.events)
        await _note(db, member, DELETE, webhook, now, before=before)


async def webhook_secret(ctx: Context, member: Member, webhook_id: int) -> str:
    """What its messages are signed with."""
    webhook = await get_webhook(ctx, member, webhook_id)
    return ctx.tokens.webhook_secrets(webhook.id, webhook.seed)[0]


async def renew_secret(ctx: Context, member: Member, webhook_id: int, *, now: int) -> str:
    """Another secret, by which everything is signed from now on."""
    webhook = await get_webhook(ctx, member, webhook_id)
    async with ctx.store.write() as db:
        await webhooks.renew(db, webhook_id, secrets.token_hex(16))
        await _note(db, member, RENEW, webhook, now)
    return await webhook_secret(ctx, member, webhook_id)


async def try_webhook(ctx: Context, member: Member, webhook_id: int, *, now: int) -> Posted:
    """Sends a message that says that it is a test, paused or not, and waits for the answer.

    Raises `Conflict` for a webhook of every site while there is none.
    """
    webhook = await get_webhook(ctx, member, webhook_id)
    site = ctx.sites.by_id(webhook.site_id) if webhook.site_id else next(iter(ctx.sites), None)
    if site is None:
        raise Conflict("There is no site yet. Add one, then try again.")
    return await tell(ctx, webhook, trial_of(ctx, site, secrets.token_hex(16), now=now), now=now)


async def last_tries(ctx: Context, member: Member, webhook_id: int) -> list[Try]:
    """The last times that something was sent to it, with the answers."""
    await get_webhook(ctx, member, webhook_id)
    return await webhooks.tries(ctx.store, webhook_id, TRIES)


def host_of(url: str) -> str:
    """What may be shown of an address to anybody."""
    return urlsplit(url).hostname or ""


def _is_known(member: Member, webhook: Webhook) -> bool:
    return webhook.site_id is None or member.role_on(webhook.site_id) is not None


def _checked(ctx: Context, wish: Wish) -> tuple[str, Template, tuple[EventKind, ...]]:
    url = one_line(wish.url)
    wrong = [*_wrong_url(ctx, url, wish.template)]
    template = next((each for each in get_args(Template) if each == wish.template), None)
    if template is None:
        wrong.append(FieldError("template", "not_allowed", "Choose one of the templates."))
    events = tuple(kind for kind in TOPICS if kind.value in wish.events)
    if not events or len(events) < len(set(wish.events)):
        wrong.append(FieldError("events", "required", "Choose at least one of the events."))
    if template is None or wrong:
        raise Invalid(*wrong)
    return url, template, events


def _wrong_url(ctx: Context, url: str, template: str) -> list[FieldError]:
    if len(url) > LONGEST_URL:
        message = f"An address has at most {LONGEST_URL:,} characters."
        return [FieldError("url", "too_long", message)]
    try:
        destination(url, ctx.settings.allow_hosts)
    except NotFetched as error:
        return [FieldError("url", "not_an_address", error.message)]
    query = parse_qsl(urlsplit(url).query)
    keys = [value for name, value in query if name == "access_token"]
    if template == "matrix" and not all(_PLAIN.fullmatch(each) for each in keys):
        message = (
            "The access_token of this address is none: it has plain letters, digits and signs."
        )
        return [FieldError("url", "unfit", message)]
    needed = {"telegram": "chat_id", "matrix": "access_token"}.get(template)
    if needed and needed not in dict(query):
        message = f"For this template, the address ends with ?{needed}=… (see the documentation)."
        return [FieldError("url", "incomplete", message)]
    return []


def _audited(url: str, template: str, events: Sequence[EventKind]) -> dict[str, object]:
    return {"host": host_of(url), "template": template, "events": list(events)}


async def _note(
    db: WriteDb,
    member: Member,
    act: str,
    webhook: Webhook,
    now: int,
    *,
    before: object = None,
    after: object = None,
) -> None:
    await audit.add(
        db,
        member_id=member.id,
        act=act,
        site_id=webhook.site_id,
        subject=[webhook.id],
        before=before,
        after=after,
        now=now,
    )
