"""A page's thread, as bytes that are made once a version and then sent to every reader."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from afterword import __version__
from afterword.core import wire
from afterword.core.errors import FieldError, Invalid
from afterword.core.languages import ENGLISH
from afterword.core.markdown import TREE_VERSION
from afterword.core.model import ORDERS
from afterword.core.page_key import PageClaim, identify
from afterword.core.thread import Cursor
from afterword.services.present import (
    comments_json,
    comments_to_send,
    page_json,
    site_json,
)
from afterword.services.reading.slice_of_thread import (
    Slice,
    arranged_slice,
    begin,
    find_beginning,
    read_replies,
    read_slice,
    read_whole,
)
from afterword.services.render import render
from afterword.services.thread_cache import Built, Entry, key_tag, page_tag, site_tag
from afterword.services.thread_plans import Frame, Plan
from afterword.storage import pages, small_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from afterword.core.model import Order, Page, Site
    from afterword.core.page_key import Identity
    from afterword.core.shown import Placed, Shown
    from afterword.services.context import Context
    from afterword.storage.store import Db
    from afterword.storage.threads import ThreadSlice

Presenting: TypeAlias = (
    "Callable[[Sequence[Placed], Callable[[Placed], wire.More | None]], list[wire.Comment]]"
)

_encode = msgspec.json.Encoder().encode
_PREFIX = b"thread?"
_SCHEMA = msgspec.json.encode(msgspec.json.schema(wire.Thread))
SHAPE = blake2b(
    b"%d %s" % (TREE_VERSION, __version__.encode()) + _SCHEMA, digest_size=4
).hexdigest()
"""Part of every ETag, with the words', so that no browser keeps what another program has made."""


@dataclass(frozen=True, slots=True)
class ThreadQuery:
    """Which part of which thread is asked for."""

    claim: PageClaim
    site: str | None = None
    """Name of the site, where the address alone would be of another."""
    sort: str | None = None
    """`oldest`, `newest` or `top`; None for what the site prefers."""
    after: str | None = None
    """`next` of a slice, or `more.after` of a comment."""
    around: int | None = None
    """A comment that should be in the slice."""
    lang: str | None = None
    """The language that readers should be spoken to in; its words come with the first slice."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a query led to, and the versions of everything that decided it."""

    site: Site
    identity: Identity
    page: Page | None
    versions: Mapping[str, int]
    thread: list[Shown] | None = None
    """All of its comments, where these few were read with it."""
    beginning: ThreadSlice | None = None
    """Those that its thread begins with, where these were."""


def cached(ctx: Context, raw_query: bytes) -> Entry | None:
    """The ready answer to a query, if there is one; asks nobody."""
    return ctx.cache.get(_PREFIX + raw_query)


async def read_thread(
    ctx: Context,
    raw_query: bytes,
    query: ThreadQuery,
    *,
    now: int,
) -> Entry:
    """The answer to a query, from the cache or made anew; `raw_query` is its key there.

    Raises `UnknownOrigin` for an address of no site, and `Invalid` for what cannot be read.
    """

    async def make() -> Built:
        plan = _plan(ctx, query)
        built = await _build(ctx, plan)
        ctx.plans.keep(raw_query, plan)
        return built

    return await ctx.cache.build(_PREFIX + raw_query, make)


def plan_of(ctx: Context, raw_query: bytes) -> Plan | None:
    """What a query means that was answered before; None where that has to be worked out."""
    return ctx.plans.get(raw_query, ctx.sites.revision)


async def read_again(ctx: Context, raw_query: bytes, plan: Plan) -> Entry:
    """The answer to a query of which `plan_of` knows what it means."""
    return await ctx.cache.build(_PREFIX + raw_query, partial(_build, ctx, plan))


async def read_thread_answer(
    ctx: Context,
    query: ThreadQuery,
    *,
    now: int,
) -> wire.Thread:
    """The same as a struct, for the page that needs no script."""
    plan = _plan(ctx, query)
    return await _answer(ctx, plan, await _find(ctx, plan), comments_json)


async def read_whole_thread(ctx: Context, db: Db, site: Site, page: Page) -> wire.Thread:
    """All of a page's thread in the order that its site prefers, for who may read it: everybody."""
    order = site.policy.sort
    part = await read_whole(db, page, order)
    return wire.Thread(
        site=site_json(site, ctx.sites.providers(site.id), mails=ctx.mail_server is not None),
        page=page_json(
            page,
            page.url,
            site.policy,
            await render(ctx, page.note, site.policy) if page.note else [],
        ),
        count=page.comment_count,
        sort=order,
        comments=comments_json(part.placed, part.more),
        next=part.next,
        version=page.version,
        lang=None,
        words=None,
    )


async def find_thread(ctx: Context, query: ThreadQuery) -> Found:
    """The page that the query names, if there is one yet; raises as `read_thread` does."""
    site = ctx.sites.for_url(query.claim.url, query.site)
    return await _find_page(ctx, site, identify(query.claim, site))


async def _find_page(ctx: Context, site: Site, identity: Identity) -> Found:
    leading = await pages.find_each(ctx.store, site.id, identity.keys)
    key = next((key for key in identity.keys if key in leading), None)
    page = None if key is None else leading[key]
    return Found(site, identity, page, _versions(site, identity, page, key))


async def _find(ctx: Context, plan: Plan) -> Found:
    """The same, with what the thread begins with where that is asked for; all of it, where it is small."""
    site, identity = plan.site, plan.identity
    if plan.after is not None or plan.around is not None:
        return await _find_page(ctx, site, identity)
    if plan.is_long:
        found = await find_beginning(ctx.store, site.id, identity.keys, plan.order)
    else:
        found = await small_threads.find(ctx.store, site.id, identity.keys)
    page = found.page
    plan.is_long = page is not None and found.thread is None and page.comment_count > 0
    versions = _versions(site, identity, page, found.key)
    return Found(site, identity, page, versions, found.thread, found.beginning)


def _versions(
    site: Site, identity: Identity, page: Page | None, leading: str | None
) -> Mapping[str, int]:
    versions = {site_tag(site.id): site.version}
    if page is not None:
        versions[page_tag(page.id)] = page.version
    # A stronger key that leads nowhere yet would lead elsewhere once a page is opened under it.
    for key in identity.keys:
        if key == leading:
            break
        versions[key_tag(site.id, key)] = 0
    return versions


def _plan(ctx: Context, query: ThreadQuery) -> Plan:
    site = ctx.sites.for_url(query.claim.url, query.site)
    # Whoever reads on has the words already.
    lang = ctx.languages.nearest([query.lang or ENGLISH]) if query.after is None else None
    revision = ctx.sites.revision
    return Plan(
        frame=ctx.plans.frame(site, lang, revision, partial(_frame, ctx, site, lang)),
        identity=identify(query.claim, site),
        order=_order(query.sort, site),
        after=query.after,
        around=query.around,
    )


def _frame(ctx: Context, site: Site, lang: str | None) -> Frame:
    mails = ctx.mail_server is not None
    return Frame(
        site=site,
        shown=site_json(site, ctx.sites.providers(site.id), mails=mails),
        lang=None if lang == ENGLISH else lang,
        # What the widget does not hold itself.
        words=None if lang is None else ctx.languages.to_send(lang, site.policy.words),
        origins=frozenset(origin.encode() for origin in site.origins),
        shape=f"{SHAPE}{'m' if mails else ''}{ctx.languages.digest}",
        revision=ctx.sites.revision,
    )


async def _build(ctx: Context, plan: Plan) -> Built:
    found = await _find(ctx, plan)
    answer = await _answer(ctx, plan, found, comments_to_send)
    page_id = found.page.id if found.page else 0
    tag = f'W/"{plan.site.id}.{plan.site.version}.{page_id}.{answer.version}.{plan.frame.shape}"'
    entry = Entry(
        etag=tag.encode(),
        identity=_encode(answer),
        origins=plan.frame.origins,
        version=answer.version,
    )
    return Built(entry, found.versions)


async def _answer(ctx: Context, plan: Plan, found: Found, present: Presenting) -> wire.Thread:
    page, policy = found.page, plan.site.policy
    part = await _part(ctx, plan, found)
    note = page.note if page and plan.after is None else ""
    return wire.Thread(
        site=plan.frame.shown,
        page=page_json(
            page, plan.identity.url, policy, await render(ctx, note, policy) if note else []
        ),
        count=page.comment_count if page else 0,
        sort=plan.order,
        comments=present(part.placed, part.more),
        next=part.next,
        version=page.version if page else 0,
        lang=plan.frame.lang,
        words=plan.frame.words,
    )


async def _part(ctx: Context, plan: Plan, found: Found) -> Slice:
    page, order = found.page, plan.order
    if page is None:
        return Slice()
    if found.thread is not None:
        return begin(found.thread, order)
    if found.beginning is not None:
        return arranged_slice(found.beginning, order)
    cursor = Cursor.decode(plan.after) if plan.after is not None else None
    if cursor is not None and cursor.root_id is not None:
        return await read_replies(ctx.store, page, cursor)
    return await read_slice(ctx.store, page, order, cursor, plan.around)


def _order(asked: str | None, site: Site) -> Order:
    if asked is None:
        return site.policy.sort
    order = next((order for order in ORDERS if order == asked), None)
    if order is None:
        raise Invalid(FieldError("sort", "unknown", "sort is oldest, newest or top."))
    return order
